"""The first form of the tables: a row carried the generation it appeared in and the one it left in."""

from alembic import op
from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, LargeBinary, String, Text

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table("schema_version", Column("version", Integer, primary_key=True))
    op.create_table(
        "generations",
        Column("number", Integer, primary_key=True),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("encoder", String, nullable=False),
        Column("rules", String, nullable=False),
        Column("documents", Integer, nullable=False),
        Column("paragraphs", Integer, nullable=False),
    )
    op.create_table(
        "current_generation",
        Column("id", Integer, primary_key=True),
        Column("generation", Integer, ForeignKey("generations.number"), nullable=False),
    )
    op.create_table(
        "documents",
        Column("id", Integer, primary_key=True),
        Column("name", String, nullable=False, index=True),
        Column("content_hash", String, nullable=False),
        Column("original", LargeBinary, nullable=False),
        Column("origin", String, nullable=False),
        Column("added_at", DateTime(timezone=True), nullable=False),
        Column("appeared", Integer, nullable=False),
        Column("left", Integer),
    )
    op.create_table(
        "paragraphs",
        Column("id", Integer, primary_key=True),
        Column("document", Integer, ForeignKey("documents.id"), nullable=False, index=True),
        Column("position", Integer, nullable=False),
        Column("text", Text, nullable=False),
        Column("headings", JSON, nullable=False),
        Column("byline", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("role", String, nullable=False),
        Column("searched_hash", String, nullable=False),
        Column("appeared", Integer, nullable=False),
        Column("left", Integer),
    )
    op.create_table(
        "vectors",
        Column("encoder", String, primary_key=True),
        Column("searched_hash", String, primary_key=True),
        Column("vector", LargeBinary, nullable=False),
    )
