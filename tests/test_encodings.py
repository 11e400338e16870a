"""Short texts in each encoding; the table is printed by `python -m tests.encodings`."""

import random

import pytest

from embeddings.documents.decoding import decode
from embeddings.errors import DocumentError
from tests.encodings import figures


def test_at_least_97_of_100_short_texts_are_right_in_every_encoding() -> None:
    low = [
        (encoding, words, right, whole) for encoding, words, right, whole in figures() if right < 0.97 * whole
    ]
    assert low == []


@pytest.mark.parametrize(
    "text",
    ["ok", "test", "Hello", "hello, world", "2023", "GDP", "a.txt", "README", "http://a.cn", "user@x.cn"],
)
def test_ascii_stays_ascii(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize("length", [16, 64, 1000, 100_000])
def test_bytes_without_meaning_are_refused_not_guessed(length: int) -> None:
    chance = random.Random(length)
    for _ in range(20):
        with pytest.raises(DocumentError):
            decode(chance.randbytes(length))
