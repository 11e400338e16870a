"""Sending: pages as replies, with their marks; and the edits of a message that answers already."""

import logging
from collections.abc import Sequence

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, Forbidden

from bot.messages import Page

_log = logging.getLogger("wenbao.replying")


def marks_of(page: Page) -> list[MessageEntity]:
    """Return a page's marks as Telegram counts them."""
    entities = [MessageEntity(mark.style, mark.start, mark.end - mark.start) for mark in page.marks]
    return list(MessageEntity.adjust_message_entities_to_utf_16(page.text, entities))


def keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Return the rows that hold a button."""
    return InlineKeyboardMarkup([row for row in rows if row])


def topic_of(message: Message) -> int | None:
    """Return the forum topic that a message is in; None elsewhere."""
    return message.message_thread_id if message.is_topic_message else None


async def acknowledge(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a press; one from before a long stop is too old to be answered, and is done all the same."""
    try:
        await query.answer(text, show_alert=alert)
    except BadRequest as error:
        _log.info("a press was not acknowledged: %s", error.message)


async def say(update: Update, text: str, buttons: InlineKeyboardMarkup | None = None) -> None:
    """Reply with a sentence of ours, which is HTML."""
    message = update.effective_message
    if message is not None:
        await message.reply_text(text, parse_mode=ParseMode.HTML, reply_markup=buttons)


async def reply(
    message: Message, pages: Sequence[Page], buttons: InlineKeyboardMarkup | None, *, quote: bool = False
) -> list[int]:
    """Reply with each page, the last one with the buttons; return the ids of the messages.

    In groups, and where `quote` asks for it, the first one quotes the message.
    """
    sent = []
    for number, page in enumerate(pages, 1):
        one = await message.reply_text(
            page.text,
            entities=marks_of(page),
            reply_markup=buttons if number == len(pages) else None,
            do_quote=number == 1 and (quote or message.chat.type != ChatType.PRIVATE),
        )
        sent.append(one.message_id)
    return sent


async def replace(
    message: Message, replies: Sequence[int], pages: Sequence[Page], buttons: InlineKeyboardMarkup | None
) -> list[int]:
    """Put pages in the place of messages that answered before; return the ids of those that answer now."""
    bot, chat = message.get_bot(), message.chat_id
    try:
        for number, (old, page) in enumerate(zip(replies, pages, strict=False), 1):
            await edit(message, old, page, buttons if number == len(pages) else None)
    except (BadRequest, Forbidden) as error:  # deleted, or too old to be edited
        _log.info("an answer is given anew: %s", error.message)
        return await reply(message, pages, buttons, quote=True)
    for surplus in replies[len(pages) :]:
        await bot.delete_message(chat, surplus)
    rest = await reply(message, pages[len(replies) :], buttons)
    return [*replies[: len(pages)], *rest]


async def edit(message: Message, old: int, page: Page, buttons: InlineKeyboardMarkup | None) -> None:
    """Let a message of the same chat show a page; one that shows it already stays."""
    try:
        await message.get_bot().edit_message_text(
            page.text, message.chat_id, old, entities=marks_of(page), reply_markup=buttons
        )
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            raise
