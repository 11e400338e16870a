"""What waits in the inbox is found without a look at all that was answered."""

from alembic import op
from sqlalchemy import text

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Make an index of the few rows that wait."""
    waits = text("content IS NOT NULL")
    op.create_index("inbox_waiting", "inbox", ["worker"], postgresql_where=waits, sqlite_where=waits)
