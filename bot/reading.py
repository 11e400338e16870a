"""How well the reader reads: `python -m bot.reading READING …` (JSONL of question, context and answers).

Prints exact match and F1 with the right context given, and with the best passages of all contexts pooled, which
the product's own search finds: of the network's own span, and of the answer that the product makes of it
(short, whole names and figures, where these sets often want a clause). Both are counted as CMRC 2018 counts
them (Cui et al. 2019, arXiv:1810.07366): punctuation and blanks left out, F1 over the longest common piece.
"""

import json
import re
import sys
import tempfile
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bot.reader.reader import STEPS, Reader
from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from embeddings.types import NewDocument, Paragraph, Passage, searched_hash

Row = dict[str, Any]
_NOT_COUNTED = re.compile(r"[\W_]")


def counted(text: str) -> str:
    """Return what is compared: 《Ｎ城》 → n城."""
    return _NOT_COUNTED.sub("", unicodedata.normalize("NFKC", text).lower())


def f1(given: str, expected: str) -> float:
    """Return the harmonic mean of what the longest common piece covers of both: 去年3月, 3月 → 0.67."""
    given, expected = counted(given), counted(expected)
    shared = SequenceMatcher(None, given, expected, autojunk=False).find_longest_match().size
    return 2 * shared / (len(given) + len(expected)) if shared else float(given == expected)


def measure(rows: Sequence[Row], answers: Sequence[str]) -> tuple[float, float]:
    """Return mean exact match and F1 in percent, the best over the accepted answers of each question."""
    exact, overlap = [], []
    for row, given in zip(rows, answers, strict=True):
        accepted = [each["text"] for each in row["answers"]]
        exact.append(max(counted(given) == counted(text) for text in accepted))
        overlap.append(max(f1(given, text) for text in accepted))
    return 100 * sum(exact) / len(exact), 100 * sum(overlap) / len(overlap)


def pooled(contexts: Sequence[str], folder: Path) -> Searcher:
    """Return the product's search over all contexts, one paragraph each."""
    encoder = load_encoder()
    library = Library(f"sqlite:///{folder}/reading.db")
    paragraphs = [Paragraph(context) for context in contexts]
    keys = {searched_hash(part): part.searched for part in paragraphs}
    vectors = encoder.encode_paragraphs(list(keys.values()))
    library.add_vectors(encoder.name, dict(zip(keys, vectors, strict=True)))
    library.publish([], [NewDocument("reading", "", b"", paragraphs)], encoder.name, "")
    return Searcher(library, encoder, Pool(folder))


def answer_of(reader: Reader, question: str, passages: Sequence[Passage]) -> str:
    """Return the answer that ranks first, likely enough to be shown or not."""
    judged = reader.judge(reader.readings(question, passages), lambda word: True)
    return judged[0].candidate.text if judged else ""


def main() -> None:
    """Print one line a file and way."""
    reader = Reader()
    for path in map(Path, sys.argv[1:]):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        contexts = list(dict.fromkeys(row["context"] for row in rows))
        given = [[Passage(0, "", Paragraph(row["context"]), 1.0)] for row in rows]
        with tempfile.TemporaryDirectory() as folder:
            searcher = pooled(contexts, Path(folder))
            found = [searcher.search(row["question"], STEPS[1]) for row in rows]
        for way, passages in (("context given", given), (f"best of {len(contexts)}", found)):
            answers = [
                answer_of(reader, row["question"], some) for row, some in zip(rows, passages, strict=True)
            ]
            exact, overlap = measure(rows, answers)
            print(f"{path.stem:<20} {way:<16} EM {exact:.1f}  F1 {overlap:.1f}", flush=True)


if __name__ == "__main__":
    main()
