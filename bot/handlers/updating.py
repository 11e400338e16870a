"""Runs that change the library: /reindex, a document sent to the bot, and which generation answers."""

import logging
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.answering import Answering
from bot.handlers.access import Access, library_words_of, words_of
from bot.handlers.progress import ProgressMessage
from bot.handlers.replying import acknowledge
from bot.handlers.threads import Threads
from bot.library_words import LibraryWords
from bot.reindexing import Reindexing, ReindexingError, ReindexingStopped
from bot.reports import Pace, render_added, render_lost, render_progress, render_report
from embeddings.errors import BusyError, LibraryError, WenbaoError
from embeddings.indexing import Report
from embeddings.library import Library
from embeddings.types import Generation, Progress

TURN, KEEP = "turn:", "keep:"
LONGEST_TITLE = 200

_log = logging.getLogger("wenbao.updating")
Offers = Callable[[str], Awaitable[InlineKeyboardMarkup | None]]


@dataclass(frozen=True, slots=True)
class Updating:
    """Runs child processes, one at a time, and turns to what they publish."""

    access: Access
    answering: Answering
    library: Library
    reindexing: Reindexing
    threads: Threads
    offers: Offers  # questions about a document, as buttons

    async def reindex(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Bring the library in step, for admins, and tell how far it is and how it ended."""
        words = words_of(update)
        assert update.message is not None
        arguments = [argument.lower() for argument in context.args or ()]
        if await self.access.refuse_others(update):
            return
        if arguments not in ([], ["full"]):
            await update.message.reply_text(words.reindex_usage)
        else:

            async def ending(report: Report) -> str:
                return render_report(report, words)

            message = await update.message.reply_text(words.reindex_started)
            steps = self.reindexing.index(full=bool(arguments))
            await self._follow(update, message, steps, ending, words.reindex_failed)

    async def add(self, update: Update, asked: Message, name: str) -> None:
        """Add the document of a message; its caption is its title."""
        assert asked.document is not None
        title = " ".join((asked.caption or "").split())[:LONGEST_TITLE]
        with tempfile.TemporaryDirectory(prefix="wenbao-") as folder:
            try:
                download = await asked.document.get_file()
                file = await download.download_to_drive(Path(folder) / "document")
            except TelegramError as error:
                _log.error("没能下载 %s · the download failed: %s", name, error.message)
                await asked.reply_text(library_words_of(update).add_failed.format(name=name))
                return
            await self.add_file(update, asked, file, name, title)

    async def add_file(self, update: Update, asked: Message, file: Path, name: str, title: str) -> None:
        """Add a file as a document of that name, and tell how far it is and how it ended."""
        words = library_words_of(update)

        async def ending(report: Report) -> str:
            held = await self.threads.run(self.library.documents)
            paragraphs = sum(one.paragraphs for one in held if one.name == name)
            return render_added(report, name, paragraphs, words)

        message = await asked.reply_text(words.add_started.format(name=name))
        steps = self.reindexing.add(file, name, title)
        await self._follow(update, message, steps, ending, words.add_failed.format(name=name))
        questions = await self.offers(name)
        if questions is not None:
            await message.reply_text(words.may_be_asked, reply_markup=questions)

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
            await progress.finish(render_lost(report, words), await self._choice(report.candidate, words))
            return
        earlier = await self.threads.run(self._earlier, report.generation)
        changed = report.added or report.changed or report.removed
        await progress.finish(text, _turn_button(earlier, words) if earlier and changed else None)

    def _earlier(self, number: int) -> Generation | None:
        return next((one for one in self.library.published() if one.number < number), None)

    async def _choice(self, candidate: int, words: LibraryWords) -> InlineKeyboardMarkup | None:
        generation = await self.threads.run(self.library.generation, candidate)
        if generation is None:
            return None
        publish = InlineKeyboardButton(words.publish_button, callback_data=TURN + _name(generation))
        keep = InlineKeyboardButton(words.keep_button, callback_data=KEEP + _name(generation))
        return InlineKeyboardMarkup([[publish, keep]])

    async def turn(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Turn to the generation of the button: an earlier one, a later one, or the one that waits."""
        query, words = update.callback_query, library_words_of(update)
        assert query is not None
        if await self.access.refuse_others(update):
            return
        before = await self.threads.run(self.library.generation, self.answering.generation)
        try:
            generation = await self.threads.run(self._turn_to, (query.data or "").removeprefix(TURN))
        except (BusyError, LibraryError) as error:
            await self._refuse(query, error, words)
            return
        await acknowledge(query)
        _log.info("改由第 %d 代回答 · generation %d answers now", generation.number, generation.number)
        facts = {"documents": generation.documents, "paragraphs": generation.paragraphs}
        text = words.turned.format(generation=generation.number, **facts)
        back = before if before is not None and before.number != generation.number else None
        await _show(query.edit_message_text, text, _turn_button(back, words) if back else None)

    async def keep(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let the generation go that the gate held back."""
        query, words = update.callback_query, library_words_of(update)
        assert query is not None
        if await self.access.refuse_others(update):
            return
        try:
            await self.threads.run(self._discard, (query.data or "").removeprefix(KEEP))
        except (BusyError, LibraryError) as error:
            await self._refuse(query, error, words)
            return
        await acknowledge(query)
        await _show(query.edit_message_text, words.kept.format(generation=self.answering.generation), None)

    async def _refuse(self, query: CallbackQuery, error: WenbaoError, words: LibraryWords) -> None:
        _log.warning("%s", error)
        busy = isinstance(error, BusyError)
        await acknowledge(query, words.turn_busy if busy else words.turn_gone, alert=True)

    def _turn_to(self, data: str) -> Generation:
        with self.library.writing():
            generation = self.library.turn_to(self._meant(data).number)
        self.answering.refresh()
        return generation

    def _discard(self, data: str) -> None:
        with self.library.writing():
            if self._meant(data) in self.library.published():
                raise LibraryError("这一代已经换上了 · this generation was published")
            self.library.discard_candidate()

    def _meant(self, data: str) -> Generation:
        """Return the generation of a button, not another that has its number now."""
        generation = self.library.generation(int(data.partition(":")[0]))
        if generation is None or _name(generation) != data:
            raise LibraryError("按钮说的那一代已经不在了 · the generation of the button is gone")
        return generation


def clean_name(given: str) -> str:
    """Return a file's name without folders and signs that do not show: ../报告\\n.txt → 报告.txt."""
    name = re.split(r"[/\\]", given)[-1]
    name = "".join(sign for sign in name if sign.isprintable()).strip().lstrip(".")
    return name[-LONGEST_TITLE:] or "文档"


def _name(generation: Generation) -> str:
    """Return what tells a generation from any other, also from one that had its number: 3:1764216000."""
    return f"{generation.number}:{int(generation.made_at.timestamp())}"


def _turn_button(generation: Generation, words: LibraryWords) -> InlineKeyboardMarkup:
    text = words.turn_button.format(generation=generation.number)
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=TURN + _name(generation))]])


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
    if report.lost:
        _log.warning("第 %d 代少答出 %d 个问题 · fewer are answered", report.candidate, len(report.lost))
