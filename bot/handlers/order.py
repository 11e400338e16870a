"""The handlers in deliberate order: the first of a group that fits takes the update."""

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.handlers.asking import MORE, Addressed, Asking
from bot.handlers.errors import tell_of_error
from bot.handlers.managing import Managing
from bot.handlers.rating import RATE, Rating
from bot.handlers.shelf import Shelf
from bot.handlers.updating import KEEP, TURN, Updating

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def add_handlers(
    application: AnyApplication,
    managing: Managing,
    asking: Asking,
    rating: Rating,
    updating: Updating,
    shelf: Shelf,
) -> None:
    """Register the handlers."""
    fresh = filters.UpdateType.MESSAGE  # an edited message was answered already
    private = fresh & filters.ChatType.PRIVATE
    application.add_handler(TypeHandler(Update, managing.access.gate), group=-1)
    application.add_handler(CommandHandler("start", managing.start, fresh))
    application.add_handler(CommandHandler("help", managing.help, fresh))
    application.add_handler(CommandHandler("about", managing.about, fresh))
    application.add_handler(CommandHandler("ask", asking.ask, fresh))
    application.add_handler(CommandHandler("reindex", updating.reindex, fresh))
    application.add_handler(CommandHandler("documents", shelf.documents, fresh))
    application.add_handler(CommandHandler("remove", shelf.remove, fresh))
    application.add_handler(CallbackQueryHandler(asking.more, pattern=rf"^{MORE}"))
    application.add_handler(CallbackQueryHandler(rating.rate, pattern=rf"^{RATE}[01]:\d+$"))
    application.add_handler(CallbackQueryHandler(updating.turn, pattern=rf"^{TURN}\d+$"))
    application.add_handler(CallbackQueryHandler(updating.keep, pattern=rf"^{KEEP}\d+$"))
    application.add_handler(
        CallbackQueryHandler(shelf.pressed, pattern=r"^(list|show|remove|confirm|cancel):\d+$")
    )
    application.add_handler(MessageHandler(private & filters.Document.ALL, updating.add))
    application.add_handler(MessageHandler(private & filters.COMMAND, managing.unknown_command))
    application.add_handler(MessageHandler(private & filters.TEXT, asking.question))
    application.add_handler(
        MessageHandler(fresh & filters.TEXT & ~filters.COMMAND & Addressed(), asking.question)
    )
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, managing.only_text))
    application.add_error_handler(tell_of_error)
