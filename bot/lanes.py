"""Jobs in lanes: those of one lane one after another, in the order of their numbers; the lanes side by side."""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

RUNNING_SECONDS = 5.5  # for what runs when the lanes are closed; platforms kill ten seconds after SIGTERM
ENDING_SECONDS = 1.0  # then, for calls to Telegram that are on their way

TURN_SECONDS = (0.1, 0.2, 0.4, 0.8)  # between two looks whether a job's turn has come; the last from then on

_log = logging.getLogger("wenbao.lanes")

Job = Callable[[], Awaitable[None]]
HasTurn = Callable[[], Awaitable[bool]]


async def at_once() -> bool:
    """Let a job's turn come when those before it in its lane have ended."""
    return True


@dataclass(frozen=True, order=True, slots=True)
class _Waiting:
    number: int
    added: int  # those of one number keep the order they came in
    job: Job = field(compare=False)
    has_turn: HasTurn = field(compare=False)


class Lanes:
    """A chat's questions never overtake each other, and a chat that asks a hundred holds nobody else up."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, list[_Waiting]] = {}  # heaps
        self._crowded: set[Hashable] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._added = itertools.count()

    def add(self, lane: Hashable | None, job: Job, number: int = 0, has_turn: HasTurn = at_once) -> None:
        """Run a job when those of lower numbers in its lane have ended and its turn has come.

        Without a lane it runs at once.
        """
        waiting = _Waiting(number, next(self._added), job, has_turn)
        if lane is None:
            self._start(job())
        elif lane in self._lanes:
            heapq.heappush(self._lanes[lane], waiting)
            self._crowded.add(lane)
        else:
            self._lanes[lane] = [waiting]
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
        jobs, looks = self._lanes[lane], 0
        try:
            while jobs and not self._closing:
                first = jobs[0]
                if not await first.has_turn():
                    self._crowded.add(lane)
                    await asyncio.sleep(TURN_SECONDS[min(looks, len(TURN_SECONDS) - 1)])
                    looks += 1
                    continue
                if jobs[0] is not first or self._closing:  # one of a lower number has come meanwhile
                    continue
                looks = 0
                (failed,) = await asyncio.gather(heapq.heappop(jobs).job(), return_exceptions=True)
                if failed is not None:  # those behind it are answered all the same
                    _log.error("一条消息没有处理成 · a message was not handled", exc_info=failed)
        finally:
            del self._lanes[lane]
            self._crowded.discard(lane)
