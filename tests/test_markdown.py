"""Tables of Markdown as people write them."""

import pytest

from embeddings.documents.markdown import read_markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 两边没有竖线；格子里有竖线、换行
        ("村 | 户数 | 注\n--- | :-: | ---\n上村 | 12 | 甲\\|乙<br>丙\n", ["村：上村；户数：12；注：甲|乙，丙"]),
        # 第一行就是列名，哪怕是数
        ("|年份|2022|2023|\n|---|---|---|\n|稻|5|6|\n", ["年份：稻；2022：5；2023：6"]),
        # 只有头一格的行不是标题
        (
            "|年龄|一次（袋）|一天几次|\n|---|---|---|\n|1岁以下| | |\n|1～3岁|半|2|\n",
            ["年龄：1岁以下", "年龄：1～3岁；一次（袋）：半；一天几次：2"],
        ),
        # 表单
        ("|甲方|云湾公司|\n|--|--|\n|总价|30万|\n|工期|长|\n", ["甲方：云湾公司", "总价：30万", "工期：长"]),
        # 不是表
        ("甲 | 乙\n丙 | 丁\n", ["甲 | 乙\n丙 | 丁"]),
    ],
)  # fmt: skip
def test_tables(text: str, expected: list[str]) -> None:
    assert [block.text for block in read_markdown(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲说：\n> 灯塔在岛上。\n> 夜里亮。\n\n完。\n", [("text", "甲说："), ("text", "灯塔在岛上。\n夜里亮。"), ("text", "完。")]),
        ("- 对时\n  > 以北京时间为准\n- 开灯\n", [("item", "对时\n以北京时间为准"), ("item", "开灯")]),
        ("开关：\n```\nOFF=关\nON=开\n> 不是引文\n```\n", [("text", "开关："), ("item", "OFF=关"), ("item", "ON=开"), ("item", "> 不是引文")]),
    ],
)  # fmt: skip
def test_quotes_and_code(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(block.kind, block.text) for block in read_markdown(text) if block.kind != "aside"] == expected
