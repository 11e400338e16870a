"""What is in the library: /documents with pages of buttons, and /remove with a confirmation."""

import difflib
import html
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.answering import Answering
from bot.handlers.access import Access, library_words_of
from bot.handlers.replying import acknowledge
from bot.handlers.threads import Threads
from bot.history import History
from bot.library_words import LibraryWords
from bot.reports import render_document, render_removal
from embeddings.errors import LibraryError
from embeddings.library import Library
from embeddings.removal import Removal
from embeddings.types import StoredDocument

PAGE = 8  # documents on one page
LIST, SHOW, REMOVE, CONFIRM, CANCEL = "list:", "show:", "remove:", "confirm:", "cancel:"
LONGEST_NAME = 200
_LONGEST_BUTTON = 40

_log = logging.getLogger("wenbao.shelf")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Shows the library's documents to admins and removes them."""

    access: Access
    answering: Answering
    library: Library
    history: History
    threads: Threads
    names: Callable[[Update], Awaitable[None]]  # tells a reader which documents there are

    async def documents(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show an admin the first page of documents, a reader their names."""
        assert update.message is not None
        if not self.access.is_admin(update):
            await self.names(update)
            return
        text, buttons = _page(await self._documents(), 0, library_words_of(update))
        await update.message.reply_text(text, parse_mode=ParseMode.HTML, reply_markup=buttons)

    async def remove(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for a confirmation before the document after /remove goes."""
        assert update.message is not None
        if await self.access.refuse_others(update):
            return
        words = library_words_of(update)
        name = (update.message.text or "").partition(" ")[2].strip()
        held = await self._documents()
        wanted = next((one for one in held if one.name == name), None)
        if not name:
            await update.message.reply_text(words.remove_usage)
        elif wanted is None:
            near = difflib.get_close_matches(name, [one.name for one in held], 3, 0.4)
            hint = "\n" + words.remove_near.format(names="、".join(near)) if near else ""
            await update.message.reply_text(words.remove_unknown.format(name=name[:LONGEST_NAME]) + hint)
        else:
            text, buttons = _question(wanted, words)
            await update.message.reply_text(text, parse_mode=ParseMode.HTML, reply_markup=buttons)

    async def pressed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Turn the page, show a document, ask whether it shall go, or remove it."""
        query, words = update.callback_query, library_words_of(update)
        assert query is not None and query.data is not None
        if await self.access.refuse_others(update):
            return
        kind, _, number = query.data.partition(":")
        held = await self._documents()
        wanted = next((one for one in held if one.id == int(number)), None)
        if kind + ":" == LIST:
            await self._show(query, *_page(held, int(number), words))
        elif kind + ":" == CANCEL:
            await self._show(query, words.cancelled, None)
        elif wanted is None:
            await acknowledge(query, words.document_gone, alert=True)
        elif kind + ":" == SHOW:
            page = held.index(wanted) // PAGE
            await self._show(query, render_document(wanted, words), _card(wanted, page, words))
        elif kind + ":" == REMOVE:
            await self._show(query, *_question(wanted, words))
        else:
            await self._remove(query, wanted, words)

    async def _remove(self, query: CallbackQuery, wanted: StoredDocument, words: LibraryWords) -> None:
        try:
            removal = await self.threads.run(self._erase, wanted.name)
        except LibraryError as error:  # another press was quicker
            _log.info("%s", error)
            await acknowledge(query, words.document_gone, alert=True)
            return
        _log.info(
            "移除 %s：%d 个段落剩 %d · removed", removal.name, removal.paragraphs, removal.paragraphs_left
        )
        await self._show(query, render_removal(removal, wanted.paragraphs, words), None)

    def _erase(self, name: str) -> Removal:
        removal = self.library.remove(name, self.history.erase_quotes)
        self.answering.refresh()
        return removal

    async def _documents(self) -> list[StoredDocument]:
        return await self.threads.run(self.library.documents)

    async def _show(self, query: CallbackQuery, text: str, buttons: InlineKeyboardMarkup | None) -> None:
        await acknowledge(query)
        try:
            await query.edit_message_text(text, parse_mode=ParseMode.HTML, reply_markup=buttons)
        except BadRequest as error:  # pressed twice, or the message is too old to be edited
            _log.info("message of the button: %s", error.message)


def _page(
    held: Sequence[StoredDocument], page: int, words: LibraryWords
) -> tuple[str, InlineKeyboardMarkup | None]:
    if not held:
        return words.documents_empty, None
    pages = -(-len(held) // PAGE)
    page = max(0, min(page, pages - 1))
    rows = [
        [_button(f"{_short(one.name)} · {one.paragraphs}", f"{SHOW}{one.id}")]
        for one in held[page * PAGE : (page + 1) * PAGE]
    ]
    turning = [_button("‹", f"{LIST}{page - 1}")] if page > 0 else []
    turning += [_button("›", f"{LIST}{page + 1}")] if page + 1 < pages else []
    text = words.documents.format(count=len(held), page=page + 1, pages=pages)
    return text, InlineKeyboardMarkup([*rows, turning] if turning else rows)


def _card(document: StoredDocument, page: int, words: LibraryWords) -> InlineKeyboardMarkup:
    remove = _button(words.remove_button, f"{REMOVE}{document.id}")
    return InlineKeyboardMarkup([[remove, _button("‹", f"{LIST}{page}")]])


def _question(document: StoredDocument, words: LibraryWords) -> tuple[str, InlineKeyboardMarkup]:
    name = html.escape(document.name, quote=False)
    text = words.remove_confirm.format(name=name, paragraphs=document.paragraphs)
    confirm = _button(words.confirm_button, f"{CONFIRM}{document.id}")
    return text, InlineKeyboardMarkup([[confirm, _button(words.cancel_button, f"{CANCEL}{document.id}")]])


def _button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=data)


def _short(name: str) -> str:
    # keeps the ending: 很长很长的名字.txt → 很长…字.txt
    return name if len(name) <= _LONGEST_BUTTON else f"{name[: _LONGEST_BUTTON - 12]}…{name[-11:]}"
