"""CSV and TSV → one "row" block a line, with its column names."""

import csv
import io
from collections import Counter

from embeddings.documents import tables
from embeddings.documents.block import Block
from embeddings.documents.decoding import decode
from embeddings.errors import DocumentError

_DELIMITERS = ",\t;|，"
_SAMPLE_LINES = 50
_MOST_CELLS = 500_000


def read(content: bytes) -> list[Block]:
    """Return the rows.

    :raises DocumentError: no text, or too many cells.
    """
    text = decode(content)
    table: list[list[str]] = []
    cells = 0
    csv.field_size_limit(1_000_000)
    try:
        for line in csv.reader(io.StringIO(text), delimiter=_delimiter(text), skipinitialspace=True):
            cells += len(line)
            if cells > _MOST_CELLS:
                raise tables.too_many_cells(_MOST_CELLS)
            table.append(line)
    except csv.Error as error:
        raise DocumentError(
            "不是完整的 CSV：检查引号，重新导出 · not a whole CSV file, check its quotes"
        ) from error
    return tables.rows(table)


def _delimiter(text: str) -> str:
    """Return the mark that stands equally often in most lines; csv.Sniffer takes letters for one."""
    lines = [line for line in text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]

    def agreement(mark: str) -> tuple[int, int]:
        (count, agreeing), *_ = Counter(line.count(mark) for line in lines).most_common(1) or [(0, 0)]
        return (agreeing if count else 0, count)

    return max(_DELIMITERS, key=agreement)
