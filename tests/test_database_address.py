"""DATABASE_URL: who may come in is told why not, and the password is in nothing that is said."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text

from embeddings.errors import DatabaseLostError, LibraryError
from embeddings.library import Library
from tests.postgresql import PostgreSql
from tests.workers import ROOT

PASSWORD = "p@ss/wort#geheim 1"


@pytest.fixture
def guarded(server: PostgreSql, postgres: str) -> Iterator[str]:
    """Return the address of a database that asks for a password."""
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"))
    rules = server.folder / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO guest"))
        rules.write_text(f"local all guest scram-sha-256\n{before}", encoding="utf-8")
        connection.execute(text("SELECT pg_reload_conf()"))
    try:
        yield f"postgres://guest:{quote(PASSWORD, safe='')}@/postgres?host={server.folder}&sslmode=prefer"
    finally:
        rules.write_text(before, encoding="utf-8")
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text("DROP OWNED BY guest"))
            connection.execute(text("DROP ROLE guest"))
        engine.dispose()


def test_both_spellings_and_parameters_of_tls_are_taken(guarded: str) -> None:
    for address in (guarded, guarded.replace("postgres://", "postgresql://")):
        library = Library(address)
        assert library.current_generation() is None
        assert PASSWORD not in library.address
        library.close()


def test_a_wrong_password_is_said_and_not_shown(guarded: str, tmp_path: Path) -> None:
    wrong = guarded.replace("geheim", "heimlich")
    with pytest.raises(DatabaseLostError, match="password authentication failed") as failed:
        Library(wrong)
    assert "heimlich" not in str(failed.value)
    for address, code in ((wrong, 1), (guarded, 0)):
        checked = subprocess.run(
            [sys.executable, "-m", "bot", "check"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(tmp_path),
                "DATABASE_URL": address,
                "LOG_LEVEL": "DEBUG",
                "TELEGRAM_BOT_TOKEN": "123456:AAH-secret_part_of_the_token_0123456",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == code
        said = checked.stdout + checked.stderr
        assert not any(part in said for part in ("heimlich", "geheim", "secret_part"))
        assert ("password authentication failed" in said) == (code == 1)


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        ("pgbouncer=true", 'invalid connection option "pgbouncer"'),
        ("sslmode=never", 'invalid sslmode value: "never"'),
    ],
)
def test_a_wrong_parameter_is_named(postgres: str, parameter: str, reason: str) -> None:
    with pytest.raises(LibraryError, match=reason):
        Library(f"{postgres}&{parameter}")
