"""One side of the comparison in a process of its own: `python -m tests.growth.side SIDE build|ask|answer FOLDER`.

Prints one JSON object. SIDE is wenbao or hybrid; FOLDER holds the texts, the questions and the index. Only wenbao
answers: searches, reads and says how sure it is.
"""

import json
import os
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
ANSWERED = 20  # questions answered whole


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
        held = [_is_of(text, row["paragraph"]) for text in found]
        first += any(held[:1])
        five += any(held)
    return {
        "opening_seconds": round(opened, 3),
        "search_milliseconds": round(statistics.median(times), 2),
        "memory_mb": _memory_mb(),
        "first": round(first / len(rows), 3),
        "first_five": round(five / len(rows), 3),
    }


def _is_of(text: str, paragraph: str) -> bool:
    """Say whether a passage is the paragraph: one that ends without a stop was joined with the next."""
    return "".join(paragraph.split()) in "".join(text.split())


def answer(folder: Path) -> dict[str, float]:
    """Return what whole answers take, and the memory with the reader in it."""
    from bot.opening import open_answering
    from config.settings import load_settings

    os.environ["DATA_DIR"] = str(folder / "wenbao")
    answering = open_answering(load_settings())
    rows = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    times = [answering.answer(row["question"]).milliseconds for row in rows[:ANSWERED]]
    return {"answer_milliseconds": round(statistics.median(times)), "answering_memory_mb": _memory_mb()}


def _memory_mb() -> int:
    held: int = psutil.Process().memory_info().rss
    return round(held / 2**20)


def main() -> None:
    """Do what the arguments name."""
    side, what, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if what == "build":
        began = time.perf_counter()
        {"wenbao": build_wenbao, "hybrid": build_hybrid}[side](folder)
        wall, used = time.perf_counter() - began, os.times()
        busy = used.user + used.system + used.children_user + used.children_system
        print(json.dumps({"index_seconds": round(wall, 2), "index_cpu_seconds": round(busy, 2)}))
    elif what == "answer":
        print(json.dumps(answer(folder)))
    else:
        print(json.dumps(ask({"wenbao": open_wenbao, "hybrid": open_hybrid}[side], folder)))


if __name__ == "__main__":
    main()
