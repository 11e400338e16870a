"""What is no question to the documents: a short reply, and questions to tap where they help."""

import asyncio
import html
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.handlers.access import Access, words_of
from bot.handlers.buttons import offer_rows
from bot.handlers.managing import register_admin_commands
from bot.handlers.replying import keyboard, say
from bot.handlers.threads import Threads
from bot.history import History
from bot.messages import LONGEST_NAME, shorten
from bot.smalltalk import Talk
from bot.suggesting import Suggesting
from bot.words import Words
from embeddings.errors import LibraryError
from embeddings.library import Library

MOST_NAMES = 5  # of documents, told by /start
MOST_LISTED = 30  # told to readers who ask which there are
PATIENCE_SECONDS = 4.0  # for suggestions; without them the reply goes out all the same
_WITH_SUGGESTIONS = ("greeting", "able", "who", "summary", "nothing")


@dataclass(frozen=True, slots=True)
class Talking:
    """Greets, says what is inside, and offers questions that have certain answers."""

    access: Access
    library: Library
    history: History
    suggesting: Suggesting
    threads: Threads  # others than those that answer

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet; an admin who writes for the first time gets the admins' command list too."""
        words, chat = words_of(update), update.effective_chat
        inside = await self.threads.run(self._inside, words)
        buttons = await self._suggestions()
        parts = [words.start, inside, words.try_these if buttons else ""]
        await say(update, "\n\n".join(filter(None, parts)), buttons)
        if self.access.is_admin(update) and chat is not None and chat.type == ChatType.PRIVATE:
            await register_admin_commands(context.bot, chat.id)

    async def documents(self, update: Update) -> None:
        """Tell a reader which documents there are, by name only."""
        await say(update, await self.threads.run(self._inside, words_of(update), MOST_LISTED, "\n"))

    async def talk(self, update: Update, kind: Talk, text: str) -> None:
        """Reply to what is no question."""
        words = words_of(update)
        if kind == "documents":
            await self.documents(update)
        elif kind == "bare":
            await self._topics(update, text.strip(" 。.!！~"))
        else:
            buttons = await self._suggestions() if kind in _WITH_SUGGESTIONS else None
            await say(update, dict(words.talk)[kind], buttons)

    async def _topics(self, update: Update, word: str) -> None:
        words, shown = words_of(update), html.escape(word, quote=False)
        known, questions = await self.threads.run(self.suggesting.about, word)
        if not known:
            await say(update, words.topics_none.format(word=shown))
            return
        await say(update, words.topics.format(word=shown), await self._offer(questions))

    async def offer_questions_of(self, name: str) -> InlineKeyboardMarkup | None:
        """Return buttons with questions that a document answers."""
        return await self._offer(await self.threads.run(self.suggesting.of_document, name))

    async def _suggestions(self) -> InlineKeyboardMarkup | None:
        looking = asyncio.ensure_future(self.threads.run(self.suggesting.first))
        done, _ = await asyncio.wait([looking], timeout=PATIENCE_SECONDS)
        return await self._offer(looking.result()) if done else None

    async def _offer(self, questions: Sequence[str]) -> InlineKeyboardMarkup | None:
        if not questions:
            return None
        try:
            numbers = await self.threads.run(self.history.offer, questions)
        except LibraryError:
            return None
        return keyboard(*offer_rows(questions, numbers))

    def _inside(self, words: Words, most: int = MOST_NAMES, between: str = "") -> str:
        names = [one.name for one in self.library.documents()]
        if not names:
            return words.empty_library if between else ""
        shown = between.join(
            f"《{html.escape(shorten(name, LONGEST_NAME), quote=False)}》" for name in names[:most]
        )
        more = words.inside_more if len(names) > most else ""
        return words.inside.format(count=len(names), names=between + shown + more)
