"""Polling: one of the workers that share a database and a token asks for updates, the others wait their turn."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.handlers.limits import PAUSES_SECONDS, patience_of
from bot.receiving import UPDATES, Receiving
from embeddings.errors import LibraryError
from embeddings.locks import Lock

POLL_SECONDS = 30
TURN_SECONDS = 1.0  # between two tries to take the lock
RETURN_SECONDS = 5.0  # after the database was away: who had the turn still answers, and is to have it again
HELD_LOOK_SECONDS = 2.0  # between two looks whether it is still held
CONFLICT_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
# Until what a killed worker held is free, so that its chats' next questions are not answered before.
SETTLING_SECONDS = 40.0
SETTLING_LOOK_SECONDS = 0.5
UNDISTURBED_SECONDS = 90.0  # after which the next conflict is a new one

_log = logging.getLogger("wenbao.polling")
_Result = TypeVar("_Result")


class Polling:
    """Asks for updates while the lock is held."""

    def __init__(self, bot: Bot, receiving: Receiving, lock: Lock, threads: Executor) -> None:
        self._bot = bot
        self._receiving = receiving
        self._lock = lock
        self._threads = threads
        self._lost = asyncio.Event()
        self.has_turn = self._had_turn = False
        self._conflicts = 0
        self._conflict_at = 0.0  # monotonic

    async def run(self) -> None:
        """Wait for the turn and poll, for ever.

        :raises InvalidToken: the token was refused.
        """
        while True:
            await self._wait_for_turn()
            self.has_turn = True
            watching = asyncio.create_task(self._watch_lock())
            try:
                await self._settle()
                await self._poll()
            finally:
                self.has_turn = False
                watching.cancel()
            _log.warning(
                "接收消息的锁随数据库连接丢了，重新等 · the lock went with the connection, waiting anew"
            )

    async def begin_alone(self) -> None:
        """Take the turn without polling, if it is free, and what is left with it: for a webhook.

        :raises LibraryError: the database takes nothing.
        """
        await self._receiving.take_over(alone=await self._in_thread(self._lock.acquire))

    async def close(self) -> None:
        """Leave the turn to another worker."""
        await self._in_thread(self._lock.release)

    async def _wait_for_turn(self) -> None:
        told: str | None = None
        while True:
            pause = TURN_SECONDS
            try:
                if await self._in_thread(self._lock.acquire):
                    self._lost.clear()
                    self._had_turn = True
                    return
                self._had_turn = False
                text = "另一个进程在接收消息，等着接手 · another worker receives messages, waiting its turn"
            except LibraryError as error:
                text = str(error)
                pause = TURN_SECONDS if self._had_turn else RETURN_SECONDS
            if text != told:
                told = text
                _log.info("%s", text)
            await asyncio.sleep(pause)

    async def _settle(self) -> None:
        """Take what the one before has left, or let it finish, before anything new is asked for."""
        until = time.monotonic() + SETTLING_SECONDS
        while not self._lost.is_set():
            try:
                await self._receiving.take_over(alone=True)
                if not await self._receiving.others_answer() or time.monotonic() > until:
                    return
            except LibraryError as error:
                _log.info("%s", error)
            await self._pause(SETTLING_LOOK_SECONDS)

    async def _watch_lock(self) -> None:
        while await self._in_thread(self._lock.is_held):
            await asyncio.sleep(HELD_LOOK_SECONDS)
        self._lost.set()

    async def _poll(self) -> None:
        """Ask for updates until the lock is lost; one is confirmed only by the call after it was kept."""
        _log.info("@%s 开始接收消息 · is receiving messages", self._bot.username)
        offset, failures, webhook_gone = 0, 0, False
        while not self._lost.is_set():
            try:
                if not webhook_gone:
                    webhook_gone = await self._bot.delete_webhook()
                updates = await self._ask(offset)
                await self._receiving.receive([update.to_dict() for update in updates])
            except InvalidToken:
                raise
            except (TelegramError, LibraryError) as error:
                await self._pause(self._patience(error, failures))
                failures += 1
            else:
                failures = 0
                offset = updates[-1].update_id + 1 if updates else offset

    async def _ask(self, offset: int) -> Sequence[Update]:
        """Return updates; none where the lock is lost meanwhile. What has come is never dropped on the way."""
        call = self._bot.get_updates(offset=offset, timeout=POLL_SECONDS, allowed_updates=UPDATES)
        asking, losing = asyncio.ensure_future(call), asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait((asking, losing), return_when=asyncio.FIRST_COMPLETED)
            return await asking if asking.done() else ()
        finally:
            for task in (asking, losing):
                task.cancel()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._lost.wait(), seconds)
        except TimeoutError:
            return

    def _patience(self, error: TelegramError | LibraryError, failures: int) -> float:
        pause = PAUSES_SECONDS[min(failures, len(PAUSES_SECONDS) - 1)]
        if isinstance(error, LibraryError):
            _log.error("消息没有记下，Telegram 会再送来 · updates were not kept, they come again: %s", error)
        elif isinstance(error, Conflict):
            pause = self._patience_of_conflict(error)
        elif isinstance(error, RetryAfter):
            pause = patience_of(error)
            _log.warning("Telegram 要等 %g 秒 · asks for patience", pause)
        elif isinstance(error, NetworkError):
            _log.warning("接收消息出错，会自动再试 · polling failed, trying again: %s", error.message)
        else:
            _log.error("Telegram 不给消息 · gives no updates: %s", error.message)
        return pause

    def _patience_of_conflict(self, error: Conflict) -> float:
        """Give way to a worker of another database longer each time, until it leaves."""
        now = time.monotonic()
        if now - self._conflict_at > UNDISTURBED_SECONDS:
            self._conflicts = 0
        self._conflict_at = now
        pause = CONFLICT_PAUSES_SECONDS[min(self._conflicts, len(CONFLICT_PAUSES_SECONDS) - 1)]
        self._conflicts += 1
        _log.log(
            logging.ERROR if self._conflicts == 1 else logging.INFO,
            "别处有进程用同一个令牌接收消息，%g 秒后再试；它不用这个数据库，请只留一个（%s） · "
            "a worker elsewhere polls with the same token: leave only one running",
            pause,
            error.message,
        )
        return pause

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
