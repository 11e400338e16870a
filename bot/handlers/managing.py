"""What is said about the bot itself: /start, /help, /about, the command lists, and what to do instead."""

import logging
from dataclasses import dataclass

from telegram import Bot, BotCommandScopeChat, BotCommandScopeDefault, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.handlers.access import Access, words_of
from bot.handlers.replying import acknowledge, say
from bot.words import EN, ZH

_log = logging.getLogger("wenbao.managing")


@dataclass(frozen=True, slots=True)
class Managing:
    """The commands about the bot."""

    access: Access

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say how to ask; to admins also how to manage."""
        words = words_of(update)
        await say(update, words.help + (words.admin_help if self.access.is_admin(update) else ""))

    async def about(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the bot is."""
        await say(update, words_of(update).about)

    async def only_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for text where something else was sent."""
        await say(update, words_of(update).only_text)

    async def unknown_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Name the way out of a command that does not exist."""
        await say(update, words_of(update).unknown_command)

    async def old_button(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a button whose meaning is gone."""
        assert update.callback_query is not None
        await acknowledge(update.callback_query, words_of(update).forgotten, alert=True)

    async def too_many(self, update: Update) -> None:
        """Tell a person whose questions fill his share that the rest is left."""
        await say(update, words_of(update).too_many)


async def introduce(bot: Bot, admin_ids: frozenset[int]) -> None:
    """Set the commands and the description that Telegram shows, in both languages; a failure is only logged."""
    try:
        for words, language in ((ZH, None), (EN, "en")):
            await bot.set_my_commands(words.commands, BotCommandScopeDefault(), language_code=language)
            await bot.set_my_description(words.description, language_code=language)
            await bot.set_my_short_description(words.short_description, language_code=language)
        for admin_id in sorted(admin_ids):
            await register_admin_commands(bot, admin_id)
    except TelegramError as error:
        _log.warning("没能登记命令和介绍 · commands and description were not set: %s", error.message)


async def register_admin_commands(bot: Bot, chat_id: int) -> None:
    """Show the admins' commands in an admin's chat; one who never wrote to the bot has none yet."""
    scope = BotCommandScopeChat(chat_id)
    try:
        await bot.set_my_commands((*ZH.commands, *ZH.admin_commands), scope)
        await bot.set_my_commands((*EN.commands, *EN.admin_commands), scope, language_code="en")
    except (BadRequest, Forbidden) as error:
        _log.info(
            "管理员 %d 还没有和机器人说过话 · has not written to the bot yet: %s", chat_id, error.message
        )
