"""The engine in this process: the searches of one generation over its segments, some rows of them masked."""

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.bm25 import Rows, Sums, Terms, Words
from embeddings.dense import LOOKED_AT, LOOKED_AT_MORE
from embeddings.engine import Asked, Candidates, Query
from embeddings.segment import ROLES, Held, name_subjects
from embeddings.sparse import Mask, Scores
from embeddings.types import Generation

_LINES = 64  # in which rows lie, to see quickly which are not among the best
_ABOVE_0 = float(np.finfo(np.float64).tiny)


class Index:
    """All searches of one generation."""

    def __init__(self, generation: Generation, parts: Sequence[Held]) -> None:
        self.generation = generation
        self._segments = [segment for segment, _ in parts]
        masks = [segment.rows_of(documents) for segment, documents in parts]
        self._alive = np.concatenate(masks)
        self._masks = [None if mask.all() else mask for mask in masks]
        self._ids = np.concatenate([segment.ids for segment in self._segments])
        self._roles = np.concatenate([segment.roles for segment in self._segments])
        self._names, subjects = name_subjects(self._segments)
        self._subjects = np.concatenate(subjects)
        self._words = Words([segment.postings for segment in self._segments], self._alive)
        self._starts = self._words.starts
        self._paragraphs = int(self._alive.sum())

    def subjects(self) -> frozenset[str]:
        """Return the places and bodies that the generation's sections speak about."""
        used = np.flatnonzero(np.bincount(self._subjects[self._alive]))
        return frozenset(self._names[number] for number in used) - {""}

    def holds(self, term: str) -> bool:
        """Say whether a folded term stands in any paragraph."""
        return Terms(self._words, [term]).stand()

    def candidates(self, query: Query, limit: int) -> Candidates:
        """Return the best `limit` by words and by meaning each; none when no paragraph shares a term."""
        question = _Question(query, self._words)
        scores = question.by_words()
        if self._paragraphs < len(scores):
            scores[~self._alive] = 0
        rows = np.sort(_best(scores, limit))
        cosines = self._cosines(query, rows)
        if len(rows):
            near, similar = self._by_meaning(query, limit)
            is_new = ~np.isin(
                near, rows, assume_unique=True
            )  # np.unique would import numpy.ma for a question
            rows = np.concatenate((rows, near[is_new]))
            order = rows.argsort()
            rows, cosines = rows[order], np.concatenate((cosines, similar[is_new]))[order]
        return Candidates(
            self._ids[rows],
            scores[rows].astype(np.float32),
            cosines,
            question.coverage(rows),
            [self._names[number] for number in self._subjects[rows].tolist()],
            [ROLES[number] for number in self._roles[rows].tolist()],
        )

    def _by_meaning(self, query: Query, limit: int) -> tuple[Rows, Scores]:
        """Return the rows of the highest cosines, out of those that each segment holds for near."""
        looked_at = limit * (LOOKED_AT + LOOKED_AT_MORE * (len(self._segments) - 1))
        found = [
            segment.dense.search(query.vector, limit, looked_at, mask)
            for segment, mask in zip(self._segments, self._masks, strict=True)
        ]
        floor = _lowest(np.concatenate([about for _, about in found]), looked_at)
        rows, cosines = [], []
        for start, segment, (near, about) in zip(self._starts, self._segments, found, strict=False):
            kept = near[about >= floor]
            rows.append(kept + start)
            cosines.append(segment.dense.cosines(kept, query.vector))
        similar = np.concatenate(cosines)
        nearest = _highest(similar, limit)
        return np.concatenate(rows)[nearest], similar[nearest]

    def _cosines(self, query: Query, rows: Rows) -> Scores:
        bounds = rows.searchsorted(self._starts)
        parts = [
            segment.dense.cosines(rows[first:end] - start, query.vector)
            for segment, start, first, end in zip(
                self._segments, self._starts, bounds, bounds[1:], strict=False
            )
        ]
        return np.concatenate(parts)


class _Question:
    """What the words of a question say for each row."""

    def __init__(self, query: Query, words: Words) -> None:
        self._query = query
        self._others = query.others if query.other else ()
        asked = chain.from_iterable([each.word, *each.pieces, *chain(*each.others)] for each in query.asked)
        terms = dict.fromkeys(chain(query.terms, *chain(*self._others), asked))
        self._numbers = {term: number for number, term in enumerate(terms)}
        self._terms = Terms(words, terms)

    def _scores(self, terms: Sequence[str]) -> Sums:
        return self._terms.scores({self._numbers[term] for term in terms})

    def by_words(self) -> Sums:
        """Return BM25, other wordings counting for less."""
        scores = self._scores(self._query.terms)
        for wordings in self._others:
            scores += self._query.other * np.max([self._scores(wording) for wording in wordings], axis=0)
        return scores

    def coverage(self, rows: Rows) -> Scores:
        """Return what share of what is asked some rows say, rare words weighing more."""
        stands, covered, whole = self._terms.stand_in(rows), np.zeros(len(rows), np.float32), 0.0
        for asked in self._query.asked:
            weight = self._terms.rarities[self._numbers[asked.word]]
            covered += weight * said(asked, self._query.other, lambda piece: stands[self._numbers[piece]])
            whole += weight
        return covered / max(whole, 1e-9)


def said(asked: Asked, other: float, holds: Callable[[str], Mask]) -> Scores:
    """Return 1 where a row says what is asked for, `other` where it says it in other words, else 0."""
    said = _all(asked.pieces, holds).astype(np.float32)
    for pieces in asked.others:
        np.maximum(said, other * _all(pieces, holds), out=said)
    return said


def _all(pieces: Sequence[str], holds: Callable[[str], Mask]) -> Mask:
    first, *others = map(holds, pieces)
    return reduce(np.logical_and, others, first)


def _best(scores: Sums, limit: int) -> Rows:
    """Return the rows of the highest scores above 0."""
    columns, floor = len(scores) // _LINES, _ABOVE_0
    if columns >= limit:  # so many rows have at least what the last of the best columns has
        highest = scores[: columns * _LINES].reshape(_LINES, columns).max(axis=0)
        floor = max(floor, _lowest(highest, limit))
    rows = np.flatnonzero(scores >= floor)
    return rows[_highest(scores[rows], limit)]


def _lowest(scores: NDArray[np.floating[Any]], limit: int) -> float:
    """Return the lowest of the highest scores."""
    return float(np.partition(scores, -limit)[-limit] if limit < len(scores) else scores.min(initial=np.inf))


def _highest(scores: NDArray[np.floating[Any]], limit: int) -> NDArray[np.int64]:
    """Return the places of the highest scores, in no order."""
    if limit >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(scores, -limit)[-limit:]
