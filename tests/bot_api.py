# ruff: noqa: N802 - its methods are named as Telegram names them
"""A strict double of Telegram's Bot API over real HTTP: refuses what Telegram refuses, in its words.

with BotApi() as api:
    api.user_says("增速多少", user=7)
    reply = api.wait_for_message(chat=7)
"""

import html
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

ALL_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
SHOWN = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "sendPhoto", "sendDocument")
TAGS = {"bold": "b", "italic": "i", "underline": "u", "expandable_blockquote": "blockquote"}
TOKEN = "123456:AAH-secret_part_of_the_token_0123456"
BOT = {"id": 123456, "is_bot": True, "first_name": "问报", "username": "wenbao_test_bot"}
LONGEST = 4096
LARGEST_DOWNLOAD = 20 * 1024 * 1024
Found = TypeVar("Found")

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


class Refusal(Exception):  # noqa: N818 - not an error of ours
    """An answer with ok: false."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        self.code = code
        self.description = description
        self.retry_after = retry_after
        super().__init__(description)


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


# --- Telegram's HTML --------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"<(/?)([a-z-]+)((?:\s+[a-z-]+(?:=\"[^\"<>]*\")?)*)\s*>|&(#?\w+);|([<>&])|([^<>&]+)", re.I
)
_TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote",
    "tg-spoiler", "a",
}  # fmt: skip


def parse_html(source: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the plain text and the (tag, text) inside it; Refusal 400 for what is not well formed."""
    text, entities = "", []
    opened: list[tuple[str, int]] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or match[5]:
            raise _cannot_parse(f'Unsupported start tag "{source[position : position + 8]}"', position)
        position = match.end()
        if match[2]:
            tag = match[2].lower()
            if tag not in _TAGS:
                raise _cannot_parse(f'Unsupported start tag "{tag}"', match.start())
            if not match[1]:
                opened.append((tag, len(text)))
            elif not opened or opened[-1][0] != tag:
                raise _cannot_parse(f'Unmatched end tag "{tag}"', match.start())
            else:
                name, start = opened.pop()
                entities.append((name, text[start:]))
        elif match[4]:
            if not match[4].startswith("#") and match[4] not in {"lt", "gt", "amp", "quot"}:
                raise _cannot_parse(f'Unsupported entity "{match[4]}"', match.start())
            text += html.unescape(match[0])
        else:
            text += match[6]
    if opened:
        raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"', position)
    return text, entities


def _cannot_parse(why: str, position: int) -> Refusal:
    return Refusal(400, f"Bad Request: can't parse entities: {why} at byte offset {position}")


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _shown(parameters: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    mode = parameters.get("parse_mode")
    if mode not in (None, "HTML"):
        raise Refusal(400, "Bad Request: unsupported parse_mode")
    text, entities = parse_html(parameters["text"]) if mode else (parameters["text"], [])
    for entity in json.loads(parameters.get("entities") or "[]"):
        units, start = text.encode("utf-16-le"), 2 * entity["offset"]
        inside = units[start : start + 2 * entity["length"]]
        if entity["type"] not in TAGS or len(inside) != 2 * entity["length"] or not inside:
            raise Refusal(400, "Bad Request: invalid entities")
        entities.append((TAGS[entity["type"]], inside.decode("utf-16-le")))
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if utf16_units(text.strip()) > LONGEST:
        raise Refusal(400, "Bad Request: message is too long")
    return text.strip(), entities


def _rows(parameters: dict[str, Any]) -> list[list[dict[str, str]]]:
    return list(json.loads(parameters.get("reply_markup") or "{}").get("inline_keyboard", []))


def _buttons(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    rows = _rows(parameters)
    buttons = [(button["text"], button["callback_data"]) for row in rows for button in row]
    if any(not text or not 1 <= len(data.encode()) <= 64 for text, data in buttons):
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return buttons


def _multipart(kind: str, body: bytes) -> dict[str, Any]:
    """Return the fields of a form; a file's is its bytes."""
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields: dict[str, Any] = {}
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            fields[name] = content if part.get_filename() else content.decode()
    for name, value in fields.items():
        if isinstance(value, str) and value.startswith("attach://"):
            fields[name] = fields[value.removeprefix("attach://")]
    attached = [name for name, value in fields.items() if isinstance(value, bytes)]
    return {name: fields[name] for name in fields if name not in attached or name in ("photo", "document")}


def _topic(topic: int | None) -> dict[str, Any]:
    return {} if topic is None else {"message_thread_id": topic, "is_topic_message": True}


# --- the server -------------------------------------------------------------------------------------


class BotApi:
    """The server and what the chats look like. Listens on 127.0.0.1 while the `with` block runs."""

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

    def __enter__(self) -> "BotApi":
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                kind = self.headers.get("Content-Type", "")
                parameters = (
                    json.loads(body or b"{}")
                    if kind.startswith("application/json")
                    else _multipart(kind, body)
                    if kind.startswith("multipart/form-data")
                    else {name: values[0] for name, values in parse_qs(body.decode(), True).items()}
                )
                path = urlsplit(self.path).path
                fault = api.fault(path.rpartition("/")[2])
                if fault in ("reset", "timeout"):
                    time.sleep(0.0 if fault == "reset" else api.timeout_seconds)
                    self.close_connection = True
                    self.connection.close()
                    return
                if fault == "502":
                    self._send(502, b"<html>Bad Gateway</html>")
                    return
                code, answer = api.answer(path, parameters, fault)
                self._send(code, json.dumps(answer, ensure_ascii=False).encode())

            def do_GET(self) -> None:
                path = unquote(urlsplit(self.path).path)
                prefix = f"/file/bot{api.token}/"
                content = api.files.get(path.removeprefix(prefix)) if path.startswith(prefix) else None
                if content is None:
                    self.do_POST()
                else:
                    self._send(200, content)

            def _send(self, code: int, content: bytes) -> None:
                try:
                    self.send_response(code)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionResetError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

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

    # --- methods ---

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
        text, entities = _shown(parameters)
        reply_to = json.loads(parameters.get("reply_parameters") or "{}").get("message_id")
        topic = parameters.get("message_thread_id")
        message = Message(chat, self._new_id(), text, entities, _buttons(parameters), reply_to)
        message.topic = None if topic is None else int(topic)
        message.rows = _rows(parameters)
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
        text, entities = _shown(parameters)
        self._refuse_same(message, (text, entities, _buttons(parameters)))
        message.text, message.entities, message.buttons = text, entities, _buttons(parameters)
        message.rows = _rows(parameters)
        message.edits.append(time.monotonic())
        return self._as_json(message)

    def _editMessageReplyMarkup(self, parameters: dict[str, Any]) -> dict[str, Any]:
        message = self._own_message(parameters)
        self._refuse_same(message, (message.text, message.entities, _buttons(parameters)))
        message.buttons, message.rows = _buttons(parameters), _rows(parameters)
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

    # --- what people do ---

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
            **_topic(message.topic),
        }

    def _document(self, message: Message) -> dict[str, Any]:
        key = str(message.document)
        facts = {"file_id": key, "file_unique_id": f"u{key}", "file_name": self.names[key]}
        return {"document": facts, "caption": message.text}

    def _push(self, kind: str, content: dict[str, Any]) -> None:
        update = {"update_id": self._new_id(), kind: content}
        self._updates.append(update)
        self.pushed.append(update)
        self._changed.notify_all()

    def knows(self, chat: int) -> None:
        """Let a chat exist: its person has written to the bot before."""
        self._chats.add(chat)

    def user_says(
        self,
        text: str,
        *,
        user: int = 7,
        chat: int | None = None,
        language: str = "zh-hans",
        reply_to: Message | None = None,
        edits: int | None = None,
        topic: int | None = None,
        photo: bool = False,
        forwarded: bool = False,
    ) -> int:
        """Let a person write a message, or edit one; with `photo` it is a caption. Return its id."""
        with self._changed:
            chat = user if chat is None else chat
            self.knows(chat)
            message: dict[str, Any] = {
                "message_id": self._new_id() if edits is None else edits,
                "date": int(time.time()),
                "chat": self._where(chat),
                "from": self._person(user, language),
                **_topic(topic),
                "caption" if photo else "text": text,
                "caption_entities" if photo else "entities": [
                    {
                        "type": "mention" if found[0].startswith("@") else "bot_command",
                        "offset": utf16_units(text[: found.start()]),
                        "length": utf16_units(found[0]),
                    }
                    for found in re.finditer(r"(?<!\S)(?:@\w+|/\w+(?:@\w+)?)", text, re.ASCII)
                ],
            }
            if reply_to is not None:
                message["reply_to_message"] = self._as_json(reply_to)
            if photo:
                size = {"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}
                message["photo"] = [size]
            if forwarded:
                origin = {"type": "hidden_user", "date": message["date"], "sender_user_name": "某人"}
                message["forward_origin"] = origin
            if edits is not None:
                message["edit_date"] = message["date"]
            self._push("message" if edits is None else "edited_message", message)
            return int(message["message_id"])

    def user_sends(
        self, name: str, content: bytes, *, caption: str | None = None, user: int = 7, size: int | None = None
    ) -> int:
        """Let a person send a document in private; `size` stands for one too large to be made here."""
        with self._changed:
            self.knows(user)
            number = self._new_id()
            key = f"documents/file_{number}"
            self.files[key], self.names[key] = content, name
            document = {"file_id": key, "file_unique_id": f"u{key}", "file_name": name}
            message = {
                "message_id": number,
                "date": int(time.time()),
                "chat": self._where(user),
                "from": self._person(user, "zh-hans"),
                "document": document | {"file_size": len(content) if size is None else size},
                **({} if caption is None else {"caption": caption}),
            }
            self._push("message", message)
            return number

    def user_sends_photo(self, content: bytes, *, user: int = 7) -> int:
        """Let a person send a photo without words in private."""
        with self._changed:
            self.knows(user)
            number = self._new_id()
            key = f"photos/file_{number}"
            self.files[key] = content
            sizes = [
                {"file_id": name, "file_unique_id": f"u{name}", "width": width, "height": width}
                for name, width in (("small", 90), (key, 1280))
            ]
            message = {
                "message_id": number,
                "date": int(time.time()),
                "chat": self._where(user),
                "from": self._person(user, "zh-hans"),
                "photo": sizes,
            }
            self._push("message", message)
            return number

    def user_types(self, text: str, *, user: int = 7) -> str:
        """Let a person type an inline query; return its id."""
        with self._changed:
            query = str(self._new_id())
            self._queries.add(query)
            self._push(
                "inline_query",
                {"id": query, "from": self._person(user, "zh-hans"), "query": text, "offset": ""},
            )
            return query

    def presses(self, message: Message, button: str, *, user: int = 7, data: str | None = None) -> str:
        """Let a person press a button under a message of the bot; return the query's id."""
        with self._changed:
            query = str(self._new_id())
            self._queries.add(query)
            content = {
                "id": query,
                "from": self._person(user, "zh-hans"),
                "chat_instance": "1",
                "message": self._as_json(message),
                "data": data or dict(message.buttons)[button],
            }
            self._push("callback_query", content)
            return query

    def fail_next(self, method: str, code: int, description: str, retry_after: int | None = None) -> None:
        """Refuse the next call of a method."""
        with self._changed:
            self._failures.append((method, Refusal(code, description, retry_after)))

    # --- what tests wait for ---

    def wait_for(self, look: Callable[[], Found | None], timeout_seconds: float = 60.0) -> Found:
        """Return what `look` sees as soon as it sees something; AssertionError when it never does."""
        until = time.monotonic() + timeout_seconds
        with self._changed:
            while not (found := look()):
                left = until - time.monotonic()
                assert left > 0, f"waited in vain; the bot has said:\n{self.transcript}"
                self._changed.wait(min(left, 0.2))
            return found

    def wait_for_message(
        self, containing: str = "", *, chat: int = 7, after: int = 0, timeout_seconds: float = 60.0
    ) -> Message:
        """Return the first message in a chat after a message id that shows the text now."""

        def look() -> Message | None:
            fitting = (one for one in self.messages if one.chat == chat and one.id > after)
            return next((one for one in fitting if containing in one.text), None)

        return self.wait_for(look, timeout_seconds)

    def count(self, method: str) -> int:
        """Count the calls of a method."""
        return sum(call.method == method for call in self.calls)

    @property
    def transcript(self) -> str:
        """Everything the bot has said, for messages of failing tests."""
        return "\n".join(f"[{message.chat}] {message.text}" for message in self.messages)
