"""A short run of tests/tables.py: every cell comes out in a row with its labels, however it was broken."""

from dataclasses import replace

import pytest

from embeddings.documents import read_document
from embeddings.paragraphs import split_paragraphs
from tests import wrapped
from tests.tables import Table, boxed_tables, holds, tables


@pytest.mark.parametrize(
    ("name", "table", "content"),
    [*tables(), *boxed_tables()],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_cells_stand_in_rows_with_their_labels(name: str, table: Table, content: bytes) -> None:
    rows = [part.text for part in split_paragraphs(read_document(name, content)) if part.role == "row"]
    for _, words in table.asked:
        assert any(holds(row, words) for row in rows), rows


@pytest.mark.parametrize("table", wrapped.TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("number", range(0, len(wrapped.STYLES), 5))
def test_a_row_of_broken_cells_comes_out_whole(table: wrapped.Broken, number: int) -> None:
    assert wrapped.missed(table, wrapped.STYLES[number]) == []


@pytest.mark.parametrize("seed", range(5000, 5030))
def test_a_boxed_table_made_by_chance_comes_out_whole(seed: int) -> None:
    table, style = wrapped.made(seed)
    assert wrapped.missed(table, replace(style, rules="all")) == []
