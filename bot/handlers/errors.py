"""What happens when a handler fails: it is logged, the person is told what to do, and the admins hear of it once."""

import logging
import traceback
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from telegram import Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.handlers.access import words_of
from bot.handlers.replying import say
from bot.library_words import ZH
from bot.metrics import Metrics

MOST_KINDS = 100  # of errors told of, until the next start

_log = logging.getLogger("wenbao.errors")


@dataclass(frozen=True, slots=True)
class Errors:
    """Tells of errors without what people said."""

    admin_ids: Collection[int]
    metrics: Metrics
    told: set[tuple[str, str]] = field(default_factory=set)

    async def tell(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log the error before anything else can fail, then tell the person and the admins; never raise."""
        self.metrics.errors.labels(type(context.error).__name__).inc()
        number = update.update_id if isinstance(update, Update) else "-"
        _log.error("处理消息 %s 时出错 · handling update %s failed", number, number, exc_info=context.error)
        try:
            if isinstance(update, Update):
                await _tell_person(update)
            await self._tell_admins(context)
        except TelegramError as error:
            _log.warning("没能告诉用户出了错 · the person could not be told: %s", error.message)

    async def _tell_admins(self, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Name the error's kind and place once; its words may be a person's."""
        error = context.error
        if error is None or len(self.told) >= MOST_KINDS:
            return
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{Path(last[0].filename).name}:{last[0].lineno}" if last else "?"
        kind = (type(error).__name__, place)
        if kind in self.told:
            return
        self.told.add(kind)
        for admin in sorted(self.admin_ids):
            await context.bot.send_message(admin, ZH.error_report.format(kind=kind[0], place=place))


async def _tell_person(update: Update) -> None:
    text = words_of(update).failed
    if update.callback_query is not None:
        try:
            await update.callback_query.answer(text, show_alert=True)
        except BadRequest:  # it was acknowledged before the error
            await say(update, text)
    elif update.effective_message is not None:
        await say(update, text)
