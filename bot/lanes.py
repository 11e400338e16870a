"""Jobs in lanes: those of one lane one after another, in order; the lanes side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

RUNNING_SECONDS = 5.5  # for what runs when the lanes are closed; platforms kill ten seconds after SIGTERM
ENDING_SECONDS = 1.0  # then, for calls to Telegram that are on their way

_log = logging.getLogger("wenbao.lanes")

Job = Callable[[], Awaitable[None]]


class Lanes:
    """A chat's questions never overtake each other, and a chat that asks a hundred holds nobody else up."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, deque[Job]] = {}
        self._crowded: set[Hashable] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    def add(self, lane: Hashable | None, job: Job) -> None:
        """Run a job when those before it in its lane have ended; without a lane at once."""
        if lane is None:
            self._start(job())
        elif lane in self._lanes:
            self._lanes[lane].append(job)
            self._crowded.add(lane)
        else:
            self._lanes[lane] = deque([job])
            self._start(self._run(lane))

    def is_crowded(self, lane: Hashable) -> bool:
        """Say whether more than one job was in the lane since it was last empty."""
        return lane in self._crowded

    async def close(self, running_seconds: float = RUNNING_SECONDS) -> None:
        """Start nothing more, wait for what runs, and end what takes longer."""
        self._closing = True
        await self._wait(running_seconds)
        if self._tasks:
            _log.info("%d 条消息没有答完，留到下次启动 · are left to the next start", len(self._tasks))
        self.cancel()
        await self._wait(ENDING_SECONDS)

    async def _wait(self, seconds: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    def cancel(self) -> None:
        """End what still runs."""
        for task in self._tasks:
            task.cancel()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: Hashable) -> None:
        jobs = self._lanes[lane]
        try:
            while jobs and not self._closing:
                (failed,) = await asyncio.gather(jobs.popleft()(), return_exceptions=True)
                if failed is not None:  # those behind it are answered all the same
                    _log.error("一条消息没有处理成 · a message was not handled", exc_info=failed)
        finally:
            del self._lanes[lane]
            self._crowded.discard(lane)
