"""Excel workbooks → one "row" block a row, values as the sheet shows them; the only importer of openpyxl."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import openpyxl

from embeddings.documents import tables
from embeddings.documents.archive import open_archive, read_member
from embeddings.documents.block import Block
from embeddings.documents.tables import Cell
from embeddings.errors import DocumentError

_MOST_CELLS = 500_000
_MOST_ROWS = 200_000  # empty ones too: a sheet may claim a million
_NO_TITLE = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.IGNORECASE)
_MOST_COLUMNS = 16_384
_CELL_ENDS = b"</v>"  # of a cell that holds a value
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'(\w+)\s*=\s*"([^"]*)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_DECIMALS = re.compile(r"0\.(0+)")


def read(content: bytes) -> list[Block]:
    """Return the rows of every sheet that is shown, each with the sheet's name.

    :raises DocumentError: damaged, or too many cells.
    """
    with open_archive(content) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if sum(read_member(archive, name).count(_CELL_ENDS) for name in sheets) > _MOST_CELLS:
            raise tables.too_many_cells(_MOST_CELLS)  # a second here, a minute in openpyxl
        marks = {name: _marks(read_member(archive, name)) for name in sheets}
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DocumentError("不是完整的 Excel 文件：重新另存后再加 · damaged, save it anew") from error
    blocks: list[Block] = []
    cells = 0
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            blocks.append(Block(f"隐藏的工作表没有读：{sheet.title} · hidden sheet, not read", "warning"))
            continue
        title = "" if _NO_TITLE.match(sheet.title) else sheet.title
        of_sheet = marks.get(sheet._worksheet_path.lstrip("/"), _Marks())
        table, hidden = _table(sheet, of_sheet, _MOST_CELLS - cells)
        cells += sum(map(len, table))
        blocks += [*tables.rows(table, title), *hidden, *_formulas(of_sheet, sheet.title)]
    return blocks


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a sheet's XML says beside its values; rows and columns count from 1."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row and column, last row and column
    without_value: tuple[str, ...] = ()  # cells with a formula whose value was never stored


def _marks(xml: bytes) -> _Marks:
    """Find them without a parser: openpyxl tells them only where it holds the whole sheet in memory."""
    rows = [_attributes(found[1]) for found in _ROW.finditer(xml)]
    columns = [_attributes(found[1]) for found in _COLUMN.finditer(xml)]
    return _Marks(
        frozenset(int(row["r"]) for row in rows if _is_hidden(row) and row.get("r", "").isdecimal()),
        frozenset(
            number
            for column in columns
            if _is_hidden(column)
            for number in range(int(column.get("min", 0)), min(int(column.get("max", 0)), _MOST_COLUMNS) + 1)
        ),
        tuple(
            (int(found[2]), _column(found[1]), int(found[4]), _column(found[3]))
            for found in _MERGED.finditer(xml)
        ),
        tuple(found[1].decode() for found in _EMPTY_FORMULA.finditer(xml)),
    )


def _attributes(tag: bytes) -> dict[str, str]:
    return {found[1].decode(): found[2].decode("utf-8", "replace") for found in _ATTRIBUTE.finditer(tag)}


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("hidden") in ("1", "true")


def _column(letters: bytes) -> int:
    """Return a column's number: A → 1, AB → 28."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _formulas(marks: _Marks, title: str) -> Iterator[Block]:
    if cells := marks.without_value:
        named = "、".join(cells[:5]) + ("……" if len(cells) > 5 else "")
        yield Block(
            f"{title}：{len(cells)} 个公式没有存下结果（{named}），用 Excel 或 WPS 打开、保存后再加"
            f" · {len(cells)} formulas without stored values, open and save the file in Excel",
            "warning",
        )


@dataclass(slots=True)
class _Merges:
    """Gives the places that a merged cell covers the cell that they belong to."""

    marks: _Marks
    _open: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # by place
    _cells: dict[tuple[int, int], Cell] = field(default_factory=dict)  # by first place
    _widths: dict[int, int] = field(default_factory=dict)  # by row

    def __post_init__(self) -> None:
        places = 0
        for top, left, bottom, right in self.marks.merged:
            places += (bottom - top + 1) * (right - left + 1)
            if places > _MOST_CELLS:
                break
            for row in range(top, bottom + 1):
                self._widths[row] = max(right, self._widths.get(row, 0))
                self._open.update({(row, column): (top, left) for column in range(left, right + 1)})

    def cell(self, row: int, column: int, text: str) -> Cell:
        """Return the cell at a place."""
        first = self._open.get((row, column))
        if first is None:
            return Cell(text)
        found = self._cells.setdefault(first, Cell(text))
        found.text = found.text or text
        return found

    def width(self, row: int) -> int:
        """Return the last column that a merged cell covers in a row."""
        return self._widths.get(row, 0)


def _table(sheet: Any, marks: _Marks, most_cells: int) -> tuple[list[list[Cell]], list[Block]]:
    """Return the cells of a sheet, without empty columns at its edges, and the rows that it hides."""
    table: list[list[Cell]] = []
    hidden: list[Block] = []
    merges = _Merges(marks)
    cells = 0
    sheet.reset_dimensions()  # many programs write a wrong one, and rows beyond it would be lost
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts = [_shown(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        cells += len(texts)
        if cells > most_cells or number > _MOST_ROWS:
            raise tables.too_many_cells(_MOST_CELLS)
        if texts and marks.merged:
            texts += [""] * (merges.width(number) - len(texts))
        out = [text for at, text in enumerate(texts, 1) if text and _hides(marks, number, at)]
        hidden += [Block("；".join(out), "aside")] if out else []
        if number not in marks.hidden_rows:
            line = [
                merges.cell(number, at, text)
                for at, text in enumerate(texts, 1)
                if at not in marks.hidden_columns
            ]
            table.append(line)
    margin = min((at for line in table for at, cell in enumerate(line) if cell.text), default=0)
    return [line[margin:] for line in table], hidden


def _hides(marks: _Marks, row: int, column: int) -> bool:
    return row in marks.hidden_rows or column in marks.hidden_columns


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
