"""The buttons that show more of the source: context, more passages, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram.ext import ContextTypes

from bot.answering import Answering
from bot.handlers.access import library_words_of, words_of
from bot.handlers.buttons import CONTEXT, MORE, WHY_SO, button, without
from bot.handlers.replying import acknowledge, keyboard, reply
from bot.handlers.threads import Threads
from bot.history import History
from bot.history_tables import Asked
from bot.messages import Page, render_context, render_more, utf16_length
from bot.smalltalk import asks
from bot.words import Words
from embeddings.library import Library
from embeddings.terms import words as words_in
from embeddings.types import Paragraph, Passage

PASSAGES = 3  # for each press
MOST_PASSAGES = 12
LONGEST_ALERT = 200  # https://core.telegram.org/bots/api#answercallbackquery
_FEWEST_CHARACTERS = 5  # of words, beside figures and signs: fewer say nothing
_NO_WORDS = re.compile(r"[\d\W年月日时分第期号]+")


def says_something(paragraph: Paragraph) -> bool:
    """Say whether a paragraph tells more than a heading, a byline or a line with a date does."""
    if paragraph.role in ("heading", "byline"):
        return False
    return len(_NO_WORDS.sub("", paragraph.text)) >= _FEWEST_CHARACTERS


@dataclass(frozen=True, slots=True)
class Looking:
    """Shows what an answer was taken from."""

    answering: Answering
    library: Library
    history: History
    threads: Threads

    async def context(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the paragraph of an answer with what stands around it."""
        query, asked = await self._asked(update, CONTEXT)
        if asked is None:
            return
        pages = await self.threads.run(self._context, asked)
        if pages is None:
            await acknowledge(query, words_of(update).forgotten, alert=True)
            return
        await acknowledge(query)
        assert isinstance(query.message, Message)
        await reply(query.message, pages, None, quote=True)

    async def more(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Send the next passages; only then are they remembered and the button goes."""
        query, asked = await self._asked(update, MORE)
        if asked is None:
            return
        words, message = words_of(update), query.message
        assert isinstance(message, Message)
        if int((query.data or "").rpartition(":")[2]) != len(asked.shown):
            await acknowledge(query)  # a second press of the same button
            return
        shown, remain = await self.threads.run(self._next_passages, asked)
        if shown:
            more = button(words.more_button, f"{MORE}{asked.id}:{len(asked.shown) + len(shown)}")
            await acknowledge(query)
            await reply(message, render_more(shown), keyboard([more] if remain else []))
            await self.threads.run(self.history.add_shown, asked.id, shown)
        else:
            await acknowledge(query, words.no_more, alert=True)
        await query.edit_message_reply_markup(keyboard(*without(message.reply_markup, MORE)))

    async def why(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell which words of the question the sentence holds, and how sure the answer is."""
        query, asked = await self._asked(update, WHY_SO)
        if asked is not None:
            text = await self.threads.run(self._why, asked, words_of(update))
            await acknowledge(query, text, alert=True)

    async def _asked(self, update: Update, prefix: str) -> tuple[CallbackQuery, Asked | None]:
        """Return the question of a button; None where it is gone, which the person is told."""
        query = update.callback_query
        assert query is not None
        number = int((query.data or "").removeprefix(prefix).partition(":")[0])
        asked = await self.threads.run(self.history.asked, number)
        here = query.message.chat.id if isinstance(query.message, Message) else None
        if asked is None or asked.place.chat_id != here:
            await acknowledge(query, words_of(update).forgotten, alert=True)
        elif asked.removed:
            await acknowledge(query, library_words_of(update).answer_removed, alert=True)
        else:
            return query, asked
        return query, None

    def _first(self, asked: Asked) -> Passage | None:
        """Return the passage shown first, or the one that answers now where its document was read anew."""
        stored = self.library.read(asked.shown[:1])
        for number, (document, paragraph) in stored.items():
            return Passage(number, document, paragraph, 1.0)
        evidence = self.answering.answer(asked.understood).evidence
        return evidence[0].passage if evidence else None

    def _context(self, asked: Asked) -> list[Page] | None:
        first = self._first(asked)
        if first is None:
            return None
        number = first.paragraph_id
        around = self.library.read([number - 1, number + 1])  # a document's paragraphs are numbered in order
        before, after = (
            paragraph if document == first.document and says_something(paragraph) else None
            for document, paragraph in (around.get(number + step, ("", Paragraph(""))) for step in (-1, 1))
        )
        sentence = asked.sentence if number in asked.shown else None
        return render_context(first.document, first.paragraph, sentence, before, after)

    def _next_passages(self, asked: Asked) -> tuple[Sequence[Passage], bool]:
        """Return the next passages and whether more remain, from the generation that answers now."""
        evidence = self.answering.answer(asked.understood, (), MOST_PASSAGES).evidence
        fresh = [
            one.passage
            for one in evidence
            if one.passage.paragraph_id not in asked.shown and says_something(one.passage.paragraph)
        ]
        return fresh[:PASSAGES], len(fresh) > PASSAGES

    def _why(self, asked: Asked, words: Words) -> str:
        first = self._first(asked)
        if first is None:
            return words.forgotten
        paragraph = first.paragraph
        told = paragraph.text[slice(*asked.sentence)] if asked.sentence else paragraph.text
        known = dict.fromkeys(words_in(asked.understood))
        wanted = [word for word in known if len(word) > 1 and not asks(word)]
        inside, around = set(words_in(told)), set(words_in(paragraph.searched))
        text = words.why_sure.format(sure=round(asked.confidence * 100))
        parts = (
            (words.why_inside, [word for word in wanted if word in inside]),
            (words.why_around, [word for word in wanted if word in around - inside]),
            (words.why_missing, [word for word in wanted if word not in around | inside]),
        )
        for sentence, found in parts:
            line = "\n" + sentence.format(words="、".join(found))
            if found and utf16_length(text + line) <= LONGEST_ALERT:
                text += line
        return text
