"""Telegram's limits, and patience with its failures: the one place that waits and tries again."""

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
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
PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
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


class Patience(BaseRateLimiter[None]):
    """Keeps the limits in each chat and in all, waits as long as Telegram asks, and tries again what failed."""

    def __init__(
        self, metrics: Metrics | None = None, pauses_seconds: tuple[float, ...] = PAUSES_SECONDS
    ) -> None:
        self._metrics = metrics or Metrics()
        self._pauses_seconds = pauses_seconds
        self._all = Window(MOST_A_SECOND, 1.0)
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
                        result = await callback(*args, **kwargs)
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


def _is_group(chat: object) -> bool:
    return isinstance(chat, int) and chat < 0  # -1001234: a group, a supergroup or a channel


def patience_of(error: RetryAfter) -> float:
    """Return for how many seconds Telegram asks to wait."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)  # it is to become a timedelta, and may be one
        asked = error.retry_after
    return (asked if isinstance(asked, int) else asked.total_seconds()) + MARGIN_SECONDS
