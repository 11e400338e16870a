"""The searches of one generation on a Milvus server.

Milvus finds the candidates, by its BM25 over jieba's words and by the vectors, in one hybrid search. What
speaks for each is then counted from its own terms exactly as in the engine in this process, so that both
rank alike; how many paragraphs hold a term is asked once a generation.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Executor
from functools import cache
from typing import Any

import numpy as np
from pymilvus import AnnSearchRequest, MilvusClient, MilvusException, RRFRanker

from embeddings.engine import Candidates, Query
from embeddings.errors import EngineError
from embeddings.index import said
from embeddings.keys import key_of
from embeddings.milvus.collection import READ, ROLES, runs
from embeddings.sparse import K1, B, Mask, Scores, rarity
from embeddings.types import Generation

_SECONDS = 10.0  # for one call of a question
_LOOKED_AT = 4  # times as many vectors as wanted are compared in the graph (ef)
_ALONE = 2  # documents in a row that are named one by one

Hit = dict[str, Any]


def alive_filter(alive: Set[int], all_documents: Set[int]) -> str:
    """Return an expression for the rows of some documents: dead ones are named, in ranges where there are many.

    {1, 5} of {1, 2, 3, 4, 5} → document <= 5 and not (document >= 2 and document <= 4)
    """
    last = max(alive)
    in_order = sorted(key for key in all_documents if key <= last)
    dead = [place for place, key in enumerate(in_order) if key not in alive]
    ranges = [(in_order[first], in_order[end], end - first + 1) for first, end in runs(dead)]
    single = [key for first, end, many in ranges if many <= _ALONE for key in sorted({first, end})]
    parts = [f"document <= {last}"]
    parts += [
        f"not (document >= {first} and document <= {end})" for first, end, many in ranges if many > _ALONE
    ]
    return " and ".join([*parts, f"document not in {single}"] if single else parts)


class MilvusEngine:
    """All searches of one generation."""

    def __init__(
        self,
        client: MilvusClient,
        alias: str,
        generation: Generation,
        alive: str,
        subjects: frozenset[str],
        terms: int,
        counting: Executor,
        failure: Callable[[], EngineError],
    ) -> None:
        self.generation = generation
        self._client = client
        self._alias = alias
        self._alive = alive
        self._subjects = subjects
        self._average = max(terms / max(generation.paragraphs, 1), 1.0)
        self._failure = failure
        self._counting = counting
        self._frequency = cache(self._count)

    def subjects(self) -> frozenset[str]:
        """Return the places and bodies that the generation's sections speak about."""
        return self._subjects

    def holds(self, term: str) -> bool:
        """Say whether a folded term stands in any paragraph."""
        try:
            return self._frequency(key_of(term)) > 0
        except MilvusException as error:
            raise self._failure() from error

    def candidates(self, query: Query, limit: int) -> Candidates:
        """Return the best `limit` by words and by meaning each; none when no paragraph shares a term.

        :raises EngineError: the server cannot be reached, or refuses.
        """
        try:
            hits = self._found(query, limit)
            rarities = self._rarities(query)
        except MilvusException as error:
            raise self._failure() from error
        counted = _Counted(hits, rarities, self._average)
        words = counted.by_words(query)
        if not words.any():
            return _NONE
        rows = [hit["entity"] for hit in hits]
        return Candidates(
            np.array([hit["id"] for hit in hits], np.int64),
            words,
            np.array([row["vector"] for row in rows], np.float32) @ query.vector,
            counted.coverage(query),
            [row["subject"] for row in rows],
            [ROLES[row["role"]] for row in rows],
        )

    def _found(self, query: Query, limit: int) -> list[Hit]:
        nearest = {"metric_type": "IP", "params": {"ef": _LOOKED_AT * limit}}
        searches = [
            AnnSearchRequest([query.text], "words", {"metric_type": "BM25"}, limit, expr=self._alive),
            AnnSearchRequest([query.vector], "vector", nearest, limit, expr=self._alive),
        ]
        found = self._client.hybrid_search(
            self._alias, searches, RRFRanker(), 2 * limit, output_fields=list(READ), timeout=_SECONDS
        )
        return list(found[0])

    def _rarities(self, query: Query) -> dict[str, float]:
        """Return how rare each term of a question is."""
        wordings = [term for wordings in query.others for wording in wordings for term in wording]
        wanted = list(dict.fromkeys([*query.terms, *(each.word for each in query.asked), *wordings]))
        counted = self._counting.map(self._frequency, map(key_of, wanted))
        return {
            term: rarity(self.generation.paragraphs, number)
            for term, number in zip(wanted, counted, strict=True)
        }

    def _count(self, key: int) -> int:
        found = self._client.query(
            self._alias,
            filter=f"array_contains(keys, {key}) and {self._alive}",
            output_fields=["count(*)"],
            timeout=_SECONDS,
        )
        return int(found[0]["count(*)"])


class _Counted:
    """How often each term stands in each hit, and how rare it is in the generation."""

    def __init__(self, hits: Sequence[Hit], rarities: Mapping[str, float], average: float) -> None:
        rows = [hit["entity"] for hit in hits]
        self._often = [dict(zip(row["keys"], row["counts"], strict=True)) for row in rows]
        self._rarities = rarities
        lengths = np.array([row["length"] for row in rows], np.float32)
        self._norms = K1 * (1 - B + B * lengths / average)

    def by_words(self, query: Query) -> Scores:
        """Return BM25, other wordings counting for less."""
        scores = self._scores(query.terms)
        for wordings in query.others if query.other else ():
            scores += query.other * np.max([self._scores(wording) for wording in wordings], axis=0)
        return scores

    def _scores(self, terms: Sequence[str]) -> Scores:
        scores = np.zeros(len(self._often), np.float32)
        for term in dict.fromkeys(terms):
            key = key_of(term)
            often = np.array([row.get(key, 0) for row in self._often], np.float32)
            scores += np.float32(self._rarities[term]) * often / (often + self._norms)
        return scores

    def coverage(self, query: Query) -> Scores:
        """Return what share of what is asked each hit says, rare words weighing more."""
        holds = cache(self._holds)
        covered, whole = np.zeros(len(self._often), np.float32), 0.0
        for asked in query.asked:
            covered += self._rarities[asked.word] * said(asked, query.other, holds)
            whole += self._rarities[asked.word]
        return covered / max(whole, 1e-9)

    def _holds(self, piece: str) -> Mask:
        key = key_of(piece)
        return np.array([key in row for row in self._often], bool)


_NONE = Candidates(np.zeros(0, np.int64), *(np.zeros(0, np.float32),) * 3, (), ())
