"""What is said about the bot itself, and what admins do: /start, /help, /about, /reindex, the command lists."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from telegram import Bot, BotCommandScopeChat, BotCommandScopeDefault, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, Forbidden
from telegram.ext import ContextTypes

from bot.answering import Answering
from bot.handlers.access import Access, words_of
from bot.reindexing import Reindexing, ReindexingError, ReindexingStopped
from bot.reports import render_progress, render_report
from bot.words import EN, ZH, Words
from embeddings.errors import BusyError
from embeddings.indexing import Report

EDIT_SECONDS = 2.0  # at least, between two edits of the progress message

_log = logging.getLogger("wenbao.managing")


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

    async def finish(self, text: str) -> None:
        """Edit the message for the last time; send a new one where it is gone."""
        await asyncio.sleep(max(0.0, EDIT_SECONDS - (self._clock() - self._edited)))
        if not await self._edit(text):
            await self._message.chat.send_message(text, parse_mode=ParseMode.HTML)

    async def _edit(self, text: str) -> bool:
        """Say whether the message now shows the text."""
        if text == self._text:
            return True
        try:
            await self._message.edit_text(text, parse_mode=ParseMode.HTML)
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                _log.info("progress message: %s", error.message)
                return False
        finally:
            self._edited = self._clock()
        self._text = text
        return True


@dataclass(frozen=True, slots=True)
class Managing:
    """The commands about the bot and its library."""

    access: Access
    answering: Answering
    reindexing: Reindexing
    threads: Executor

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet; an admin who writes for the first time gets the admins' command list too."""
        await self._say(update, words_of(update).start)
        chat = update.effective_chat
        if self.access.is_admin(update) and chat is not None and chat.type == ChatType.PRIVATE:
            await register_admin_commands(context.bot, chat.id)

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say how to ask; to admins also how to manage."""
        words = words_of(update)
        await self._say(update, words.help + (words.admin_help if self.access.is_admin(update) else ""))

    async def about(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the bot is."""
        await self._say(update, words_of(update).about)

    async def only_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for text where something else was sent."""
        await self._say(update, words_of(update).only_text)

    async def unknown_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Name the way out of a command that does not exist."""
        await self._say(update, words_of(update).unknown_command)

    async def _say(self, update: Update, text: str) -> None:
        assert update.message is not None
        await update.message.reply_text(text, parse_mode=ParseMode.HTML)

    async def reindex(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Bring the library in step, for admins, and tell how far it is and how it ended."""
        words = words_of(update)
        arguments = [argument.lower() for argument in context.args or ()]
        if not self.access.is_admin(update):
            await self._say(update, words.admin_only)
        elif arguments not in ([], ["full"]):
            await self._say(update, words.reindex_usage)
        elif self.reindexing.running:
            await self._say(update, words.reindex_busy)
        else:
            await self._reindex(update, words, full=bool(arguments))

    async def _reindex(self, update: Update, words: Words, *, full: bool) -> None:
        assert update.message is not None
        message = await update.message.reply_text(words.reindex_started)
        progress = ProgressMessage(message, words.reindex_started)
        try:
            async for step in self.reindexing.run(full=full):
                if isinstance(step, Report):
                    await asyncio.get_running_loop().run_in_executor(self.threads, self.answering.refresh)
                    log_report(step)
                    await progress.finish(render_report(step, words))
                else:
                    await progress.show(render_progress(step, words))
        except BusyError:
            await progress.finish(words.reindex_busy)
        except ReindexingStopped:
            _log.warning("更新文档库中断：机器人正在停止 · re-indexing interrupted by the stop")
            await message.edit_text(words.reindex_stopped)
        except ReindexingError as error:
            _log.error("%s", error)
            await progress.finish(words.reindex_failed)


def log_report(report: Report) -> None:
    """Log how a re-indexing ended, naming every file skipped."""
    _log.info(
        "文档库已更新：第 %d 代，%d 份文档，%d 个段落 · generation %d is published",
        report.generation,
        report.documents,
        report.paragraphs,
        report.generation,
    )
    for skipped in report.skipped:
        _log.warning("跳过 %s：%s · skipped", skipped.name, skipped.why)


async def register_commands(bot: Bot, admin_ids: frozenset[int]) -> None:
    """Show everyone the commands for everyone, and each admin the admins' commands too."""
    await bot.set_my_commands(ZH.commands, BotCommandScopeDefault())
    await bot.set_my_commands(EN.commands, BotCommandScopeDefault(), language_code="en")
    for admin_id in sorted(admin_ids):
        await register_admin_commands(bot, admin_id)


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
