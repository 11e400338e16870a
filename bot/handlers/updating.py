"""Runs that change the library: /reindex, a document sent to the bot, and which generation answers."""

import logging
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import FileSizeLimit, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.answering import Answering
from bot.handlers.access import Access, library_words_of, words_of
from bot.handlers.progress import ProgressMessage
from bot.handlers.threads import Threads
from bot.library_words import LibraryWords
from bot.reindexing import Reindexing, ReindexingError, ReindexingStopped
from bot.reports import Pace, render_added, render_lost, render_progress, render_report
from embeddings.errors import BusyError, LibraryError
from embeddings.indexing import Report
from embeddings.library import Library
from embeddings.types import Generation, Progress

TURN, KEEP = "turn:", "keep:"
LONGEST_TITLE = 200

_log = logging.getLogger("wenbao.updating")


@dataclass(frozen=True, slots=True)
class Updating:
    """Runs child processes, one at a time, and turns to what they publish."""

    access: Access
    answering: Answering
    library: Library
    reindexing: Reindexing
    threads: Threads

    async def reindex(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Bring the library in step, for admins, and tell how far it is and how it ended."""
        words = words_of(update)
        assert update.message is not None
        arguments = [argument.lower() for argument in context.args or ()]
        if await self.access.refuse_others(update):
            return
        if arguments not in ([], ["full"]):
            await update.message.reply_text(words.reindex_usage)
        elif self.reindexing.running:
            await update.message.reply_text(words.reindex_busy)
        else:

            async def ending(report: Report) -> str:
                return render_report(report, words)

            message = await update.message.reply_text(words.reindex_started)
            steps = self.reindexing.index(full=bool(arguments))
            await self._follow(update, message, steps, ending, words.reindex_failed)

    async def add(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Add a document that an admin sent; its caption is its title."""
        assert update.message is not None and update.message.document is not None
        words, document = library_words_of(update), update.message.document
        if not self.access.is_admin(update):
            await update.message.reply_text(words.add_admin_only)
            return
        name = clean_name(document.file_name or document.file_unique_id)
        if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            await update.message.reply_text(words.add_too_large.format(name=name))
            return

        async def ending(report: Report) -> str:
            held = await self.threads.run(self.library.documents)
            paragraphs = sum(one.paragraphs for one in held if one.name == name)
            return render_added(report, name, paragraphs, words)

        title = " ".join((update.message.caption or "").split())[:LONGEST_TITLE]
        message = await update.message.reply_text(words.add_started.format(name=name))
        failed = words.add_failed.format(name=name)
        with tempfile.TemporaryDirectory(prefix="wenbao-") as folder:
            try:
                file = await (await document.get_file()).download_to_drive(Path(folder) / "document")
            except TelegramError as error:
                _log.error("没能下载 %s · the download failed: %s", name, error.message)
                await message.edit_text(failed)
                return
            steps = self.reindexing.add(file, name, title)
            await self._follow(update, message, steps, ending, failed)

    async def _follow(
        self,
        update: Update,
        message: Message,
        steps: AsyncIterator[Progress | Report],
        ending: Callable[[Report], Awaitable[str]],
        failed: str,
    ) -> None:
        words, pace = words_of(update), Pace()
        progress = ProgressMessage(message, message.text or "")
        try:
            async for step in steps:
                if isinstance(step, Report):
                    await self.threads.run(self.answering.refresh)
                    log_report(step)
                    await self._finish(progress, step, await ending(step), library_words_of(update))
                else:
                    await progress.show(render_progress(step, words, pace.rate(step)))
        except BusyError:
            await progress.finish(words.reindex_busy)
        except ReindexingStopped:
            _log.warning("更新文档库中断：机器人正在停止 · interrupted by the stop")
            await message.edit_text(words.reindex_stopped)
        except ReindexingError as error:
            _log.error("%s", error)
            await progress.finish(failed)

    async def _finish(
        self, progress: ProgressMessage, report: Report, text: str, words: LibraryWords
    ) -> None:
        if report.candidate is not None:
            await progress.finish(render_lost(report, words), _choice(report, words))
            return
        earlier = await self.threads.run(self._earlier, report.generation)
        changed = report.added or report.changed or report.removed
        await progress.finish(text, _turn_button(earlier, words) if earlier and changed else None)

    def _earlier(self, number: int) -> int | None:
        return next((one.number for one in self.library.published() if one.number < number), None)

    async def turn(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Turn to the generation of the button: an earlier one, a later one, or the one that waits."""
        query, words = update.callback_query, library_words_of(update)
        assert query is not None
        if await self.access.refuse_others(update):
            return
        try:
            before = self.answering.generation
            generation = await self.threads.run(self._turn_to, int((query.data or "").removeprefix(TURN)))
        except BusyError:
            await query.answer(words.turn_busy, show_alert=True)
            return
        except LibraryError as error:
            _log.warning("%s", error)
            await query.answer(words.turn_gone, show_alert=True)
            return
        await query.answer()
        _log.info("改由第 %d 代回答 · generation %d answers now", generation.number, generation.number)
        facts = {"documents": generation.documents, "paragraphs": generation.paragraphs}
        text = words.turned.format(generation=generation.number, **facts)
        back = before if before != generation.number else None
        await _show(query.edit_message_text, text, _turn_button(back, words) if back else None)

    def _turn_to(self, number: int) -> Generation:
        with self.library.writing():
            generation = self.library.turn_to(number)
        self.answering.refresh()
        return generation

    async def keep(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let the generation go that the gate held back."""
        query, words = update.callback_query, library_words_of(update)
        assert query is not None
        if await self.access.refuse_others(update):
            return
        try:
            await self.threads.run(self._discard)
        except BusyError:
            await query.answer(words.turn_busy, show_alert=True)
            return
        await query.answer()
        await _show(query.edit_message_text, words.kept.format(generation=self.answering.generation), None)

    def _discard(self) -> None:
        with self.library.writing():
            self.library.discard_candidate()


def clean_name(given: str) -> str:
    """Return a file's name without folders and signs that do not show: ../报告\\n.txt → 报告.txt."""
    name = re.split(r"[/\\]", given)[-1]
    name = "".join(sign for sign in name if sign.isprintable()).strip().lstrip(".")
    return name[-LONGEST_TITLE:] or "文档"


def _choice(report: Report, words: LibraryWords) -> InlineKeyboardMarkup:
    publish = InlineKeyboardButton(words.publish_button, callback_data=f"{TURN}{report.candidate}")
    keep = InlineKeyboardButton(words.keep_button, callback_data=f"{KEEP}{report.candidate}")
    return InlineKeyboardMarkup([[publish, keep]])


def _turn_button(number: int, words: LibraryWords) -> InlineKeyboardMarkup:
    text = words.turn_button.format(generation=number)
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=f"{TURN}{number}")]])


async def _show(
    edit: Callable[..., Awaitable[object]], text: str, buttons: InlineKeyboardMarkup | None
) -> None:
    try:
        await edit(text, parse_mode=ParseMode.HTML, reply_markup=buttons)
    except BadRequest as error:  # pressed twice, or the message is too old to be edited
        _log.info("message of the button: %s", error.message)


def log_report(report: Report) -> None:
    """Log how a run ended, naming every file skipped."""
    _log.info(
        "文档库：第 %d 代，%d 份文档，%d 个段落 · generation %d answers",
        report.generation,
        report.documents,
        report.paragraphs,
        report.generation,
    )
    for skipped in report.skipped:
        _log.warning("跳过 %s：%s · skipped", skipped.name, skipped.why)
    for question in report.lost:
        _log.warning("第 %d 代答不出：%s · not answered", report.candidate, question)
