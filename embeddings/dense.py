"""Vectors → (paragraph id, similarity), by exact search."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from embeddings.types import Vectors


class DenseIndex:
    """All paragraphs' vectors; a paragraph finds itself at similarity 1."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, ids: Sequence[int], vectors: Vectors) -> "DenseIndex":
        """Take unit vectors, shape (len(ids), dimensions)."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(ids, np.int64))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        """Read what save wrote; raises RuntimeError if it is something else."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write one file."""
        faiss.write_index(self._index, str(path))

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return the most similar paragraphs, best first, as (id, cosine)."""
        similarities, ids = self._index.search(vector[None, :], min(limit, self._index.ntotal))
        return [(int(key), float(value)) for key, value in zip(ids[0], similarities[0], strict=True)]
