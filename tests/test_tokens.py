"""Tokens and their places in the text as given, checked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.terms import fold_in_place, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ＧＤＰ增速8.7%", [("gdp", 0, 3), ("增速", 3, 5), ("8.7", 5, 8), ("%", 8, 9)]),
        ("１２．５％", [("12.5", 0, 4), ("%", 4, 5)]),
        ("雲灣ＧＤＰ", [("云湾", 0, 2), ("gdp", 2, 5)]),
        ("臺灣 省", [("台湾", 0, 2), ("省", 3, 4)]),
        ("1,200亿元", [("1,200", 0, 5), ("亿元", 5, 7)]),
        ("第①名", [("第", 0, 1), ("1", 1, 2), ("名", 2, 3)]),
        ("面积5㎡大", [("面积", 0, 2), ("5", 2, 3), ("m", 3, 4), ("2", 3, 4), ("大", 4, 5)]),  # ㎡ is two
        ("㎞/h", [("km", 0, 1), ("/", 1, 2), ("h", 2, 3)]),
        ("ﬁne桥", [("fine", 0, 3), ("桥", 3, 4)]),
        ("…好", [(".", 0, 1), (".", 0, 1), (".", 0, 1), ("好", 1, 2)]),
        ("𠮷田", [("𠮷", 0, 1), ("田", 1, 2)]),
        ("　大桥\n通车 ", [("大桥", 1, 3), ("通车", 4, 6)]),
        ("", []),
        (" \n", []),
    ],
)
def test_tokens_stand_where_they_were_read(text: str, found: list[tuple[str, int, int]]) -> None:
    assert [(token.text, token.start, token.end) for token in tokens(text)] == found


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＧＤＰ…㎡", "gdp…㎡"),
        ("雲灣８．７％", "云湾8.7%"),
        ("第①名", "第1名"),
        ("R&D　中心", "r&d 中心"),
        ("ﬁ", "ﬁ"),  # would be two
        ("，；：（）", ",;:()"),
        ("", ""),
    ],
)
def test_fold_in_place(text: str, folded: str) -> None:
    assert fold_in_place(text) == folded


@given(st.text(max_size=40))
def test_offsets_stay_inside_the_text(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)
    places = [(token.start, token.end) for token in tokens(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
