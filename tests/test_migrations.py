"""The tables are made and changed by Alembic alone, by one process at a time, to what the statements expect."""

import subprocess
import sys
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

from bot import history_tables, inbox
from embeddings import schema
from embeddings.library import Library
from embeddings.schema import changing, open_engine
from embeddings.view import SCHEMA_VERSION

OPEN = """
import sys
from embeddings import migrations
from embeddings.library import Library
print(flush=True)
sys.stdin.readline()
Library(sys.argv[1]).close()
"""


def start_with(url: str, version: int) -> None:
    """Make the tables as a program of an earlier version left them, without a word of Alembic's."""
    engine = open_engine(url, foreign_keys=False)
    with changing(engine) as connection, Operations.context(MigrationContext.configure(connection)):
        for number in range(1, version + 1):
            import_module(f"embeddings.migrations.versions.version_{number}").upgrade()
        connection.execute(schema.schema_version.insert().values(version=version))
    engine.dispose()


def differences(url: str) -> list[object]:
    """Return how the tables differ from those that the statements are told."""
    engine, metadata = open_engine(url), MetaData()
    for known in (schema.metadata.tables.values(), history_tables.TABLES, inbox.TABLES):
        for table in known:
            table.to_metadata(metadata)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        found = [each for each in compare_metadata(context, metadata) if "alembic_version" not in str(each)]
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == str(SCHEMA_VERSION)
    engine.dispose()
    return found


@pytest.mark.parametrize("version", range(SCHEMA_VERSION))
def test_every_version_comes_to_todays_tables(url: str, version: int) -> None:
    if version:
        start_with(url, version)
    Library(url).close()
    assert differences(url) == []


@pytest.mark.parametrize("version", [0, 1])
def test_processes_that_start_at_once_do_it_one_after_another(url: str, version: int) -> None:
    if version:
        start_with(url, version)
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    processes = [subprocess.Popen([sys.executable, "-c", OPEN, url], text=True, **pipes) for _ in range(3)]
    for process in processes:  # when all have imported what they need, all begin
        assert process.stdout is not None and process.stdout.readline() == "\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=300)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, errors
    assert differences(url) == []


def test_a_migration_that_breaks_off_leaves_the_tables_as_they_were(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_with(url, 2)
    engine = open_engine(url)
    before = set(inspect(engine).get_table_names())
    monkeypatch.setattr("embeddings.schema.SCHEMA_VERSION", None)  # cannot be written down at the end
    with pytest.raises(TypeError):
        Library(url)
    monkeypatch.undo()
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == before
        assert connection.scalar(text("SELECT version FROM schema_version")) == 2
    engine.dispose()
    Library(url).close()
    assert differences(url) == []
