"""The one place of a writer: who brings the library in step holds it, and it falls free with the process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from embeddings.errors import BusyError

_LOCK_KEY = 0x77656E62616F  # "wenbao"


@contextmanager
def writers_place(engine: Engine) -> Iterator[None]:
    """Hold the place: a lock on a file beside SQLite's, an advisory lock in PostgreSQL.

    :raises BusyError: another process holds it.
    """
    if engine.dialect.name == "sqlite":
        with _file_lock(Path(f"{engine.url.database}.lock")):
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK_KEY}):
            raise _busy()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy() from error
        yield


def _busy() -> BusyError:
    return BusyError(
        "文档库正在更新，请等这一次结束再试 · another indexing run is at work, try again after it"
    )
