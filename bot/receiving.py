"""From Telegram to the handlers: an update is kept, waits in its chat's lane, is handled, and is forgotten.

Telegram sends a chat's updates one after another: when the second comes, the first is in the inbox, whichever worker
holds it. So a worker can wait for the others' answers, and a chat keeps its order among several.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar

from telegram import Message, Update
from telegram.constants import MessageEntityType
from telegram.ext import Application

from bot.handlers.limits import SECONDS_BETWEEN_ANY, Account, Pace, account
from bot.inbox import Inbox, Received
from bot.lanes import HasTurn, Lanes, at_once
from bot.metrics import Metrics
from config.logs import current_update
from embeddings.errors import LibraryError

UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
)  # what the handlers take
MOST_WAITING = 50  # of one person; what comes on top is not answered
MOST_AT_ONCE = 500  # numbers in one statement
# The longest that one update of another worker holds those behind it up: longer than a dead one's is held.
TURN_PATIENCE_SECONDS = 60.0
KEEPING_PAUSE_SECONDS = 2.0  # while the database takes nothing
_IN_ORDER = ("/ask", "/new", "/forget")  # commands that wait for the questions before them

_log = logging.getLogger("wenbao.receiving")
_Result = TypeVar("_Result")


class Receiving:
    """Takes updates in, however they come, and has each handled once."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        inbox: Inbox,
        lanes: Lanes,
        threads: Executor,
        refuse: Callable[[Update], Awaitable[None]],
        metrics: Metrics,
        *,
        shared: bool,
    ) -> None:
        self._application = application
        self._inbox = inbox
        self._lanes = lanes
        self._threads = threads
        self._refuse = refuse  # called once for a person with too many questions waiting
        self._metrics = metrics
        self._shared = shared  # other workers receive beside this one
        self._waiting: Counter[int] = Counter()
        self._answered: list[int] = []  # what the inbox does not know yet
        # No faster than answers can be sent: what is begun ahead only keeps the others from being written down.
        self._pace = Pace(SECONDS_BETWEEN_ANY)
        self._accounts: dict[int, Account] = {}
        self._crossing_off: asyncio.Task[None] | None = None

    async def receive(self, contents: Sequence[dict[str, Any]]) -> None:
        """Keep updates and have the new ones handled; when this returns, Telegram may forget them.

        :raises LibraryError: the database takes nothing; nothing is kept.
        """
        received = [Received(content["update_id"], content) for content in contents]
        fresh = await self._in_thread(self._inbox.keep, received)
        self._metrics.received.inc(len(fresh))
        self._metrics.repeated.inc(len(received) - len(fresh))
        await self._handle_all(fresh)

    async def take_over(self, *, alone: bool = False) -> None:
        """Say that this worker lives, and handle what one that is gone has left; `alone`, no other receives.

        :raises LibraryError: the database takes nothing.
        """
        await self._in_thread(self._inbox.hold)
        left = await self._in_thread(lambda: self._inbox.take_over(alone=alone))
        if left:
            _log.info("接着回答留下的 %d 条消息 · answering what was left", len(left))
            self._metrics.taken_over.inc(len(left))
        await self._handle_all(left)

    async def hold(self) -> None:
        """Say that this worker lives.

        :raises LibraryError: the database takes nothing.
        """
        await self._in_thread(self._inbox.hold)

    async def others_answer(self) -> bool:
        """Say whether another worker holds something that waits.

        :raises LibraryError: the database cannot be asked.
        """
        return await self._in_thread(self._inbox.others_answer)

    def waiting(self) -> int:
        """Count what is not answered yet."""
        return self._waiting.total()

    async def close(self) -> None:
        """Start nothing more, wait for what runs, and leave the rest to the next worker."""
        await self._lanes.close()
        if self._crossing_off is not None:
            await self._crossing_off
        await self.release()

    async def release(self) -> None:
        """Leave what is not answered to the next worker."""
        self._lanes.cancel()
        try:
            await self._in_thread(self._inbox.release)
        except LibraryError as error:
            _log.error("%s", error)

    async def _handle_all(self, received: Sequence[Received]) -> None:
        for one in received:
            self._handle(one)
            # A hundred at once would keep Telegram's answers waiting to be written down.
            await asyncio.sleep(0)

    def _handle(self, received: Received) -> None:
        update = Update.de_json(received.content, self._application.bot)
        person = update.effective_user.id if update.effective_user else 0
        lane = _lane(update)
        waiting = self._waiting[person]
        self._waiting[person] += 1
        received_at = time.monotonic()

        async def run() -> None:
            current_update.set(received.update_id)  # each job is a task, with a context of its own
            account.set(self._accounts.setdefault(update.update_id, Account()))
            try:
                if lane is not None:
                    await self._pace.turn()
                _log.debug("轮到 · its turn", extra={"fields": {"waited_seconds": _since(received_at)}})
                if lane is None or waiting < MOST_WAITING:
                    await self._application.process_update(update)
                elif waiting == MOST_WAITING:
                    await self._refuse(update)
                self._metrics.handled.inc()
                self._metrics.replying.observe(time.monotonic() - received_at)
                self._cross_off(update.update_id)
            except BaseException:  # cancelled at a stop, too: it is never crossed off, and holds no call up
                self._settle([update.update_id])
                raise
            finally:
                self._waiting[person] -= 1
                if not self._waiting[person]:
                    del self._waiting[person]

        place = lane if waiting < MOST_WAITING else None  # too many are refused at once
        self._lanes.add(place, run, received.update_id, self._turn_of(received.update_id, place))

    def _turn_of(self, update_id: int, lane: Hashable) -> HasTurn:
        """Return what says whether an update's turn has come: not while another worker holds one before it."""
        if not self._shared or not isinstance(lane, int):
            return at_once
        first, since = 0, time.monotonic()

        async def has_come() -> bool:
            nonlocal first, since
            try:
                held = await self._in_thread(self._inbox.held_before, update_id, lane)
            except LibraryError:
                return False  # nor could it be answered
            before = [one.update_id for one in held if self._lane_of(one) == lane]
            if before[:1] != [first]:
                first, since = before[0] if before else 0, time.monotonic()
            return not before or time.monotonic() - since > TURN_PATIENCE_SECONDS

        return has_come

    def _lane_of(self, received: Received) -> Hashable | None:
        return _lane(Update.de_json(received.content, self._application.bot))

    def _cross_off(self, update_id: int) -> None:
        """Have an update forgotten as soon as can be: a kill before would have it answered twice."""
        self._answered.append(update_id)
        if self._crossing_off is None or self._crossing_off.done():
            self._crossing_off = asyncio.create_task(self._cross_off_all())

    async def _cross_off_all(self) -> None:
        """Forget what was answered, all that came together in one transaction."""
        while self._answered:
            numbers, self._answered = self._answered[:MOST_AT_ONCE], self._answered[MOST_AT_ONCE:]
            try:
                await self._in_thread(self._inbox.done, numbers)
            except LibraryError as error:
                _log.error("%s", error)
                self._answered += numbers
                await asyncio.sleep(KEEPING_PAUSE_SECONDS)
            else:
                self._settle(numbers)

    def _settle(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if number in self._accounts:
                self._accounts.pop(number).settle()

    async def _in_thread(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 3)


def _lane(update: Update) -> Hashable | None:
    """Return in whose order an update is handled; None: at once.

    Questions keep the order of their chat, presses that of their message. A command is answered also
    while a question waits, and a run on the library takes minutes.
    """
    query = update.callback_query
    if query is not None and query.message is not None:
        return query.message.chat.id, query.message.message_id
    message = update.message or update.edited_message
    return message.chat_id if message is not None and _is_asked(message) else None


def _is_asked(message: Message) -> bool:
    command = next(iter(message.parse_entities([MessageEntityType.BOT_COMMAND]).values()), None)
    if command is not None and (message.text or "").startswith(command):
        return command.partition("@")[0].lower() in _IN_ORDER
    return message.document is None
