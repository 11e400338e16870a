"""One page of ten facts in every form and encoding: each comes out whole, under its heading."""

from collections.abc import Callable

import opencc
import pytest

from embeddings.documents import read_document
from embeddings.paragraphs import split_paragraphs
from embeddings.types import Paragraph
from tests.forms import (
    FACTS,
    FORMS,
    TABLE,
    TEXT_ENCODINGS,
    Paper,
    as_csv,
    as_html,
    as_text,
)

PAPER = Paper("云湾县")
PROSE = ("txt", "md", "html", "docx", "pdf", "epub")
TO_TRADITIONAL = opencc.OpenCC("s2tw")


def paragraphs(name: str, content: bytes) -> list[Paragraph]:
    return split_paragraphs(read_document(name, content))


def in_script(encoding: str) -> Callable[[str], str]:
    """Big5 has no simplified characters."""
    return TO_TRADITIONAL.convert if encoding.startswith("big5") else str


@pytest.mark.parametrize("form", PROSE)
def test_every_paragraph_is_whole_and_under_its_headings(form: str) -> None:
    found = {part.text: part.headings for part in paragraphs(f"年鉴.{form}", FORMS[form](PAPER))}
    for section, _, _, text in FACTS:
        assert found[f"云湾县{text}"] == ("云湾县年鉴", section)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_every_row_carries_its_column_names(form: str) -> None:
    found = [part.text for part in paragraphs(f"年鉴.{form}", FORMS[form](PAPER)) if part.role == "row"]
    title = "【年鉴】" if form == "xlsx" else ""
    rows = [f"{title}地区：云湾县；指标：{name}；数值：{value}" for _, name, value, _ in FACTS]
    assert found[: len(rows)] == rows


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_a_table_in_a_text_carries_its_title_too(form: str) -> None:
    found = [part.text for part in paragraphs(f"年鉴.{form}", FORMS[form](PAPER)) if part.role == "row"]
    names, *rows = TABLE
    assert found == [
        "【云湾县各乡主要指标】" + "；".join(map("：".join, zip(names, row, strict=True))) for row in rows
    ]


def test_figures_of_a_sheet_are_as_the_sheet_shows_them() -> None:
    found = [part.text for part in paragraphs("年鉴.xlsx", FORMS["xlsx"](PAPER))]
    assert found[-1] == (
        "【主要指标，云湾县各乡主要指标】地区：东乡；2023年GDP增速：8.7%；2023年总量（亿元）：1,234.50；"
        "2022年GDP增速：5.2%；2022年总量（亿元）：1100"
    )


@pytest.mark.parametrize("encoding", TEXT_ENCODINGS)
def test_text_in_every_encoding(encoding: str) -> None:
    script = in_script(encoding)
    found = {part.text for part in paragraphs("年鉴.txt", script(as_text(PAPER)).encode(encoding))}
    assert {script(f"云湾县{text}") for *_, text in FACTS} <= found


@pytest.mark.parametrize("encoding", TEXT_ENCODINGS)
def test_csv_in_every_encoding(encoding: str) -> None:
    script = in_script(encoding)
    content = script(as_csv(PAPER, "\t" if encoding.startswith("utf-16") else ",")).encode(encoding)
    found = {part.text for part in paragraphs("年鉴.csv", content)}
    assert {script(f"地区：云湾县；指标：{name}；数值：{value}") for _, name, value, _ in FACTS} <= found


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gb18030"),
        ("gbk", "gbk"),
        ("big5", "big5hkscs"),
        ("utf-8", "gbk"),  # 写错了的
        ("gbk", "utf-8"),
        ("iso-8859-1", "utf-16"),
    ],
)
def test_a_page_in_its_declared_encoding_or_the_right_one(declared: str, encoding: str) -> None:
    script = in_script(encoding)
    content = script(as_html(PAPER, declared)).encode(encoding)
    found = {part.text for part in paragraphs("年鉴.html", content)}
    assert {script(f"云湾县{text}") for *_, text in FACTS} <= found


def test_what_stands_around_a_page_is_left_out() -> None:
    text = "".join(part.text for part in paragraphs("年鉴.html", as_html(PAPER).encode()))
    for around in ("首页", "新闻中心", "网站地图", "广告", "友情链接", "版权所有", "脚本", "color"):
        assert around not in text
