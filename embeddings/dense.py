"""Vectors → (row, similarity) over one segment: exact while it is small, past that by a scan of short codes."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.types import Vectors

Found = tuple[NDArray[np.int64], NDArray[np.float32]]
Rounded = NDArray[np.int16]

EXACT = 5_000  # rows up to which every vector is kept and compared as it is
# Times as many rows as are wanted, to be compared by their cosines after a scan of one segment; of each further
# segment, so many times as many more.
LOOKED_AT, LOOKED_AT_MORE = 11, 1
_CODED_WITH = 2  # numbers in each code of 4 bits (product quantisation, Jégou et al. 2011)
_TRAINED_ON, _ROUNDS = 2_048, 10  # more of either finds no more
faiss.omp_set_num_threads(1)  # one question is too little work for two: the second thread waits for the first
_WHOLE = 32_767  # what 1 is rounded to; eight bits lose one in a hundred of the fifty nearest
_ROUNDED_AT_ONCE = 4_096  # rows
_INDEX, _ROUNDED = "vectors.faiss", "vectors.npy"


class DenseIndex:
    """A segment's vectors; a row finds itself at similarity 1."""

    def __init__(self, index: faiss.Index, rounded: Rounded | None) -> None:
        self._index, self._rounded = index, rounded

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        """Take unit vectors, shape (rows, dimensions)."""
        rows, dimensions = vectors.shape
        product = faiss.METRIC_INNER_PRODUCT
        if rows <= EXACT or dimensions % _CODED_WITH:
            exact = faiss.IndexFlatIP(dimensions)
            exact.add(vectors)
            return cls(exact, None)
        codes = faiss.IndexPQFastScan(dimensions, dimensions // _CODED_WITH, 4, product)
        codes.pq.cp.niter = _ROUNDS
        codes.train(vectors[:: max(1, rows // _TRAINED_ON)])
        codes.add(vectors)
        return cls(codes, _rounded(vectors))

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """Open what save wrote without reading it; raises RuntimeError or ValueError if it is something else."""
        index = faiss.read_index(str(folder / _INDEX), faiss.IO_FLAG_MMAP_IFC)
        rounded = folder / _ROUNDED
        return cls(index, np.asarray(np.load(rounded, mmap_mode="r")) if rounded.exists() else None)

    def save(self, folder: Path) -> None:
        """Write one or two files."""
        faiss.write_index(self._index, str(folder / _INDEX))
        if self._rounded is not None:
            np.save(folder / _ROUNDED, self._rounded)

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._index.ntotal)

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some rows, as exact as they are kept."""
        found: Vectors
        if self._rounded is None:
            found = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        else:
            found = self._rounded[rows].astype(np.float32) / np.float32(_WHOLE)
        return found

    def cosines(self, rows: NDArray[np.int64], vector: Vectors) -> Vectors:
        """Return how similar some rows are to a vector."""
        if self._rounded is None:
            return self.vectors(rows) @ vector
        found: Vectors = self._rounded.take(rows, axis=0).astype(np.float32) @ (vector / np.float32(_WHOLE))
        return found

    def search(
        self, vector: Vectors, limit: int, looked_at: int, alive: NDArray[np.bool_] | None = None
    ) -> Found:
        """Return the `limit` most similar rows and how similar; only those `alive`, if that is given.

        A scan returns `looked_at` and about how similar: LOOKED_AT times as many, to be compared by their `cosines`.
        """
        exact = self._rounded is None
        share = 1.0 if alive is None or exact else max(float(alive.mean()), 0.01)  # the scan knows no mask
        only = _only(alive) if exact else None
        wanted = min(limit if exact else int(looked_at / share), len(self))
        similar, rows = (part[0] for part in self._index.search(vector[None, :], wanted, params=only))
        if alive is None:
            return rows, similar
        found = rows >= 0
        found[found] = alive[rows[found]]
        return rows[found], similar[found]


def _rounded(vectors: Vectors) -> Rounded:
    """Return vectors in sixteen bits."""
    found = np.empty(vectors.shape, np.int16)
    for start in range(0, len(vectors), _ROUNDED_AT_ONCE):
        part = slice(start, start + _ROUNDED_AT_ONCE)
        found[part] = np.round(vectors[part] * _WHOLE)
    return found


def _only(alive: NDArray[np.bool_] | None) -> faiss.SearchParameters | None:
    if alive is None:
        return None
    bits = np.packbits(alive, bitorder="little")
    parameters = faiss.SearchParameters()
    parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
    return parameters
