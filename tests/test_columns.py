"""Newspaper pages: every paragraph in order and whole, whatever the columns, gutters and order of drawing."""

import pytest

from embeddings.documents import read_document
from embeddings.documents.layout import regions
from embeddings.documents.piece import Page, Piece
from embeddings.documents.running_heads import without_running_heads
from tests.columns import LAYOUTS, Layout, made, missed


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.columns}-columns-{layout.seed}")
def test_every_paragraph_is_in_order_and_whole(layout: Layout) -> None:
    assert missed(layout) == []


def test_running_heads_and_page_numbers_are_dropped() -> None:
    content, _ = made(Layout(8, pages=3, running_head=True))
    blocks = read_document("报.pdf", content)
    text = "\n".join(block.text for block in blocks if block.kind != "aside")
    assert "河镇周报" not in text
    assert "· 4 ·" not in text
    aside = [block.text for block in blocks if block.kind == "aside"]
    assert sorted(aside) == ["· 3 ·", "· 4 ·", "· 5 ·", *(f"河镇周报　第{page}版" for page in (3, 4, 5))]


def test_rows_of_a_table_at_the_edge_of_a_page_stay() -> None:
    """Its names repeat on every page, its last row is figures only; the page's number is alone."""
    pages = []
    for number in range(3):
        names = [piece(cell, 100 * x, 780) for x, cell in enumerate(("地区", "增速", "人口"))]
        rows = [piece(f"{number}{x}{y}", 100 * x, 760 - 20 * y) for y in range(35) for x in range(3)]
        pages.append((*names, *rows, piece(f"- {number} -", 100, 20)))
    kept, taken = without_running_heads([Page(page, 842) for page in pages])
    assert [page.pieces for page in kept] == [page[:-1] for page in pages]
    assert taken == ["- 0 -", "- 1 -", "- 2 -"]


def piece(text: str, left: float, bottom: float) -> Piece:
    return Piece(text, left, left + 10 * len(text), bottom, bottom + 10, 10)


def test_short_cells_side_by_side_are_rows_of_a_table() -> None:
    cells = [
        [piece("地区", 0, 40), piece("增速", 100, 40), piece("人口", 200, 40)],
        [piece("东乡", 0, 20), piece("8.7%", 100, 20), piece("12万", 200, 20)],
        [piece("西乡", 0, 0), piece("6.1%", 100, 0), piece("9万", 200, 0)],
    ]
    (region,) = regions([cell for row in cells for cell in row])
    assert region.rows == (("地区", "增速", "人口"), ("东乡", "8.7%", "12万"), ("西乡", "6.1%", "9万"))
