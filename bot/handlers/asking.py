"""Questions: read, answer in a thread, reply; an edited question edits its answer."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction, ChatType, MessageEntityType
from telegram.error import TelegramError
from telegram.ext import Application, ContextTypes, filters

from bot.answering import Answer, Answering
from bot.entries import in_admins_words
from bot.handlers.access import words_of
from bot.handlers.buttons import ASK, look_row, offer_rows, rating_row
from bot.handlers.following import Following
from bot.handlers.replying import acknowledge, keyboard, replace, reply, say, topic_of
from bot.handlers.talking import Talking
from bot.handlers.threads import Threads
from bot.history import History
from bot.history_tables import Asked, Place
from bot.messages import render_answer, shown_evidence
from bot.metrics import Metrics
from bot.smalltalk import LONGEST_QUESTION, asks, kind_of, last_question, without_preface
from bot.words import Words
from embeddings.errors import DatabaseLostError, LibraryError

PASSAGES = 6  # looked at for an answer: the first is shown, the others wait behind a button
EARLIER_QUESTIONS = 5
CONVERSATION = timedelta(minutes=30)  # an older question is not followed up
TYPING_AFTER_SECONDS = 0.5  # an answer that comes sooner needs no call more
TYPING_SECONDS = 4.5  # Telegram shows the indicator for five seconds

_log = logging.getLogger("wenbao.asking")


@asynccontextmanager
async def typing(bot: Bot, chat_id: int, topic_id: int | None) -> AsyncIterator[None]:
    """Show that the bot is typing for as long as the block runs, where that is long."""

    async def show() -> None:
        await asyncio.sleep(TYPING_AFTER_SECONDS)
        while True:
            try:
                await bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=topic_id)
            except TelegramError as error:  # only an ornament: the answer itself will tell
                _log.debug("typing indicator: %s", error.message)
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
        mentions = _mentions(message)
        return f"@{bot.username}".lower() in {mention.lower() for mention in mentions} or any(
            entity.user is not None and entity.user.id == bot.id
            for entity in (*message.entities, *message.caption_entities)
        )


def _mentions(message: Message) -> Sequence[str]:
    kinds: list[str | None] = [MessageEntityType.MENTION]
    return [*message.parse_entities(kinds).values(), *message.parse_caption_entities(kinds).values()]


def question_in(message: Message) -> str:
    """Return the text or caption without the bot's name: @wenbao_bot 增速多少 → 增速多少."""
    text = message.text or message.caption or ""
    name = f"@{message.get_bot().username}".lower()
    for mention in _mentions(message):
        if mention.lower() == name:
            text = text.replace(mention, " ")
    command = next(iter(message.parse_entities([MessageEntityType.BOT_COMMAND]).values()), "")
    return text.removeprefix(command).strip() if command.startswith("/ask") else text.strip()


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, and how it is to be answered."""

    text: str
    place: Place
    message: Message  # that is replied to
    words: Words
    with_history: bool = True
    offered: bool = False  # asked by a button: there is no message to quote
    repeated: bool = False  # nobody typed it: the answer repeats it


@dataclass(frozen=True, slots=True)
class Asking:
    """Answers questions; `filled` is set as soon as waiting for a first library makes no sense any more."""

    answering: Answering
    history: History
    threads: Threads
    filled: asyncio.Event
    is_crowded: Callable[[int], bool]  # whether a chat has several questions under way
    talking: Talking
    following: Following
    application: Application[Any, Any, Any, Any, Any, Any]
    metrics: Metrics

    async def question(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message that is a question, or one that was edited."""
        message = update.effective_message
        assert message is not None
        text = question_in(message)
        if text:
            await self.ask(update, text)
        else:
            await say(update, words_of(update).ask_usage)

    async def ask(self, update: Update, text: str, *, repeated: bool = False) -> None:
        """Answer what a message says; `repeated`, the answer says what was asked."""
        message = update.effective_message
        assert message is not None
        place = place_of(message)
        kind = kind_of(text, forwarded=repeated or message.forward_origin is not None)
        if kind == "bare" and await self.threads.run(self._continues, place, text):
            kind, text = None, f"{text}呢"
        if kind is not None:
            await self.talking.talk(update, kind, text)
            return
        if len(text) > LONGEST_QUESTION:
            text = last_question(text) or text
        before = await self.threads.run(self.history.asked_in, place.chat_id, place.message_id)
        if update.edited_message is None and before is not None and before.replies:
            return  # answered before a stop; only the mark in the inbox was missing
        asked = _Question(without_preface(text), place, message, words_of(update), repeated=repeated)
        await self._answer(asked, before)

    def _continues(self, place: Place, word: str) -> bool:
        """Say whether a bare word takes up the question before it: 龙港GDP增速多少, 余杭."""
        earlier = self.history.earlier_questions(place, EARLIER_QUESTIONS, CONVERSATION)
        if not earlier or not asks(earlier[-1]):
            return False
        answer = self.answering.answer(f"{word}呢", earlier)
        return answer.found and word in answer.evidence[0].passage.paragraph.searched

    async def begin_anew(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let the next question stand by itself."""
        assert update.message is not None
        await self.threads.run(self.history.begin_anew, place_of(update.message))
        await say(update, words_of(update).begun_anew)

    async def forget(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Erase what is kept of a person."""
        assert update.message is not None
        count = await self.threads.run(self.history.forget_person, place_of(update.message).user_id)
        await say(update, words_of(update).forgot.format(count=count))

    async def offered(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the question of a button."""
        query = update.callback_query
        assert query is not None
        number = int((query.data or "").removeprefix(ASK))
        text = await self.threads.run(self.history.offered, number)
        message = query.message
        if text is None or not isinstance(message, Message):
            await acknowledge(query, words_of(update).forgotten, alert=True)
            return
        await acknowledge(query)
        # No message asks it: the update's own number stands for one, also when it is handled again.
        place = Place(message.chat_id, query.from_user.id, -update.update_id, topic_of(message))
        question = _Question(
            text, place, message, words_of(update), with_history=False, offered=True, repeated=True
        )
        await self._answer(question, None)

    async def _answer(self, question: _Question, before: Asked | None) -> None:
        message, words = question.message, question.words
        async with typing(message.get_bot(), message.chat_id, question.place.topic_id):
            if not await self._library_is_there(question):
                await message.reply_text(words.empty_library)
                return
            question_id, answer, offers = await self.threads.run(self._answer_and_record, question)
        pages = render_answer(answer, words, asked=question.repeated)
        buttons = None if question_id is None else _buttons(answer, words, question_id, offers)
        if before is not None and before.replies:
            sent = await replace(message, before.replies, pages, buttons)
        else:
            quote = not question.offered and self.is_crowded(message.chat_id)
            sent = await reply(message, pages, buttons, quote=quote)
        self._tell(question_id, answer, len(sent))
        if question_id is not None:
            # Beside: the sooner this returns, the less a kill can make the answer come twice.
            self.application.create_task(self._after(question, answer, question_id, sent, buttons))

    def _tell(self, question_id: int | None, answer: Answer, messages: int) -> None:
        self.metrics.answered(found=answer.found, certain=answer.certain, milliseconds=answer.milliseconds)
        fields = {
            "question": question_id,
            "generation": answer.generation,
            "found": answer.found,
            "certain": answer.certain,
            "confidence": round(answer.confidence, 3),
            "milliseconds": round(answer.milliseconds, 1),
            "messages": messages,
        }
        _log.info("答了 · answered", extra={"fields": fields})

    async def _after(
        self,
        question: _Question,
        answer: Answer,
        question_id: int,
        sent: Sequence[int],
        buttons: InlineKeyboardMarkup | None,
    ) -> None:
        """Remember which messages answer, and add next questions where they crowd nobody."""
        await self.threads.run(self.history.set_replies, question_id, sent)
        message = question.message
        if message.chat.type == ChatType.PRIVATE and not self.is_crowded(message.chat_id):
            await self.following.add(message, sent[-1], question_id, answer, buttons, question.words)

    async def _library_is_there(self, question: _Question) -> bool:
        if self.answering.generation == 0 and not self.filled.is_set():
            await question.message.reply_text(question.words.filling)
            await self.filled.wait()
        return self.answering.generation != 0

    def _answer_and_record(self, question: _Question) -> tuple[int | None, Answer, list[int]]:
        """Return the answer, the number it is kept under (None: the database takes nothing), and its offers."""
        earlier: Sequence[str] = ()
        if question.with_history:
            earlier = self.history.earlier_questions(question.place, EARLIER_QUESTIONS, CONVERSATION)
        answer = in_admins_words(self.answering.answer_in_words(question.text, earlier, PASSAGES))
        try:
            number = self.history.record(question.place, answer, shown_evidence(answer))
            offers = [text for _, text in _offers(answer, question.words)]
            return number, answer, self.history.offer(offers, user_id=question.place.user_id)
        except DatabaseLostError:
            raise  # comes back, and then all of it is done again
        except LibraryError as error:  # a full disk must not silence the bot; only the buttons are missing
            _log.error("问题没有记下 · the question was not kept: %s", error)
            return None, answer, []


def _offers(answer: Answer, words: Words) -> list[tuple[str, str]]:
    """Return the labels and questions of the buttons that ask: each choice, and the question as it was put."""
    offers = [(f"{choice.label}", choice.question) for choice in answer.choices]
    if answer.understood != answer.question:
        offers.append((words.as_asked_button, answer.question))
    return offers


def _buttons(
    answer: Answer, words: Words, question_id: int, offer_ids: Sequence[int]
) -> InlineKeyboardMarkup | None:
    rows = offer_rows([label for label, _ in _offers(answer, words)], offer_ids)
    if not answer.evidence:
        return keyboard(*rows)
    more = len(shown_evidence(answer)) if len(answer.evidence) > 1 else None
    look = look_row(words, question_id, more, found=answer.found)
    return keyboard(*rows, look, rating_row(words, question_id))


def place_of(message: Message) -> Place:
    """Return where and by whom a message was written."""
    # An anonymous admin or a channel speaks as a chat.
    speaker = message.sender_chat or message.from_user
    person = speaker.id if speaker else message.chat_id
    return Place(message.chat_id, person, message.message_id, topic_of(message))
