"""Pieces of text with their boxes → reading order: columns told apart by gutters, pure geometry.

A region is cut where a gutter runs through it from top to bottom; where none does, it is cut into
groups of bands (what overlaps in height) that share a gutter: a headline over two columns is one
group, the columns are the next. Lengths are in points or pixels, y grows upwards.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

_GUTTER = 0.8  # of the size of the text, the least width of a gutter
_NARROWEST_COLUMN = 3.0  # sizes; what is narrower is a bullet or a number
_TEXT_COLUMN = 8.0  # 汉字, a letter counting half; columns whose lines are shorter are cells of a table
_PROSE_SHARE = 0.3  # of lines with a mark in them: text, however narrow
_SAME_LINE = 0.5  # of the lower height that two pieces of one line share
_SEPARATE = 3.5  # line heights of white across all columns: another region
_LONGEST_CELL = 16.0  # 汉字
_FEWEST_ROWS = 3  # of a table of two columns among lines of text; two rows where it has more
_CLOSE = 2.2  # line heights between two rows of a table
_EMPTY_ROW = 1.8  # times the usual white between two rows
_LARGER = 1.15
_WORD_GAP = 1.5  # sizes between two pieces of a line that no space belongs between
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_MARK = re.compile("[，。；！？]")
_STOP = re.compile("[。；！？]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text on one line; `size` is the height of its characters."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float

    def shares_line(self, other: "Piece") -> bool:
        """Say whether the two stand on the same line."""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        return shared > _SAME_LINE * min(self.top - self.bottom, other.top - other.bottom)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page, in any order."""

    pieces: tuple[Piece, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that are read from top to bottom, or the rows of a table with their cells."""

    lines: tuple[Piece, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    top: float = 0.0  # of the rows


def regions(pieces: Sequence[Piece]) -> Iterator[Region]:
    """Yield the regions of a page in the order in which they are read."""
    if not pieces:
        return
    size = median(piece.size for piece in pieces)
    stripes = _stripes(pieces, size)
    bands = _bands(pieces)
    table = _table_among(bands, size)
    finer = table is not None and len(_stripes(_flat(bands[table.start : table.stop]), size)) > len(stripes)
    if _is_table(stripes, pieces) and not finer:
        yield Region(rows=tuple(_rows(stripes, pieces)), top=max(piece.top for piece in pieces))
        return
    if table is not None:
        for part in (bands[: table.start], bands[table.start : table.stop], bands[table.stop :]):
            yield from regions(_flat(part))
        return
    columns = _columns(stripes, size)
    if len(columns) > 1:
        for column in columns:
            yield from regions(column)
        return
    groups = _groups(bands, size)
    if len(groups) > 1:
        for group in groups:
            yield from regions([piece for band in group for piece in band])
    else:
        yield Region(lines=tuple(_lines(pieces)))


def _table_among(bands: Sequence[list[Piece]], size: float) -> range | None:
    """Find the rows of a table that stand among lines of text, and no others: its title is none of them."""
    start = 0
    while start < len(bands):
        end = start
        while end < len(bands) and _goes_on(bands, start, end, size):
            end += 1
        rows = bands[start:end]
        if rows and end - start < len(bands) and _is_whole_table(rows, size):
            return range(start, end)
        start = max(end, start + 1)
    return None


def _goes_on(bands: Sequence[list[Piece]], start: int, end: int, size: float) -> bool:
    """Say whether a band is a row of the table that begins at `start`, or a line over some of its rows."""
    band = bands[end]
    if end > start and _is_far(bands[end - 1], band, size):
        return False
    if _is_row_of_cells(band, size):
        return True
    alone = end > start and len(band) == 1 and _length(band[0].text) <= _LONGEST_CELL
    edge = min(piece.left for piece in bands[start])
    below = end + 1 < len(bands) and _is_row_of_cells(bands[end + 1], size)
    return alone and below and abs(band[0].left - edge) < size and not _MARK.search(band[0].text)


def _is_row_of_cells(band: Sequence[Piece], size: float) -> bool:
    short = all(_length(piece.text) <= _LONGEST_CELL and not _STOP.search(piece.text) for piece in band)
    return short and _has_gutter(band, size)


def _is_far(above: Sequence[Piece], below: Sequence[Piece], size: float) -> bool:
    return _gap(above, below) > _CLOSE * size


def _gap(above: Sequence[Piece], below: Sequence[Piece]) -> float:
    return min(piece.bottom for piece in above) - max(piece.top for piece in below)


def _is_whole_table(rows: Sequence[list[Piece]], size: float) -> bool:
    pieces = _flat(rows)
    stripes = _stripes(pieces, size)
    return len(rows) >= (_FEWEST_ROWS if len(stripes) == 2 else 2) and _is_table(stripes, pieces)


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
    return len(column) > 1 and len(_bands(column)) > 1 and wide >= _NARROWEST_COLUMN * size


def _bands(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Group what overlaps in height, from top to bottom; boxes of two lines may touch."""
    bands: list[list[Piece]] = []
    bottom = float("inf")
    for piece in sorted(pieces, key=lambda piece: -piece.top):
        if bands and min(piece.top, bands[-1][0].top) - bottom > 0.2 * piece.size:
            bands[-1].append(piece)
            bottom = min(bottom, piece.bottom)
        else:
            bands.append([piece])
            bottom = piece.bottom
    return bands


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


def _is_table(columns: Sequence[Sequence[Piece]], pieces: Sequence[Piece]) -> bool:
    """Tell the cells of a table from columns of text: short, and side by side on the same lines."""
    short = sum(median(_length(piece.text) for piece in column) < _TEXT_COLUMN for column in columns)
    if sum(bool(_MARK.search(piece.text)) for piece in pieces) > _PROSE_SHARE * len(pieces):
        return False
    if short < 2 or short * 2 < len(columns):
        return False
    bands = _bands(pieces)
    beside = sum(len(band) > 1 for band in bands)
    return len(bands) > 1 and beside * 3 >= len(bands) * 2


def _rows(columns: Sequence[Sequence[Piece]], pieces: Sequence[Piece]) -> Iterator[tuple[str, ...]]:
    bands = _bands(pieces)
    gaps = [_gap(above, below) for above, below in pairwise(bands)]
    usual = median(gaps or [0.0])
    for number, band in enumerate(bands):
        if number and gaps[number - 1] > max(_EMPTY_ROW * usual, band[0].size):
            yield ("",) * len(columns)  # another table begins
        inside = set(map(id, band))
        yield tuple(
            "".join(line.text for line in _lines([piece for piece in column if id(piece) in inside]))
            for column in columns
        )


def _lines(pieces: Sequence[Piece]) -> list[Piece]:
    """Join the pieces of each line, from top to bottom."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -(piece.top + piece.bottom)):
        if lines and lines[-1][0].shares_line(piece):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_joined(sorted(line, key=lambda piece: piece.left)) for line in lines]


def _joined(line: Sequence[Piece]) -> Piece:
    first = line[0]
    for piece in line[1:]:
        # 通　　知 set wide is one word; 甲    乙 are two
        near = piece.left - first.right < _WORD_GAP * piece.size and _HAN.search(
            first.text[-1] + piece.text[0]
        )
        wide = len(piece.text) == 1 and len(first.text) < 12 and piece.text > "⺀"
        space = "" if near or wide else " "
        first = replace(
            first,
            text=first.text + space + piece.text,
            right=max(first.right, piece.right),
            bottom=min(first.bottom, piece.bottom),
            top=max(first.top, piece.top),
            size=max(first.size, piece.size),
        )
    return first


def _length(text: str) -> float:
    return sum(1.0 if _HAN.match(character) else 0.5 for character in text)


def _flat(group: Sequence[Sequence[Piece]]) -> list[Piece]:
    return [piece for band in group for piece in band]
