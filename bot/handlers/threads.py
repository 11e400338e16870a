"""Work that blocks, done in threads beside the event loop, and again when the database was away."""

import asyncio
import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from embeddings.errors import DatabaseLostError

AWAY_SECONDS = (
    0.5,
    1.0,
    2.0,
    4.0,
)  # between two tries while the database is away; the last for as long as it is

_log = logging.getLogger("wenbao.threads")
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Threads:
    """The threads that answer."""

    executor: Executor

    async def run(
        self, work: Callable[_Given, _Result], *arguments: _Given.args, **named: _Given.kwargs
    ) -> _Result:
        """Return what the work returns; what the database did not take waits until it is back.

        The work must be one transaction at most, or harmless when it is done twice.
        """
        failures = 0
        while True:
            context = contextvars.copy_context()  # the log's
            job = partial(context.run, partial(work, *arguments, **named))
            try:
                return await asyncio.get_running_loop().run_in_executor(self.executor, job)
            except DatabaseLostError as error:
                _log.log(logging.INFO if failures else logging.WARNING, "%s", error)
            await asyncio.sleep(AWAY_SECONDS[min(failures, len(AWAY_SECONDS) - 1)])
            failures += 1
