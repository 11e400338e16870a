"""Logging, set up once: text or JSON on the error stream, the secrets taken out of every record."""

import json
import logging
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from config.settings import Settings, passwords_in

HIDDEN = "<hidden>"
SHORTEST = 6  # characters of a password that is hidden wherever it stands
current_update: ContextVar[int | None] = ContextVar("current_update", default=None)  # Telegram's number of it


class SecretFilter(logging.Filter):
    """Takes secrets out of a record: message, arguments, traceback and stack.

    A token 123:abc is also removed where only its secret half (abc) or its quoted form (123%3Aabc) stands:
    httpx logs every URL, and a Bot API URL holds the token.
    """

    def __init__(self, secrets: list[str]) -> None:
        super().__init__()
        halves = [secret.partition(":")[2] for secret in secrets if secret[0].isdigit() and ":" in secret]
        self._secrets = sorted({*secrets, *halves} - {""}, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """Return the text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place, so that no other handler sees the secret either; keep it."""
        record.msg, record.args = self.clean(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        record.exc_text = self.clean(record.exc_text) if record.exc_text else None
        record.stack_info = self.clean(record.stack_info) if record.stack_info else None
        return True


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Return what a record tells besides its message: the update that is worked on, and `extra={"fields": …}`."""
    number = current_update.get()
    told: dict[str, object] = getattr(record, "fields", {})
    return ({} if number is None else {"update": number}) | told


class TextFormatter(logging.Formatter):
    """One line: 2026-11-27 10:00:00,000 INFO wenbao.asking: 答了 · answered [update=7 found=True]."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        fields = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        record.told = f" [{fields}]" if fields else ""
        return super().format(record)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, its fields and, if there is one, the exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        exception = "\n".join(part for part in (record.exc_text, record.stack_info) if part)
        return json.dumps(fields | ({"exception": exception} if exception else {}), ensure_ascii=False)


def set_up_logs(settings: Settings) -> None:
    """Send every logger's records to the error stream in the form the settings ask for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(SecretFilter(_secrets(settings)))
    text = TextFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s%(told)s")
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else text)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    # One line for every request of a long poll says nothing at INFO.
    for name in ("httpx", "httpcore", "alembic", "sentence_transformers"):
        logging.getLogger(name).setLevel("DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    # At DEBUG it writes down what people say.
    logging.getLogger("telegram").setLevel("INFO" if settings.log_level == "DEBUG" else settings.log_level)
    # A page of a proxy instead of JSON gets a traceback there; the failed call is told in one line elsewhere.
    logging.getLogger("telegram.request").setLevel("CRITICAL")
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_of_thread


def _secrets(settings: Settings) -> list[str]:
    given = (settings.telegram_bot_token, settings.webhook_secret, settings.llm_key)
    secrets = [secret.get_secret_value() for secret in given if secret is not None]
    addresses = (settings.database_url, settings.milvus_uri, settings.llm_url, settings.telegram_api_base)
    for address in filter(None, addresses):
        # A short one stands in many words: it goes where an address shows it.
        secrets += [word if len(word) >= SHORTEST else f":{word}@" for word in passwords_in(address)]
    return secrets


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    logging.getLogger("wenbao").critical(
        "程序出错而停止，请把这条日志交给维护者 · stopped by an error", exc_info=(kind, error, traceback)
    )


def _log_uncaught_of_thread(given: threading.ExceptHookArgs) -> None:
    _log_uncaught(given.exc_type, given.exc_value or given.exc_type(), given.exc_traceback)
