"""Scans and photos by the extra `ocr`: columns first, vertical text from the right; what is no text is refused."""

import re
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest

from embeddings.documents import read_document
from embeddings.documents.child import Limits, Reading
from embeddings.documents.ocr import has_ocr
from embeddings.errors import DocumentError
from tests.garbling import GARBLINGS, TEXT, garbled, mapped
from tests.pictures import FOLDER, HEADLINE, PARAGRAPHS, as_scan

with_ocr = pytest.mark.skipif(not has_ocr(), reason="the extra `ocr` is not installed")
NO_TEXT = [way for way, mapping in GARBLINGS.items() if mapping]


@with_ocr
def test_a_photo_is_read_column_by_column() -> None:
    blocks = read_document("照片.png", (FOLDER / "两栏.png").read_bytes())
    assert [block.text for block in blocks] == [HEADLINE, *PARAGRAPHS]
    assert blocks[0].kind == "heading"


@with_ocr
def test_a_scanned_pdf_is_read_within_the_limits() -> None:
    with Reading(Limits()) as reading:
        blocks = reading.read("扫描.pdf", as_scan("两栏.png"))
    assert [block.text for block in blocks] == [HEADLINE, *PARAGRAPHS]


@with_ocr
def test_vertical_lines_are_read_from_the_right() -> None:
    (block,) = read_document("竖排.png", (FOLDER / "竖排.png").read_bytes())
    assert (
        block.text.replace("，", "") == "全县有图书馆三座藏书共一百二十万册全年接待读者八十五万人次比上年多"
    )


@with_ocr
def test_half_a_picture_is_refused() -> None:
    with pytest.raises(DocumentError):
        read_document("半张.png", (FOLDER / "两栏.png").read_bytes()[:40])


class Engine:
    """Stands for the engine: gives so many lines, one below the other, whatever the picture."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: Sequence[str] = ()
        monkeypatch.setattr("embeddings.documents.ocr.has_ocr", lambda: True)
        monkeypatch.setattr("embeddings.documents.pdf.has_ocr", lambda: True)
        monkeypatch.setattr("embeddings.documents.ocr._recognised", self._recognised)

    def _recognised(self, picture: object) -> SimpleNamespace:
        boxes = [
            np.array([(50, top), (50 + 20 * len(line), top), (50 + 20 * len(line), top + 20), (50, top + 20)])
            for line, top in zip(self.lines, range(50, 2000, 30), strict=False)
        ]
        scores = [0.9] * len(boxes)
        return SimpleNamespace(boxes=boxes, txts=self.lines, scores=scores, img=np.zeros((1600, 1200, 3)))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    return Engine(monkeypatch)


def test_a_garbled_page_is_taken_as_it_is_recognised(engine: Engine) -> None:
    engine.lines = TEXT
    blocks = read_document("甲.pdf", garbled("common characters", good_page=True))
    assert "".join(block.text for block in blocks if block.kind == "text") == "".join(TEXT) * 2
    assert [block for block in blocks if block.kind == "warning"] == []


@pytest.mark.parametrize("way", NO_TEXT)
def test_what_is_recognised_and_is_no_text_is_not_taken(way: str, engine: Engine) -> None:
    engine.lines = mapped(way)
    blocks = read_document("甲.pdf", garbled("common characters", good_page=True))
    assert "".join(block.text for block in blocks if block.kind == "text") == "".join(TEXT)
    assert [
        re.sub("（.*）", "", block.text).split(" · ")[0] for block in blocks if block.kind == "warning"
    ] == ["第 1 页文字层是乱码，没有读，识别出来的也不成文字"]


@pytest.mark.parametrize("way", NO_TEXT)
def test_a_document_of_such_pages_alone_is_refused(way: str, engine: Engine) -> None:
    engine.lines = mapped(way)
    with pytest.raises(DocumentError, match="识别出来的也不成文字"):
        read_document("甲.pdf", garbled("common characters"))
    with pytest.raises(DocumentError, match="不成文字"):
        read_document("甲.png", (FOLDER / "两栏.png").read_bytes())


def test_few_words_of_a_photo_are_taken(engine: Engine) -> None:
    engine.lines = ["河镇渡口", "末班船六点"]
    blocks = read_document("甲.png", (FOLDER / "两栏.png").read_bytes())
    assert "".join(block.text for block in blocks) == "河镇渡口末班船六点"
