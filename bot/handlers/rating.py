"""👍 and 👎 under an answer: what admins find good is what a new generation must still answer."""

from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.handlers.access import library_words_of, words_of
from bot.handlers.buttons import BAD, RATE, Row, rating_row, reasons_row, without
from bot.handlers.replying import acknowledge, keyboard
from bot.handlers.threads import Threads
from bot.history import History
from bot.history_tables import Asked
from embeddings.library import Library


@dataclass(frozen=True, slots=True)
class Rating:
    """Keeps how people judge answers."""

    library: Library
    history: History
    threads: Threads

    async def rate(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep a person's judgement; a second one takes the place of the first."""
        query, words = update.callback_query, words_of(update)
        assert query is not None and query.data is not None
        pressed, _, number = query.data.removeprefix(RATE).partition(":")
        good = pressed == "1"
        if await self._keep(update, query, int(number), good, None):
            await acknowledge(query, library_words_of(update).thanks if good else words.why_bad)
            rows = [rating_row(words, int(number), good)]
            await _mark(query, rows if good else [*rows, reasons_row(words, int(number))])

    async def reason(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep what is bad about an answer."""
        query, words = update.callback_query, words_of(update)
        assert query is not None and query.data is not None
        why, _, number = query.data.removeprefix(BAD).partition(":")
        if await self._keep(update, query, int(number), False, why):
            await acknowledge(query, library_words_of(update).thanks)
            await _mark(query, [rating_row(words, int(number), False)])

    async def _keep(
        self, update: Update, query: CallbackQuery, number: int, good: bool, why: str | None
    ) -> bool:
        """Say whether the judgement was kept; the person is told where it was not."""
        chat = query.message.chat.id if query.message else None
        asked = await self.threads.run(self._store, number, query.from_user.id, chat, good, why)
        if asked is None:
            await acknowledge(query, words_of(update).forgotten, alert=True)
        elif asked.removed:
            await acknowledge(query, library_words_of(update).answer_removed, alert=True)
        return asked is not None and not asked.removed

    def _store(self, number: int, user: int, chat: int | None, good: bool, why: str | None) -> Asked | None:
        asked = self.history.asked(number)
        if asked is None or asked.place.chat_id != chat:
            return None
        if not asked.removed:
            self.history.rate(number, user, good, self._expected(asked) if good else None, why)
        return asked

    def _expected(self, asked: Asked) -> str | None:
        """Return what answered: the short answer, else the sentence."""
        if not asked.found or asked.answer or not asked.shown or asked.sentence is None:
            return asked.answer
        stored = self.library.read(asked.shown[:1]).values()
        return next((paragraph.text[slice(*asked.sentence)] for _, paragraph in stored), None)


async def _mark(query: CallbackQuery, rows: list[Row]) -> None:
    """Show in the buttons what was pressed; in a group, where all see them, they stay as they are."""
    message = query.message
    if not isinstance(message, Message) or message.chat.type != ChatType.PRIVATE:
        return
    rest = without(message.reply_markup, RATE, BAD)
    try:
        await query.edit_message_reply_markup(keyboard(*rest, *rows))
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            raise
