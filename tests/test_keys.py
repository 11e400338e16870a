"""Terms as numbers: of many texts at once what each term gives by itself."""

import random

import pytest

from embeddings.keys import key_of, keys_of
from embeddings.terms import terms


def found(texts: list[str]) -> list[list[int]]:
    keys, places = keys_of(texts)
    return [sorted(keys[places == place].tolist()) for place in range(len(texts))]


def test_the_key_of_a_term_is_its_crc() -> None:
    assert key_of("123456789") == 0xCBF43926  # the check value of CRC-32


def test_the_keys_of_texts_by_hand() -> None:
    # 茶园 is a word and a bigram, 8万亩 a number with and without its unit
    assert found(["茶园", "", "书"]) == [[key_of("茶园")] * 2, [], [key_of("书")]]
    assert {key_of("8万亩"), key_of("8"), key_of("万亩")} <= set(found(["8万亩"])[0])
    assert found([]) == []


@pytest.mark.parametrize("seed", range(3))
def test_keys_are_those_of_the_terms(seed: int) -> None:
    chance = random.Random(seed)
    letters = "的一是龍港增长abgdp0123456789..,%％+-_#& \n，。：（αжあカ①㎡🙂𠀀﨑元亿个年섳"
    texts = ["".join(chance.choices(letters, k=chance.randint(0, 40))) for _ in range(500)]
    assert found(texts) == [sorted(map(key_of, terms(text))) for text in texts]
