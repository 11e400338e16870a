"""What admins learn: /gaps with a place to write the answer, and /stats with a chart."""

import html
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from telegram import ForceReply, Message, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes, filters

from bot.answering import Answering
from bot.chart import draw_days
from bot.entries import PREFIX, entry_name, in_admins_words
from bot.gaps import Group, grouped, plain_question
from bot.handlers.access import Access, library_words_of
from bot.handlers.buttons import button
from bot.handlers.replying import acknowledge, keyboard, say
from bot.handlers.threads import Threads
from bot.handlers.updating import Updating
from bot.history import History
from bot.library_words import EN, ZH
from embeddings.types import Vectors

WRITE, ADD = "write:", "adddocument"
DAYS_OF_GAPS = 30
DAYS_OF_STATS = 14
MOST_GAPS = 8
PASSAGES = 6  # looked at for an answer

_PROMPTS = tuple(words.write_prompt.partition("{question}")[0] for words in (ZH, EN))


class Written(filters.MessageFilter):
    """Replies to the bot's request for an answer; the request itself says the question."""

    def filter(self, message: Message) -> bool:
        """Say whether a message answers such a request."""
        return question_of(message) is not None


def question_of(message: Message) -> str | None:
    """Return the question whose answer a message writes."""
    asked = message.reply_to_message
    if asked is None or asked.from_user is None or asked.from_user.id != message.get_bot().id:
        return None
    text = asked.text or ""
    return next((text.removeprefix(each) for each in _PROMPTS if text.startswith(each)), None)


@dataclass(frozen=True, slots=True)
class Learning:
    """Shows admins what people asked and did not get, and takes the answers they write."""

    access: Access
    history: History
    answering: Answering
    encode: Callable[[Sequence[str]], Vectors]
    updating: Updating
    threads: Threads

    async def gaps(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the questions that found no good answer, those that ask the same together."""
        if await self.access.refuse_others(update):
            return
        words = library_words_of(update)
        groups = await self.threads.run(self._groups)
        if not groups:
            await say(update, words.gaps_none)
            return
        lines = [words.gaps.format(days=DAYS_OF_GAPS)]
        for number, group in enumerate(groups, 1):
            line = words.gap.format(number=number, question=group.question[:80], count=group.count)
            lines.append(html.escape(line, quote=False))
        write = [
            button(words.write_button.format(number=number), f"{WRITE}{group.id}")
            for number, group in enumerate(groups, 1)
        ]
        rows = [write[start : start + 4] for start in range(0, len(write), 4)]
        await say(update, "\n".join(lines), keyboard(*rows, [button(words.add_button, ADD)]))

    def _groups(self) -> list[Group]:
        since = datetime.now(UTC) - timedelta(days=DAYS_OF_GAPS)
        found = self.history.gaps(since)
        if not found:
            return []
        groups = grouped(found, self.encode([plain_question(one.question) for one in found]))
        return list(islice((group for group in groups if not self._is_filled(group)), MOST_GAPS))

    def _is_filled(self, group: Group) -> bool:
        """Say whether the question is answered by now: by an admin's words, or where nothing was found before."""
        answer = in_admins_words(self.answering.answer(group.question, (), PASSAGES))
        by_admin = answer.found and answer.evidence[0].passage.document.startswith(PREFIX)
        return by_admin or (answer.found and answer.certain and not group.found)

    async def write(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask the admin for the answer to a question."""
        query, words = update.callback_query, library_words_of(update)
        assert query is not None
        if await self.access.refuse_others(update):
            return
        asked = await self.threads.run(self.history.asked, int((query.data or "").removeprefix(WRITE)))
        await acknowledge(query)
        if asked is not None and isinstance(query.message, Message):
            prompt = words.write_prompt.format(question=asked.understood)
            await query.message.reply_text(prompt, reply_markup=ForceReply())

    async def add(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say how a document is added."""
        query = update.callback_query
        assert query is not None
        if not await self.access.refuse_others(update):
            await acknowledge(query, library_words_of(update).add_how, alert=True)

    async def written(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep what an admin wrote as a document that answers the question from now on."""
        message = update.message
        assert message is not None
        question = question_of(message)
        if question is None or await self.access.refuse_others(update):
            return
        answer = " ".join((message.text or "").split())
        with tempfile.TemporaryDirectory(prefix="wenbao-") as folder:
            file = Path(folder) / "answer.txt"
            file.write_text(answer + "\n", encoding="utf-8")
            await self.updating.add_file(update, message, file, entry_name(question), question)

    async def stats(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell what was asked and answered, with a chart."""
        if await self.access.refuse_others(update):
            return
        words, message = library_words_of(update), update.message
        assert message is not None
        today = datetime.now(UTC).date()
        since = datetime.now(UTC) - timedelta(days=DAYS_OF_STATS)
        days = await self.threads.run(self.history.days, since)
        total = [sum(getattr(day, name) for day in days) for name in ("asked", "found", "good", "bad")]
        text = words.stats.format(
            days=DAYS_OF_STATS, asked=total[0], found=total[1], good=total[2], bad=total[3]
        )
        dates = [str(today - timedelta(days=back)) for back in range(DAYS_OF_STATS - 1, -1, -1)]
        picture = await self.threads.run(draw_days, days, dates, words)
        await message.reply_photo(picture, caption=text, parse_mode=ParseMode.HTML, filename="stats.png")
