"""Text → terms, checked by hand."""

from pathlib import Path

import pytest

from embeddings.terms import add_words, fold, terms, version, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [("龍港ＧＤＰ增速", "龙港gdp增速"), ("８．７％", "8.7%"), ("R&D", "r&d"), ("", "")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GDP增速8.7%", {"gdp", "增速", "8.7%", "8.7"}),
        ("完成2936亿元", {"完成", "2936亿元", "2936"}),
        ("数字经济", {"数字", "经济", "字经"}),
        ("，。！", set()),
    ],
)
def test_terms_hold_words_bigrams_and_numbers(text: str, found: set[str]) -> None:
    assert found <= set(terms(text))


def test_a_question_in_traditional_characters_has_the_same_terms() -> None:
    assert terms("紹興數字經濟") == terms("绍兴数字经济")


def test_an_operators_word_stays_whole(tmp_path: Path) -> None:
    assert "云栖雾谷" not in words("云栖雾谷项目")
    (tmp_path / "words.txt").write_text("# 园区\n云栖雾谷\n", encoding="utf-8")
    before = version()
    add_words(tmp_path / "words.txt")
    assert version() != before
    assert "云栖雾谷" in words("云栖雾谷项目")
