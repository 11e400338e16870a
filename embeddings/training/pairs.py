"""Training pairs (what is asked, the passage that answers) from the shared files.

The questions and contexts of the measuring sets are left out, so that figures on them stay clean.
"""

import io
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

from embeddings.terms import fold

Pair = tuple[str, str]

# At most so many pairs of one source and kind: template questions and statutes are plenty and alike.
MOST_OF_A_KIND = {"synth": 60_000, "niutrans": 15_000, "laws": 50_000, "lctt": 50_000}
MOST_OF_ANY = 70_000
QUESTION_REPEATS = 6  # questions by people are few and worth most
LONGEST_PASSAGE = 400
LONGEST_CONTEXT = 500
WINDOW = 300


def read_pairs(training: Path, reading: Path) -> list[Pair]:
    """Return folded pairs; `training` and `reading` are the shared folders of those names."""
    measured = Measured(reading)
    pairs = [*_from_pairs(training, measured), *_from_questions(training, measured)]
    return [(fold(question), fold(passage)) for question, passage in pairs]


class Measured:
    """What the measuring sets hold; nothing of it is trained on."""

    def __init__(self, reading: Path) -> None:
        rows = [json.loads(line) for path in reading.glob("*.jsonl") for line in path.open(encoding="utf-8")]
        self._questions = {fold(row["question"]) for row in rows}
        self._openings = {fold(row["context"])[:40] for row in rows}

    def holds(self, question: str, passage: str) -> bool:
        """Say whether a question is asked there or a passage begins one of its contexts."""
        return fold(question) in self._questions or fold(passage)[:40] in self._openings


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        stream = zstandard.ZstdDecompressor().stream_reader(file)
        yield from (json.loads(line) for line in io.TextIOWrapper(stream, encoding="utf-8"))


def _from_pairs(training: Path, measured: Measured) -> Iterator[Pair]:
    taken: Counter[tuple[str, str]] = Counter()
    for name in ("pairs_open.jsonl.zst", "pairs_news.jsonl.zst"):
        for row in _rows(training / name):
            source, kind = row["source"], row["kind"]
            if taken[source, kind] >= MOST_OF_A_KIND.get(source, MOST_OF_ANY) or "trial" in source:
                continue
            pair = row["query"], row["passage"][:LONGEST_PASSAGE]
            if source == "drcd_dev" and measured.holds(*pair):
                continue
            taken[source, kind] += 1
            yield pair


def _from_questions(training: Path, measured: Measured) -> Iterator[Pair]:
    chance = random.Random(0)
    for row in _rows(training / "reader_open.jsonl.zst"):
        question, context = row["question"], row["context"]
        if measured.holds(question, context):
            continue
        start = row["answers"][0]["start"] if row["answers"] else 0
        for _ in range(QUESTION_REPEATS):
            begin = max(0, start - chance.randint(30, WINDOW - 60))
            window = context[begin : begin + WINDOW]
            yield question, window if chance.random() < 0.5 else context[:LONGEST_CONTEXT]
