"""Possible answers: the asked end of a range, lists of lines, units of the header, articles, quotations."""

import pytest

from bot.reader.candidates import article, candidates
from embeddings.types import Passage
from tests.readings import passage, reading

TALK = "讲座3月1日11:00—13:00举行。"
RANGE = "3月1日11:00—13:00"
TO_BRING = "要带：\n午餐\n雨伞\n遮阳帽"
ARTICLE = "第四条 图书馆周一闭馆。逾期每天收两角。"


def first(question: str, read: Passage, liked: list[str]) -> str:
    """Return the answer that the network likes best, made whole."""
    return next(candidates(reading(question, read, liked))).text


@pytest.mark.parametrize(
    ("question", "text", "liked", "answer"),
    [
        ("讲座几点开始", TALK, RANGE, "11:00"),
        ("讲座几点结束", TALK, RANGE, "13:00"),
        ("讲座几点举行", TALK, RANGE, RANGE),
        ("讲座什么时候开始", TALK, RANGE, RANGE),
        ("讲座几点开始", TALK, "11:00", "11:00"),
        ("闸口几点关闭", "闸口上午9:30开启，下午5点关闭。", "下午5点", "下午5点"),
        ("评上了什么称号", "学校评上“甲园”“乙园”称号。", "甲园”“乙园", "“甲园”“乙园”"),
    ],
)
def test_what_is_asked_for_of_a_value(question: str, text: str, liked: str, answer: str) -> None:
    assert first(question, passage(text), [liked]) == answer


@pytest.mark.parametrize(
    ("cells", "liked", "answer"),
    [
        ("营收（亿元）：128.6", "128.6", "128.6亿元"),
        ("营收（亿元）：128.6万元", "128.6万元", "128.6万元"),  # its own unit stays
        ("增速（%）：8.6", "8.6", "8.6%"),
        ("增速（%）：8.6%", "8.6%", "8.6%"),
        ("占地（平方米）：120㎡", "120㎡", "120㎡"),
        ("户数：31", "31", "31"),
    ],
)
def test_a_bare_figure_has_the_unit_of_its_header(cells: str, liked: str, answer: str) -> None:
    row = passage(f"【主要指标】乡镇：柳渡；{cells}", role="row")
    assert first("柳渡的数是多少", row, [liked]) == answer


def test_a_list_is_its_members_and_not_the_lines_between_them() -> None:
    found = candidates(reading("春游要带哪些东西", passage(TO_BRING), ["午餐", "遮阳帽", "雨伞"]))
    assert [one.text for one in found] == ["午餐、雨伞、遮阳帽", "午餐", "遮阳帽", "雨伞"]


@pytest.mark.parametrize(
    ("question", "text", "content"),
    [
        ("第四条规定了什么", ARTICLE, "图书馆周一闭馆。逾期每天收两角"),
        ("第4条讲的是什么", ARTICLE, "图书馆周一闭馆。逾期每天收两角"),
        ("第五条规定了什么", ARTICLE, None),
        ("第四条规定逾期每天收多少钱", ARTICLE, None),  # a figure of it, not all of it
        ("图书馆哪天闭馆", ARTICLE, None),
    ],
)
def test_an_article_is_whole(question: str, text: str, content: str | None) -> None:
    read = reading(question, passage(text))
    span = article(read)
    assert (span and read.text[slice(*span)]) == content
