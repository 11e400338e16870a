"""Keys of terms → the rows of a segment that hold them, for BM25 (Robertson & Zaragoza 2009)."""

import math
from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.keys import Keys, keys_of

K1, B = 1.2, 0.75
_MOST_COUNTED = 255  # a term that stands more often in one paragraph counts as so often
_TEXTS_AT_ONCE = 256
_FILES = ("keys", "starts", "rows", "counts", "lengths")

Rows = NDArray[np.int32]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]


def rarity(paragraphs: int, frequency: int) -> float:
    """Return the inverse document frequency of a term; one that stands nowhere weighs most."""
    return math.log1p((paragraphs - frequency + 0.5) / (frequency + 0.5))


class Postings:
    """Which rows hold each term, and how often; rows are in order, and numbered from 0."""

    def __init__(
        self,
        keys: NDArray[np.uint32],
        starts: NDArray[np.int64],
        rows: Rows,
        counts: NDArray[np.uint8],
        lengths: Rows,
    ) -> None:
        self._keys, self._starts, self._rows, self._counts = keys, starts, rows, counts
        self.lengths = lengths  # terms in each row

    @classmethod
    def build(cls, texts: Iterable[str]) -> "Postings":
        """Take the text of each row."""
        rest = iter(texts)
        packed, lengths = array("Q"), array("i")  # grow where they stand
        while some := list(islice(rest, _TEXTS_AT_ONCE)):
            keys, places = keys_of(some)
            rows = (places + len(lengths)).astype(np.uint64)
            packed.frombytes((keys.astype(np.uint64) << np.uint64(32) | rows).tobytes())
            lengths.frombytes(np.bincount(places, minlength=len(some)).astype(np.int32).tobytes())
        pairs = np.frombuffer(packed, np.uint64)
        pairs.sort()
        are_first = _changes(pairs)
        firsts = np.flatnonzero(are_first).astype(np.uint32)  # here is the most memory that an index takes
        often = np.diff(firsts, append=np.uint32(len(pairs)))
        counts = np.minimum(often, _MOST_COUNTED, out=often).astype(np.uint8)
        pairs = pairs[are_first]
        del packed, firsts, often
        return cls._of_pairs(pairs, counts, np.array(lengths, np.int32))

    @classmethod
    def _of_pairs(cls, pairs: NDArray[np.uint64], counts: NDArray[np.uint8], lengths: Rows) -> "Postings":
        """Take sorted pairs of key and row."""
        rows = pairs.astype(np.uint32).view(np.int32)
        keys = np.right_shift(pairs, np.uint64(32), out=pairs).astype(np.uint32)
        starts = np.flatnonzero(_changes(keys))
        return cls(keys[starts], np.append(starts, len(keys)).astype(np.int64), rows, counts, lengths)

    @classmethod
    def join(cls, parts: Sequence[tuple["Postings", Mask]]) -> "Postings":
        """Put the rows of several that their masks keep one behind the other."""
        pairs, counts, lengths, before = [], [], [], 0
        for part, mask in parts:
            kept = mask[part._rows]
            numbers = (np.cumsum(mask) - 1 + before)[part._rows[kept]].astype(np.uint64)
            keys = np.repeat(part._keys, np.diff(part._starts))[kept].astype(np.uint64)
            pairs.append(keys << np.uint64(32) | numbers)
            counts.append(part._counts[kept])
            lengths.append(part.lengths[mask])
            before += int(mask.sum())
        joined = np.concatenate(pairs)
        order = np.argsort(joined, kind="stable")  # runs in order already: merging them is quick
        return cls._of_pairs(joined[order], np.concatenate(counts)[order], np.concatenate(lengths))

    @classmethod
    def load(cls, folder: Path) -> "Postings":
        """Open what save wrote without reading it; raises OSError or ValueError if it is something else."""
        found = cls(*(np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _FILES))
        if len(found._starts) != len(found._keys) + 1 or len(found._rows) != len(found._counts):
            raise ValueError("the files do not belong together")
        return found

    def save(self, folder: Path) -> None:
        """Write plain arrays."""
        arrays: Sequence[NDArray[Any]] = (self._keys, self._starts, self._rows, self._counts, self.lengths)
        for name, part in zip(_FILES, arrays, strict=True):
            np.save(folder / f"{name}.npy", part)

    def find(self, keys: Keys) -> tuple[Rows, NDArray[np.uint8], NDArray[np.int64]]:
        """Return the rows that hold each term, term by term, how often they do, and how many rows each term has."""
        starts, ends = (self._starts[self._keys.searchsorted(keys, side)] for side in ("left", "right"))
        spans = list(map(slice, starts.tolist(), ends.tolist()))
        return (
            np.concatenate([self._rows[:0], *map(self._rows.__getitem__, spans)]),
            np.concatenate([self._counts[:0], *map(self._counts.__getitem__, spans)]),
            ends - starts,
        )


def _changes(values: NDArray[Any]) -> Mask:
    """Say which values are others than the one before: 3 3 5 → yes no yes."""
    found = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found
