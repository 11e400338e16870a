"""What Telegram says of the webhook: addresses that it cannot reach are told in the log."""

import asyncio
import logging
from datetime import datetime

from telegram import Bot, WebhookInfo
from telegram.error import TelegramError

WEBHOOK_SECONDS = 60.0  # between two looks at what Telegram says of the webhook

_log = logging.getLogger("wenbao.app")


async def watch_webhook(bot: Bot) -> None:
    """Say in the log what Telegram says of the webhook, once for each error."""
    known = None
    while True:
        try:
            info: WebhookInfo = await bot.get_webhook_info()
        except TelegramError as error:
            _log.warning("没能问到 webhook 的情况 · no word of the webhook: %s", error.message)
        else:
            known = _log_webhook(info, known)
        await asyncio.sleep(WEBHOOK_SECONDS)


def _log_webhook(info: WebhookInfo, known: datetime | None) -> datetime | None:
    """Log an error of the webhook that is not the known one; return when the last one was."""
    if info.last_error_date is not None and info.last_error_date != known:
        _log.error(
            "Telegram 送不到 webhook：%s，积压 %d 条；请核对 WEBHOOK_URL 和代理 · "
            "Telegram cannot deliver to the webhook: check WEBHOOK_URL and the proxy",
            info.last_error_message,
            info.pending_update_count,
        )
    return info.last_error_date
