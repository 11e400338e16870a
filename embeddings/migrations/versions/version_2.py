"""A generation lists its documents, so that it can be gone back to and published after; ids are never used twice."""

from typing import Literal

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String

revision = "2"
down_revision = "1"

_HOLDINGS = """
INSERT INTO holdings (generation, document)
SELECT generations.number, documents.id FROM generations JOIN documents
ON documents.appeared <= generations.number
AND (documents."left" IS NULL OR documents."left" > generations.number)
"""


def upgrade() -> None:
    """Make the new tables, fill them from `appeared` and `left`, and drop these."""
    op.create_table(
        "holdings",
        Column("generation", Integer, ForeignKey("generations.number"), primary_key=True),
        Column("document", Integer, ForeignKey("documents.id"), primary_key=True, index=True),
    )
    op.create_table(
        "removed_names",
        Column("name", String, primary_key=True),
        Column("removed_at", DateTime(timezone=True), nullable=False),
    )
    op.execute(_HOLDINGS)
    with op.batch_alter_table("generations") as batch:
        batch.add_column(Column("published_at", DateTime(timezone=True)))
    op.execute("UPDATE generations SET published_at = made_at")
    for table in ("documents", "paragraphs"):
        with op.batch_alter_table(
            table, recreate=_on_sqlite(), table_kwargs={"sqlite_autoincrement": True}
        ) as batch:
            batch.drop_column("appeared")
            batch.drop_column("left")
            if table == "documents":
                batch.add_column(Column("title", String, nullable=False, server_default=""))
    op.create_index("ix_paragraphs_searched_hash", "paragraphs", ["searched_hash"])


def _on_sqlite() -> Literal["always", "never"]:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
