"""How updates come in: by polling, or by a webhook behind a proxy that keeps the path or strips it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bot_api import BotApi
from tests.workers import Proxy, free_port

WEBHOOK_URL = "https://example.org/bots/wenbao"
WAYS = {"polling": None, "kept": "/bots/wenbao", "stripped": "/"}  # the path that the worker sees
POLLING_OR_WEBHOOK = (
    "polling",
    "stripped",
)  # for all but what the path does, which the webhook's own test tries


@contextmanager
def way_in(api: BotApi, name: str) -> Iterator[dict[str, str]]:
    """Yield the settings of a worker that takes updates in one way; let them come to it."""
    path = WAYS[name]
    if path is None:
        yield {}
        return
    port = free_port()
    proxy = Proxy(api, [port], path)
    try:
        yield {"WEBHOOK_URL": WEBHOOK_URL, "PORT": str(port)}
    finally:
        proxy.close()
