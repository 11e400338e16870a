"""One bot from start to stop: it receives, looks again and again at what the others do, and ends in time."""

import asyncio
import hmac
import logging
import signal
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from telegram.error import InvalidToken

from bot.answering import Answering
from bot.handlers.access import Access
from bot.handlers.managing import Managing, introduce
from bot.handlers.threads import Threads
from bot.handlers.updating import log_report
from bot.history import History
from bot.inbox import Inbox
from bot.lanes import Lanes
from bot.memory import return_memory
from bot.metrics import Metrics
from bot.polling import Polling
from bot.receiving import UPDATES, Receiving
from bot.reindexing import Reindexing, ReindexingStopped
from bot.suggesting import Suggesting
from bot.watchdog import Watchdog
from bot.webhook import Webhook
from bot.webhook_watch import watch_webhook
from bot.wiring import build_application, wire
from config.settings import Settings
from embeddings.errors import BusyError, LibraryError, WenbaoError
from embeddings.indexing import Report
from embeddings.library import Library

REFRESH_SECONDS = 2.0  # until a worker notices what another one published
HOLD_SECONDS = 5.0  # until it says again that it lives, and looks for what others left
FORGET_SECONDS = 3600.0  # between two looks for questions that are too old to be kept
STOP_SECONDS = 7.5  # platforms kill ten seconds after SIGTERM
AWAY_STOP_SECONDS = 3.0  # while the database is away nothing gets done
LETTING_GO_SECONDS = 1.0

_log = logging.getLogger("wenbao.app")


class Worker:
    """One bot from start to stop."""

    def __init__(
        self,
        settings: Settings,
        answering: Answering,
        library: Library,
        history: History,
        inbox: Inbox,
        threads: ThreadPoolExecutor,
        reindexing: Reindexing,
    ) -> None:
        self._settings = settings
        self._answering = answering
        self._history = history
        self._inbox = inbox
        self._metrics = Metrics()
        self._reindexing = reindexing
        self._filled = asyncio.Event()
        self._stop = asyncio.Event()
        self._receiving_now = False
        self._polling: Polling | None = None
        self._told_generation = answering.generation
        self._trouble = ""  # with the database, as it was last told
        self._application = build_application(settings, self._token, self._metrics)
        # Of its own: what is received must be kept also while every thread answers.
        self._keeping_threads = ThreadPoolExecutor(1, thread_name_prefix="keeping")
        # And suggestions take seconds, which nobody's answer should wait for.
        self._beside_threads = ThreadPoolExecutor(2, thread_name_prefix="beside")
        self._turning_threads = ThreadPoolExecutor(1, thread_name_prefix="turning")
        lanes = Lanes()
        managing = Managing(Access(settings.admin_ids, settings.allowed_ids))
        self._receiving = Receiving(
            self._application,
            inbox,
            lanes,
            self._keeping_threads,
            managing.too_many,
            self._metrics,
            shared=settings.webhook_url is not None,
        )
        self._show_metrics()
        self._suggesting = Suggesting(answering, library)
        wire(
            self._application,
            settings,
            managing,
            answering,
            library,
            history,
            self._suggesting,
            reindexing,
            lanes,
            self._filled,
            Threads(threads),
            Threads(self._beside_threads),
            self._metrics,
        )

    def _show_metrics(self) -> None:
        show = self._metrics.show
        show("wenbao_generation", "The generation that answers", lambda: self._answering.generation)
        show("wenbao_updates_waiting", "Updates of this worker not answered yet", self._receiving.waiting)
        show("wenbao_ready", "1 when a question could be answered now", lambda: float(self._is_ready()))
        show(
            "wenbao_reindexing", "1 while a run of this worker is under way", lambda: self._reindexing.running
        )

    @property
    def _token(self) -> str:
        assert self._settings.telegram_bot_token is not None
        return self._settings.telegram_bot_token.get_secret_value()

    async def run(self) -> int:
        """Start, work until told to stop, stop; return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        work = asyncio.create_task(self._work())
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        await self._shut_down(work)
        if work.cancelled():
            return 0
        error = work.exception()
        if isinstance(error, InvalidToken):
            _log.critical(
                "Telegram 不认这个令牌：请向 @BotFather 核对 TELEGRAM_BOT_TOKEN · "
                "Telegram refuses the token: check TELEGRAM_BOT_TOKEN with @BotFather"
            )
        elif isinstance(error, OSError):
            _log.critical(
                "端口 %d 用不了：请换一个 PORT（%s） · the port cannot be listened on",
                self._settings.port,
                error.strerror,
            )
        elif error is not None:
            raise error
        return 1

    async def _work(self) -> None:
        beside = [asyncio.create_task(self._fill()), asyncio.create_task(Watchdog().watch())]
        try:
            await self._application.initialize()
            await self._application.start()
            await introduce(self._application.bot, self._settings.admin_ids)
            steps = (
                (REFRESH_SECONDS, self._refresh),
                (HOLD_SECONDS, self._hold),
                (FORGET_SECONDS, self._forget),
            )
            self._application.create_task(self._suggest())
            self._application.create_task(self._forget())  # a worker that is restarted often comes to it too
            beside += [asyncio.create_task(self._every(seconds, step)) for seconds, step in steps]
            await self._receive()
        finally:
            for task in beside:
                task.cancel()

    async def _receive(self) -> None:
        bot, address = self._application.bot, self._settings.webhook_url
        lock = self._inbox.receiving_lock(bot.id)
        self._polling = Polling(bot, self._receiving, lock, self._keeping_threads)
        if address is None:
            await self._polling.run()
            return
        # A worker that polls waits until those of the webhook have left; and who has it has no other beside.
        await self._attempt(self._polling.begin_alone)
        given = self._settings.webhook_secret
        # Workers behind one address agree on it without a word.
        made = hmac.digest(self._token.encode(), b"webhook", "sha256").hex()
        secret = given.get_secret_value() if given else made
        webhook = Webhook(secret, self._receiving.receive, self._is_ready, self._metrics.text)
        webhook.start(self._settings.port)
        try:
            await bot.set_webhook(address, secret_token=secret, allowed_updates=UPDATES)
            _log.info("@%s 开始接收消息 · is receiving messages", bot.username)
            self._receiving_now = True
            await watch_webhook(bot)
        finally:
            await webhook.stop()

    def _is_ready(self) -> bool:
        working = self._receiving_now and not self._stop.is_set() and not self._trouble
        return working and self._answering.generation != 0

    async def _every(self, seconds: float, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            # A task of its own: an error in it is logged, and the next one is tried all the same.
            await asyncio.wait([self._application.create_task(self._attempt(step))])

    async def _attempt(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await step()
        except LibraryError as error:
            if str(error) != self._trouble:
                _log.error("%s", error)
            self._trouble = str(error)

    async def _hold(self) -> None:
        # Who waits for the turn to poll leaves it to the one that has it: a chat's order is kept there alone.
        waits = self._settings.webhook_url is None and not (self._polling and self._polling.has_turn)
        if waits:
            await self._receiving.hold()
        else:
            await self._receiving.take_over()
        if self._trouble:
            _log.info("数据库又好了 · the database is back")
        self._trouble = ""

    async def _refresh(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._turning_threads, self._answering.refresh)
        if self._answering.generation != self._told_generation:  # also where a question has turned to it
            self._told_generation = self._answering.generation
            await loop.run_in_executor(self._turning_threads, return_memory)
            _log.info("改用第 %d 代回答 · answering from the new generation", self._answering.generation)
            await self._suggest()

    async def _suggest(self) -> None:
        """Look for the questions that /start offers, before somebody asks for them."""
        await asyncio.get_running_loop().run_in_executor(self._beside_threads, self._suggesting.first)

    async def _forget(self) -> None:
        kept = timedelta(days=self._settings.keep_questions_days)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._turning_threads, self._history.forget_older, kept)
        await loop.run_in_executor(self._turning_threads, self._inbox.forget_known)

    async def _fill(self) -> None:
        """Fill an empty library before the first answer: a wiped disk must not silence the bot."""
        try:
            while self._answering.generation == 0:
                try:
                    await self._fill_once()
                    break
                except BusyError:  # another worker, or the release, is filling it
                    await asyncio.sleep(REFRESH_SECONDS)
                    await self._refresh()
        except ReindexingStopped:
            _log.warning("读入文档中断：机器人正在停止 · filling interrupted by the stop")
        except WenbaoError as error:
            _log.error("文档库没有读入成功，改正后请发 /reindex · filling failed: %s", error)
        finally:
            self._filled.set()

    async def _fill_once(self) -> None:
        _log.warning("文档库是空的，先读入文档 · the library is empty, filling it first")
        async for step in self._reindexing.index():
            if isinstance(step, Report):
                await self._refresh()
                log_report(step)

    async def _shut_down(self, work: asyncio.Task[None]) -> None:
        """Finish what is under way, as far as STOP_SECONDS allow; the rest waits in the inbox."""
        _log.info("正在停止，先答完手上的问题 · stopping, finishing what is under way")
        work.cancel()
        seconds = AWAY_STOP_SECONDS if self._trouble else STOP_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(self._reindexing.stop(), asyncio.wait((work,)), self._receiving.close())
        except TimeoutError:
            # Where the database is away too, what is held falls free by itself.
            await asyncio.wait(
                (asyncio.ensure_future(self._receiving.release()),), timeout=LETTING_GO_SECONDS
            )
            _log.warning(
                "没能在 %g 秒内做完，余下的下次启动后接着答 · what is left is answered after the next start",
                seconds,
            )
        try:
            async with asyncio.timeout(LETTING_GO_SECONDS):  # next questions and suggestions may go undone
                if (
                    self._polling is not None
                ):  # not before: what is left here is answered before what comes next
                    await self._polling.close()
                if self._application.running:
                    await self._application.stop()
                await self._application.shutdown()
        except TimeoutError:
            _log.info("放下了不要紧的事 · what can go undone was left")
        for threads in (self._keeping_threads, self._beside_threads, self._turning_threads):
            threads.shutdown(wait=False, cancel_futures=True)
        _log.info("已停止 · stopped")
