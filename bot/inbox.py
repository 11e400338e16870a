"""The inbox: an update is written here before Telegram hears that it came, and its content goes when it is answered.

A worker holds what it works on for a while, again and again; what a dead one held is taken over. When the
database was away for long, nobody could hold anything: then the living get time to say so first.
"""

import time
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
    Index,
    MetaData,
    Table,
    Text,
    cast,
    delete,
    func,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from embeddings.locks import Lock
from embeddings.schema import changing, open_engine, prepare

HELD_SECONDS = 20.0  # a worker that says nothing for so long is taken for dead
GRACE_SECONDS = 15.0  # after the database was away: longer than any living worker takes to hold on again
KNOWN_HOURS = 48  # Telegram sends an update again for a day
_RELEASED = datetime(2000, 1, 1, tzinfo=UTC)  # in place of a time: nobody holds it
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
Index(
    "inbox_waiting",
    _INBOX.c.worker,
    postgresql_where=_INBOX.c.content.is_not(None),
    sqlite_where=_INBOX.c.content.is_not(None),
)
TABLES = (_INBOX,)


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
        self._sqlite = self._engine.dialect.name == "sqlite"
        self._reached_since: float | None = None  # monotonic; None: the last try to hold failed

    def receiving_lock(self, bot_id: int) -> Lock:
        """Return the lock of the one worker that asks Telegram for a bot's updates."""
        return Lock(self._engine, f"receiving-{bot_id}")

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
        insert = sqlite.insert if self._sqlite else postgresql.insert
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
        """Say that this worker lives.

        :raises LibraryError: the database cannot be written; nothing is taken over until it could for a while.
        """
        reached_since, self._reached_since = self._reached_since, None
        with changing(self._engine, alone=False) as connection:
            mine = update(_INBOX).where(self._waiting_here()).values(self._mine(datetime.now(UTC)))
            connection.execute(mine)
        self._reached_since = time.monotonic() if reached_since is None else reached_since

    def take_over(self, *, alone: bool = False) -> list[Received]:
        """Take what a worker that is gone has left, oldest first; `alone`, all that waits was left."""
        left: ColumnElement[bool] = _INBOX.c.content.is_not(None)
        now = datetime.now(UTC)
        if not (alone and self._sqlite):
            left &= _INBOX.c.held_until < (now if self._may_judge() else _RELEASED + timedelta(days=1))
        taken = update(_INBOX).where(left).values(self._mine(now))
        with changing(self._engine, alone=False) as connection:
            rows = connection.execute(taken.returning(_INBOX.c.update_id, _INBOX.c.content)).all()
        return sorted((Received(*row) for row in rows), key=lambda one: one.update_id)

    def release(self) -> None:
        """Leave what is not answered to the next worker."""
        with changing(self._engine, alone=False) as connection:
            connection.execute(update(_INBOX).where(self._waiting_here()).values(held_until=_RELEASED))

    def forget_known(self) -> None:
        """Forget the numbers that Telegram will not send again."""
        old = _INBOX.c.received_at < datetime.now(UTC) - timedelta(hours=KNOWN_HOURS)
        with changing(self._engine, alone=False) as connection:
            connection.execute(delete(_INBOX).where(_INBOX.c.content.is_(None) & old))

    def others_answer(self) -> bool:
        """Say whether another worker, alive or not known to be dead yet, holds something that waits."""
        theirs = select(_INBOX.c.update_id).where(
            _INBOX.c.content.is_not(None), _INBOX.c.worker != self._worker
        )
        with self._engine.connect() as connection:
            return connection.execute(theirs.limit(1)).first() is not None

    def held_before(self, update_id: int, chat_id: int) -> list[Received]:
        """Return what another worker holds of a chat's messages that came before an update, oldest first."""
        content = _INBOX.c.content
        chats = (content[(kind, "chat", "id")].as_string() for kind in ("message", "edited_message"))
        held = (
            select(_INBOX.c.update_id, content)
            .where(content.is_not(None), _INBOX.c.worker != self._worker, _INBOX.c.update_id < update_id)
            .where(cast(func.coalesce(*chats), BigInteger) == chat_id)
            .order_by(_INBOX.c.update_id)
        )
        with self._engine.connect() as connection:
            return [Received(*row) for row in connection.execute(held)]

    def _may_judge(self) -> bool:
        """Say whether who lives has had the time to hold on."""
        since = self._reached_since
        return since is not None and time.monotonic() - since >= GRACE_SECONDS

    def _mine(self, now: datetime) -> dict[str, object]:
        return {"worker": self._worker, "held_until": now + timedelta(seconds=HELD_SECONDS)}

    def _waiting_here(self) -> ColumnElement[bool]:
        return (_INBOX.c.worker == self._worker) & _INBOX.c.content.is_not(None)
