"""Vectors → (row, similarity) over one segment: exact while it is small, past that by a scan of short codes."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.types import Vectors

Found = tuple[NDArray[np.int64], NDArray[np.float32]]

EXACT = 5_000  # rows up to which every vector is compared as it is
_CODED_WITH = 2  # numbers in each code of 4 bits (product quantisation, Jégou et al. 2011)
_LOOKED_AT = 4  # times as many rows as wanted are compared in 8 bits after the scan
_TRAINED_ON = 10_000
faiss.omp_set_num_threads(1)  # one question is too little work for two: the second thread waits for the first
_VECTORS, _CODES = "vectors.faiss", "codes.faiss"


class DenseIndex:
    """A segment's vectors; a row finds itself at similarity 1."""

    def __init__(self, vectors: faiss.Index, codes: faiss.Index | None) -> None:
        self._vectors, self._codes = vectors, codes

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        """Take unit vectors, shape (rows, dimensions)."""
        rows, dimensions = vectors.shape
        product = faiss.METRIC_INNER_PRODUCT
        if rows <= EXACT or dimensions % _CODED_WITH:
            exact = faiss.IndexFlatIP(dimensions)
            exact.add(vectors)
            return cls(exact, None)
        kept = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_8bit, product)
        codes = faiss.IndexPQFastScan(dimensions, dimensions // _CODED_WITH, 4, product)
        for index in (kept, codes):
            index.train(vectors[:: max(1, rows // _TRAINED_ON)])
            index.add(vectors)
        return cls(kept, codes)

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """Open what save wrote without reading it; raises RuntimeError if it is something else."""
        codes = folder / _CODES
        return cls(_open(folder / _VECTORS), _open(codes) if codes.exists() else None)

    def save(self, folder: Path) -> None:
        """Write one or two files."""
        faiss.write_index(self._vectors, str(folder / _VECTORS))
        if self._codes is not None:
            faiss.write_index(self._codes, str(folder / _CODES))

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._vectors.ntotal)

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some rows, as exact as they are kept."""
        found: Vectors = self._vectors.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        return found

    def search(self, vector: Vectors, limit: int, alive: NDArray[np.bool_] | None = None) -> Found:
        """Return the most similar rows, best first, and their cosines; only those `alive`, if that is given."""
        if self._codes is None:
            cosines, rows = self._vectors.search(vector[None, :], min(limit, len(self)), params=_only(alive))
            found = rows[0] >= 0
            return rows[0][found], cosines[0][found]
        share = 1.0 if alive is None else max(float(alive.mean()), 0.01)  # the scan knows no mask
        near = self._codes.search(vector[None, :], min(int(limit * _LOOKED_AT / share), len(self)))[1][0]
        near = near[near >= 0]
        if alive is not None:
            near = near[alive[near]]
        similar = self.vectors(near) @ vector
        order = np.argsort(-similar, kind="stable")[:limit]
        return near[order], similar[order]


def _only(alive: NDArray[np.bool_] | None) -> faiss.SearchParameters | None:
    if alive is None:
        return None
    bits = np.packbits(alive, bitorder="little")
    parameters = faiss.SearchParameters()
    parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
    return parameters


def _open(path: Path) -> faiss.Index:
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
