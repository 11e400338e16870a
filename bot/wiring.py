"""The wiring: the application of one bot, and its handlers with all that they need."""

import asyncio
from collections.abc import Sequence

from telegram.ext import Application, Defaults

from bot.answering import Answering
from bot.handlers.asking import Asking
from bot.handlers.following import Following
from bot.handlers.giving import Giving
from bot.handlers.inline import Inline
from bot.handlers.learning import Learning
from bot.handlers.limits import Patience
from bot.handlers.looking import Looking
from bot.handlers.managing import Managing
from bot.handlers.order import AnyApplication, add_handlers
from bot.handlers.photos import Photos
from bot.handlers.rating import Rating
from bot.handlers.shelf import Shelf
from bot.handlers.talking import Talking
from bot.handlers.threads import Threads
from bot.handlers.updating import Updating
from bot.history import History
from bot.lanes import Lanes
from bot.metrics import Metrics
from bot.opening import reading_limits
from bot.reindexing import Reindexing
from bot.suggesting import Suggesting
from config.settings import Settings
from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.types import Vectors

CALL_SECONDS = 20.0  # until a call to Telegram counts as failed


def build_application(settings: Settings, token: str, metrics: Metrics) -> AnyApplication:
    """Return the application of a bot, without handlers."""
    base = settings.telegram_api_base
    return (
        Application.builder()
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .updater(None)
        # An answer that Telegram took, but is slow to say so, must not be sent again.
        .read_timeout(CALL_SECONDS)
        .write_timeout(CALL_SECONDS)
        .connect_timeout(CALL_SECONDS)
        .pool_timeout(CALL_SECONDS)
        .rate_limiter(Patience(metrics))
        .defaults(Defaults(allow_sending_without_reply=True))
        .build()
    )


def wire(
    application: AnyApplication,
    settings: Settings,
    managing: Managing,
    answering: Answering,
    library: Library,
    history: History,
    suggesting: Suggesting,
    reindexing: Reindexing,
    lanes: Lanes,
    filled: asyncio.Event,
    answer_threads: Threads,
    slow_threads: Threads,
    metrics: Metrics,
) -> None:
    """Make the handlers and register them."""
    access = managing.access
    talking = Talking(access, library, history, suggesting, slow_threads)
    updating = Updating(access, answering, library, reindexing, answer_threads, talking.offer_questions_of)
    asking = Asking(
        answering,
        history,
        answer_threads,
        filled,
        lanes.is_crowded,
        talking,
        Following(history, suggesting, slow_threads),
        application,
        metrics,
    )

    def encode(texts: Sequence[str]) -> Vectors:
        # Only /gaps needs one of its own, and lets it go.
        return load_encoder(settings.embedding_model).encode_paragraphs(texts)

    add_handlers(
        application,
        managing,
        asking,
        Photos(asking, reading_limits(settings), slow_threads),
        Looking(answering, library, history, answer_threads),
        talking,
        Inline(answering, answer_threads),
        Learning(access, history, answering, encode, updating, slow_threads),
        Giving(access, updating),
        Rating(library, history, answer_threads),
        updating,
        Shelf(access, answering, library, history, answer_threads, talking.documents),
        metrics,
    )
