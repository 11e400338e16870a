"""The inbox: an update is written here before Telegram hears that it came, and its content goes when it is answered.

A worker holds what it works on for a while, again and again; what a dead one held is taken over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    MetaData,
    Table,
    Text,
    delete,
    null,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from embeddings.schema import changing, open_engine, prepare

HELD_SECONDS = 20.0  # a worker that says nothing for so long is taken for dead
KNOWN_HOURS = 48  # Telegram sends an update again for a day
_METADATA = MetaData()
_INBOX = Table(
    "inbox",
    _METADATA,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("content", JSON(none_as_null=True)),  # None: answered; the number stays to be known again
    Column("worker", Text, nullable=False),
    Column("held_until", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came, to be answered."""

    update_id: int
    content: dict[str, Any]


class Inbox:
    """The table of updates that wait, in the library's database; safe to call from many threads."""

    def __init__(self, database_url: str) -> None:
        self._engine = open_engine(database_url)
        prepare(self._engine)
        self._worker = uuid4().hex
        # A file of SQLite has one worker: what lies there when it starts was left by one that is gone.
        self._alone = self._engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def keep(self, received: Sequence[Received]) -> list[Received]:
        """Write updates down, all or none; return those that no worker has seen before, in their order.

        :raises LibraryError: the database cannot be written.
        """
        if not received:
            return []
        now = datetime.now(UTC)
        rows = [
            {"update_id": one.update_id, "content": one.content, "received_at": now, **self._mine(now)}
            for one in received
        ]
        insert = sqlite.insert if self._alone else postgresql.insert
        unseen = insert(_INBOX).values(rows).on_conflict_do_nothing().returning(_INBOX.c.update_id)
        with changing(self._engine, alone=False) as connection:
            fresh = set(connection.scalars(unseen))
        return [one for one in received if one.update_id in fresh]

    def done(self, update_ids: Sequence[int]) -> None:
        """Forget the contents of updates that were answered."""
        answered = update(_INBOX).where(_INBOX.c.update_id.in_(update_ids)).values(content=null())
        with changing(self._engine, alone=False) as connection:
            connection.execute(answered)

    def hold(self) -> None:
        """Say that this worker lives, and forget the numbers that Telegram will not send again."""
        now = datetime.now(UTC)
        old = _INBOX.c.content.is_(None) & (_INBOX.c.received_at < now - timedelta(hours=KNOWN_HOURS))
        with changing(self._engine, alone=False) as connection:
            connection.execute(update(_INBOX).where(self._waiting_here()).values(self._mine(now)))
            connection.execute(delete(_INBOX).where(old))

    def take_over(self, *, starting: bool = False) -> list[Received]:
        """Take what a worker that is gone has left, oldest first."""
        now = datetime.now(UTC)
        left: ColumnElement[bool] = _INBOX.c.content.is_not(None)
        if not (starting and self._alone):
            left &= _INBOX.c.held_until < now
        taken = update(_INBOX).where(left).values(self._mine(now))
        with changing(self._engine, alone=False) as connection:
            rows = connection.execute(taken.returning(_INBOX.c.update_id, _INBOX.c.content)).all()
        return sorted((Received(*row) for row in rows), key=lambda one: one.update_id)

    def release(self) -> None:
        """Leave what is not answered to the next worker."""
        gone = datetime.now(UTC) - timedelta(seconds=1)
        with changing(self._engine, alone=False) as connection:
            connection.execute(update(_INBOX).where(self._waiting_here()).values(held_until=gone))

    def _mine(self, now: datetime) -> dict[str, object]:
        return {"worker": self._worker, "held_until": now + timedelta(seconds=HELD_SECONDS)}

    def _waiting_here(self) -> ColumnElement[bool]:
        return (_INBOX.c.worker == self._worker) & _INBOX.c.content.is_not(None)
