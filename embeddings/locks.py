"""Locks that one of many processes holds; each falls free with its process, however that ends."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text

from embeddings.errors import BusyError, DatabaseLostError

# A machine that is gone without a word keeps its lock until the server has noticed.
_KEEPALIVES = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")


class Lock:
    """A named lock: on a file beside SQLite's, an advisory one of a session in PostgreSQL.

    Any thread may use it. In PostgreSQL it is lost with its connection, which `is_held` tells.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._key = int.from_bytes(hashlib.sha256(f"wenbao {name}".encode()).digest()[:8], signed=True)
        self._path = Path(f"{engine.url.database}.{name}.lock")
        self._file: FileLock | None = None
        self._connection: Connection | None = None
        self._using = threading.Lock()

    def acquire(self) -> bool:
        """Take the lock if nobody has it; say whether it is held now.

        :raises DatabaseLostError: PostgreSQL cannot be reached.
        """
        with self._using:
            if self._engine.dialect.name == "sqlite":
                return self._acquire_file()
            return self._acquire_session()

    def is_held(self) -> bool:
        """Say whether the lock is still this process's."""
        with self._using:
            if self._connection is None:
                return self._file is not None
            try:
                self._connection.execute(text("SELECT 1"))
            except DatabaseLostError:
                self._let_go()
                return False
            return True

    def release(self) -> None:
        """Give the lock to who takes it first."""
        with self._using:
            self._let_go()

    def _acquire_file(self) -> bool:
        if self._file is None:
            file = FileLock(self._path, thread_local=False)
            try:
                file.acquire(blocking=False)
            except Timeout:
                return False
            self._file = file
        return True

    def _acquire_session(self) -> bool:
        if self._connection is not None:
            return True
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            for keepalive in _KEEPALIVES:
                connection.exec_driver_sql(f"SET {keepalive}")
            taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key})
        except DatabaseLostError:
            connection.close()
            raise
        if not taken:
            connection.close()
            return False
        self._connection = connection
        return True

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.release()
            self._file = None
        if self._connection is not None:
            with suppress(DatabaseLostError):
                self._connection.invalidate()  # the session ends, and its lock with it
            self._connection.close()
            self._connection = None


@contextmanager
def writing_lock(engine: Engine) -> Iterator[Callable[[], None]]:
    """Hold the lock of who brings the library in step: one run at a time among all processes.

    Yields what makes sure that it is still held: where it went with its connection, it is taken again.

    :raises BusyError: another process holds it; so does what is yielded.
    """
    lock = Lock(engine, "writing")

    def hold() -> None:
        if not (lock.is_held() or lock.acquire()):
            raise BusyError(
                "文档库正在更新，请等这一次结束再试 · another indexing run is at work, try again after it"
            )

    hold()
    try:
        yield hold
    finally:
        lock.release()
