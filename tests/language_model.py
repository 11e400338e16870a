"""A stand-in for an OpenAI-compatible server, which says what a test tells it to: lies, too."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class LanguageModel:
    """A server on 127.0.0.1; a context manager."""

    reply: object = ""
    status: int = 200
    body: bytes | None = None  # instead of a reply
    location: str = ""  # of a redirect
    wait_seconds: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def __enter__(self) -> "LanguageModel":
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path.endswith("/v1/chat/completions")
                model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                model.keys.append(self.headers["Authorization"])
                time.sleep(model.wait_seconds)
                self.send_response(model.status)
                if model.location:
                    self.send_header("Location", model.location)
                body = model.body if model.body is not None else model.completion()
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Return what LLM_URL would be."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def completion(self) -> bytes:
        """Return a chat completion of the reply."""
        return json.dumps({"choices": [{"message": {"role": "assistant", "content": self.reply}}]}).encode()
