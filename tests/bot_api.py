"""A strict double of Telegram's Bot API over real HTTP: refuses what Telegram refuses, in its words.

with BotApi() as api:
    api.user_says("增速多少", user=7)
    reply = api.wait_for_message(chat=7)
"""

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.telegram_calls import Message, Telegram, topic_of
from tests.telegram_form import Refusal, multipart, utf16_units

ALL_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
PATIENCE_SECONDS = 180.0  # a busy machine is no fault, and only what fails waits so long
Found = TypeVar("Found")


class BotApi(Telegram):
    """The server, the people who write to the bot, and what tests wait for. Listens while the `with` block runs."""

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
                    else multipart(kind, body)
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

    # --- what people do ---

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
                **topic_of(topic),
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

    def wait_for(self, look: Callable[[], Found | None], timeout_seconds: float = PATIENCE_SECONDS) -> Found:
        """Return what `look` sees as soon as it sees something; AssertionError when it never does."""
        until = time.monotonic() + timeout_seconds
        with self._changed:
            while not (found := look()):
                left = until - time.monotonic()
                assert left > 0, f"waited in vain; the bot has said:\n{self.transcript}"
                self._changed.wait(min(left, 0.2))
            return found

    def wait_for_message(
        self,
        containing: str = "",
        *,
        chat: int = 7,
        after: int = 0,
        timeout_seconds: float = PATIENCE_SECONDS,
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
