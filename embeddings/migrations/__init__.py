"""Bring the tables of an older library to today's form, version by version, with Alembic's operations."""

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection, version: int) -> None:
    """Run what is newer than `version`, inside the connection's transaction.

    On SQLite foreign keys must be off: its tables are made again under their own names.
    """
    scripts = ScriptDirectory(str(Path(__file__).parent))
    newer = scripts.iterate_revisions("heads", str(version))
    with Operations.context(MigrationContext.configure(connection)):
        for script in reversed(list(newer)):
            script.module.upgrade()
