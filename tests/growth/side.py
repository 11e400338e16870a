"""One side of the comparison in a process of its own: `python -m tests.growth.side SIDE build|ask FOLDER`.

Prints one JSON object. SIDE is wenbao or hybrid; FOLDER holds the texts, the questions and the index.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from tests.growth import texts

Search = Callable[[str, int], list[str]]
FOUND = 5


def build_wenbao(folder: Path) -> None:
    """Index the files as `wenbao index` does."""
    data = folder / "wenbao"
    data.mkdir()
    library = Library(f"sqlite:///{data}/wenbao.db")
    for _ in bring_in_step(library, load_encoder(), [folder / "texts"], indexes=Pool(data)):
        pass


def build_hybrid(folder: Path) -> None:
    """Index the paragraphs, read from the same files."""
    from tests.growth import hybrid

    hybrid.build(list(texts.read(folder / "texts")), folder / "hybrid")


def open_wenbao(folder: Path) -> Search:
    """Open the product's search."""
    data = folder / "wenbao"
    searcher = Searcher(Library(f"sqlite:///{data}/wenbao.db"), load_encoder(), Pool(data))
    return lambda question, limit: [each.paragraph.text for each in searcher.search(question, limit)]


def open_hybrid(folder: Path) -> Search:
    """Open the hybrid."""
    from tests.growth.hybrid import Hybrid

    return Hybrid(folder / "hybrid").search


def ask(open_side: Callable[[Path], Search], folder: Path) -> dict[str, float]:
    """Return CPU milliseconds, memory and how often the paragraph asked about came first."""
    rows = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    began = time.perf_counter()
    search = open_side(folder)
    search(rows[0]["question"], FOUND)
    opened = time.perf_counter() - began
    times, first, five = [], 0, 0
    for row in rows:
        began = time.process_time()
        found = search(row["question"], FOUND)
        times.append(1000 * (time.process_time() - began))
        first += found[:1] == [row["paragraph"]]
        five += row["paragraph"] in found
    return {
        "opening_seconds": round(opened, 3),
        "search_milliseconds": round(statistics.median(times), 2),
        "memory_mb": round(psutil.Process().memory_info().rss / 2**20),
        "first": round(first / len(rows), 3),
        "first_five": round(five / len(rows), 3),
    }


def main() -> None:
    """Do what the arguments name."""
    side, what, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if what == "build":
        began = time.perf_counter()
        {"wenbao": build_wenbao, "hybrid": build_hybrid}[side](folder)
        wall, busy = time.perf_counter() - began, time.process_time()
        print(json.dumps({"index_seconds": round(wall, 2), "index_cpu_seconds": round(busy, 2)}))
    else:
        print(json.dumps(ask({"wenbao": open_wenbao, "hybrid": open_hybrid}[side], folder)))


if __name__ == "__main__":
    main()
