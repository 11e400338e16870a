"""Answers made whole: figures and quotations to their ends, without the marks at their edges."""

import pytest

from bot.reader.shapes import clause_of, sentence_of, trimmed, whole
from bot.sentences import Span


def at(text: str, part: str) -> Span:
    return text.index(part), text.index(part) + len(part)


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("总产值达到近2936亿元。", "2936", "近2936亿元"),
        ("增长8.5%,", "8.5", "8.5%"),
        ("宽度不得超过2.5米。", "2.5米", "不得超过2.5米"),
        ("7月1日19:30—21:00开演", "19:30", "19:30"),
        ("电话0571-8700 1234转802。", "8700", "0571-8700 1234转802"),
        ("修桥3座、路2条", "3", "3座"),
        ("修桥3座、路2条", "3座、路2", "3座、路2条"),
        ("2023年5月通车", "5月", "2023年5月"),
        ("《云湾日报》刊登", "云湾日报》", "《云湾日报》"),
        ("叫“暖心驿站”的", "“暖心驿站”", "暖心驿站"),
        ("叫“暖心驿站”的", "暖心驿站”", "暖心驿站"),
        ("实施“甲”工程", "“甲”工程", "“甲”工程"),
        ("实施“甲乙”工程", "甲乙”工程", "“甲乙”工程"),
        ("推出“甲”“乙”两品", "甲”“乙", "“甲”“乙”"),
        ("建成“甲”，带动乡村", "”，带动", "带动"),
        ("（共3座）", "3座", "3座"),
        ("看,云湾大桥。", ",云湾大桥。", "云湾大桥"),
        ("△新馆7月12日开馆，", "△新馆7月12日开馆", "新馆7月12日开馆"),
        ("说“做完三件事情以后大家才可以回家”。", "三件", "三件"),  # far less than what is quoted
        ("，。", "，。", ""),
    ],
)
def test_whole(text: str, part: str, expected: str) -> None:
    assert text[slice(*whole(text, at(text, part)))] == expected


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("看,云湾大桥。", ",云湾大桥。", "云湾大桥"),
        (" 　云湾 ", " 　云湾 ", "云湾"),
        ("云湾（3）", "云湾（3）", "云湾（3）"),
        ("1,400只", "1,400只", "1,400只"),
        ("。。。", "。。。", ""),
    ],
)
def test_trimmed(text: str, part: str, expected: str) -> None:
    assert text[slice(*trimmed(text, at(text, part)))] == expected


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("一期41.5亿元；二期58亿元，装机40万千瓦。", "58", "二期58亿元"),
        ("养羊1,400只，养牛3头", "1,400", "养羊1,400只"),
        ("收入：80元！", "80", "80元"),
        ("没有停顿", "停", "没有停顿"),
    ],
)
def test_clause_of(text: str, part: str, expected: str) -> None:
    assert text[slice(*clause_of(text, at(text, part)))] == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [("路也", "路也通了！"), ("通了。路", "桥通了。路也通了！"), ("人来了", "人来了。")],
)
def test_sentence_of(part: str, expected: str) -> None:
    text = "桥通了。路也通了！人来了。"
    assert text[slice(*sentence_of(text, at(text, part)))] == expected
