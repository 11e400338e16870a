"""A short run of tests/tables.py: every cell comes out in a row with its labels."""

import pytest

from embeddings.documents import read_document
from embeddings.paragraphs import split_paragraphs
from tests.tables import Table, holds, tables


@pytest.mark.parametrize(
    ("name", "table", "content"), list(tables()), ids=lambda given: given if isinstance(given, str) else ""
)
def test_cells_stand_in_rows_with_their_labels(name: str, table: Table, content: bytes) -> None:
    rows = [part.text for part in split_paragraphs(read_document(name, content)) if part.role == "row"]
    for _, words in table.asked:
        assert any(holds(row, words) for row in rows), rows
