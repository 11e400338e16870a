"""Names of persons in running text."""

import pytest

from bot.reader.people import is_name, people


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("由副市长郑怀远任组长", ["郑怀远"]),
        ("县长　沈牧云", ["沈牧云"]),
        ("董事会秘书冉以宁。", ["冉以宁"]),
        ("理事长宗政海给记者算账", ["宗政海"]),
        ("选举水静秋为独立董事，接替隗延年", ["水静秋"]),
        ("财政局；罗益；6655", ["罗益"]),
        ("书记在会上说，主任和局长都到了", []),
        ("教授级工程师", []),
        ("农业、金融、水泥", ["农业", "金融", "水泥"]),  # 词典里的词由阅读器去掉
        ("", []),
    ],
)
def test_people(text: str, expected: list[str]) -> None:
    assert [text[slice(*span)] for span in people(text)] == expected


def test_a_word_that_ends_closes_a_name_behind_an_office() -> None:
    text = "抢修队长訾大勇跳下水"
    assert people(text) == ()
    assert [text[slice(*span)] for span in people(text, frozenset([text.index("跳")]))] == ["訾大勇"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("郑怀远", True), ("罗益", True), ("欧阳小红", True), ("公司", False), ("郑", False), ("张三李四", False), ("天明", False)],
)  # fmt: skip
def test_is_name(text: str, expected: bool) -> None:
    assert is_name(text) is expected
