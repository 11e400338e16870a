"""Terms → (paragraph id, score), by BM25 (Robertson & Zaragoza 2009); zero scores dropped."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75
MEANT = 0.4

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG on import


class SparseIndex:
    """All paragraphs' terms."""

    def __init__(self, ids: NDArray[np.int64], bm25: bm25s.BM25) -> None:
        self._ids = ids
        self._bm25 = bm25
        self._frequency = np.diff(bm25.scores["indptr"])  # in how many paragraphs each term stands

    @classmethod
    def build(cls, ids: Sequence[int], terms: Iterable[Sequence[str]]) -> "SparseIndex":
        """Take one list of terms for each id."""
        bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        # An empty paragraph has no term; a lone blank keeps its place without being findable.
        bm25.index([list(found) or [""] for found in terms], show_progress=False)
        return cls(np.asarray(ids, np.int64), bm25)

    @classmethod
    def load(cls, folder: Path) -> "SparseIndex":
        """Read what save wrote; raises OSError, ValueError or KeyError if it is something else."""
        return cls(np.load(folder / "ids.npy"), bm25s.BM25.load(folder))

    def save(self, folder: Path) -> None:
        """Write a folder of plain files."""
        self._bm25.save(folder, show_progress=False)
        np.save(folder / "ids.npy", self._ids)

    def search(
        self, terms: Sequence[str], limit: int, meant: Sequence[Sequence[Sequence[str]]] = ()
    ) -> list[tuple[int, float]]:
        """Return the paragraphs that share a term, best first, as (id, score).

        `meant` are, for each word that may stand in other wordings, the terms of each wording; the best of a
        word's wordings counts MEANT of what its terms would.
        """
        scores = self._scores(terms)
        for wordings in meant:
            scores = scores + MEANT * np.max([self._scores(wording) for wording in wordings], axis=0)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(int(self._ids[row]), float(scores[row])) for row in best if scores[row] > 0]

    def _scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        known = [term for term in dict.fromkeys(terms) if term and term in self._bm25.vocab_dict]
        scores: NDArray[np.float32] = (
            self._bm25.get_scores(known) if known else np.zeros(len(self._ids), np.float32)
        )
        return scores

    def holds(self, term: str) -> bool:
        """Say whether a term stands in any paragraph."""
        return term in self._bm25.vocab_dict

    def weight(self, term: str) -> float:
        """Return a term's inverse document frequency; a term that stands nowhere weighs most."""
        row = self._bm25.vocab_dict.get(term)
        frequency = 0 if row is None or row >= len(self._frequency) else int(self._frequency[row])
        return float(np.log(1 + (len(self._ids) - frequency + 0.5) / (frequency + 0.5)))
