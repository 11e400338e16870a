"""Who may use the bot: the one place that decides."""

from collections.abc import Set
from dataclasses import dataclass

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.library_words import LibraryWords, library_words_for
from bot.words import Words, words_for


def words_of(update: Update) -> Words:
    """Return the sentences of the language that the person's Telegram speaks."""
    user = update.effective_user
    return words_for(user.language_code if user else None)


def library_words_of(update: Update) -> LibraryWords:
    """Return what admins read, in the same language."""
    user = update.effective_user
    return library_words_for(user.language_code if user else None)


@dataclass(frozen=True, slots=True)
class Access:
    """Admins may do everything; with `allowed_ids` empty everyone may ask."""

    admin_ids: Set[int]
    allowed_ids: Set[int]

    def is_admin(self, update: Update) -> bool:
        """Say whether the update comes from someone who may manage the library."""
        return update.effective_user is not None and update.effective_user.id in self.admin_ids

    async def refuse_others(self, update: Update) -> bool:
        """Tell someone who is no admin so; say whether that was needed."""
        if self.is_admin(update):
            return False
        text = words_of(update).admin_only
        if update.callback_query is not None:
            await update.callback_query.answer(text, show_alert=True)
        elif update.message is not None:
            await update.message.reply_text(text)
        return True

    def may_ask(self, update: Update) -> bool:
        """Say whether the user or the chat may ask."""
        people = {one.id for one in (update.effective_user, update.effective_chat) if one is not None}
        return not self.allowed_ids or bool(people & (self.allowed_ids | self.admin_ids))

    async def gate(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Stop an update of someone not allowed; say so in private, be silent in groups."""
        if self.may_ask(update):
            return
        user = update.effective_user
        text = words_of(update).not_allowed.format(user_id=user.id if user else "?")
        if update.callback_query is not None:
            await update.callback_query.answer(text, show_alert=True)
        elif update.message is not None and update.message.chat.type == ChatType.PRIVATE:
            await update.message.reply_text(text)
        raise ApplicationHandlerStop
