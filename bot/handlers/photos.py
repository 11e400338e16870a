"""Photos without words: what stands in them is read where the extra `ocr` is installed, and asked."""

import logging
from dataclasses import dataclass

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.handlers.access import words_of
from bot.handlers.asking import Asking, typing
from bot.handlers.replying import say, topic_of
from bot.handlers.threads import Threads
from embeddings.documents.child import Limits, Reading
from embeddings.documents.ocr import has_ocr
from embeddings.errors import DocumentError

_log = logging.getLogger("wenbao.photos")


@dataclass(frozen=True, slots=True)
class Photos:
    """Reads photos as documents are read: in a child process, within their limits."""

    asking: Asking
    limits: Limits
    threads: Threads  # others than those that answer

    async def photo(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask what stands in a photo; say so where nothing does, or where photos are not read."""
        message, words = update.message, words_of(update)
        assert message is not None
        if not has_ocr():
            await say(update, words.only_text)
            return
        async with typing(message.get_bot(), message.chat_id, topic_of(message)):
            text = await self._text(message)
        if text:
            await self.asking.ask(update, text, repeated=True)
        else:
            await say(update, words.photo_without_text)

    async def _text(self, message: Message) -> str:
        try:
            download = await message.photo[-1].get_file()  # the largest
            content = bytes(await download.download_as_bytearray())
        except TelegramError as error:
            _log.warning("没能下载照片 · a photo was not downloaded: %s", error.message)
            return ""
        return await self.threads.run(self._read, content)

    def _read(self, content: bytes) -> str:
        try:
            with Reading(self.limits) as reading:
                return "\n".join(block.text for block in reading.read("photo.jpg", content)).strip()
        except DocumentError as error:
            _log.info("%s", error)
            return ""
