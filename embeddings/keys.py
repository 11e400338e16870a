"""Terms → the numbers that an index knows them by, for many texts at once.

A term's key is the CRC-32 of its bytes: an index holds no words, and two that share a key, one pair in four
thousand million, only find a little more than they should.
"""

import zlib
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from embeddings.terms import fold, whole_terms

Keys = NDArray[np.uint32]
Places = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_FIRST_HAN, _LAST_HAN = 0x3400, 0xFAFF  # what terms.py takes for Chinese: three bytes of UTF-8 each
_BIGRAM = 6  # bytes
_TABLE = np.array([zlib.crc32(bytes([byte ^ 0xFF])) ^ 0xFF000000 for byte in range(256)], np.uint32)


def key_of(term: str) -> int:
    """Return the number that a term is known by."""
    return zlib.crc32(term.encode())


def keys_of(texts: Sequence[str]) -> tuple[Keys, Places]:
    """Return the keys of `terms` of each text, in no order, and for each the place of its text; shapes (terms,).

    茶园 | 书 → keys of 茶园, 茶园 (the bigram) and 书, of the texts 0, 0 and 1
    """
    folded = [fold(text) for text in texts]
    found = [whole_terms(text) for text in folded]
    words = np.frombuffer(" ".join(chain.from_iterable(found)).encode(), np.uint8)
    rows = np.repeat(np.arange(len(texts)), [len(some) for some in found])
    ends = np.append(np.flatnonzero(words == ord(" ")), len(words))[: len(rows)]
    starts = np.append(0, ends + 1)[: len(rows)]
    encoded = [text.encode() for text in folded]
    written = np.frombuffer(b" ".join(encoded), np.uint8)
    bigrams = _bigrams(written)
    bounds = np.cumsum([len(each) + 1 for each in encoded])
    keys = (_crc(words, starts, ends - starts), _crc(written, bigrams, np.full(len(bigrams), _BIGRAM)))
    return np.concatenate(keys), np.concatenate((rows, bounds.searchsorted(bigrams, "right")))


def _bigrams(written: Bytes) -> Places:
    """Return where two Chinese characters stand side by side."""
    leads = np.flatnonzero(written[:-2] >> 4 == 0b1110)
    high, middle, low = (written[leads + place].astype(np.int32) for place in range(3))
    code = (high & 15) << 12 | (middle & 63) << 6 | low & 63
    han = leads[(code >= _FIRST_HAN) & (code <= _LAST_HAN)]
    found: Places = han[:-1][np.diff(han) == _BIGRAM // 2]
    return found


def _crc(data: Bytes, starts: Places, lengths: Places) -> Keys:
    """Return the CRC-32 of spans of bytes, one byte of every span after another (Sarwate 1988)."""
    order = np.argsort(-lengths, kind="stable")
    begin = starts[order]
    longer = np.bincount(lengths, minlength=1)[::-1].cumsum()[::-1]  # how many are at least so long
    state = np.full(len(starts), 0xFFFFFFFF, np.uint32)
    for place, count in enumerate(longer[1:].tolist()):
        part = state[:count]
        part[:] = _TABLE[(part ^ data[begin[:count] + place]) & 0xFF] ^ part >> 8
    keys = np.empty_like(state)
    keys[order] = ~state
    return keys
