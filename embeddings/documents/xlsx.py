"""Excel workbooks → one "row" block a row, values as the sheet shows them; the only importer of openpyxl."""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import openpyxl

from embeddings.documents import tables
from embeddings.documents.archive import open_archive, read_member
from embeddings.documents.block import Block
from embeddings.errors import DocumentError

_MOST_CELLS = 500_000
_MOST_ROWS = 200_000  # empty ones too: a sheet may claim a million
_NO_TITLE = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.IGNORECASE)
_CELL_ENDS = b"</v>"  # of a cell that holds a value
_DECIMALS = re.compile(r"0\.(0+)")


def read(content: bytes) -> list[Block]:
    """Return the rows of every sheet that is shown, each with the sheet's name.

    :raises DocumentError: damaged, or too many cells.
    """
    with open_archive(content) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if sum(read_member(archive, name).count(_CELL_ENDS) for name in sheets) > _MOST_CELLS:
            raise tables.too_many_cells(_MOST_CELLS)  # a second here, a minute in openpyxl
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DocumentError("不是完整的 Excel 文件：重新另存后再加 · damaged, save it anew") from error
    blocks: list[Block] = []
    cells = 0
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        title = "" if _NO_TITLE.match(sheet.title) else sheet.title
        table = _table(sheet, _MOST_CELLS - cells)
        cells += sum(map(len, table))
        blocks += tables.rows(table, title)
    return blocks


def _table(sheet: Any, most_cells: int) -> list[list[str]]:
    """Return the cells of a sheet as text, without empty rows and columns at its edges."""
    table: list[list[str]] = []
    cells = 0
    sheet.reset_dimensions()  # many programs write a wrong one, and rows beyond it would be lost
    for number, row in enumerate(sheet.iter_rows()):
        line = [_shown(cell) for cell in row]
        while line and not line[-1]:
            line.pop()
        cells += len(line)
        if cells > most_cells or number > _MOST_ROWS:
            raise tables.too_many_cells(_MOST_CELLS)
        if line:
            table.append(line)
    margin = min((next(i for i, cell in enumerate(line) if cell) for line in table), default=0)
    return list(_filled_down(line[margin:] for line in table))


def _filled_down(lines: Iterable[list[str]]) -> Iterable[list[str]]:
    """Repeat a label that stretches over several rows: of merged cells only the first has its value."""
    above: list[str] = []
    for line in lines:
        blank = next(i for i, cell in enumerate(line) if cell)
        if 0 < blank < len(line) - 1 and len(above) >= len(line) > 2:
            line = [*above[:blank], *line[blank:]]
        yield line
        above = line


def _shown(cell: Any) -> str:
    """Return a cell's value as Excel shows it: 0.087 as 0.0% → 8.7%."""
    value, shape = cell.value, str(getattr(cell, "number_format", "") or "")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date | time):
        return _moment(value)
    if not isinstance(value, int | float):
        return str(value)
    decimals = len(found[1]) if (found := _DECIMALS.search(shape)) else 0
    if "%" in shape:
        return f"{value:.{decimals}%}"
    if "#,##0" in shape:
        return f"{value:,.{decimals}f}"
    return f"{value:.{decimals}f}" if decimals and "E" not in shape else f"{value:.15g}"


def _moment(value: datetime | date | time) -> str:
    # 2024-03-01 00:00 → 2024年3月1日
    clock = value.strftime("%H:%M") if isinstance(value, datetime | time) else ""
    day = f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else ""
    return f"{day} {clock}".strip() if clock != "00:00" or not day else day
