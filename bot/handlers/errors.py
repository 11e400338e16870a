"""What happens when a handler fails: it is logged, and the person is told what to do."""

import logging

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.handlers.access import words_of
from bot.handlers.replying import say

_log = logging.getLogger("wenbao.errors")


async def tell_of_error(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Log the error before anything else can fail, then tell the person; never raise."""
    number = update.update_id if isinstance(update, Update) else "-"
    _log.error("处理消息 %s 时出错 · handling update %s failed", number, number, exc_info=context.error)
    if not isinstance(update, Update) or update.effective_chat is None:
        return
    text = words_of(update).failed
    try:
        if update.callback_query is not None:
            await update.callback_query.answer(text, show_alert=True)
        else:
            await say(update, text)
    except TelegramError as error:
        _log.warning("没能告诉用户出了错 · the person could not be told: %s", error.message)
