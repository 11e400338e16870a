"""Lines of cells → rows: what a narrow column broke into several lines is one cell.

Lines drawn across the page part rows. Elsewhere the white between lines tells, where there are two
kinds of it; else a line goes on with the row above where the cell above it had no more room.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from embeddings.documents.cells import is_figure
from embeddings.documents.piece import Piece, Rule, bands_of, length_of, lines_of, words_of

_FULL = 1.6  # sizes that a full line may leave free: no mark begins a line, no number is cut
_NEXT_COLUMN = 3.2  # sizes to the next column, which is why a line was broken
_NARROWEST = 3.5  # 汉字 that a column holds which breaks its cells
_TWO_KINDS = 0.12  # sizes by which the white between rows is more than within them
_EMPTY_ROW = 1.8  # times the usual white between two rows
_RULE = 0.6  # of the table's width
_FEWEST_RULED = 4  # rows between lines; a table with three lines has rows without

_Cells = list[list[Piece]]  # of a band, the lines of each column


def table_rows(
    columns: Sequence[Sequence[Piece]], pieces: Sequence[Piece], rules: Sequence[Rule] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield what the cells of each row say, and an empty row where wide white parts two tables."""
    rows = rows_of(columns, pieces, rules)
    whites = [gap_between(above, below) for above, below in pairwise(rows)]
    usual = median(whites or [0.0])
    for row, white in zip(rows, [0.0, *whites], strict=True):
        if white > max(_EMPTY_ROW * usual, row[0].size):
            yield ("",) * len(columns)
        inside = set(map(id, row))
        yield tuple(words_of([piece for piece in column if id(piece) in inside]) for column in columns)


def rows_of(
    columns: Sequence[Sequence[Piece]], pieces: Sequence[Piece], rules: Sequence[Rule] = ()
) -> list[list[Piece]]:
    """Return the pieces of each row, from top to bottom."""
    bands = bands_of(pieces)
    if len(bands) < 2:
        return bands
    lines = [_cells(columns, band) for band in bands]
    size = median(piece.size for piece in pieces)
    parted = [_is_parted(above, below, rules, pieces) for above, below in pairwise(bands)]
    edges = [min(piece.left for piece in column) for column in columns]
    full = _Full(lines, [*edges[1:], None], size)
    whites = [gap_between(above, below) for above, below in pairwise(bands)]
    begins = _begins(lines, parted, whites, full, size)
    rows = [bands[0]]
    for band, new in zip(bands[1:], begins, strict=True):
        if new:
            rows.append(list(band))
        else:
            rows[-1] = [*rows[-1], *band]
    return rows


def gap_between(above: Sequence[Piece], below: Sequence[Piece]) -> float:
    """Return the white between two bands."""
    return min(piece.bottom for piece in above) - max(piece.top for piece in below)


def _cells(columns: Sequence[Sequence[Piece]], band: Sequence[Piece]) -> _Cells:
    inside = set(map(id, band))
    return [lines_of([piece for piece in column if id(piece) in inside]) for column in columns]


def _is_parted(
    above: Sequence[Piece], below: Sequence[Piece], rules: Sequence[Rule], pieces: Sequence[Piece]
) -> bool:
    """Say whether a line is drawn between two bands."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    upper = min((piece.bottom + piece.top) / 2 for piece in above)
    lower = max((piece.bottom + piece.top) / 2 for piece in below)
    return any(
        rule.is_across
        and lower < rule.bottom < upper
        and min(rule.right, right) - max(rule.left, left) > _RULE * (right - left)
        for rule in rules
    )


class _Full:
    """Which cells fill the width of their column, so that more of them had to go on a next line."""

    def __init__(self, lines: Sequence[_Cells], next_edges: Sequence[float | None], size: float) -> None:
        self._size = size
        cells = [[line for cell in column for line in cell] for column in zip(*lines, strict=True)]
        self._widths = [max((cell.right - cell.left for cell in column), default=0.0) for column in cells]
        rights = [max((cell.right for cell in column), default=0.0) for column in cells]
        self._narrow = [
            max((length_of(cell.text) for cell in column), default=0.0) >= _NARROWEST
            and (edge is None or edge - right < _NEXT_COLUMN * size)
            for column, right, edge in zip(cells, rights, next_edges, strict=True)
        ]

    def is_full(self, column: int, cell: Piece, *, narrow: bool) -> bool:
        """Say whether a cell is as wide as its column, and where `narrow`, the next column right beside it."""
        full = self._widths[column] - (cell.right - cell.left) < _FULL * self._size
        return full and (self._narrow[column] or not narrow)


def _begins(
    lines: Sequence[_Cells], parted: Sequence[bool], whites: Sequence[float], full: _Full, size: float
) -> list[bool]:
    """Say of each line but the first whether a row begins with it."""
    if _are_ruled(lines, parted):
        return list(parted)
    tight = _tight(whites, size)
    if tight is not None and _agree(lines, tight, full):
        return [not close or line for close, line in zip(tight, parted, strict=True)]
    return [
        line or (all(above) and all(below)) or not _goes_on(above, below, full, narrow=True)
        for (above, below), line in zip(pairwise(lines), parted, strict=True)
    ]


def _are_ruled(lines: Sequence[_Cells], parted: Sequence[bool]) -> bool:
    """Say whether each row stands between drawn lines: enough of them, and hardly figures over one another within."""
    rows = list(_groups(lines, parted))
    stacked = sum(any(map(_are_two, row, row[1:])) for row in rows)
    return len(rows) >= _FEWEST_RULED and stacked * 4 < len(rows)


def _groups(lines: Sequence[_Cells], begins: Sequence[bool]) -> Iterator[list[_Cells]]:
    row = [lines[0]]
    for line, new in zip(lines[1:], begins, strict=True):
        if new:
            yield row
            row = []
        row.append(line)
    yield row


def _tight(whites: Sequence[float], size: float) -> list[bool] | None:
    """Tell the white within rows from that between them; None where there is one kind."""
    ordered = sorted(whites)
    for low, high in pairwise(ordered):
        if high - low >= max(_TWO_KINDS * size, 2 * (low - ordered[0])):
            return [white < (low + high) / 2 for white in whites]
    return None


def _agree(lines: Sequence[_Cells], tight: Sequence[bool], full: _Full) -> bool:
    """Say whether lines that stand close are those of one row, to judge by what they hold."""
    pairs = [pair for pair, close in zip(pairwise(lines), tight, strict=True) if close]
    rows = _groups(lines, [not close for close in tight])
    if any(_has_two(column) for row in rows for column in zip(*row, strict=True)):
        return False
    broken = sum(_goes_on(above, below, full, narrow=False) for above, below in pairs)
    return broken * 2 > len(pairs)


def _has_two(cells: Sequence[Sequence[Piece]]) -> bool:
    """Say whether two of the lines of a column are figures."""
    return sum(is_figure(line.text) for cell in cells for line in cell) > 1


def _are_two(above: _Cells, below: _Cells) -> bool:
    """Say whether two bands hold figures over one another."""
    return any(
        upper and lower and is_figure(upper[-1].text) and is_figure(lower[0].text)
        for upper, lower in zip(above, below, strict=True)
    )


def _goes_on(above: _Cells, below: _Cells, full: _Full, *, narrow: bool) -> bool:
    """Say whether a band goes on with the cells above it: none of those had room for more."""
    both = [column for column, (a, b) in enumerate(zip(above, below, strict=True)) if a and b]
    if not both or any(is_figure(below[column][0].text) for column in both):
        return False
    return all(full.is_full(column, above[column][-1], narrow=narrow) for column in both)
