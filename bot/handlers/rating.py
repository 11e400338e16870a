"""👍 and 👎 under an answer: what people find good is what a new generation must still answer."""

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass

from telegram import InlineKeyboardButton, Update
from telegram.ext import ContextTypes

from bot.handlers.access import library_words_of, words_of
from bot.history import Asked, History
from bot.words import Words
from embeddings.library import Library

RATE = "rate:"


def rating_buttons(words: Words, question_id: int) -> list[InlineKeyboardButton]:
    """Return the two buttons, in one row."""
    marks = ((words.good_button, 1), (words.bad_button, 0))
    return [InlineKeyboardButton(text, callback_data=f"{RATE}{good}:{question_id}") for text, good in marks]


@dataclass(frozen=True, slots=True)
class Rating:
    """Keeps how people judge answers."""

    library: Library
    history: History
    threads: Executor

    async def rate(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep a person's judgement; a second one takes the place of the first."""
        query = update.callback_query
        assert query is not None and query.data is not None
        good, _, number = query.data.removeprefix(RATE).partition(":")
        chat = query.message.chat.id if query.message else None
        asked = await asyncio.get_running_loop().run_in_executor(
            self.threads, self._keep, int(number), query.from_user.id, good == "1", chat
        )
        if asked is None:
            await query.answer(words_of(update).forgotten, show_alert=True)
        elif asked.removed:
            await query.answer(library_words_of(update).answer_removed, show_alert=True)
        else:
            await query.answer(library_words_of(update).thanks)

    def _keep(self, question_id: int, user_id: int, good: bool, chat: int | None) -> Asked | None:
        asked = self.history.asked(question_id)
        if asked is None or asked.chat_id != chat:
            return None
        if not asked.removed:
            self.history.rate(question_id, user_id, good, self._expected(asked) if good else None)
        return asked

    def _expected(self, asked: Asked) -> str | None:
        """Return what answered: the short answer, else the sentence."""
        if not asked.found or asked.answer or not asked.shown or asked.sentence is None:
            return asked.answer
        stored = self.library.read(asked.shown[:1]).values()
        return next((paragraph.text[slice(*asked.sentence)] for _, paragraph in stored), None)
