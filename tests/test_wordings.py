"""What people say and how documents put it."""

import pytest

from embeddings.wordings import wordings, wordings_of


@pytest.mark.parametrize(
    ("question", "said", "written"),
    [
        ("修桥砸了多少钱", "砸", "投资"),
        ("云湾的董秘是谁", "董秘", "董事会秘书"),
        ("雲灣ＧＤＰ多少", "gdp", "生产总值"),
        ("外来娃怎么上学", "外来娃", "随迁子女"),
    ],
)
def test_a_spoken_word_has_written_forms(question: str, said: str, written: str) -> None:
    assert written in wordings(question)[said]


def test_one_character_counts_only_as_a_word() -> None:
    assert "长" not in wordings("市长是谁")
    assert "长" in wordings("桥有多 长")


def test_nothing_is_its_own_wording() -> None:
    assert all(said not in written for said, written in wordings("收入 补助 下降 面积").items())


def test_a_part_of_what_is_said_has_its_forms_too() -> None:
    meant = {"过路钱": ("通行费",), "钱": ("资金",)}
    assert wordings_of("过路", meant) == ["通行费"]
    assert wordings_of("钱", meant) == ["通行费", "资金"]
    assert wordings_of("桥", meant) == []
