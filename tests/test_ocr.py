"""Scans and photos by the extra `ocr`: columns first, vertical text from the right."""

import pytest

from embeddings.documents import read_document
from embeddings.documents.child import Limits, Reading
from embeddings.documents.ocr import has_ocr
from embeddings.errors import DocumentError
from tests.pictures import FOLDER, HEADLINE, PARAGRAPHS, as_scan

pytestmark = pytest.mark.skipif(not has_ocr(), reason="the extra `ocr` is not installed")


def test_a_photo_is_read_column_by_column() -> None:
    blocks = read_document("照片.png", (FOLDER / "两栏.png").read_bytes())
    assert [block.text for block in blocks] == [HEADLINE, *PARAGRAPHS]
    assert blocks[0].kind == "heading"


def test_a_scanned_pdf_is_read_within_the_limits() -> None:
    with Reading(Limits()) as reading:
        blocks = reading.read("扫描.pdf", as_scan("两栏.png"))
    assert [block.text for block in blocks] == [HEADLINE, *PARAGRAPHS]


def test_vertical_lines_are_read_from_the_right() -> None:
    (block,) = read_document("竖排.png", (FOLDER / "竖排.png").read_bytes())
    assert (
        block.text.replace("，", "") == "全县有图书馆三座藏书共一百二十万册全年接待读者八十五万人次比上年多"
    )


def test_half_a_picture_is_refused() -> None:
    with pytest.raises(DocumentError):
        read_document("半张.png", (FOLDER / "两栏.png").read_bytes()[:40])
