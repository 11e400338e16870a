"""Answers made whole: figures, quotations, names and lists to their ends."""

from collections.abc import Callable

import pytest

from bot.reader import lists, shapes
from bot.sentences import Span


def at(text: str, part: str) -> Span:
    return text.index(part), text.index(part) + len(part)


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("总产值达到近2936亿元。", "2936", "近2936亿元"),
        ("增长8.5%,", "8.5", "8.5%"),
        ("修桥3座、路2条", "3", "3座"),
        ("2023年5月通车", "5月", "5月"),  # a date may be asked for in part
        ("实施“红旗渠”工程", "红旗", "红旗渠"),
        ("发布“三张考卷”。", "三张", "三张考卷"),
        ("《云湾日报》刊登", "云湾日报》", "《云湾日报》"),
        ("叫“暖心驿站”的", "“暖心驿站”", "暖心驿站"),
        ("看,云湾大桥。", ",云湾大桥。", "云湾大桥"),
        ("△新馆7月12日开馆，", "△新馆7月12日开馆", "新馆7月12日开馆"),
        ("（一）8月21日20时起", "（一）8月21日", "8月21日"),
    ],
)
def test_whole(text: str, part: str, expected: str) -> None:
    assert text[slice(*shapes.whole(text, at(text, part)))] == expected


@pytest.mark.parametrize(
    ("grow", "text", "part", "head", "expected"),
    [
        (shapes.with_head, "获评对外文化贸易基地称号", "对外文化贸易", "基地", "对外文化贸易基地"),
        (shapes.with_head, "获评国家级基地", "国家级基地", "基地", "国家级基地"),
        (shapes.with_head, "先看甲园。后看基地", "甲园", "基地", "甲园"),  # no further than the sentence
        (shapes.with_head, "有甲园、乙基地", "甲园", "基地", "甲园"),
        (shapes.with_head, "获评基地", "获评", "", "获评"),
        (shapes.with_parallel, "重点:生物医药和医械产业", "医械产业", "产业", "生物医药和医械产业"),
        (shapes.with_parallel, "重点:钢铁、纺织和化工产业", "化工产业", "产业", "钢铁、纺织和化工产业"),
        (shapes.with_parallel, "做强医械产业", "医械产业", "产业", "医械产业"),
        (shapes.with_parallel, "重点:医药和医械产业", "医械", "产业", "医械"),
    ],
)
def test_grown_to_the_noun_asked_for(
    grow: Callable[[str, Span, str], Span], text: str, part: str, head: str, expected: str
) -> None:
    assert text[slice(*grow(text, at(text, part), head))] == expected


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("做好“三张考卷”。", "三张", "三张考卷"),
        ("做好三张考卷。", "三张", "三张"),
        ("做好“这三张考卷”。", "三张", "三张"),  # it begins with something else
        ("说“三张考卷要好好做完”。", "三张", "三张"),  # too long for a name
    ],
)
def test_in_quotation(text: str, part: str, expected: str) -> None:
    assert text[slice(*shapes.in_quotation(text, at(text, part)))] == expected


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("抓住通路、通水和通电三件事", "通路、通水和通电", ["通路", "通水", "通电"]),
        ("实施“甲龙”“乙虎”和“丙马”工程", "乙虎", ["甲龙", "乙虎", "丙马"]),
        ("有“海蓝、山青、天净”三色", "山青", ["海蓝", "山青", "天净"]),
        ("包括桥梁、隧道以及码头。", "桥梁、隧道以及码头", ["桥梁", "隧道", "码头"]),
        ("分为:桥梁、隧道、码头", "码头", ["桥梁", "隧道", "码头"]),
        ("只有一座桥", "一座桥", ["一座桥"]),
        ("条件：与单位签订合同、满六个月", "条件：与单位签订合同、满六个月", ["与单位签订合同", "满六个月"]),
    ],
)
def test_members(text: str, part: str, expected: list[str]) -> None:
    assert [text[slice(*span)] for span in lists.members(text, at(text, part))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("由桥塔、斜拉索和主梁三部分组成", ["桥塔", "斜拉索", "主梁"]),
        ("须提交户口簿、居住证", ["户口簿", "居住证"]),
        ("沿线设城东、莲台、北站三处", ["城东", "莲台", "北站"]),
        ("面粉、黄油等原料涨价", ["面粉", "黄油"]),
        ("有钱办事、有人管事", ["有钱办事", "有人管事"]),  # 有 belongs to each
        ("桥梁、隧道", ["桥梁", "隧道"]),
    ],
)
def test_members_without_the_words_around_them(text: str, expected: list[str]) -> None:
    (span,) = lists.enumerations(text)
    listed = lists.without_frame(text, lists.members(text, span))
    assert [text[slice(*span)] for span in listed] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("推进三项工作：修桥，铺路，种树。", [["修桥", "铺路", "种树"]]),
        ("一是修桥；二是铺路。", [["修桥", "铺路"]]),
        ("原因：一是因为暴雨；二是因为涨潮。", [["暴雨", "涨潮"]]),
        ("书记说：好。", []),
    ],
)
def test_clauses_that_are_counted_off(text: str, expected: list[list[str]]) -> None:
    found = [[text[slice(*span)] for span in spans] for spans in lists.counted_off(text)]
    assert [spans for spans in found if spans in expected] == expected
    assert bool(found) == bool(expected)


def test_places_and_quotations() -> None:
    text = "书屋位于老街路3号，从东门到西门，叫“海屋”，见《云湾志》（第二版）。"
    assert "老街路3号" in [text[slice(*span)] for span in shapes.places(text)]
    assert [text[slice(*span)] for span in shapes.quotations(text)] == ["海屋", "《云湾志》"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（本报记者 何小平 陈立 摄）", ["何小平", "陈立"]),
        ("记者 王海 通讯员 李小明", ["王海", "李小明"]),
        ("文/张三 图/李四", ["张三", "李四"]),
        ("作者：欧阳小红", ["欧阳小红"]),
        ("本报记者 王海、李小明", ["王海", "李小明"]),
        ("没有名字的一行长文字", []),
        ("", []),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert [text[slice(*span)] for span in shapes.names(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("天气转冷,河面结冰,船停", ["天气转冷", "河面结冰", "船停"]),
        ("好,河面结冰", ["河面结冰"]),
        ("天气转冷", []),  # one clause is no answer of several
    ],
)
def test_clauses(text: str, expected: list[str]) -> None:
    assert [text[slice(*span)] for span in shapes.clauses(text, (0, len(text)))] == expected


def test_sentences_of_an_answer() -> None:
    text = "桥通了。路也通了！人来了。"
    assert text[slice(*shapes.sentence_of(text, at(text, "路也")))] == "路也通了！"
    assert text[slice(*shapes.sentence_of(text, at(text, "通了。路")))] == "桥通了。路也通了！"


def test_a_quotation_is_all_between_its_marks() -> None:
    text = "叫“甲乙”的"
    assert shapes.is_quotation(text, at(text, "甲乙"))
    assert shapes.is_quotation(text, at(text, "“甲乙”"))
    assert not shapes.is_quotation(text, at(text, "甲"))
