"""Telegram's limits, and patience with its failures: the one place that waits and tries again."""

import asyncio
import logging
import time
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter
from telegram.warnings import PTBDeprecationWarning

from bot.metrics import Metrics

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
SECONDS_BETWEEN = 1.0  # messages in one chat
MOST_IN_A_GROUP = 20
GROUP_SECONDS = 60.0
MOST_A_SECOND = 30
SECONDS_BETWEEN_ANY = 1 / 28  # evenly, never in bursts: a kill cuts few calls whose end is not known yet
PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
MOST_OPEN = 2  # calls that Telegram may have taken while it is not written down: a kill makes them come twice
OPEN_SECONDS = 1.0  # a call that takes longer holds nobody up
MARGIN_SECONDS = 0.1  # Telegram's seconds are whole ones
# How often a failed call is made again; any other, that shows a message, until it succeeds.
_RETRIES = {
    "sendChatAction": 0,  # an ornament
    "answerCallbackQuery": 2,  # too late is as good as never
    "answerInlineQuery": 2,
    "getWebhookInfo": 2,
    "setMyCommands": 2,
    "setMyDescription": 2,
    "setMyShortDescription": 2,
    "getFile": 5,
}
_SHOWN = ("send", "edit", "copy", "forward", "delete")  # what these begin with counts as a message


class Account:
    """What waits until it is written down that an update was answered."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []
        self._is_settled = False

    def when_settled(self, call: Callable[[], None]) -> None:
        """Call when the account is settled; at once where it is."""
        if self._is_settled:
            call()
        else:
            self._waiting.append(call)

    def settle(self) -> None:
        """Say that it is written down, or never will be."""
        self._is_settled = True
        for call in self._waiting:
            call()


account: ContextVar[Account | None] = ContextVar("account", default=None)  # of the update that is handled

Result = bool | dict[str, Any] | list[dict[str, Any]]

_log = logging.getLogger("wenbao.limits")


class Window:
    """Lets at most `most` calls end within any `seconds`; those that wait go in the order they came."""

    def __init__(self, most: int, seconds: float) -> None:
        self._places = asyncio.Semaphore(most)
        self._seconds = seconds

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Take a place; it falls free `seconds` after the call has ended."""
        await self._places.acquire()
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(self._seconds, self._release)

    def _release(self) -> None:  # a bound method: the window lives as long as one of its places is taken
        self._places.release()


class Pace:
    """Lets calls begin one after another, `seconds` apart, in the order they came."""

    def __init__(self, seconds: float, begins_at: float = 0.0) -> None:
        self._turn = asyncio.Lock()
        self._seconds = seconds
        self._next = begins_at

    async def turn(self) -> None:
        """Wait until the next call may begin."""
        async with self._turn:
            await asyncio.sleep(self._next - time.monotonic())
            self._next = time.monotonic() + self._seconds


class Open:
    """Lets few calls be under way whose outcome is not written down yet."""

    def __init__(self, most: int, seconds: float) -> None:
        self._places = asyncio.Semaphore(most)
        self._seconds = seconds

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Take a place until the update is known as answered; at once where the call fails or has no update."""
        await self._places.acquire()
        freed = False

        def free() -> None:
            nonlocal freed
            if not freed:
                freed = True
                self._places.release()

        asyncio.get_running_loop().call_later(self._seconds, free)
        mine = account.get()
        try:
            yield
        except BaseException:  # cancelled, too: what was never answered is written down by nobody
            free()
            raise
        if mine is None:
            free()
        else:
            mine.when_settled(free)


class Patience(BaseRateLimiter[None]):
    """Keeps the limits in each chat and in all, waits as long as Telegram asks, and tries again what failed."""

    def __init__(
        self, metrics: Metrics | None = None, pauses_seconds: tuple[float, ...] = PAUSES_SECONDS
    ) -> None:
        self._metrics = metrics or Metrics()
        self._pauses_seconds = pauses_seconds
        self._all = Window(MOST_A_SECOND, 1.0)
        self._open = Open(MOST_OPEN, OPEN_SECONDS)
        # A worker that was killed a moment ago may have shown something in any chat.
        self._pace = Pace(SECONDS_BETWEEN_ANY, time.monotonic() + SECONDS_BETWEEN)
        self._chats: WeakValueDictionary[object, Window] = WeakValueDictionary()
        self._groups: WeakValueDictionary[object, Window] = WeakValueDictionary()

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Result:
        """Make a call within the limits, again and again while the network or Telegram fails."""
        shown = endpoint.startswith(_SHOWN) and endpoint != "sendChatAction"
        async with self._places(data.get("chat_id") if shown else None):
            for attempt in count():
                try:
                    async with AsyncExitStack() as stack:
                        if shown:
                            await stack.enter_async_context(self._all.place())
                            await self._pace.turn()
                            await stack.enter_async_context(self._open.place())
                        call = callback(*args, **kwargs)
                        result = await (_to_its_end(call) if shown else call)
                        self._metrics.calls.labels(endpoint, "done").inc()
                        return result
                except BadRequest:
                    self._metrics.calls.labels(endpoint, "refused").inc()
                    raise
                except (RetryAfter, NetworkError) as error:
                    self._metrics.calls.labels(endpoint, type(error).__name__).inc()
                    if attempt >= _RETRIES.get(endpoint, attempt + 1):
                        raise
                    await asyncio.sleep(self._pause(endpoint, attempt, error))
        raise AssertionError("count() has no end")

    def _pause(self, endpoint: str, attempt: int, error: RetryAfter | NetworkError) -> float:
        pause = self._pauses_seconds[min(attempt, len(self._pauses_seconds) - 1)]
        if isinstance(error, RetryAfter):
            pause = patience_of(error)
        _log.warning(
            "Telegram 没有接受 %s（%s），%g 秒后再试；一直这样就请检查网络和 TELEGRAM_API_BASE · "
            "cannot reach Telegram, trying again",
            endpoint,
            error.message,
            pause,
        )
        return pause

    @asynccontextmanager
    async def _places(self, chat: object) -> AsyncIterator[None]:
        if chat is None:
            yield
            return
        # Held here as long as they are needed, and by the calls that wait; then they are forgotten.
        window = self._chats.setdefault(chat, Window(1, SECONDS_BETWEEN))
        async with AsyncExitStack() as stack:
            if _is_group(chat):
                group = self._groups.setdefault(chat, Window(MOST_IN_A_GROUP, GROUP_SECONDS))
                await stack.enter_async_context(group.place())
            await stack.enter_async_context(window.place())
            yield


async def _to_its_end(call: Coroutine[Any, Any, Result]) -> Result:
    """Finish a call though it is cancelled once: Telegram may have taken it, and it would be made again."""
    made = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(made)
    except asyncio.CancelledError:
        if made.cancelled():
            raise
        return await made


def _is_group(chat: object) -> bool:
    return isinstance(chat, int) and chat < 0  # -1001234: a group, a supergroup or a channel


def patience_of(error: RetryAfter) -> float:
    """Return for how many seconds Telegram asks to wait."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)  # it is to become a timedelta, and may be one
        asked = error.retry_after
    return (asked if isinstance(asked, int) else asked.total_seconds()) + MARGIN_SECONDS
