"""Documents sent to the bot: an admin's is added, a reader's goes to the admins, who take it or not."""

import logging
from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, Forbidden
from telegram.ext import ContextTypes

from bot.handlers.access import Access, library_words_of
from bot.handlers.buttons import button
from bot.handlers.replying import acknowledge, keyboard
from bot.handlers.updating import Updating, clean_name
from bot.library_words import ZH

TAKE, LEAVE = "take", "leave"

_log = logging.getLogger("wenbao.giving")


@dataclass(frozen=True, slots=True)
class Giving:
    """Takes documents in."""

    access: Access
    updating: Updating

    async def document(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Add an admin's document; hand a reader's to the admins."""
        message, words = update.message, library_words_of(update)
        assert message is not None and message.document is not None
        name = clean_name(message.document.file_name or message.document.file_unique_id)
        if (message.document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            await message.reply_text(words.add_too_large.format(name=name))
        elif self.access.is_admin(update):
            await self.updating.add(update, message, name)
        elif await self._hand_over(message, name):
            await message.reply_text(words.handed_over.format(name=name))
        else:
            await message.reply_text(words.add_admin_only)

    async def _hand_over(self, message: Message, name: str) -> bool:
        assert message.document is not None
        row = [button(ZH.take_button, TAKE), button(ZH.leave_button, LEAVE)]
        reached = False
        for admin in sorted(self.access.admin_ids):
            try:
                await message.get_bot().send_document(
                    admin, message.document.file_id, caption=message.caption, reply_markup=keyboard(row)
                )
                reached = True
            except (BadRequest, Forbidden) as error:
                _log.info("管理员 %d 收不到 · an admin cannot be reached: %s", admin, error.message)
        return reached

    async def take(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Add the document above the button."""
        query = update.callback_query
        assert query is not None
        if await self.access.refuse_others(update):
            return
        await acknowledge(query)
        message = query.message
        if isinstance(message, Message) and message.document is not None:
            await message.edit_reply_markup(None)
            name = clean_name(message.document.file_name or message.document.file_unique_id)
            await self.updating.add(update, message, name)

    async def leave(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Take the buttons away."""
        query = update.callback_query
        assert query is not None
        if not await self.access.refuse_others(update):
            await acknowledge(query, library_words_of(update).left_out)
            await query.edit_message_reply_markup(None)
