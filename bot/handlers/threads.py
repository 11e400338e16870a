"""Work that blocks, done in threads beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Threads:
    """The threads that answer."""

    executor: Executor

    async def run(
        self, work: Callable[_Given, _Result], *arguments: _Given.args, **named: _Given.kwargs
    ) -> _Result:
        """Return what the work returns."""
        return await asyncio.get_running_loop().run_in_executor(
            self.executor, lambda: work(*arguments, **named)
        )
