"""How large a Milvus must be: `python -m tests.sizing [READING …]`; prints the arithmetic for 1, 10, 100 million.

What a paragraph holds is measured on the texts of the sample and tests/, or on the contexts given (JSONL); what
a byte becomes in Milvus is reckoned, not measured: links of HNSW as in Malkov & Yashunin 2018 (2 M on the lowest
layer), sparse vectors and arrays at the width of their types, an inverted index at 4 bytes a posting.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from embeddings.documents import SUFFIXES, read_document
from embeddings.encoder import load_encoder
from embeddings.milvus.collection import GRAPH
from embeddings.paragraphs import split_paragraphs
from embeddings.terms import terms, words
from embeddings.types import Paragraph

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot/sample", "tests/questions", "tests/development", "tests/heldout")
SIZES = (1, 10, 100)
COMPACTING = 2.0  # disk: a segment and its copy while Milvus writes it anew
IN_THE_DATABASE = 300  # bytes of a row of ours but for text and vector, its indexes included
SPARE = 1.3  # memory that Milvus itself and growing segments take


@dataclass(frozen=True, slots=True)
class Average:
    """What one paragraph holds."""

    characters: float
    terms: float  # different ones: words and bigrams
    words: float  # different ones: what BM25 counts
    dimensions: int


def measure(arguments: list[str]) -> Average:
    """Return the averages over the paragraphs of some texts."""
    parts = [part for name in arguments for part in contexts(Path(name))] or ours()
    searched = [part.searched for part in parts]
    return Average(
        sum(map(len, searched)) / len(searched),
        sum(len(set(terms(text))) for text in searched) / len(searched),
        sum(len(set(words(text))) for text in searched) / len(searched),
        load_encoder().dimensions,
    )


def contexts(path: Path) -> list[Paragraph]:
    """Return the contexts of a reading set."""
    rows = path.read_text(encoding="utf-8").splitlines()
    return [Paragraph(text) for text in dict.fromkeys(json.loads(row)["context"] for row in rows)]


def ours() -> list[Paragraph]:
    """Return the paragraphs of the sample and of tests/."""
    paths = [path for name in FOLDERS for path in sorted((ROOT / name).iterdir()) if path.suffix in SUFFIXES]
    return [part for path in paths for part in split_paragraphs(read_document(path.name, path.read_bytes()))]


def bytes_in_memory(average: Average) -> dict[str, float]:
    """Return what one paragraph takes where everything is in memory."""
    return {
        "vector": 4 * average.dimensions,
        "graph": 4 * 2 * GRAPH["M"] * 1.1,
        "BM25": 8 * average.words,
        "terms": (8 + 4 + 4) * average.terms,
        "text": 3 * average.characters,
        "fields": 64,
    }


def main() -> None:
    """Print the averages, the bytes of a paragraph and the three sizes."""
    average = measure(sys.argv[1:])
    print(
        f"{average.characters:.0f} characters, {average.terms:.0f} terms, {average.words:.0f} words, "
        f"{average.dimensions} dimensions"
    )
    parts = bytes_in_memory(average)
    whole = sum(parts.values())
    print(" + ".join(f"{name} {size:.0f}" for name, size in parts.items()), f"= {whole:.0f} bytes")
    mapped = parts["vector"] + parts["graph"] + parts["BM25"]
    stored = parts["vector"] + parts["text"] + IN_THE_DATABASE
    for millions in SIZES:
        memory, least = (size * millions * SPARE / 1000 for size in (whole, mapped))
        print(
            f"{millions:>4} million: memory {memory:.1f} GB, {least:.1f} GB with terms and text by mmap; "
            f"disk {whole * millions * COMPACTING / 1000:.1f} GB; in the database {stored * millions / 1000:.1f} GB"
        )


if __name__ == "__main__":
    main()
