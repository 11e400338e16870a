"""Next questions: added under an answer once they are found, so that no answer waits for them."""

import logging
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.answering import Answer
from bot.handlers.buttons import RATE, offer_rows, rating_row, without
from bot.handlers.replying import keyboard
from bot.handlers.threads import Threads
from bot.history import History
from bot.suggesting import Suggesting
from bot.words import Words
from embeddings.errors import LibraryError

_log = logging.getLogger("wenbao.following")


@dataclass(frozen=True, slots=True)
class Following:
    """Offers what else the paragraph of an answer tells with certainty."""

    history: History
    suggesting: Suggesting
    threads: Threads  # others than those that answer

    async def add(
        self,
        message: Message,
        reply_id: int,
        question_id: int,
        answer: Answer,
        buttons: InlineKeyboardMarkup | None,
        words: Words,
    ) -> None:
        """Put the next questions above the buttons of a reply; where there are none, leave it."""
        if not (answer.found and answer.certain) or answer.choices:
            return
        passage = answer.evidence[0].passage
        try:
            questions = await self.threads.run(
                self.suggesting.of_paragraphs, [passage.paragraph], answer.understood, answer.text or ""
            )
            if not questions:
                return
            numbers = await self.threads.run(self.history.offer, questions, passage.paragraph_id)
            user = message.from_user.id if message.from_user else 0
            pressed = await self.threads.run(self.history.rating, question_id, user)
        except LibraryError as error:
            _log.error("%s", error)
            return
        rows = [*offer_rows(questions, numbers), *without(buttons, RATE)]
        try:
            await message.get_bot().edit_message_reply_markup(
                message.chat_id,
                reply_id,
                reply_markup=keyboard(*rows, rating_row(words, question_id, pressed)),
            )
        except BadRequest as error:  # deleted meanwhile
            _log.info("next questions: %s", error.message)
