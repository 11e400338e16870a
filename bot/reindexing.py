"""Runs `wenbao index` and `documents add` as child processes, one at a time, and reports how far they are."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from embeddings.errors import BusyError, WenbaoError
from embeddings.indexing import Report, Skipped, Warned
from embeddings.types import Progress

COMMAND = (sys.executable, "-m", "bot")
GENTLE_SECONDS = 3.0  # between asking the child to end and ending it
_LONGEST_LINE = 16 * 1024 * 1024  # a report that names every skipped file of a large folder


class ReindexingError(WenbaoError):
    """The child ended without a report; its own words are on the error stream."""


class ReindexingStopped(ReindexingError):  # noqa: N818 - it was asked to
    """The child was ended because the bot stops."""


class Reindexing:
    """One child process at a time; a failed or stopped one leaves the current generation answering."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = tuple(command)
        self._lock = asyncio.Lock()
        self._child: Process | None = None
        self._stopping = False

    @property
    def running(self) -> bool:
        """Say whether a run is under way in this process."""
        return self._lock.locked()

    def index(self, *, full: bool = False) -> AsyncIterator[Progress | Report]:
        """Yield how far a re-indexing is, and last its report.

        Its first step raises BusyError when a run is under way; ReindexingError when the child fails.
        """
        return self._run("index", "--json", *(["--full"] if full else []), waits=False)

    def add(self, file: Path, name: str, title: str) -> AsyncIterator[Progress | Report]:
        """Yield how far adding a document is, after the runs before it, and last its report.

        Raises BusyError when a run of another process is under way, ReindexingError when the child fails.
        """
        options = ("--json", f"--name={name}", f"--title={title}")
        return self._run("documents", "add", *options, "--", str(file))

    async def _run(self, *arguments: str, waits: bool = True) -> AsyncIterator[Progress | Report]:
        if self.running and not waits:  # nothing else comes between this and taking the lock
            raise BusyError("文档库正在更新，请等这一次结束 · a run is under way, wait until it ends")
        async with self._lock:
            self._refuse_when_stopping()
            child = await self._start(arguments)
            reported = False
            try:
                async for step in _steps(child):
                    reported = reported or isinstance(step, Report)
                    yield step
            finally:
                await _end(child)
                self._child = None
            self._refuse_when_stopping(0 if reported else child.returncode)

    async def _start(self, arguments: Sequence[str]) -> Process:
        self._child = await asyncio.create_subprocess_exec(
            *self._command, *arguments, stdout=PIPE, stdin=asyncio.subprocess.DEVNULL, limit=_LONGEST_LINE
        )
        return self._child

    def _refuse_when_stopping(self, code: int | None = 0) -> None:
        if self._stopping:
            raise ReindexingStopped("机器人正在停止 · the bot is stopping")
        if code != 0:
            raise ReindexingError(
                f"更新文档库的进程以 {code} 结束，原因见日志 · ended with code {code}, see the log"
            )

    async def stop(self) -> None:
        """Refuse new runs and end the one under way."""
        self._stopping = True
        if self._child is not None:
            await _end(self._child)


async def _end(child: Process) -> None:
    """Ask a child to end, make it end when it does not, and wait for it."""
    if child.returncode is not None:
        return
    if child.stdout is not None and child.stdout.at_eof():
        try:  # it has said all it had to say
            await asyncio.wait_for(child.wait(), GENTLE_SECONDS)
        except TimeoutError:
            pass
        else:
            return
    _signal(child, gently=True)
    try:
        await asyncio.wait_for(child.wait(), GENTLE_SECONDS)
    except TimeoutError:
        _signal(child, gently=False)
        await child.wait()


def _signal(child: Process, *, gently: bool) -> None:
    try:
        child.terminate() if gently else child.kill()
    except ProcessLookupError:
        return  # it ended by itself in between


async def _steps(child: Process) -> AsyncIterator[Progress | Report]:
    assert child.stdout is not None
    async for line in child.stdout:
        try:
            yield _step(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            raise ReindexingError(
                "更新文档库的进程输出了认不得的内容，请检查版本 · unknown output of the child"
            ) from error


def _step(value: dict[str, Any]) -> Progress | Report:
    if value.get("problem") == "busy":
        raise BusyError(
            "另一个进程正在更新文档库，请等它结束 · another process is at work, wait until it ends"
        )
    if "stage" in value:
        return Progress(**value)
    skipped = tuple(Skipped(**one) for one in value.pop("skipped"))
    warnings = tuple(Warned(**one) for one in value.pop("warnings", ()))
    return Report(**value | {"skipped": skipped, "warnings": warnings, "lost": tuple(value.get("lost", ()))})
