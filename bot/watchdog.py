"""The watchdog: ends a process whose event loop does not come round any more, so that the platform starts it anew."""

import asyncio
import faulthandler
import logging
import os
import sys
import threading

LIMIT_SECONDS = 60.0
EXIT_CODE = 70
_TICK_SECONDS = 1.0

_log = logging.getLogger("wenbao.watchdog")


class Watchdog:
    """Watches one event loop from a thread. Counts ticks of its own: a machine that was frozen does no harm.

    Where that thread cannot run either (an endless regular expression lets no other thread have the interpreter),
    the process ends with code 1 after twice as long, by a timer outside of Python.
    """

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._limit_ticks = limit_seconds / _TICK_SECONDS
        self._missed = 0
        self._ended = threading.Event()

    async def watch(self) -> None:
        """Watch the running loop until cancelled."""
        threading.Thread(target=self._count, name="watchdog", daemon=True).start()
        try:
            while True:
                self._missed = 0
                await asyncio.sleep(_TICK_SECONDS)
        finally:
            self._ended.set()

    def _count(self) -> None:
        try:
            while not self._ended.wait(_TICK_SECONDS):
                faulthandler.dump_traceback_later(2 * self._limit_ticks * _TICK_SECONDS, exit=True)
                self._missed += 1
                if self._missed > self._limit_ticks:
                    self._end()
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _end(self) -> None:
        _log.critical(
            "主循环停了 %g 秒，结束进程让平台重启；请把下面各线程停在哪里交给维护者 · "
            "the event loop has died, ending the process to be started anew",
            self._missed * _TICK_SECONDS,
        )
        faulthandler.dump_traceback(sys.stderr)  # files and lines alone, no one's words
        logging.shutdown()
        os._exit(EXIT_CODE)
