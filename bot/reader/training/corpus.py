"""The shared files as rows and texts; nothing of the measuring sets."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

PAIRS = ("pairs_open.jsonl.zst", "pairs_news.jsonl.zst")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a compressed JSONL file."""
    with path.open("rb") as file:
        stream = zstandard.ZstdDecompressor().stream_reader(file)
        yield from (json.loads(line) for line in io.TextIOWrapper(stream, encoding="utf-8"))


def passages(training: Path, characters: int) -> Iterator[str]:
    """Yield passages of both classes in turn, each once, until so many characters were given."""
    seen: set[int] = set()
    streams = [rows(training / name) for name in PAIRS]
    while streams and characters > 0:
        for stream in list(streams):
            row = next(stream, None)
            if row is None:
                streams.remove(stream)
            elif hash(row["passage"]) not in seen:
                seen.add(hash(row["passage"]))
                characters -= len(row["passage"])
                yield row["passage"]
