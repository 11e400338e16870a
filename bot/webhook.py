"""The webhook: a small server that takes updates on every path and goes by the secret."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.routing import URLSpec
from tornado.web import Application, RequestHandler

from bot.metrics import CONTENT_TYPE
from embeddings.errors import LibraryError

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name
LARGEST_UPDATE = 1024 * 1024  # bytes

_log = logging.getLogger("wenbao.webhook")

Receive = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


class Webhook:
    """Listens from `start` to `stop`; Telegram hears 200 only after an update was kept."""

    def __init__(
        self,
        secret: str,
        receive: Receive,
        is_ready: Callable[[], bool],
        metrics: Callable[[], bytes],
    ) -> None:
        rules = [
            URLSpec(r"/healthz", _Health, {"is_ready": is_ready}),
            URLSpec(r"/metrics", _Metrics, {"metrics": metrics}),
            URLSpec(r"/.*", _Updates, {"secret": secret, "receive": receive}),
        ]
        application = Application([*rules], log_function=_log_request)
        self._server = HTTPServer(application, max_body_size=LARGEST_UPDATE)

    def start(self, port: int) -> None:
        """Listen on a port.

        :raises OSError: it is taken.
        """
        self._server.listen(port, address="0.0.0.0")  # noqa: S104 - the platform's router is another machine

    async def stop(self) -> None:
        """Take no more connections, and close those there are."""
        self._server.stop()
        await self._server.close_all_connections()


class _Health(RequestHandler):
    def initialize(self, is_ready: Callable[[], bool]) -> None:
        self._is_ready = is_ready

    async def get(self) -> None:
        ready = self._is_ready()
        self.set_status(HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)
        self.finish("ok\n" if ready else "starting\n")


class _Metrics(RequestHandler):
    def initialize(self, metrics: Callable[[], bytes]) -> None:
        self._metrics = metrics

    async def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(self._metrics())


class _Updates(RequestHandler):
    def initialize(self, secret: str, receive: Receive) -> None:
        self._secret = secret
        self._receive = receive

    async def post(self) -> None:
        """Keep an update: 403 without the secret, 400 for what is none, 503 where it could not be kept."""
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(HTTPStatus.FORBIDDEN)
            return
        try:
            content = json.loads(self.request.body)
        except ValueError:
            content = None
        if not isinstance(content, dict) or not isinstance(content.get("update_id"), int):
            self.set_status(HTTPStatus.BAD_REQUEST)
            return
        try:
            await self._receive([content])
        except LibraryError as error:
            _log.error("消息没有记下，Telegram 会再送来 · an update was not kept, it comes again: %s", error)
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)


def _log_request(handler: RequestHandler) -> None:
    _log.debug("%s %d", handler.request.method, handler.get_status())
