"""What the search asks of an engine, and what it gets: ids and numbers, never text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError
from embeddings.types import Encoder, Generation, Role, Vectors
from embeddings.view import View


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that is asked for, the terms that stand together where it does, and those of its other wordings.

    董秘 → (董秘), ((董事 事会 会秘 秘书),)
    """

    word: str
    pieces: Sequence[str]
    others: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index takes it: all its terms, the terms of each other wording, its words, its vector."""

    terms: Sequence[str]
    others: Sequence[Sequence[Sequence[str]]]  # for each word that has them, the terms of each wording
    asked: Sequence[Asked]
    vector: Vectors
    other: float  # what another wording counts of what the word itself would
    text: str  # folded, with the other wordings behind it, for an engine that cuts words itself


@dataclass(frozen=True, slots=True)
class Candidates:
    """Paragraphs that may answer, a column for each thing that is known of them."""

    ids: NDArray[np.int64]
    words: NDArray[np.float32]  # BM25
    meaning: NDArray[np.float32]  # cosine
    coverage: NDArray[np.float32]  # share of what is asked, rare words weighing more, that is said; 0 … 1
    subjects: Sequence[str]
    roles: Sequence[Role]


class Engine(Protocol):
    """Searches the paragraphs of one generation; safe to use from many threads."""

    generation: Generation

    def subjects(self) -> frozenset[str]:
        """Return the places and bodies that the generation's sections speak about."""
        ...

    def holds(self, term: str) -> bool:
        """Say whether a folded term stands in any paragraph."""
        ...

    def candidates(self, query: Query, limit: int) -> Candidates:
        """Return the best `limit` by words and by meaning each; none when no paragraph shares a term."""
        ...


class Indexes(Protocol):
    """Where the engines of generations are made and kept: caches of the library, which may be lost at any time."""

    def open(self, library: View, generation: Generation, encoder: Encoder) -> Engine | None:
        """Open a generation's engine, making what lacks; None if all of the generation was removed.

        :raises EncoderError: the library's vectors are of another encoder.
        :raises EngineError: the engine cannot be reached or used.
        """
        ...

    def reach(self) -> None:
        """Make sure that they can be kept there.

        :raises EngineError: the place cannot be reached.
        """
        ...

    def forget_removed(self, library: View) -> None:
        """Erase what is kept of documents that are in the library no more."""
        ...

    def forget(self, library: View) -> None:
        """Erase all that is kept of a library."""
        ...


def refuse_other_encoder(generation: Generation, encoder: Encoder) -> None:
    """Raise EncoderError where the generation's vectors are of another encoder."""
    if generation.encoder != encoder.name:
        raise EncoderError(
            f"文档库是用 {generation.encoder} 编码的，现在的模型是 {encoder.name}：运行 wenbao index"
            " · the library was encoded by another model: run `wenbao index`"
        )
