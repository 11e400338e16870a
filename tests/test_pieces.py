"""Texts cut into the bundled encoder's pieces: what the library cuts, and small vocabularies checked by hand."""

import json
import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from embeddings.encoder import BUNDLED_MODEL
from embeddings.pieces import Dictionary, Vocabulary, load_model
from embeddings.terms import fold

SAMPLE = Path(__file__).parents[1] / "bot" / "sample" / "例会.txt"
PIECES = [("?", 0.0), ("茶", -3.0), ("园", -3.0), ("里", -3.0), ("茶园", -4.0), ("园里", -3.5), ("的", -1.0)]
KINDS = (Dictionary, Vocabulary)


def cut(text: str, kind: type[Dictionary | Vocabulary]) -> list[str] | None:
    [found] = kind(PIECES, unknown=0, special={0}).split([text])
    return None if found is None else [PIECES[piece][0] for piece in found]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("茶园", ["茶园"]),  # -4, not -3 and -3
        ("茶园里", ["茶", "园里"]),  # -3 and -3.5, not -4 and -3
        ("茶园的茶园里", ["茶园", "的", "茶", "园里"]),
        ("茶 园\n里", ["茶", "园", "里"]),
        ("龍的龘龍", ["?", "的", "?"]),  # unknown characters side by side are one
        ("的✿", None),  # whether it goes with its neighbours the library knows
        ("", []),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_the_likeliest_pieces(
    text: str, pieces: list[str] | None, kind: type[Dictionary | Vocabulary]
) -> None:
    assert cut(text, kind) == pieces


@pytest.mark.parametrize("kind", KINDS)
def test_texts_do_not_touch(kind: type[Dictionary | Vocabulary]) -> None:
    found = kind(PIECES, unknown=0, special={0}).split(["茶", "园", "", "龘", "龍"])
    assert [some.tolist() for some in found if some is not None] == [[1], [2], [], [0], [0]]
    assert kind(PIECES, unknown=0, special={0}).split([]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_bundled_pieces_are_those_of_the_library(kind: type[Dictionary | Vocabulary]) -> None:
    file = BUNDLED_MODEL / "tokenizer.json"
    model, tokenizer = load_model(file), Tokenizer.from_file(str(file))
    chance = random.Random(0)
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    letters = "".join(lines) + "abc 0123456789..%——。”《》、龘靐齉あαж①🙂"
    mixed = ["".join(chance.choices(letters, k=chance.randint(0, 60))) for _ in range(2000)]
    texts = [fold(text) for text in [*lines, *mixed]]
    expected = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    assert model is not None
    found = kind(*model).split(texts)
    assert sum(some is not None for some in found) > len(texts) / 2
    for text, some, encoding in zip(texts, found, expected, strict=True):
        assert some is None or some.tolist() == encoding.ids, text


def test_what_cuts_in_another_way_is_left_to_the_library(tmp_path: Path) -> None:
    told = json.loads((BUNDLED_MODEL / "tokenizer.json").read_text(encoding="utf-8"))
    file = tmp_path / "tokenizer.json"
    for change in (
        {"pre_tokenizer": None},
        {"normalizer": {"type": "NFKC"}},
        {"model": {"type": "WordPiece"}},
    ):
        file.write_text(json.dumps(told | change), encoding="utf-8")
        assert load_model(file) is None
