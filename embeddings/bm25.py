"""The terms of a question in all segments of a generation, whose rows are numbered through."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.keys import key_of
from embeddings.sparse import K1, B, Mask, Postings, rarity

Rows = NDArray[np.int64]
Sums = NDArray[np.float64]


class Words:
    """The postings of a generation's segments, some rows masked."""

    def __init__(self, parts: Sequence[Postings], alive: Mask) -> None:
        self.parts, self.alive = parts, alive
        self.starts = np.cumsum([0, *(len(part.lengths) for part in parts)])
        self.paragraphs = int(alive.sum())
        lengths = np.concatenate([part.lengths for part in parts])
        average = max(float(lengths[alive].mean()), 1.0)
        self.norms = (K1 * (1 - B + B * lengths / average)).astype(np.float32)


class Terms:
    """Where some terms stand, how often, and how rare each is."""

    def __init__(self, words: Words, terms: Collection[str]) -> None:
        self._words = words
        keys = np.array(list(map(key_of, terms)), np.uint32)
        found = [part.find(keys) for part in words.parts]
        self._rows = np.concatenate(
            [rows + start for (rows, _, _), start in zip(found, words.starts, strict=False)]
        )
        self._lengths = np.concatenate([lengths for _, _, lengths in found])  # by segment and term
        often = np.concatenate([counts for _, counts, _ in found], dtype=np.float32)
        self._weights = often / (often + words.norms.take(self._rows))
        frequencies = self._lengths.reshape(len(found), -1).sum(axis=0)
        self.rarities = [rarity(words.paragraphs, frequency) for frequency in frequencies.tolist()]

    def stand(self) -> bool:
        """Say whether any stands in a row that is not masked."""
        return bool(self._words.alive[self._rows].any())

    def scores(self, some: Collection[int]) -> Sums:
        """Return what some of the terms add to each row (BM25, Robertson & Zaragoza 2009)."""
        added = [value if number in some else 0.0 for number, value in enumerate(self.rarities)]
        of_rows = np.repeat(np.array(added * len(self._words.parts), np.float32), self._lengths)
        found = np.bincount(self._rows, self._weights * of_rows, len(self._words.alive))
        return found.astype(np.float64, copy=False)  # of nothing, whole numbers come back

    def stand_in(self, rows: Rows) -> Mask:
        """Say which terms stand in which of some rows, which are in order; shape (terms, rows)."""
        are_wanted = np.zeros(len(self._words.alive), bool)
        are_wanted[rows] = True
        hits = np.flatnonzero(are_wanted.take(self._rows))
        found = np.zeros((len(self.rarities), len(rows)), bool)
        terms = self._lengths.cumsum().searchsorted(hits, "right") % len(self.rarities)
        found[terms, rows.searchsorted(self._rows.take(hits))] = True
        return found
