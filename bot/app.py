"""The process of the Telegram worker: what is opened before the bot starts, and what ends after it."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.answering import Answering
from bot.history import History
from bot.inbox import Inbox
from bot.memory import return_memory, share_memory
from bot.reindexing import COMMAND, Reindexing
from bot.worker import Worker
from config.settings import Settings, SettingsError
from embeddings.errors import DatabaseLostError
from embeddings.library import Library

ANSWERING_THREADS = 4
ANSWERING_NAME = "answering"
START_SECONDS = 60.0  # for a database server that starts together with the worker
START_PAUSE_SECONDS = 2.0

_log = logging.getLogger("wenbao.app")


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
    share_memory()
    # Until the event loop takes it over. SystemExit would come up inside the database's driver, as an error of its own.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    answering = _open_patiently(settings, open_answering)
    return_memory()
    threads = ThreadPoolExecutor(ANSWERING_THREADS, thread_name_prefix=ANSWERING_NAME)
    with contextlib.ExitStack() as stack:
        library = stack.enter_context(contextlib.closing(Library(settings.database_url)))
        history = stack.enter_context(contextlib.closing(History(settings.database_url)))
        inbox = stack.enter_context(contextlib.closing(Inbox(settings.database_url)))
        worker = Worker(settings, answering, library, history, inbox, threads, Reindexing(command))
        code = asyncio.run(worker.run())
        threads.shutdown(wait=False, cancel_futures=True)
        if _still_answering():
            logging.shutdown()
            os._exit(code)  # an answer longer than STOP_SECONDS would hold the exit up
    return code


def _open_patiently(settings: Settings, open_answering: Callable[[Settings], Answering]) -> Answering:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return open_answering(settings)
        except DatabaseLostError as error:
            if time.monotonic() > until:
                raise
            _log.warning("%s", error)
        time.sleep(START_PAUSE_SECONDS)


def _still_answering() -> bool:
    names = (ANSWERING_NAME, "beside", "keeping", "turning")
    threads = [thread for thread in threading.enumerate() if thread.name.startswith(names)]
    for thread in threads:
        thread.join(0.2)  # an idle one ends at once
    return any(thread.is_alive() for thread in threads)
