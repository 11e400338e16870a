"""The handlers in deliberate order: the first of a group that fits takes the update."""

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.handlers.asking import Addressed, Asking
from bot.handlers.buttons import ASK, BAD, CONTEXT, MORE, RATE, WHY_SO
from bot.handlers.errors import Errors
from bot.handlers.giving import LEAVE, TAKE, Giving
from bot.handlers.inline import Inline
from bot.handlers.learning import ADD, WRITE, Learning, Written
from bot.handlers.looking import Looking
from bot.handlers.managing import Managing
from bot.handlers.photos import Photos
from bot.handlers.rating import Rating
from bot.handlers.shelf import Shelf
from bot.handlers.talking import Talking
from bot.handlers.updating import KEEP, TURN, Updating
from bot.metrics import Metrics

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def add_handlers(
    application: AnyApplication,
    managing: Managing,
    asking: Asking,
    photos: Photos,
    looking: Looking,
    talking: Talking,
    inline: Inline,
    learning: Learning,
    giving: Giving,
    rating: Rating,
    updating: Updating,
    shelf: Shelf,
    metrics: Metrics,
) -> None:
    """Register the handlers."""
    fresh = filters.UpdateType.MESSAGE
    asked = filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE
    private = filters.ChatType.PRIVATE
    words = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND & ~filters.Document.ALL
    application.add_handler(TypeHandler(Update, managing.access.gate), group=-1)
    commands = {
        "start": talking.start,
        "help": managing.help,
        "about": managing.about,
        "reindex": updating.reindex,
        "documents": shelf.documents,
        "remove": shelf.remove,
        "new": asking.begin_anew,
        "forget": asking.forget,
        "gaps": learning.gaps,
        "stats": learning.stats,
    }
    for name, handle in commands.items():
        application.add_handler(CommandHandler(name, handle, fresh))
    application.add_handler(CommandHandler("ask", asking.question, asked))
    presses = {
        rf"^{ASK}\d+$": asking.offered,
        rf"^{MORE}\d+:\d+$": looking.more,
        rf"^{CONTEXT}\d+$": looking.context,
        rf"^{WHY_SO}\d+$": looking.why,
        rf"^{RATE}[01]:\d+$": rating.rate,
        rf"^{BAD}[a-z]+:\d+$": rating.reason,
        rf"^{TURN}\d+:\d+$": updating.turn,
        rf"^{KEEP}\d+:\d+$": updating.keep,
        rf"^{WRITE}\d+$": learning.write,
        rf"^{ADD}$": learning.add,
        rf"^{TAKE}$": giving.take,
        rf"^{LEAVE}$": giving.leave,
        r"^(list|show|remove|confirm|cancel):\d+$": shelf.pressed,
    }
    for pattern, handle in presses.items():
        application.add_handler(CallbackQueryHandler(handle, pattern=pattern))
    application.add_handler(CallbackQueryHandler(managing.old_button))
    application.add_handler(InlineQueryHandler(inline.answer))
    application.add_handler(MessageHandler(fresh & private & filters.Document.ALL, giving.document))
    application.add_handler(MessageHandler(fresh & private & filters.TEXT & Written(), learning.written))
    application.add_handler(MessageHandler(fresh & private & filters.COMMAND, managing.unknown_command))
    application.add_handler(MessageHandler(asked & words & (private | Addressed()), asking.question))
    application.add_handler(MessageHandler(fresh & private & filters.PHOTO, photos.photo))
    application.add_handler(MessageHandler(fresh & private & ~filters.StatusUpdate.ALL, managing.only_text))
    application.add_error_handler(Errors(managing.access.admin_ids, metrics).tell)
