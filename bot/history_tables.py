"""The tables of what people asked and said of the answers, and a row of a question as the program knows it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.engine import RowMapping

from bot.answering import Evidence

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_METADATA = MetaData()
QUESTIONS = Table(
    "questions",
    _METADATA,
    Column("id", _NUMBER, primary_key=True),
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
    Column("topic_id", BigInteger),  # of a forum
    Column("certain", Boolean, nullable=False),
    Column("replies", JSON, nullable=False),  # the ids of the messages that answer
    Index("questions_of_a_person", "chat_id", "user_id", "asked_at"),
    Index("questions_by_message", "chat_id", "message_id"),
    Index("questions_by_time", "asked_at"),
)
RATINGS = Table(
    "ratings",
    _METADATA,
    Column("question", ForeignKey("questions.id"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("good", Boolean, nullable=False),
    Column("expected", Text),  # what answered it, where people found it good
    Column("rated_at", DateTime(timezone=True), nullable=False),
    Column("why", Text),  # one of WRONG, what is bad about it
)
OFFERS = Table(  # questions on buttons: a button's data is too short to hold one
    "offers",
    _METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("question", Text, nullable=False),
    Column("paragraph", Integer, index=True),  # whose words it was made from
    Column("user_id", BigInteger, index=True),  # whose words it is
)
CONVERSATIONS = Table(  # when a person said /new: what was asked before is not taken up
    "conversations",
    _METADATA,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
)
TABLES = (QUESTIONS, RATINGS, OFFERS, CONVERSATIONS)
REMOVED: list[Any] = [None, None, []]  # stands in `evidence` where a removed paragraph stood


@dataclass(frozen=True, slots=True)
class Place:
    """Where and by whom something was asked; `topic_id` is of a forum's topic, `message_id` of the question."""

    chat_id: int
    user_id: int
    message_id: int
    topic_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the past; `shown` are the paragraph ids already shown for it.

    `removed` says that one of them was of a document removed since. `sentence` is the first one's,
    `spans` the answer's inside it. `replies` are the ids of the messages that answered.
    """

    id: int
    place: Place
    asked_at: datetime
    question: str
    understood: str
    answer: str | None
    found: bool
    certain: bool
    confidence: float
    shown: tuple[int, ...]
    sentence: tuple[int, int] | None
    spans: tuple[tuple[int, int], ...]
    removed: bool
    replies: tuple[int, ...]


def evidence_as_json(evidence: Evidence) -> list[Any]:
    """Return evidence as a row keeps it."""
    return [evidence.passage.paragraph_id, evidence.sentence, list(evidence.answers)]


def asked_of(row: RowMapping) -> Asked:
    """Return the question of a row."""
    asked_at: datetime = row["asked_at"]
    first = row["evidence"][0] if row["evidence"] else REMOVED
    return Asked(
        id=row["id"],
        place=Place(row["chat_id"], row["user_id"], row["message_id"], row["topic_id"]),
        asked_at=asked_at if asked_at.tzinfo else asked_at.replace(tzinfo=UTC),
        question=row["question"],
        understood=row["understood"],
        answer=row["answer"],
        found=row["found"],
        certain=row["certain"],
        confidence=row["confidence"],
        shown=tuple(evidence[0] for evidence in row["evidence"] if evidence != REMOVED),
        sentence=tuple(first[1]) if first[1] else None,
        spans=tuple((start, end) for start, end in first[2]),
        removed=REMOVED in row["evidence"],
        replies=tuple(row["replies"]),
    )
