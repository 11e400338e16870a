"""What people asked and what waits to be answered stand under the migrations as well."""

from typing import Literal

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    Text,
    inspect,
)

revision = "3"
down_revision = "2"

_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of the chat; a library of an earlier version may have two of them already."""
    if not inspect(op.get_bind()).has_table("questions"):
        _first_form()
    # An id is never used twice: an old button must not point at another question.
    with op.batch_alter_table(
        "questions", recreate=_on_sqlite(), table_kwargs={"sqlite_autoincrement": True}
    ) as batch:
        batch.add_column(Column("topic_id", BigInteger))
        batch.add_column(Column("certain", Boolean, nullable=False, server_default="1"))
        batch.add_column(Column("replies", JSON, nullable=False, server_default="[]"))
        batch.create_index("questions_by_message", ["chat_id", "message_id"])
        batch.create_index("questions_by_time", ["asked_at"])
    with op.batch_alter_table("ratings") as batch:
        batch.add_column(Column("why", Text))
    op.create_table(
        "inbox",
        Column("update_id", BigInteger, primary_key=True, autoincrement=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        Column("content", JSON),
        Column("worker", Text, nullable=False),
        Column("held_until", DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "offers",
        Column("id", _NUMBER, primary_key=True),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("question", Text, nullable=False),
        Column("paragraph", Integer, index=True),
        Column("user_id", BigInteger, index=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "conversations",
        Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
        Column("user_id", BigInteger, primary_key=True, autoincrement=False),
        Column("began_at", DateTime(timezone=True), nullable=False),
    )


def _on_sqlite() -> Literal["always", "never"]:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _first_form() -> None:
    op.create_table(
        "questions",
        Column("id", _NUMBER, primary_key=True),
        Column("chat_id", BigInteger, nullable=False),
        Column("user_id", BigInteger, nullable=False),
        Column("message_id", BigInteger, nullable=False),
        Column("asked_at", DateTime(timezone=True), nullable=False),
        Column("question", Text, nullable=False),
        Column("understood", Text, nullable=False),
        Column("answer", Text),
        Column("found", Boolean, nullable=False),
        Column("confidence", Float, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("evidence", JSON, nullable=False),
    )
    op.create_index("questions_of_a_person", "questions", ["chat_id", "user_id", "asked_at"])
    op.create_table(
        "ratings",
        Column("question", _NUMBER, ForeignKey("questions.id"), primary_key=True),
        Column("user_id", BigInteger, primary_key=True),
        Column("good", Boolean, nullable=False),
        Column("expected", Text),
        Column("rated_at", DateTime(timezone=True), nullable=False),
    )
