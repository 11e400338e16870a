"""The questions asked and what was answered: for follow-ups, and for buttons that outlive a restart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    insert,
    select,
    update,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from bot.answering import Answer, Evidence
from embeddings.errors import LibraryError

_METADATA = MetaData()
_QUESTIONS = Table(
    "questions",
    _METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),  # UTC; SQLite keeps no zone
    Column("question", Text, nullable=False),
    Column("understood", Text, nullable=False),
    Column("answer", Text),
    Column("found", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("evidence", JSON, nullable=False),  # [[paragraph id, sentence or null, [answer spans]], …]
    Index("questions_of_a_person", "chat_id", "user_id", "asked_at"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the past; `shown` are the paragraph ids already shown for it."""

    id: int
    chat_id: int
    user_id: int
    asked_at: datetime
    question: str
    understood: str
    found: bool
    shown: tuple[int, ...]


class History:
    """The questions table, in the library's database; safe to call from many threads.

    Raises LibraryError when the database cannot be opened.
    """

    def __init__(self, database_url: str) -> None:
        waiting = {"timeout": 30} if database_url.startswith("sqlite") else {}
        try:
            self._engine = create_engine(database_url, connect_args=waiting, pool_pre_ping=True)
            _METADATA.create_all(self._engine)
        except SQLAlchemyError as error:
            raise LibraryError(
                "打不开数据库：请检查 DATABASE_URL 和 DATA_DIR · the database cannot be opened"
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def record(
        self, chat_id: int, user_id: int, message_id: int, answer: Answer, shown: Iterable[Evidence]
    ) -> int:
        """Keep a question with its answer and the evidence shown; return the question's id."""
        row = {
            "chat_id": chat_id,
            "user_id": user_id,
            "message_id": message_id,
            "asked_at": datetime.now(UTC),
            "question": answer.question,
            "understood": answer.understood,
            "answer": answer.text,
            "found": answer.found,
            "confidence": answer.confidence,
            "generation": answer.generation,
            "evidence": [_as_json(evidence) for evidence in shown],
        }
        with self._engine.begin() as connection:
            key = connection.execute(insert(_QUESTIONS).values(row)).inserted_primary_key
            assert key is not None
            return int(key[0])

    def asked(self, question_id: int) -> Asked | None:
        """Return a question of the past, None when it is not known."""
        with self._engine.connect() as connection:
            statement = select(_QUESTIONS).where(_QUESTIONS.c.id == question_id)
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else _asked(row)

    def add_shown(self, question_id: int, shown: Iterable[Evidence]) -> None:
        """Remember that more evidence was shown for a question."""
        of_question = _QUESTIONS.c.id == question_id
        with self._engine.begin() as connection:
            before = connection.execute(select(_QUESTIONS.c.evidence).where(of_question)).scalar_one()
            after = [*before, *map(_as_json, shown)]
            connection.execute(update(_QUESTIONS).where(of_question).values(evidence=after))

    def earlier_questions(self, chat_id: int, user_id: int, limit: int, within: timedelta) -> list[str]:
        """Return a person's latest questions in a chat, as understood, oldest first."""
        columns = _QUESTIONS.c
        statement = (
            select(columns.understood)
            .where(columns.chat_id == chat_id, columns.user_id == user_id)
            .where(columns.asked_at >= datetime.now(UTC) - within)
            .order_by(columns.id.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [str(text) for text in connection.execute(statement).scalars()][::-1]


def _as_json(evidence: Evidence) -> list[Any]:
    return [evidence.passage.paragraph_id, evidence.sentence, list(evidence.answers)]


def _asked(row: RowMapping) -> Asked:
    asked_at: datetime = row["asked_at"]
    return Asked(
        id=row["id"],
        chat_id=row["chat_id"],
        user_id=row["user_id"],
        asked_at=asked_at if asked_at.tzinfo else asked_at.replace(tzinfo=UTC),
        question=row["question"],
        understood=row["understood"],
        found=row["found"],
        shown=tuple(evidence[0] for evidence in row["evidence"]),
    )
