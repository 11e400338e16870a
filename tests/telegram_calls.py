# ruff: noqa: N802 - its methods are named as Telegram names them
"""What Telegram keeps of chats and messages, and what it does with each call of a bot, or refuses."""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.telegram_form import Refusal, buttons_of, rows_of, shown, utf16_units

SHOWN = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "sendPhoto", "sendDocument")
TOKEN = "123456:AAH-secret_part_of_the_token_0123456"
BOT = {"id": 123456, "is_bot": True, "first_name": "问报", "username": "wenbao_test_bot"}
LARGEST_DOWNLOAD = 20 * 1024 * 1024

# method: (required parameters, others it takes)
METHODS: dict[str, tuple[set[str], set[str]]] = {
    "getMe": (set(), set()),
    "deleteWebhook": (set(), {"drop_pending_updates"}),
    "getUpdates": (set(), {"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": ({"url"}, {"secret_token", "allowed_updates", "max_connections"}),
    "getWebhookInfo": (set(), set()),
    "sendMessage": (
        {"chat_id", "text"},
        {
            *("parse_mode", "entities", "reply_markup", "reply_parameters", "message_thread_id"),
            *("link_preview_options", "disable_notification"),
        },
    ),
    "editMessageText": (
        {"chat_id", "message_id", "text"},
        {"parse_mode", "entities", "reply_markup", "link_preview_options"},
    ),
    "sendPhoto": (
        {"chat_id", "photo"},
        {"caption", "parse_mode", "reply_markup", "reply_parameters", "message_thread_id"},
    ),
    "sendDocument": ({"chat_id", "document"}, {"caption", "reply_markup"}),
    "answerInlineQuery": ({"inline_query_id", "results"}, {"cache_time", "is_personal"}),
    "deleteMessage": ({"chat_id", "message_id"}, set()),
    "editMessageReplyMarkup": ({"chat_id", "message_id"}, {"reply_markup"}),
    "answerCallbackQuery": ({"callback_query_id"}, {"text", "show_alert"}),
    "sendChatAction": ({"chat_id", "action"}, {"message_thread_id"}),
    "setMyCommands": ({"commands"}, {"scope", "language_code"}),
    "setMyDescription": (set(), {"description", "language_code"}),
    "setMyShortDescription": (set(), {"short_description", "language_code"}),
    "getFile": ({"file_id"}, set()),
}


@dataclass
class Message:
    """A message of the bot as its chat shows it now."""

    chat: int
    id: int
    text: str
    entities: list[tuple[str, str]]  # (tag, the text inside)
    buttons: list[tuple[str, str]]  # (text, callback data)
    reply_to: int | None = None
    topic: int | None = None
    document: str | None = None
    rows: list[list[dict[str, str]]] = field(default_factory=list)  # the buttons as they were sent
    edits: list[float] = field(default_factory=list)  # when

    def inside(self, tag: str) -> list[str]:
        return [text for name, text in self.entities if name == tag]


@dataclass(frozen=True)
class Call:
    """One request that the bot made, and what it was told."""

    method: str
    parameters: dict[str, Any]
    when: float
    code: int


class Telegram:
    """Answers the calls of one bot."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.messages: list[Message] = []
        self.commands: dict[tuple[str, str], list[str]] = {}  # (scope, language) → commands
        self.answers: list[dict[str, Any]] = []  # to callback queries
        self.descriptions: dict[tuple[str, str], str] = {}  # (kind, language) → text
        self.files: dict[str, bytes] = {}
        self.names: dict[str, str] = {}
        self.photos: list[bytes] = []
        self.inline: dict[str, list[dict[str, Any]]] = {}  # query → results
        self.webhook: dict[str, Any] | None = None
        self.webhook_error: dict[str, Any] = {}
        self.floods: list[str] = []  # where a limit of Telegram was broken
        self.fault: Callable[[str], str | None] = lambda method: None  # for runs with a bad network
        self._shown_at: dict[int, list[float]] = {}
        self.allowed_updates: list[str] = []
        self._failures: list[tuple[str, Refusal]] = []
        self.pushed: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []
        self._next_id = 1000
        self._poll = 0
        self._chats: set[int] = set()
        self._queries: set[str] = set()
        self._changed = threading.Condition(threading.RLock())
        self._closing = False
        self.timeout_seconds = 1.0

    def answer(
        self, path: str, parameters: dict[str, Any], fault: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Answer one request as Telegram does."""
        method = path.rpartition("/")[2]
        when = time.monotonic()
        with self._changed:
            if method in SHOWN:
                self._watch_limits(int(parameters.get("chat_id", 0)), method, when)
            try:
                if fault == "429":
                    raise Refusal(429, "Too Many Requests: retry after 1", 1)
                if path != f"/bot{self.token}/{method}":
                    raise Refusal(401, "Unauthorized")
                self._check(method, parameters)
                result = getattr(self, f"_{method}")(parameters)
                code, answer = 200, {"ok": True, "result": result}
            except Refusal as refusal:
                code = refusal.code
                answer = {"ok": False, "error_code": code, "description": refusal.description}
                if refusal.retry_after is not None:
                    answer["parameters"] = {"retry_after": refusal.retry_after}
            self.calls.append(Call(method, parameters, time.monotonic(), code))
            self._changed.notify_all()
            return code, answer

    def _check(self, method: str, parameters: dict[str, Any]) -> None:
        for number, (failing, refusal) in enumerate(self._failures):
            if failing == method:
                del self._failures[number]
                raise refusal
        if method not in METHODS:
            raise Refusal(404, "Not Found")
        required, optional = METHODS[method]
        if missing := required - parameters.keys():
            raise Refusal(400, f"Bad Request: parameter {min(missing)} is required")
        if unknown := parameters.keys() - required - optional:
            raise Refusal(400, f"Bad Request: unknown parameter {min(unknown)}")

    def _watch_limits(self, chat: int, method: str, when: float) -> None:
        mine = self._shown_at.setdefault(chat, [])
        if mine and when - mine[-1] < 1.0:
            self.floods.append(f"{method} in {chat} after {when - mine[-1]:.3f} s")
        if chat < 0 and sum(when - one < 60 for one in mine) >= 20:
            self.floods.append(f"{method}: more than 20 a minute in {chat}")
        mine.append(when)
        every = [one for times in self._shown_at.values() for one in times if when - one < 1.0]
        if len(every) > 30:
            self.floods.append(f"{method}: more than 30 a second")

    def _getMe(self, _: dict[str, Any]) -> dict[str, Any]:
        return BOT

    def _deleteWebhook(self, _: dict[str, Any]) -> bool:
        self.webhook = None
        return True

    def _getUpdates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        offset, timeout = int(parameters.get("offset", 0)), float(parameters.get("timeout", 0))
        if "allowed_updates" in parameters:
            self.allowed_updates = json.loads(parameters["allowed_updates"])
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        self._poll += 1
        mine, until = self._poll, time.monotonic() + timeout
        self._changed.notify_all()  # an older poll ends now
        while not self._updates and not self._closing and (left := until - time.monotonic()) > 0:
            self._changed.wait(left)
            if self._poll != mine:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
        return list(self._updates[: int(parameters.get("limit", 100))])

    def _chat(self, parameters: dict[str, Any]) -> int:
        chat = int(parameters["chat_id"])
        if chat not in self._chats:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _sendMessage(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(parameters)
        text, entities = shown(parameters)
        reply_to = json.loads(parameters.get("reply_parameters") or "{}").get("message_id")
        topic = parameters.get("message_thread_id")
        message = Message(chat, self._new_id(), text, entities, buttons_of(parameters), reply_to)
        message.topic = None if topic is None else int(topic)
        message.rows = rows_of(parameters)
        self.messages.append(message)
        return self._as_json(message)

    def _sendPhoto(self, parameters: dict[str, Any]) -> dict[str, Any]:
        if not parameters["photo"].startswith(b"\x89PNG"):
            raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
        self.photos.append(parameters["photo"])
        return self._sendMessage(parameters | {"text": parameters.get("caption", " ")})

    def _sendDocument(self, parameters: dict[str, Any]) -> dict[str, Any]:
        if parameters["document"] not in self.files:
            raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        self._sendMessage(parameters | {"text": parameters.get("caption") or "（文档）"})
        self.messages[-1].document = parameters["document"]
        return self._as_json(self.messages[-1])

    def _answerInlineQuery(self, parameters: dict[str, Any]) -> bool:
        if parameters["inline_query_id"] not in self._queries:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired")
        self._queries.remove(parameters["inline_query_id"])
        results = json.loads(parameters["results"])
        if any(not 1 <= len(one["id"].encode()) <= 64 or not one["title"] for one in results):
            raise Refusal(400, "Bad Request: RESULT_ID_INVALID")
        self.inline[parameters["inline_query_id"]] = results
        return True

    def _own_message(self, parameters: dict[str, Any]) -> Message:
        key = (self._chat(parameters), int(parameters["message_id"]))
        for message in self.messages:
            if (message.chat, message.id) == key:
                return message
        raise Refusal(400, "Bad Request: message to edit not found")

    def _editMessageText(self, parameters: dict[str, Any]) -> dict[str, Any]:
        message = self._own_message(parameters)
        text, entities = shown(parameters)
        self._refuse_same(message, (text, entities, buttons_of(parameters)))
        message.text, message.entities, message.buttons = text, entities, buttons_of(parameters)
        message.rows = rows_of(parameters)
        message.edits.append(time.monotonic())
        return self._as_json(message)

    def _editMessageReplyMarkup(self, parameters: dict[str, Any]) -> dict[str, Any]:
        message = self._own_message(parameters)
        self._refuse_same(message, (message.text, message.entities, buttons_of(parameters)))
        message.buttons, message.rows = buttons_of(parameters), rows_of(parameters)
        return self._as_json(message)

    def _deleteMessage(self, parameters: dict[str, Any]) -> bool:
        self.messages.remove(self._own_message(parameters))
        return True

    def _refuse_same(self, message: Message, content: tuple[object, ...]) -> None:
        if content == (message.text, message.entities, message.buttons):
            raise Refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )

    def _answerCallbackQuery(self, parameters: dict[str, Any]) -> bool:
        if parameters["callback_query_id"] not in self._queries:
            raise Refusal(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        self._queries.remove(parameters["callback_query_id"])
        if len(parameters.get("text", "")) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        self.answers.append(parameters)
        return True

    def _sendChatAction(self, parameters: dict[str, Any]) -> bool:
        self._chat(parameters)
        if parameters["action"] not in {"typing", "upload_document", "upload_photo"}:
            raise Refusal(400, "Bad Request: wrong parameter action in request")
        return True

    def _setMyCommands(self, parameters: dict[str, Any]) -> bool:
        scope = json.loads(parameters.get("scope") or '{"type": "default"}')
        if "chat_id" in scope:
            self._chat(scope)
        commands = json.loads(parameters["commands"])
        if any(not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) for command in commands):
            raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        if any(not 1 <= len(command["description"]) <= 256 for command in commands):
            raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        key = (f"{scope['type']}{scope.get('chat_id', '')}", parameters.get("language_code", ""))
        self.commands[key] = [command["command"] for command in commands]
        return True

    def _setMyDescription(self, parameters: dict[str, Any]) -> bool:
        return self._describe("description", 512, parameters)

    def _setMyShortDescription(self, parameters: dict[str, Any]) -> bool:
        return self._describe("short_description", 120, parameters)

    def _describe(self, kind: str, longest: int, parameters: dict[str, Any]) -> bool:
        text = parameters.get(kind, "")
        if utf16_units(text) > longest:
            raise Refusal(400, "Bad Request: description is too long")
        self.descriptions[(kind, parameters.get("language_code", ""))] = text
        return True

    def _setWebhook(self, parameters: dict[str, Any]) -> bool:
        address = urlsplit(parameters["url"])
        if address.scheme != "https" or address.port not in (None, 443, 80, 88, 8443):
            raise Refusal(400, "Bad Request: bad webhook: an HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", parameters.get("secret_token", "")):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        self.allowed_updates = json.loads(parameters.get("allowed_updates", "[]"))
        self.webhook = parameters
        return True

    def _getWebhookInfo(self, _: dict[str, Any]) -> dict[str, Any]:
        url = (self.webhook or {}).get("url", "")
        return {
            "url": url,
            "has_custom_certificate": False,
            "pending_update_count": 0,
            **self.webhook_error,
        }

    def _getFile(self, parameters: dict[str, Any]) -> dict[str, Any]:
        name = parameters["file_id"]
        if name not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[name]) > LARGEST_DOWNLOAD:
            raise Refusal(400, "Bad Request: file is too big")
        size = len(self.files[name])
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": size, "file_path": name}

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _person(self, user: int, language: str) -> dict[str, Any]:
        return {"id": user, "is_bot": False, "first_name": "读者", "language_code": language}

    def _where(self, chat: int) -> dict[str, Any]:
        kind = (
            {"type": "private", "first_name": "读者"} if chat > 0 else {"type": "supergroup", "title": "群"}
        )
        return {"id": chat, **kind}

    def _as_json(self, message: Message) -> dict[str, Any]:
        return {
            "message_id": message.id,
            "date": int(time.time()),
            "chat": self._where(message.chat),
            "from": BOT,
            **({"text": message.text} if message.document is None else self._document(message)),
            **({"reply_markup": {"inline_keyboard": message.rows}} if message.rows else {}),
            **topic_of(message.topic),
        }

    def _document(self, message: Message) -> dict[str, Any]:
        key = str(message.document)
        facts = {"file_id": key, "file_unique_id": f"u{key}", "file_name": self.names[key]}
        return {"document": facts, "caption": message.text}


def topic_of(topic: int | None) -> dict[str, Any]:
    return {} if topic is None else {"message_thread_id": topic, "is_topic_message": True}
