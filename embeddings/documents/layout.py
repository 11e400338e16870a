"""Pieces of text with their boxes → reading order: columns told apart by gutters, pure geometry.

A region is cut where a gutter runs through it from top to bottom; where none does, it is cut into
groups of bands (what overlaps in height) that share a gutter: a headline over two columns is one
group, the columns are the next. Lengths are in points or pixels, y grows upwards.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from embeddings.documents.broken_rows import gap_between, rows_of, table_rows
from embeddings.documents.grid import with_ruled_tables
from embeddings.documents.piece import Piece, Rule, TableRow, bands_of, length_of, lines_of

_GUTTER = 0.8  # of the size of the text, the least width of a gutter
_NARROWEST_COLUMN = 3.0  # sizes; what is narrower is a bullet or a number
_TEXT_COLUMN = 8.0  # 汉字, a letter counting half; columns whose lines are shorter are cells of a table
_PROSE_SHARE = 0.3  # of lines with a mark in them: text, however narrow
_SEPARATE = 3.5  # line heights of white across all columns: another region
_LONGEST_CELL = 16.0  # 汉字
_FEWEST_ROWS = 3  # of a table of two columns among lines of text; two rows where it has more
_CLOSE = 2.2  # line heights between two rows of a table
_FULL = 1.6  # sizes that a full line of a cell may leave free
_SAME_WHITE = 0.1  # sizes by which the white between two lines of one cell may differ
_MOST_ABOVE = 3  # lines of a cell that stand over the line of the others
_LARGER = 1.15
_NEAR_RULE = 1.5  # sizes from the words of a table to the line at its edge
_MARK = re.compile("[，。；！？]")
_STOP = re.compile("[。；！？]")


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that are read from top to bottom, or the rows of a table with their cells."""

    lines: tuple[Piece, ...] = ()
    rows: tuple[TableRow, ...] = ()
    top: float = 0.0  # of the rows


def regions(pieces: Sequence[Piece], rules: Sequence[Rule] = ()) -> Iterator[Region]:
    """Yield the regions of a page in the order in which they are read."""
    yield from _regions(with_ruled_tables(pieces, rules), [rule for rule in rules if rule.is_across])


def _regions(pieces: Sequence[Piece], rules: Sequence[Rule]) -> Iterator[Region]:
    if not pieces:
        return
    size = median(piece.size for piece in pieces)
    stripes = _stripes(pieces, size)
    bands = bands_of(pieces)
    table = _table_among(bands, size, rules)
    finer = table is not None and len(_stripes(_flat(bands[table.start : table.stop]), size)) > len(stripes)
    if _is_table(stripes, pieces, rules) and not finer:
        yield _table(pieces, rules, size)
        return
    if table is not None:
        yield from _regions(_flat(bands[: table.start]), rules)
        yield _table(_flat(bands[table.start : table.stop]), rules, size)
        yield from _regions(_flat(bands[table.stop :]), rules)
        return
    columns = _columns(stripes, size)
    if len(columns) > 1:
        for column in columns:
            yield from _regions(column, rules)
        return
    groups = _groups(bands, size)
    if len(groups) > 1:
        for group in groups:
            yield from _regions(_flat(group), rules)
    else:
        yield from _lines_and_tables(pieces)


def _table(pieces: Sequence[Piece], rules: Sequence[Rule], size: float) -> Region:
    rows = table_rows(_stripes(pieces, size), pieces, rules)
    return Region(rows=tuple(rows), top=max(piece.top for piece in pieces))


def _lines_and_tables(pieces: Sequence[Piece]) -> Iterator[Region]:
    """Yield the lines above, between and below the tables that stand within drawn lines."""
    ordered = sorted(pieces, key=lambda piece: -(piece.top + piece.bottom))
    for is_table, group in groupby(ordered, lambda piece: bool(piece.rows)):
        if is_table:
            yield from (Region(rows=table.rows, top=table.top) for table in group)
        else:
            yield Region(lines=tuple(lines_of(list(group))))


def _table_among(bands: Sequence[list[Piece]], size: float, rules: Sequence[Rule]) -> range | None:
    """Find the rows of a table that stand among lines of text, and no others: its title is none of them."""
    start = 0
    while start < len(bands):
        end = start
        while end < len(bands) and _goes_on(bands, start, end, size):
            end += 1
        rows = bands[start:end]
        if rows and end - start < len(bands) and _is_whole_table(rows, size, rules):
            return range(_start_above(bands, start, end, size), end)
        start = max(end, start + 1)
    return None


def _start_above(bands: Sequence[list[Piece]], start: int, end: int, size: float) -> int:
    """Return where a table begins: over its first row of cells may stand the first lines of some of them."""
    close = min(gap_between(above, below) for above, below in pairwise(bands[start:end])) + _SAME_WHITE * size
    while start and gap_between(bands[start - 1], bands[start]) <= close:
        columns = _stripes(_flat(bands[start:end]), size)
        places = [_column_of(piece, columns, size) for piece in bands[start - 1]]
        if not all(map(_is_short, bands[start - 1])) or not all(
            place and _fills(piece, columns[place], size)
            for place, piece in zip(places, bands[start - 1], strict=True)
        ):
            break
        start -= 1
    return start


def _column_of(piece: Piece, columns: Sequence[Sequence[Piece]], size: float) -> int | None:
    """Return the column that a piece stands in; None where it reaches over more than one."""
    wide = [(min(other.left for other in column), max(other.right for other in column)) for column in columns]
    apart = _GUTTER * size
    over = [
        number
        for number, (left, right) in enumerate(wide)
        if piece.left < right + apart and left < piece.right + apart
    ]
    return over[0] if len(over) == 1 else None


def _fills(piece: Piece, column: Sequence[Piece], size: float) -> bool:
    """Say whether a piece takes the width of its column, so that the text goes on below."""
    return max(other.right - other.left for other in column) - (piece.right - piece.left) < _FULL * size


def _goes_on(bands: Sequence[list[Piece]], start: int, end: int, size: float) -> bool:
    """Say whether a band is a row of the table that begins at `start`, goes on with one or stands over some."""
    band = bands[end]
    if end > start and _is_far(bands[end - 1], band, size):
        return False
    if _is_row_of_cells(band, size):
        return True
    if end == start or not all(_is_short(piece) for piece in band):
        return False
    edge = min(piece.left for piece in bands[start])
    below = any(_is_row_of_cells(other, size) for other in bands[end + 1 : end + 1 + _MOST_ABOVE])
    if below and len(band) == 1 and abs(band[0].left - edge) < size and not _MARK.search(band[0].text):
        return True
    return _goes_on_with_cells(bands[start:end], band, size, below=below)


def _goes_on_with_cells(
    rows: Sequence[list[Piece]], band: Sequence[Piece], size: float, *, below: bool
) -> bool:
    """Say whether a line stands in columns of the rows above it: a cell goes on, or one begins over a row `below`."""
    columns = _stripes(_flat(rows), size)
    places = [_column_of(piece, columns, size) for piece in band]
    if len(columns) < 2 or None in places:
        return False
    last = [piece for piece in rows[-1] if _column_of(piece, columns, size) == 0]
    first = [*last, *(band if below else [])]
    return 0 not in places or any(_fills(piece, columns[0], size) for piece in first)


def _is_row_of_cells(band: Sequence[Piece], size: float) -> bool:
    return all(map(_is_short, band)) and _has_gutter(band, size)


def _is_short(piece: Piece) -> bool:
    return length_of(piece.text) <= _LONGEST_CELL and not _STOP.search(piece.text) and not piece.rows


def _is_far(above: Sequence[Piece], below: Sequence[Piece], size: float) -> bool:
    return gap_between(above, below) > _CLOSE * size


def _is_whole_table(rows: Sequence[list[Piece]], size: float, rules: Sequence[Rule]) -> bool:
    pieces = _flat(rows)
    stripes = _stripes(pieces, size)
    return len(rows) >= (_FEWEST_ROWS if len(stripes) == 2 else 2) and _is_table(stripes, pieces, rules)


def _stripes(pieces: Sequence[Piece], size: float) -> list[list[Piece]]:
    """Cut at every gutter."""
    columns: list[list[Piece]] = [[]]
    right = float("-inf")
    for piece in sorted(pieces, key=lambda piece: piece.left):
        if columns[-1] and piece.left - right >= _GUTTER * size:
            columns.append([])
        columns[-1].append(piece)
        right = max(right, piece.right)
    return columns


def _columns(stripes: Sequence[list[Piece]], size: float) -> list[list[Piece]]:
    """Leave the gutters that have lines of text on both sides."""
    whole: list[list[Piece]] = []
    for column in stripes:
        if whole and not (_stands_alone(whole[-1], size) and _stands_alone(column, size)):
            whole[-1] = [*whole[-1], *column]
        else:
            whole.append(column)
    return whole


def _stands_alone(column: Sequence[Piece], size: float) -> bool:
    wide = max(piece.right for piece in column) - min(piece.left for piece in column)
    return len(column) > 1 and len(bands_of(column)) > 1 and wide >= _NARROWEST_COLUMN * size


def _groups(bands: Sequence[list[Piece]], size: float) -> list[list[list[Piece]]]:
    """Put bands together that share a gutter, and those between that have none."""
    groups: list[list[list[Piece]]] = []
    for band in bands:
        if not groups or _is_apart(groups[-1][-1], band, size):
            groups.append([band])
            continue
        group = groups[-1]
        stands_over = len(band) == 1 and band[0].size > _LARGER * size
        if _has_gutter(_flat(group), size):
            if not stands_over and _has_gutter([*_flat(group), *band], size):
                group.append(band)
            else:
                groups.append([band])
        elif _has_gutter(band, size):
            groups.append([*_taken_back(group, band, size), band])
            groups = [group for group in groups if group]
        else:
            group.append(band)
    return groups


def _taken_back(group: list[list[Piece]], band: Sequence[Piece], size: float) -> list[list[Piece]]:
    """Take from the end of a group the lines of a column that begins higher than the others."""
    edges = [piece.left for piece in band]
    taken: list[list[Piece]] = []
    below = list(band)
    while group:
        last = group[-1]
        aligned = all(min(abs(piece.left - edge) for edge in edges) < 2.5 * size for piece in last)
        plain = all(piece.size <= _LARGER * size for piece in last)
        if not (aligned and plain and _has_gutter([*below, *last], size)):
            break
        below += last
        taken.insert(0, group.pop())
    return taken


def _is_apart(above: Sequence[Piece], below: Sequence[Piece], size: float) -> bool:
    return min(piece.bottom for piece in above) - max(piece.top for piece in below) > _SEPARATE * size


def _has_gutter(pieces: Sequence[Piece], size: float) -> bool:
    right = float("inf")
    for piece in sorted(pieces, key=lambda piece: piece.left):
        if piece.left - right >= _GUTTER * size:
            return True
        right = piece.right if right == float("inf") else max(right, piece.right)
    return False


def _is_table(columns: Sequence[Sequence[Piece]], pieces: Sequence[Piece], rules: Sequence[Rule]) -> bool:
    """Tell the cells of a table from columns of text: short, and side by side on the same lines."""
    if len(columns) < 2 or any(piece.rows for piece in pieces):
        return False
    short = sum(median(length_of(piece.text) for piece in column) < _TEXT_COLUMN for column in columns)
    marked = sum(bool(_MARK.search(piece.text)) for piece in pieces)
    cells = marked <= _PROSE_SHARE * len(pieces) and short > 1 and short * 2 >= len(columns)
    if not cells and not _is_ruled(pieces, rules):
        return False
    rows = rows_of(columns, pieces, rules)
    headed = all(map(_is_short, rows[0])) and not any(_MARK.search(piece.text) for piece in rows[0])
    if not cells and not (headed and _columns_in(rows[0], columns) == len(columns)):
        return False
    beside = sum(len(row) > 1 for row in rows)
    return len(rows) > 1 and beside * 3 >= len(rows) * 2


def _columns_in(row: Sequence[Piece], columns: Sequence[Sequence[Piece]]) -> int:
    inside = set(map(id, row))
    return sum(any(id(piece) in inside for piece in column) for column in columns)


def _is_ruled(pieces: Sequence[Piece], rules: Sequence[Rule]) -> bool:
    """Say whether lines are drawn over, within and under a table, each as wide as it."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    top, bottom = max(piece.top for piece in pieces), min(piece.bottom for piece in pieces)
    near = pieces[0].size * _NEAR_RULE
    heights = [
        rule.bottom
        for rule in rules
        if bottom - near < rule.bottom < top + near
        and rule.left <= left + near
        and rule.right >= right - near
    ]
    return len({round(height / near) for height in heights}) > 2


def _flat(group: Sequence[Sequence[Piece]]) -> list[Piece]:
    return [piece for band in group for piece in band]
