"""Inline mode: @bot question in any chat, answered while it is typed."""

import asyncio
import logging
from dataclasses import dataclass, field

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.answering import Answer, Answering
from bot.entries import in_admins_words
from bot.handlers.access import words_of
from bot.handlers.replying import marks_of
from bot.handlers.threads import Threads
from bot.messages import Page, render_answer, shorten
from bot.smalltalk import kind_of, without_preface
from bot.words import Words

TYPING_SECONDS = 0.25  # a question that goes on so soon is not answered yet
CACHE_SECONDS = 30  # at Telegram
LONGEST_TITLE = 60
LONGEST_QUESTION = 256  # https://core.telegram.org/bots/api#inlinequery

_log = logging.getLogger("wenbao.inline")


@dataclass(frozen=True, slots=True)
class Inline:
    """Answers the latest of what a person types; nothing of it is kept."""

    answering: Answering
    threads: Threads
    latest: dict[int, str] = field(default_factory=dict)  # the query that each person typed last

    async def answer(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer the answer, or all its choices, as one message."""
        query = update.inline_query
        assert query is not None
        self.latest[query.from_user.id] = query.id
        await asyncio.sleep(TYPING_SECONDS)
        if self.latest.get(query.from_user.id) != query.id:
            return
        del self.latest[query.from_user.id]
        question, words = without_preface(query.query.strip()[:LONGEST_QUESTION]), words_of(update)
        if len(question) < 2 or kind_of(question) is not None or self.answering.generation == 0:
            results = []
        else:
            answer = in_admins_words(await self.threads.run(self.answering.answer, question))
            results = _results(answer, words)
        try:
            await query.answer(results, cache_time=CACHE_SECONDS)
        except BadRequest as error:  # the person has typed on, or a long stop lies between
            _log.info("an inline query was not answered: %s", error.message)


def _results(answer: Answer, words: Words) -> list[InlineQueryResultArticle]:
    (page, *_) = render_answer(answer, words, asked=True)
    if answer.choices:
        return [_result("all", words.choices, _document(answer), page)]
    if not answer.found:
        return [_result("none", words.inline_none, page.text, page)]
    title = ("" if answer.certain else words.perhaps) + (answer.text or "")
    return [_result("answer", title, _document(answer), page)]


def _document(answer: Answer) -> str:
    """Return the name of the document that an answer stands in."""
    return answer.evidence[0].passage.document if answer.evidence else ""


def _result(identity: str, title: str, description: str, page: Page) -> InlineQueryResultArticle:
    content = InputTextMessageContent(page.text, entities=marks_of(page))
    return InlineQueryResultArticle(
        identity, shorten(title, LONGEST_TITLE), content, description=shorten(description, 2 * LONGEST_TITLE)
    )
