"""The engine in this process: the searches of one generation over its segments, some rows of them masked."""

from collections.abc import Callable, Sequence
from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray

from embeddings.dense import LOOKED_AT, LOOKED_AT_MORE
from embeddings.engine import Asked, Candidates, Query
from embeddings.keys import key_of
from embeddings.segment import ROLES, Held, name_subjects
from embeddings.sparse import K1, B, Found, Mask, Scores, rarity
from embeddings.types import Generation

Find = Callable[[str], list[Found]]  # term → where it stands in each segment


class Index:
    """All searches of one generation."""

    def __init__(self, generation: Generation, parts: Sequence[Held]) -> None:
        self.generation = generation
        self._segments = [segment for segment, _ in parts]
        self._starts = np.cumsum([0, *map(len, self._segments)])
        masks = [segment.rows_of(documents) for segment, documents in parts]
        self._alive = np.concatenate(masks)
        self._masks = [None if mask.all() else mask for mask in masks]
        self._ids = np.concatenate([segment.ids for segment in self._segments])
        self._roles = np.concatenate([segment.roles for segment in self._segments])
        self._names, subjects = name_subjects(self._segments)
        self._subjects = np.concatenate(subjects)
        self._paragraphs = int(self._alive.sum())
        lengths = np.concatenate([segment.postings.lengths for segment in self._segments])
        average = max(float(lengths[self._alive].mean()), 1.0)
        self._norms = (K1 * (1 - B + B * lengths / average)).astype(np.float32)

    def subjects(self) -> frozenset[str]:
        """Return the places and bodies that the generation's sections speak about."""
        used = np.flatnonzero(np.bincount(self._subjects[self._alive]))
        return frozenset(self._names[number] for number in used) - {""}

    def holds(self, term: str) -> bool:
        """Say whether a folded term stands in any paragraph."""
        parts = zip(self._starts, self._found(term), strict=False)
        return any(bool(self._alive[start + rows].any()) for start, (rows, _) in parts)

    def candidates(self, query: Query, limit: int) -> Candidates:
        """Return the best `limit` by words and by meaning each; none when no paragraph shares a term."""
        find = cache(self._found)  # a question asks for the same terms more than once
        scores = self._by_words(query, find)
        best = _best(scores, limit)
        rows = np.union1d(best, self._by_meaning(query, limit)) if len(best) else best
        return Candidates(
            self._ids[rows],
            scores[rows],
            self._cosines(query, rows),
            self._coverage(query, rows, find),
            [self._names[number] for number in self._subjects[rows].tolist()],
            [ROLES[number] for number in self._roles[rows].tolist()],
        )

    def _found(self, term: str) -> list[Found]:
        key = key_of(term)
        return [segment.postings.find(key) for segment in self._segments]

    def _rarity(self, found: Sequence[Found]) -> float:
        return rarity(self._paragraphs, sum(len(rows) for rows, _ in found))

    def _by_words(self, query: Query, find: Find) -> Scores:
        scores = self._scores(query.terms, find)
        for wordings in query.others if query.other else ():
            scores += query.other * np.max([self._scores(wording, find) for wording in wordings], axis=0)
        if self._paragraphs < len(scores):
            scores[~self._alive] = 0
        return scores

    def _scores(self, terms: Sequence[str], find: Find) -> Scores:
        scores = np.zeros(len(self._ids), np.float32)
        found = [find(term) for term in dict.fromkeys(terms)]
        rarities = np.array([self._rarity(each) for each in found], np.float32)
        for start, end, parts in zip(self._starts, self._starts[1:], zip(*found, strict=True), strict=False):
            rows = np.concatenate([held for held, _ in parts])
            often = np.concatenate([counts for _, counts in parts]).astype(np.float32)
            weights = np.repeat(rarities, [len(held) for held, _ in parts]) * often
            weights /= often + self._norms[start:end][rows]
            scores[start:end] = np.bincount(rows, weights, end - start)
        return scores

    def _by_meaning(self, query: Query, limit: int) -> NDArray[np.int64]:
        """Return the rows of the highest cosines, out of those that each segment holds for near."""
        looked_at = limit * (LOOKED_AT + LOOKED_AT_MORE * (len(self._segments) - 1))
        found, similar = [], []
        for start, segment, mask in zip(self._starts, self._segments, self._masks, strict=False):
            rows, near = segment.dense.search(query.vector, looked_at, mask)
            found.append(rows + start)
            similar.append(near)
        rows = np.concatenate(found)[_highest(np.concatenate(similar), looked_at)]
        rows.sort()
        return rows[_highest(self._cosines(query, rows), limit)]

    def _cosines(self, query: Query, rows: NDArray[np.int64]) -> Scores:
        parts = [
            segment.dense.cosines(rows[(rows >= start) & (rows < end)] - start, query.vector)
            for segment, start, end in zip(self._segments, self._starts, self._starts[1:], strict=False)
        ]
        return np.concatenate(parts)

    def _coverage(self, query: Query, rows: NDArray[np.int64], find: Find) -> Scores:
        covered, whole = np.zeros(len(rows), np.float32), 0.0
        holds = cache(lambda piece: self._holds(find(piece), rows))
        for asked in query.asked:
            weight = self._rarity(find(asked.word))
            covered += weight * said(asked, query.other, holds)
            whole += weight
        return covered / max(whole, 1e-9)

    def _holds(self, found: Sequence[Found], rows: NDArray[np.int64]) -> Mask:
        """Say which rows hold a term."""
        holds = np.zeros(len(rows), bool)
        for start, (held, _) in zip(self._starts, found, strict=False):
            if len(held):
                near = held.searchsorted(rows - start)
                holds |= held.take(near, mode="clip") == rows - start
        return holds


def said(asked: Asked, other: float, holds: Callable[[str], Mask]) -> Scores:
    """Return 1 where a row says what is asked for, `other` where it says it in other words, else 0."""
    said = _all(asked.pieces, holds).astype(np.float32)
    for pieces in asked.others:
        np.maximum(said, other * _all(pieces, holds), out=said)
    return said


def _all(pieces: Sequence[str], holds: Callable[[str], Mask]) -> Mask:
    first, *others = map(holds, pieces)
    return reduce(np.logical_and, others, first)


def _best(scores: Scores, limit: int) -> NDArray[np.int64]:
    """Return the rows of the highest scores above 0."""
    rows = np.flatnonzero(scores > 0)
    return rows[_highest(scores[rows], limit)]


def _highest(scores: Scores, limit: int) -> NDArray[np.int64]:
    """Return the places of the highest scores, in no order."""
    if limit >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(scores, -limit)[-limit:]
