"""How updates come in: by polling, or by a webhook behind a proxy that keeps the path or strips it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.bot_api import BotApi

WEBHOOK_URL = "https://example.org/bots/wenbao"
WAYS = {"polling": None, "kept": "/bots/wenbao", "stripped": "/"}  # the path that the worker sees


@contextmanager
def way_in(api: BotApi, name: str) -> Iterator[dict[str, str]]:
    """Yield the settings of a worker that takes updates in one way; let them come to it."""
    path = WAYS[name]
    if path is None:
        yield {}
        return
    port = free_port()
    proxy = Proxy(api, port, path)
    try:
        yield {"WEBHOOK_URL": WEBHOOK_URL, "PORT": str(port)}
    finally:
        proxy.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Proxy:
    """Sends what Telegram has to a worker until it answers 200, with the path that is told."""

    def __init__(self, api: BotApi, port: int, path: str) -> None:
        self._api = api
        self._address = f"http://127.0.0.1:{port}{path}"
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._deliver, daemon=True)
        self._thread.start()

    def _deliver(self) -> None:
        delivered = 0
        with httpx.Client(trust_env=False) as client:
            while not self._closing.is_set():
                if self._api.webhook is None or delivered == len(self._api.pushed):
                    self._closing.wait(0.05)
                    continue
                headers = {"X-Telegram-Bot-Api-Secret-Token": self._api.webhook["secret_token"]}
                try:
                    post = client.post(self._address, json=self._api.pushed[delivered], headers=headers)
                except httpx.TransportError:
                    self._closing.wait(0.05)
                    continue
                delivered += post.status_code == 200

    def close(self) -> None:
        """Deliver nothing more."""
        self._closing.set()
        self._thread.join()
