"""Comparisons: which of two, which of all; by hand, over rows and over subjects."""

import pytest

from bot.comparing import Entry, asks_for_most, most, of_two, says_so, value_of
from embeddings.types import Paragraph, Passage

ROWS = (
    "【营收】季度：一季度；营收（亿元）：120；利润（亿元）：12",
    "【营收】季度：二季度；营收（亿元）：298；利润（亿元）：9",
    "【营收】季度：三季度；营收（亿元）：210；利润（亿元）：15",
    "【营收】季度：合计；营收（亿元）：628；利润（亿元）：36",
)


def rows(*texts: str, document: str = "季报.md") -> list[Passage]:
    return [Passage(n, document, Paragraph(text, role="row"), 0.9) for n, text in enumerate(texts)]


def spoken(*told: tuple[str, str]) -> list[Passage]:
    """Return passages of subjects: ("云湾", "GDP增长6.1%。")."""
    return [Passage(n, "例会.txt", Paragraph(text, subject=name), 0.9) for n, (name, text) in enumerate(told)]


def order(question: str, passages: list[Passage], *subjects: str) -> list[str]:
    return [entry.name for entry in most(question, passages, subjects)]


@pytest.mark.parametrize(
    ("question", "names", "questions", "least"),
    [
        ("余杭和龙港哪个GDP增速快", ("余杭", "龙港"), ("余杭GDP增速多少", "龙港GDP增速多少"), False),
        ("余杭与龙港相比，谁的失业率更低？", ("余杭", "龙港"), ("余杭失业率多少", "龙港失业率多少"), True),
        ("2023年余杭和龙港谁的GDP高", ("余杭", "龙港"), ("2023年余杭GDP多少", "2023年龙港GDP多少"), False),
        (
            "城西小学和明珠小学哪个学生多",
            ("城西小学", "明珠小学"),
            ("城西小学学生多少", "明珠小学学生多少"),
            False,
        ),
        ("甲方案和乙方案哪个造价便宜", ("甲方案", "乙方案"), ("甲方案造价多少", "乙方案造价多少"), True),
        ("余杭和龙港哪个GDP排名靠前", ("余杭", "龙港"), ("余杭GDP排名多少", "龙港GDP排名多少"), True),
    ],
)
def test_two_names(question: str, names: tuple[str, str], questions: tuple[str, str], least: bool) -> None:
    two = of_two(question, ("余杭", "龙港"))
    assert two is not None
    assert (two.names, two.questions, two.least) == (names, questions, least)


@pytest.mark.parametrize(
    "question",
    [
        "余杭GDP增速多少",
        "余杭和龙港的GDP一共多少",
        "余杭和龙港的GDP相差多少",
        "余杭和龙港哪个高",
        "谁和谁是同学",
    ],
)
def test_no_comparison_of_two(question: str) -> None:
    assert of_two(question, ("余杭", "龙港")) is None


def test_which_of_all() -> None:
    assert asks_for_most("哪个季度营收最高")
    assert asks_for_most("各区里谁的GDP增速最慢？")
    assert not asks_for_most("营收最高是多少")
    assert not asks_for_most("哪个季度营收298亿元")


def test_the_rows_of_a_table_without_its_total() -> None:
    assert order("哪个季度营收最高", rows(*ROWS)) == ["二季度", "三季度", "一季度"]
    assert order("哪个季度营收最低", rows(*ROWS)) == ["一季度", "三季度", "二季度"]
    assert order("哪个季度利润最高", rows(*ROWS)) == ["三季度", "一季度", "二季度"]


def test_an_entry_shows_its_name_and_its_figure() -> None:
    best = most("哪个季度营收最高", rows(*ROWS), ())[0]
    assert best.owner is not None
    text = ROWS[1]
    assert (text[slice(*best.owner)], text[slice(*best.figure)]) == ("二季度", "298")
    owner, figure = best.owner, best.figure
    assert best == Entry("二季度", 29_800_000_000.0, "元", 1, owner, figure)


def test_subjects() -> None:
    told = spoken(("云湾", "GDP增长6.1%。"), ("石桥", "GDP增长7.3%。"), ("青浦", "GDP增长5.2%。"))
    assert order("哪个区GDP增速最快", told, "云湾", "石桥", "青浦") == ["石桥", "云湾", "青浦"]
    assert order("哪个区GDP增速最慢", told, "云湾", "石桥", "青浦") == ["青浦", "云湾", "石桥"]


@pytest.mark.parametrize(
    "told",
    [
        (("云湾", "GDP增长6.1%。"),),  # one is no comparison
        (
            ("云湾", "GDP增长6.1%。"),
            ("云湾", "GDP增长7.3%。"),
            ("石桥", "GDP增长5.2%。"),
        ),  # two values of one
        (("云湾", "公园面积12公里。"), ("石桥", "GDP增长5.2%。")),  # another measure
        (),
    ],
)
def test_no_comparison_of_all(told: tuple[tuple[str, str], ...]) -> None:
    assert order("哪个区GDP增速最快", spoken(*told), "云湾", "石桥") == []


def test_two_tables_that_disagree_are_refused() -> None:
    other = (
        "【营收】季度：一季度；营收：9",
        "【营收】季度：二季度；营收：8",
        "【营收】季度：三季度；营收：7",
    )
    passages = [*rows(*ROWS), *rows(*other, document="旧报.md")]
    assert order("哪个季度营收最高", passages) == []


@pytest.mark.parametrize(
    ("question", "sentence", "says"),
    [
        ("哪个区增速最快", "云湾增速居各区之首。", True),
        ("哪个区增速最快", "云湾总量列全市第一，", True),
        ("哪个区增速最快", "石桥增速垫底。", False),
        ("哪个区增速最慢", "云湾增速居各区之首。", False),
        ("哪个区增速最慢", "石桥增速最慢。", True),
        ("哪个区增速最快", "一季度最近三年增长5%。", False),
        ("哪个区增速最快", "第一季度增长5%。", False),
        ("哪个区排名最靠后", "石桥排名倒数第一。", True),
        ("哪个区排名最靠前", "石桥排名倒数第一。", False),
    ],
)
def test_what_a_sentence_says_itself(question: str, sentence: str, says: bool) -> None:
    assert says_so(question, sentence) is says


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("2.5亿元", (250_000_000.0, "元")),
        ("3,000万元", (30_000_000.0, "元")),
        ("8.5%", (8.5, "%")),
        ("0.8个百分点", (0.8, "百分点")),
        ("12公里", (12.0, "公里")),
        ("300亩", (300.0, "亩")),
        ("第3", (3.0, "")),
        ("三家", None),
        ("2023年5月", None),
        ("没有", None),
    ],
)
def test_the_value_of_a_figure(figure: str, value: tuple[float, str] | None) -> None:
    assert value_of(figure) == value


def test_a_column_lends_its_unit() -> None:
    assert value_of("128.6", "亿元") == (12_860_000_000.0, "元")
