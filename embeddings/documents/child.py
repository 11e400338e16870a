"""Files are read in a child process: what they cost in time and memory ends with it.

One child reads file after file and is started anew when it failed or grew. It stands in an empty
folder, sees an empty environment (no token reaches a parser) and gives up what sandbox.py can give up; it
answers with JSON, which cannot run anything here.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from embeddings.documents.block import Block
from embeddings.errors import DocumentError

# Without site's hooks, which take time, and never importing what lies in the working directory.
_log = logging.getLogger("wenbao.documents")
_COMMAND = ("-S", "-P", "-m", "embeddings.documents")  # its __main__.py
_ROOT = str(Path(__file__).parents[2])  # an editable installation finds it by such a hook
_MOST_BYTES_A_CHARACTER = 32  # in an answer: 4 of UTF-8, and the marks of a block of one character
_MOST_BYTES_OF_A_REASON = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    seconds: int = 60
    memory_mb: int = 1024  # that the child writes to, its libraries included
    characters: int = 5_000_000  # of text that comes out


class Reading:
    """Reads documents in a child process; a context manager, whose end ends the child."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> "Reading":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def start(self) -> None:
        """Start the child if none is there; it gets ready while its parent goes on, and `read` waits for it."""
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = self._started()

    def read(self, name: str, content: bytes) -> list[Block]:
        """Return the blocks of a document.

        :raises DocumentError: as read_document; or it took too long, too much memory, or gives too much text.
        """
        self.start()
        assert self._child is not None
        longest = self._limits.characters * _MOST_BYTES_A_CHARACTER + _MOST_BYTES_OF_A_REASON
        answer = _asked(self._child, name, content, longest)
        if answer is None:
            raise DocumentError(self._why_it_ended())
        if not answer["confined"]:
            _say_open()
        if answer["grown"]:
            self._end()
        if "fault" in answer:
            _log.error("%s: a reader failed\n%s", name, answer["fault"])
        if "why" in answer:
            raise DocumentError(answer["why"])
        return [Block(*block) for block in answer["blocks"]]

    def _started(self) -> subprocess.Popen[bytes]:
        limits = self._limits
        self._folder = tempfile.TemporaryDirectory(prefix="wenbao-reading-")
        places = [str(Path(place).resolve()) for place in [*filter(None, sys.path), _ROOT]]
        return subprocess.Popen(
            [sys.executable, *_COMMAND, *map(str, (limits.seconds, limits.memory_mb, limits.characters))],
            cwd=self._folder.name,
            env={"PYTHONPATH": os.pathsep.join(places), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _why_it_ended(self) -> str:
        seconds, memory = self._limits.seconds, self._limits.memory_mb
        if self._end() == -signal.SIGALRM:
            return (
                f"读了 {seconds} 秒还没有读完：拆开再加，或调大 READING_SECONDS"
                f" · not read within {seconds} seconds, split it or raise READING_SECONDS"
            )
        return (
            f"读它的进程中断了：文件损坏，或内存要超过 {memory} MB（READING_MEMORY_MB）"
            f" · damaged, or needs more than {memory} MB (READING_MEMORY_MB)"
        )

    def _end(self) -> int | None:
        """End the child and return how it ended."""
        child, self._child = self._child, None
        if child is None:
            return None
        try:
            return _ended(child)
        finally:
            if self._folder is not None:
                self._folder.cleanup()


@cache
def _say_open() -> None:
    """Say once that files are read where this system could not shut the rest away."""
    _log.warning(
        "这个系统关不住读文件的子进程，只收别人的可信文件（README：能读什么） · this system cannot confine the child "
        "that reads files: take files from people you trust alone"
    )


def _ended(child: subprocess.Popen[bytes]) -> int:
    """Close a child's streams and wait for its end."""
    for stream in (child.stdin, child.stdout):
        assert stream is not None
        _close(stream)
    try:
        return child.wait(timeout=1)  # it ends by itself when its input does
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _asked(
    child: "subprocess.Popen[bytes]", name: str, content: bytes, longest: int
) -> dict[str, Any] | None:
    """Return the child's answer to one file; None when it ended or said something else."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(json.dumps([name, len(content)]).encode() + b"\n")
        child.stdin.write(content)
        child.stdin.flush()
        line = child.stdout.readline(longest)
        answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
    except (BrokenPipeError, ConnectionResetError, ValueError):
        return None
    return answer


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return  # what was left to say to a child that ended
