"""The child process that reads files: `python -m embeddings.documents SECONDS MEMORY_MB CHARACTERS`.

Reads [name, bytes] and the bytes from its input, writes one line of JSON for each file. Every run that
reads a file waits for its start, so what most files do without (numpy, zipfile, pathlib, dataclasses) is
imported late or not at all.
"""

import json
import os
import resource
import signal
import sys
from io import FileIO
from typing import IO, Any

from embeddings.documents import read_document
from embeddings.documents.sandbox import confine, leave_network
from embeddings.errors import DocumentError, ReaderError

_STATM = "/proc/self/statm"
_LONGEST_TRACEBACK = 3000
_GROWN_FROM = 0.5  # of its memory: then the child gives its place to a fresh one


def main() -> None:
    """Answer until the input ends."""
    seconds, memory_mb, characters = map(int, sys.argv[1:])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints does not break the protocol
    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))  # what it writes to; libraries map far more
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    leave_network()
    is_confined = confine(os.getcwd()) > 0  # noqa: PTH109 - no pathlib
    while request := sys.stdin.buffer.readline():
        name, size = json.loads(request)
        content = sys.stdin.buffer.read(size)
        # 到时由内核结束，解析库里的死循环也一样；父进程没了也照样结束
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = _answer(name, content, characters, memory_mb)
        answer["confined"] = is_confined
        answer["grown"] = _resident_mb() > _GROWN_FROM * memory_mb
        _say(answers, answer)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(name: str, content: bytes, characters: int, memory_mb: int) -> dict[str, Any]:
    try:
        blocks = read_document(name, content)
    except ReaderError as fault:
        return {"why": str(fault), "fault": _traceback_of(fault)}
    except DocumentError as error:
        return {"why": str(error)}
    except MemoryError:
        return {
            "why": f"内存要超过 {memory_mb} MB：拆开再加，或调大 READING_MEMORY_MB"
            f" · needs more than {memory_mb} MB, split it or raise READING_MEMORY_MB"
        }
    if sum(len(block.text) for block in blocks) > characters:
        return {
            "why": f"文字超过 {characters} 字：拆开再加，或调大 READING_CHARACTERS"
            f" · more than {characters} characters, split it or raise READING_CHARACTERS"
        }
    return {"blocks": blocks}


def _traceback_of(fault: ReaderError) -> str:
    from traceback import format_exception

    return "".join(format_exception(fault.__cause__))[-_LONGEST_TRACEBACK:]


def _resident_mb() -> float:
    """Return the memory held now, 0 where the system does not say; ru_maxrss would count the parent's."""
    try:
        with FileIO(_STATM) as file:
            pages = int(file.read().split()[1])
    except FileNotFoundError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


def _say(answers: IO[bytes], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
