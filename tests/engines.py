"""Both engines, the same questions: `python -m tests.engines [--every N] [QUESTIONS[=DOCUMENT] | READING] …`.

Prints, for each set, how often the evidence is in the first passage, found by the segments in this process and by
Milvus (Lite, started here), and for how many questions the first passage is the same. Sets are given as to
`python -m bot.ablation`; without any: the sample and the three sets of tests/. Milvus Lite takes a quarter of a
second a question: N takes every so many.
"""

import argparse
import logging
import tempfile
from pathlib import Path

from bot.ablation import ROOT, SETS, Measured, opened
from embeddings.engine import Indexes
from embeddings.milvus.server import Milvus
from embeddings.search import Ranking
from tests.milvus_lite import milvus_server


def firsts(measured: Measured, indexes: Indexes | None, every: int) -> list[int]:
    """Return the first passage's id for each question, 0 for none."""
    searcher = measured.searcher(Ranking(), indexes)
    found = [searcher.search(each.question, 1) for each in measured.wanted[::every]]
    return [passages[0].paragraph_id if passages else 0 for passages in found]


def compare(measured: Measured, indexes: Indexes, every: int) -> dict[str, float]:
    """Return R@1 by either engine, and the share of questions with the same first passage."""
    wanted = measured.wanted[::every]
    mine, theirs = firsts(measured, None, every), firsts(measured, indexes, every)
    same = sum(first == other for first, other in zip(mine, theirs, strict=True))
    hits = [
        sum(first in each.ids for first, each in zip(found, wanted, strict=True)) for found in (mine, theirs)
    ]
    return {
        "questions": len(wanted),
        "segments": hits[0] / len(wanted),
        "milvus": hits[1] / len(wanted),
        "same": same / len(wanted),
    }


def main() -> None:
    """Print one line a set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("sets", nargs="*", default=[str(ROOT / name / "questions.jsonl") for name in SETS])
    given = parser.parse_args()
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    with milvus_server() as address, tempfile.TemporaryDirectory() as folder:
        for measured in opened(given.sets, Path(folder)):
            found = compare(measured, Milvus(address), given.every)
            print(
                f"{measured.name:<20} {found['questions']:>5} questions: R@1 segments {found['segments']:.4f}, "
                f"Milvus {found['milvus']:.4f}; same first passage {found['same']:.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
