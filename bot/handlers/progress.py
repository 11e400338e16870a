"""A message that tells how far a run is."""

import asyncio
import logging
import time
from collections.abc import Callable

from telegram import InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

EDIT_SECONDS = 2.0  # at least, between two edits of the progress message

_log = logging.getLogger("wenbao.progress")


class ProgressMessage:
    """A message edited at most every two seconds; what comes sooner is left out, except the last."""

    def __init__(self, message: Message, text: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._message = message
        self._text = text
        self._clock = clock
        self._edited = clock()

    async def show(self, text: str) -> None:
        """Edit the message, unless it was edited a moment ago."""
        if self._clock() - self._edited >= EDIT_SECONDS:
            await self._edit(text)

    async def finish(self, text: str, buttons: InlineKeyboardMarkup | None = None) -> None:
        """Edit the message for the last time; send a new one where it is gone."""
        await asyncio.sleep(max(0.0, EDIT_SECONDS - (self._clock() - self._edited)))
        if not await self._edit(text, buttons):
            await self._message.chat.send_message(text, parse_mode=ParseMode.HTML, reply_markup=buttons)

    async def _edit(self, text: str, buttons: InlineKeyboardMarkup | None = None) -> bool:
        """Say whether the message now shows the text."""
        if text == self._text:
            return True
        try:
            await self._message.edit_text(text, parse_mode=ParseMode.HTML, reply_markup=buttons)
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                _log.info("progress message: %s", error.message)
                return False
        finally:
            self._edited = self._clock()
        self._text = text
        return True
