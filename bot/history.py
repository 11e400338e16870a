"""The questions asked, what was answered and how it was judged: for follow-ups, buttons and the gate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from bot.answering import Answer, Evidence
from embeddings.errors import LibraryError
from embeddings.schema import changing, open_engine

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
_RATINGS = Table(
    "ratings",
    _METADATA,
    Column("question", ForeignKey("questions.id"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("good", Boolean, nullable=False),
    Column("expected", Text),  # what answered it, where people found it good
    Column("rated_at", DateTime(timezone=True), nullable=False),
)
_REMOVED: list[Any] = [None, None, []]  # stands in `evidence` where a removed paragraph stood


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the past; `shown` are the paragraph ids already shown for it.

    `removed` says that one of them was of a document removed since. `sentence` is the first one's.
    """

    id: int
    chat_id: int
    user_id: int
    asked_at: datetime
    question: str
    understood: str
    answer: str | None
    found: bool
    shown: tuple[int, ...]
    sentence: tuple[int, int] | None
    removed: bool


class History:
    """The tables of questions and ratings, in the library's database; safe to call from many threads.

    Raises LibraryError when the database cannot be opened.
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_engine(database_url)
        try:
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
        with changing(self._engine, alone=False) as connection:
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
        with changing(self._engine, alone=False) as connection:
            before = connection.execute(select(_QUESTIONS.c.evidence).where(of_question)).scalar_one()
            after = [*before, *map(_as_json, shown)]
            connection.execute(update(_QUESTIONS).where(of_question).values(evidence=after))

    def rate(self, question_id: int, user_id: int, good: bool, expected: str | None) -> None:
        """Keep how a person judges an answer, in place of what he said before."""
        rating = {"question": question_id, "user_id": user_id, "good": good, "expected": expected}
        mine = (_RATINGS.c.question == question_id) & (_RATINGS.c.user_id == user_id)
        with changing(self._engine, alone=False) as connection:
            connection.execute(delete(_RATINGS).where(mine))
            connection.execute(insert(_RATINGS).values(rating | {"rated_at": datetime.now(UTC)}))

    def known_answers(self) -> dict[str, str]:
        """Return whole questions with what people found to answer them well; the latest counts."""
        statement = (
            select(_QUESTIONS.c.understood, _RATINGS.c.expected, _RATINGS.c.good)
            .join(_RATINGS, _RATINGS.c.question == _QUESTIONS.c.id)
            .order_by(_RATINGS.c.rated_at)
        )
        known: dict[str, str] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                known.pop(row.understood, None)
                if row.good and row.expected:
                    known[row.understood] = row.expected
        return known

    def erase_quotes(self, connection: Connection, paragraph_ids: Sequence[int]) -> None:
        """Forget, inside the removal's transaction, what was quoted from paragraphs that go."""
        gone = set(paragraph_ids)
        for row in connection.execute(select(_QUESTIONS.c.id, _QUESTIONS.c.evidence)).all():
            kept = [_REMOVED if one[0] in gone else one for one in row.evidence]
            if kept != row.evidence:
                of_question = _QUESTIONS.c.id == row.id
                connection.execute(update(_QUESTIONS).where(of_question).values(answer=None, evidence=kept))
                rated = _RATINGS.c.question == row.id
                connection.execute(update(_RATINGS).where(rated).values(expected=None))

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
        answer=row["answer"],
        found=row["found"],
        shown=tuple(evidence[0] for evidence in row["evidence"] if evidence != _REMOVED),
        sentence=tuple(row["evidence"][0][1]) if row["evidence"] and row["evidence"][0][1] else None,
        removed=_REMOVED in row["evidence"],
    )
