"""Make the tables and bring those of an older database to today's form, version by version, with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

_LAST_WITHOUT_ALEMBIC = 3  # these versions counted in a table of their own alone


def upgrade(connection: Connection, version: int | None) -> None:
    """Run what is newer than `version`, inside the connection's transaction; None makes all tables.

    On SQLite foreign keys must be off: its tables are made again under their own names.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    if version is not None and version <= _LAST_WITHOUT_ALEMBIC:
        command.stamp(config, str(version))
    command.upgrade(config, "head")
