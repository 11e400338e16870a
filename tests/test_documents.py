"""Bytes → text → Blocks."""

import codecs

import pytest

from embeddings.documents import read_document
from embeddings.documents.block import Block
from embeddings.documents.decoding import decode
from embeddings.documents.markdown import read_markdown
from embeddings.documents.plain import read_plain
from embeddings.errors import DocumentError

SIMPLIFIED = [
    "增速",
    "财政收入",
    "今年春天雨水多",
    "图书馆",
    "全县小麦面积比上年增加三千亩，总产量创下新高。",
]
TRADITIONAL = ["銀行", "圖書館", "經濟發展", "今年春天雨水特別多", "學校新聘教師三十人，其中碩士二十人。"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("text", SIMPLIFIED)
def test_simplified_text_in_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5", "big5hkscs"])
@pytest.mark.parametrize("text", TRADITIONAL)
def test_traditional_text_in_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding: str) -> None:
    text = "2023年，全县小麦增产。\n共3000亩。"
    assert decode(text.encode(encoding)) == text


def test_line_ends_and_invisible_characters() -> None:
    assert decode("甲\r\n乙\r丙\u2028丁\u200b戊".encode()) == "甲\n乙\n丙\n丁戊"
    assert decode(codecs.BOM_UTF8 + "甲".encode()) == "甲"


@pytest.mark.parametrize(
    "data", [b"", b" \n\t", bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + bytes(4000), b"\xff\xfe\x00"]
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        read_document("坏.txt", data)
    assert "\n" not in str(caught.value)


def test_an_unknown_format_names_those_that_are_read() -> None:
    with pytest.raises(DocumentError, match=r"\.md"):
        read_document("表.xyz", b"1")


def test_plain_text_splits_at_blank_lines() -> None:
    assert read_plain("标题\n\n　　第一段，\n接着。\n \n\n第二段。") == [
        Block("标题"),
        Block("　　第一段，\n接着。"),
        Block("第二段。"),
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # 有一行列名
        ("项目　2024年　2023年\n收入　28亿元　24亿元\n利润　3亿元　2亿元", ["项目：收入；2024年：28亿元；2023年：24亿元", "项目：利润；2024年：3亿元；2023年：2亿元"]),
        # 列名写在上一句的括号里，行与行之间空着
        ("主要数据（2024年、2023年）：\n\n收入　28亿元　24亿元\n\n利润　3亿元　2亿元", ["【主要数据】收入；2024年：28亿元；2023年：24亿元", "【主要数据】利润；2024年：3亿元；2023年：2亿元"]),
        # 单位写在表的上面
        ("单位：万元\n\n项目　今年　去年\n收入　28　24", ["【单位：万元】项目：收入；今年：28；去年：24"]),
        # 没有列名，各行长短不一
        ("教育局　祖安　5528\n举报电话　5510\n\n地址：老街", ["教育局；祖安；5528", "举报电话；5510"]),
        # 不是表：只有一行，没有数字，是句子
        ("第一节　提示", []),
        ("办公室　张三　5528", []),
        ("记者　张三\n通讯员　李四", []),
        ("今年3月。　明年5月。\n后年3月。　大后年5月。", []),
    ],
)  # fmt: skip
def test_lines_of_cells_are_rows(text: str, rows: list[str]) -> None:
    assert [block.text for block in read_plain(text) if block.kind == "row"] == rows


def test_a_unit_over_a_markdown_table_stands_in_its_rows() -> None:
    table = "| 项目 | 今年 |\n| --- | --- |\n| 收入 | 28 |"
    assert [block.text for block in read_markdown(f"（单位：万元）\n\n{table}")][1:] == [
        "【单位：万元】项目：收入；今年：28"
    ]
    assert [block.text for block in read_markdown(f"下表是收入。\n\n{table}")][1:] == ["项目：收入；今年：28"]


def test_markdown() -> None:
    text = "---\ntitle: 甲\n---\n# 报告 #\n\n正文**很重要**，见[附件](a.md)。\n接着写。\n\n二级\n---\n- 一\n- 二\n\n```\n# 不是标题\n```\n"
    assert read_markdown(text) == [
        Block("title: 甲", "aside"),
        Block("报告", "heading", 1),
        Block("正文很重要，见附件。\n接着写。"),
        Block("二级", "heading", 2),
        Block("一", "item"),
        Block("二", "item"),
        Block("# 不是标题", "item"),
    ]


def test_a_table_row_carries_its_column_names() -> None:
    assert read_markdown("| 地区 | 增速 |\n| --- | ---: |\n| 甲县 | 6.1% |\n| 乙县 | |") == [
        Block("地区：甲县；增速：6.1%", "row"),
        Block("地区：乙县", "row"),
    ]
