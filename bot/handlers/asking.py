"""Questions: read, answer in a thread, reply; and the button for more passages."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction, ChatType, MessageEntityType, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes, filters

from bot.answering import Answer, Answering, Evidence
from bot.handlers.access import library_words_of, words_of
from bot.handlers.rating import rating_buttons
from bot.history import Asked, History
from bot.messages import render_answer, render_more, shown_evidence, utf16_length
from bot.words import Words
from embeddings.errors import LibraryError

PASSAGES = 3  # asked for at once, for the first reply and for each press of the button
MOST_PASSAGES = 12
LONGEST_QUESTION = 500  # UTF-16 units
EARLIER_QUESTIONS = 5
CONVERSATION = timedelta(minutes=30)  # an older question is not followed up
TYPING_SECONDS = 4.5  # Telegram shows the indicator for five seconds
MORE = "more:"

_log = logging.getLogger("wenbao.asking")


@asynccontextmanager
async def typing(bot: Bot, chat_id: int) -> AsyncIterator[None]:
    """Show that the bot is typing for as long as the block runs."""

    async def show() -> None:
        while True:
            try:
                await bot.send_chat_action(chat_id, ChatAction.TYPING)
            except TelegramError as error:  # only an ornament: the answer itself will tell
                _log.debug("typing indicator: %s", error)
            await asyncio.sleep(TYPING_SECONDS)

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()


class Addressed(filters.MessageFilter):
    """Messages of a group that mention the bot or reply to it."""

    def filter(self, message: Message) -> bool:
        """Say whether the message is meant for the bot."""
        bot = message.get_bot()
        answered = message.reply_to_message
        if answered is not None and answered.from_user is not None and answered.from_user.id == bot.id:
            return True
        mentions = message.parse_entities([MessageEntityType.MENTION]).values()
        return f"@{bot.username}".lower() in {mention.lower() for mention in mentions} or any(
            entity.user is not None and entity.user.id == bot.id for entity in message.entities
        )


def question_in(message: Message) -> str:
    """Return the text without the mention of the bot: @wenbao_bot 增速多少 → 增速多少."""
    text = message.text or ""
    name = f"@{message.get_bot().username}".lower()
    for entity, mention in message.parse_entities([MessageEntityType.MENTION]).items():
        if mention.lower() == name and entity.offset == 0:
            text = text.removeprefix(mention)
        elif mention.lower() == name:
            text = text.replace(mention, " ")
    return text.strip()


@dataclass(frozen=True, slots=True)
class Asking:
    """Answers questions; `filled` is set as soon as waiting for a first library makes no sense any more."""

    answering: Answering
    history: History
    threads: Executor
    filled: asyncio.Event

    async def question(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message that is a question."""
        assert update.message is not None
        await self._reply(update, update.message, question_in(update.message))

    async def ask(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the question after /ask."""
        assert update.message is not None
        await self._reply(update, update.message, " ".join(context.args or ()))

    async def _reply(self, update: Update, message: Message, question: str) -> None:
        words = words_of(update)
        if not question:
            await message.reply_text(words.ask_usage)
            return
        if utf16_length(question) > LONGEST_QUESTION:
            await message.reply_text(words.too_long.format(limit=LONGEST_QUESTION))
            return
        async with typing(message.get_bot(), message.chat_id):
            if not await self._library_is_there(message, words):
                await message.reply_text(words.empty_library)
                return
            question_id, answer = await asyncio.get_running_loop().run_in_executor(
                self.threads, self._answer_and_record, message, question
            )
            pages = render_answer(answer, words)
        more = len(answer.evidence) > len(shown_evidence(answer))
        if question_id is None:
            await _send(message, pages, None)
            return
        rating = rating_buttons(words, question_id)
        await _send(message, pages, _keyboard(_more_button(words, question_id) if more else [], rating))

    async def _library_is_there(self, message: Message, words: Words) -> bool:
        if self.answering.generation == 0 and not self.filled.is_set():
            await message.reply_text(words.filling)
            await self.filled.wait()
        return self.answering.generation != 0

    def _answer_and_record(self, message: Message, question: str) -> tuple[int | None, Answer]:
        """Return the answer with the number it is kept under: None when the database takes nothing."""
        chat_id, user_id = message.chat_id, _person(message)
        earlier = self.history.earlier_questions(chat_id, user_id, EARLIER_QUESTIONS, CONVERSATION)
        answer = self.answering.answer(question, earlier, PASSAGES)
        shown = shown_evidence(answer)
        try:
            return self.history.record(chat_id, user_id, message.message_id, answer, shown), answer
        except LibraryError as error:  # a full disk must not silence the bot; only the buttons are missing
            _log.error("问题没有记下 · the question was not kept: %s", error)
            return None, answer

    async def more(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a press of the button under an answer with the next passages."""
        query = update.callback_query
        assert query is not None
        words = words_of(update)
        message = query.message
        asked = await self._asked(query)
        if asked is None or not isinstance(message, Message):
            await query.answer(words.forgotten, show_alert=True)
            return
        if asked.removed:
            await query.answer(library_words_of(update).answer_removed, show_alert=True)
            return
        if not await _take_button_away(query, rating_buttons(words, asked.id)):
            await query.answer()  # a second press of the same button
            return
        loop = asyncio.get_running_loop()
        shown, remain = await loop.run_in_executor(self.threads, self._next_passages, asked)
        if not shown:
            await query.answer(words.no_more, show_alert=True)
            return
        await query.answer()
        rating = rating_buttons(words, asked.id)
        await _send(
            message, render_more(shown), _keyboard(_more_button(words, asked.id) if remain else [], rating)
        )

    async def _asked(self, query: CallbackQuery) -> Asked | None:
        number = (query.data or "").removeprefix(MORE)
        if not number.isdecimal() or query.message is None:
            return None
        asked = await asyncio.get_running_loop().run_in_executor(
            self.threads, self.history.asked, int(number)
        )
        return asked if asked is not None and asked.chat_id == query.message.chat.id else None

    def _next_passages(self, asked: Asked) -> tuple[Sequence[Evidence], bool]:
        """Return the next passages and whether more remain, from the generation that answers now."""
        limit = min(len(asked.shown) + PASSAGES + 1, MOST_PASSAGES)
        evidence = self.answering.answer(asked.understood, (), limit).evidence
        fresh = [one for one in evidence if one.passage.paragraph_id not in asked.shown]
        shown = fresh[:PASSAGES]
        self.history.add_shown(asked.id, shown)
        return shown, len(fresh) > PASSAGES


def _person(message: Message) -> int:
    # An anonymous admin or a channel speaks as a chat.
    speaker = message.sender_chat or message.from_user
    return speaker.id if speaker else message.chat_id


def _more_button(words: Words, question_id: int) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(words.more_button, callback_data=f"{MORE}{question_id}")]


def _keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])


async def _send(message: Message, pages: Sequence[str], button: InlineKeyboardMarkup | None) -> None:
    """Reply with each page; the last one carries the button. In groups the first is a reply to the asker."""
    for number, page in enumerate(pages, 1):
        await message.reply_text(
            page,
            parse_mode=ParseMode.HTML,
            reply_markup=button if number == len(pages) else None,
            do_quote=number == 1 and message.chat.type != ChatType.PRIVATE,
        )


async def _take_button_away(query: CallbackQuery, rest: Sequence[InlineKeyboardButton]) -> bool:
    """Leave only the rest of the buttons; False when another press has done so already."""
    try:
        await query.edit_message_reply_markup(_keyboard(rest))
    except BadRequest as error:
        if "not modified" in error.message.lower():
            return False
        _log.info("the button stays: %s", error.message)
    return True
