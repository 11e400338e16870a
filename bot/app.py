"""The Telegram worker: wiring, limits, start and stop."""

import asyncio
import itertools
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    Defaults,
    Updater,
)
from telegram.request import HTTPXRequest

from bot.answering import Answering
from bot.handlers.access import Access
from bot.handlers.asking import Asking
from bot.handlers.managing import Managing, register_commands
from bot.handlers.order import add_handlers
from bot.handlers.rating import Rating
from bot.handlers.shelf import Shelf
from bot.handlers.updating import Updating, log_report
from bot.history import History
from bot.reindexing import COMMAND, Reindexing, ReindexingStopped
from config.settings import Settings, SettingsError
from embeddings.errors import WenbaoError
from embeddings.indexing import Report
from embeddings.library import Library

ANSWERING_THREADS = 4
ANSWERING_NAME = "answering"
UPDATES_AT_ONCE = 64
RETRIES_AFTER_LIMIT = 5  # when Telegram says 429, each time after the seconds it names
REFRESH_SECONDS = 10.0  # until a worker notices a generation that another one published
RECEIVING_STOP_SECONDS = 2.0
STOP_SECONDS = 8.0  # platforms kill ten seconds after SIGTERM
RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY)  # what the handlers take

_log = logging.getLogger("wenbao.app")


class _PollRequest(HTTPXRequest):
    """Notices the answer 401, after which polling would end without a word."""

    def __init__(self, on_unauthorized: Callable[[], None]) -> None:
        super().__init__(connection_pool_size=1)
        self._on_unauthorized = on_unauthorized

    async def do_request(self, *args: Any, **keywords: Any) -> tuple[int, bytes]:
        """Send a request as HTTPXRequest does."""
        code, payload = await super().do_request(*args, **keywords)
        if code == HTTPStatus.UNAUTHORIZED:
            self._on_unauthorized()
            await asyncio.sleep(STOP_SECONDS)  # the stop it has set off cancels this
        return code, payload


def run_worker(
    settings: Settings,
    open_answering: Callable[[Settings], Answering],
    command: Sequence[str] = COMMAND,
) -> int:
    """Answer in Telegram until SIGTERM or SIGINT; return the exit code.

    Raises SettingsError without a token, and what opening the library raises.
    """
    if faults := settings.faults_for_worker():
        raise SettingsError(faults)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the event loop takes it over
    answering = open_answering(settings)
    library, history = Library(settings.database_url), History(settings.database_url)
    threads = ThreadPoolExecutor(ANSWERING_THREADS, thread_name_prefix=ANSWERING_NAME)
    worker = _Worker(settings, answering, library, history, threads, Reindexing(command))
    code = asyncio.run(worker.run())
    threads.shutdown(wait=False, cancel_futures=True)
    if _still_answering():
        logging.shutdown()
        os._exit(code)  # an answer longer than STOP_SECONDS would hold the exit up
    history.close()
    library.close()
    return code


def _still_answering() -> bool:
    threads = [thread for thread in threading.enumerate() if thread.name.startswith(ANSWERING_NAME)]
    for thread in threads:
        thread.join(0.2)  # an idle one ends at once
    return any(thread.is_alive() for thread in threads)


class _Worker:
    """One bot from start to stop."""

    def __init__(
        self,
        settings: Settings,
        answering: Answering,
        library: Library,
        history: History,
        threads: ThreadPoolExecutor,
        reindexing: Reindexing,
    ) -> None:
        self._settings = settings
        self._answering = answering
        self._threads = threads
        self._reindexing = reindexing
        self._filled = asyncio.Event()
        self._stop = asyncio.Event()
        self._unauthorized = False
        self._application = self._build()
        access = Access(settings.admin_ids, settings.allowed_ids)
        add_handlers(
            self._application,
            Managing(access),
            Asking(answering, history, threads, self._filled),
            Rating(library, history, threads),
            Updating(access, answering, library, reindexing, threads),
            Shelf(access, answering, library, history, threads),
        )

    def _build(self) -> Application[Any, Any, Any, Any, Any, Any]:
        token = self._settings.telegram_bot_token
        assert token is not None
        base = self._settings.telegram_api_base
        return (
            Application.builder()
            .token(token.get_secret_value())
            .base_url(f"{base}/bot")
            .base_file_url(f"{base}/file/bot")
            .get_updates_request(_PollRequest(self._refuse_token))
            .rate_limiter(AIORateLimiter(max_retries=RETRIES_AFTER_LIMIT))
            .defaults(Defaults(allow_sending_without_reply=True))
            .concurrent_updates(UPDATES_AT_ONCE)
            .build()
        )

    async def run(self) -> int:
        """Start, work until told to stop, stop; return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        work = asyncio.create_task(self._work())
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        failed = work.done() and not work.cancelled() and work.exception() is not None
        await self._shut_down(work)
        if failed and not self._unauthorized:
            await work  # raises what ended it
        return 1 if self._unauthorized else 0

    async def _work(self) -> None:
        filling = asyncio.create_task(self._fill())
        try:
            await self._start()
            while True:
                await asyncio.sleep(REFRESH_SECONDS)
                # A task of its own: an error in it is logged, and the next one is tried all the same.
                self._application.create_task(self._refresh())
        finally:
            filling.cancel()

    async def _start(self) -> None:
        await self._connect()
        bot = self._application.bot
        try:
            await register_commands(bot, self._settings.admin_ids)
        except TelegramError as error:
            _log.warning("没能登记命令列表 · commands were not registered: %s", error.message)
        updater = self._application.updater
        assert updater is not None
        await self._application.start()
        if self._settings.webhook_url is None:
            await updater.start_polling(
                allowed_updates=UPDATES, bootstrap_retries=-1, error_callback=log_polling_error
            )
        else:
            await self._listen(updater, self._settings.webhook_url)
        _log.info("@%s 开始接收消息 · is receiving messages", bot.username)

    async def _listen(self, updater: Updater, address: str) -> None:
        secret = self._settings.webhook_secret
        await updater.start_webhook(
            listen="0.0.0.0",  # noqa: S104 - the platform's router is another machine
            port=self._settings.port,
            url_path="telegram",
            webhook_url=f"{address}/telegram",
            secret_token=secret.get_secret_value() if secret else secrets.token_urlsafe(32),
            allowed_updates=UPDATES,
            bootstrap_retries=-1,
        )

    async def _connect(self) -> None:
        """Ask Telegram who the bot is, again and again while the network is down."""
        for attempt in itertools.count():
            try:
                await self._application.initialize()
            except InvalidToken:
                self._refuse_token()
                await self._stop.wait()
            except TelegramError as error:
                pause = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
                _log.warning(
                    "连不上 Telegram（%s），%g 秒后再试；请检查网络和 TELEGRAM_API_BASE · "
                    "cannot reach Telegram, trying again",
                    error.message,
                    pause,
                )
                await asyncio.sleep(pause)
            else:
                return

    def _refuse_token(self) -> None:
        if not self._unauthorized:
            _log.critical(
                "Telegram 不认这个令牌：请向 @BotFather 核对 TELEGRAM_BOT_TOKEN · "
                "Telegram refuses the token: check TELEGRAM_BOT_TOKEN with @BotFather"
            )
        self._unauthorized = True
        self._stop.set()

    async def _refresh(self) -> None:
        if await asyncio.get_running_loop().run_in_executor(None, self._answering.refresh):
            _log.info("改用第 %d 代回答 · answering from the new generation", self._answering.generation)

    async def _fill(self) -> None:
        """Fill an empty library before the first answer: a wiped disk must not silence the bot."""
        try:
            if self._answering.generation == 0:
                _log.warning("文档库是空的，先读入文档 · the library is empty, filling it first")
                async for step in self._reindexing.index():
                    if isinstance(step, Report):
                        await self._refresh()
                        log_report(step)
        except ReindexingStopped:
            _log.warning("读入文档中断：机器人正在停止 · filling interrupted by the stop")
        except WenbaoError as error:
            _log.error("文档库没有读入成功，改正后请发 /reindex · filling failed: %s", error)
        finally:
            self._filled.set()

    async def _shut_down(self, work: asyncio.Task[None]) -> None:
        """Finish what is under way, as far as STOP_SECONDS allow."""
        _log.info("正在停止，先答完手上的问题 · stopping, finishing what is under way")
        application, updater = self._application, self._application.updater
        assert updater is not None
        try:
            async with asyncio.timeout(STOP_SECONDS):
                self._filled.set()
                work.cancel()
                await asyncio.gather(
                    self._reindexing.stop(), asyncio.wait((work,)), self._stop_receiving(updater)
                )
                if application.running:
                    await application.stop()
                await application.shutdown()
        except TimeoutError:
            _log.warning("没能在 %g 秒内做完，放下余下的 · left what takes longer undone", STOP_SECONDS)
        _log.info("已停止 · stopped")

    async def _stop_receiving(self, updater: Updater) -> None:
        try:
            async with asyncio.timeout(RECEIVING_STOP_SECONDS):
                if updater.running:
                    await updater.stop()
        except TimeoutError:  # it pauses after an error of the network, up to half a minute
            if not self._unauthorized:
                _log.warning("接收消息的连接没有及时断开 · receiving did not end in time")


def log_polling_error(error: TelegramError) -> None:
    """Say in the log what keeps messages from coming; polling goes on by itself."""
    if isinstance(error, Conflict):
        _log.error(
            "另一个进程正用同一个令牌接收消息：请只留一个 · "
            "another process polls with the same token: leave only one running"
        )
    else:
        _log.warning("接收消息出错，会自动再试 · polling failed, trying again: %s", error.message)
