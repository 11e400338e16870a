"""Tables between drawn lines: what stands in one box is one cell, however many lines it breaks into.

Cells that no line parts are one that stretches: 2023年 over 增速 | 总量. Tables open at their sides count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from embeddings.documents.cells import Cell
from embeddings.documents.piece import Piece, Rule, TableRow, words_of

_SAME = 2.5  # points between the two edges of a thick line
_TOUCH = 3.0  # points by which lines that meet may miss each other
_SHORTEST = 6.0  # points
_MOST_CELLS = 6000
_LONG_CELL = 150  # characters
_LONG_CELLS = 0.4  # of the cells: boxes of articles on a page of a newspaper
_FEWEST_CELLS_ALONE = 3  # of one row that the page before began


@dataclass(frozen=True, slots=True)
class _Line:
    """A line at one height or width, from where to where."""

    at: float
    start: float
    end: float

    def covers(self, place: float) -> bool:
        return self.start - _TOUCH <= place <= self.end + _TOUCH


def with_ruled_tables(pieces: Sequence[Piece], rules: Sequence[Rule]) -> list[Piece]:
    """Put a table in the place of the pieces that stand within its lines."""
    across = _merged(_Line(rule.bottom, rule.left, rule.right) for rule in rules if rule.is_across)
    down = _merged(_Line(rule.left, rule.bottom, rule.top) for rule in rules if not rule.is_across)
    if not across or not down or len(across) * len(down) > _MOST_CELLS:
        return list(pieces)
    found = list(pieces)
    tables = sorted(_connected(across, down), key=lambda table: _area(*table))
    for own_across, own_down in tables:
        xs = _places(line.at for line in own_down) if own_down else []
        xs = _places([*xs, min(line.start for line in own_across), max(line.end for line in own_across)])
        ys = _places(line.at for line in own_across)
        ys = _places([*ys, min(line.start for line in own_down), max(line.end for line in own_down)])
        inside = [piece for piece in found if _within(piece, xs, ys)]
        if len(xs) < 3 or len(ys) < 2 or not inside:
            continue
        table = _table(inside, xs, ys[::-1], own_across, own_down)
        if table is not None:
            taken = set(map(id, inside))
            found = [*(piece for piece in found if id(piece) not in taken), table]
    return found


def _merged(lines: Iterator[_Line]) -> list[_Line]:
    """Join what is drawn in parts, and the two edges of a thick line; leave the shortest out."""
    merged: list[_Line] = []
    level: list[_Line] = []
    for line in [*sorted(lines, key=lambda line: line.at), _Line(float("inf"), 0, 0)]:
        if level and line.at - level[0].at > _SAME:
            at = sum(other.at for other in level) / len(level)
            level.sort(key=lambda other: other.start)
            start, end = level[0].start, level[0].end
            for other in level[1:]:
                if other.start > end + _TOUCH:
                    merged.append(_Line(at, start, end))
                    start, end = other.start, other.end
                end = max(end, other.end)
            merged.append(_Line(at, start, end))
            level = []
        level.append(line)
    return [line for line in merged if line.end - line.start >= _SHORTEST]


def _connected(across: Sequence[_Line], down: Sequence[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """Return the lines that hang together, in both directions."""
    lines = [*across, *down]
    group = list(range(len(lines)))

    def root(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    for a, level in enumerate(across):
        for d, upright in enumerate(down, len(across)):
            if upright.covers(level.at) and level.covers(upright.at):
                group[root(a)] = root(d)
    tables: dict[int, tuple[list[_Line], list[_Line]]] = {}
    for number, line in enumerate(lines):
        tables.setdefault(root(number), ([], []))[number >= len(across)].append(line)
    return [table for table in tables.values() if all(table)]


def _area(across: Sequence[_Line], down: Sequence[_Line]) -> float:
    wide = max(line.end for line in across) - min(line.start for line in across)
    return wide * (max(line.end for line in down) - min(line.start for line in down))


def _places(places: Sequence[float] | Iterator[float]) -> list[float]:
    """Return places in order, those of one line once."""
    ordered: list[float] = []
    for place in sorted(places):
        if not ordered or place - ordered[-1] > _SAME:
            ordered.append(place)
    return ordered


def _within(piece: Piece, xs: Sequence[float], ys: Sequence[float]) -> bool:
    across, down = _middle(piece)
    return xs[0] <= across <= xs[-1] and ys[0] <= down <= ys[-1]


def _middle(piece: Piece) -> tuple[float, float]:
    return (piece.left + piece.right) / 2, (piece.bottom + piece.top) / 2


def _table(
    inside: Sequence[Piece],
    xs: Sequence[float],
    ys: Sequence[float],
    across: Sequence[_Line],
    down: Sequence[_Line],
) -> Piece | None:
    """Return the table as one piece; None where the lines are no table's."""
    cells = _cells(xs, ys, across, down)
    if not _are_rectangles(cells):
        return None
    held: dict[Cell, list[Piece]] = {}
    for piece in inside:
        middle, height = _middle(piece)
        column = sum(x <= middle for x in xs[1:-1])
        row = sum(y >= height for y in ys[1:-1])
        held.setdefault(cells[row][column], []).append(piece)
    for cell, parts in held.items():
        cell.text = words_of(parts)
    rows: list[TableRow] = [tuple(row) for row in cells]
    filled = [cell.text for cell in held]
    long = sum(len(text) > _LONG_CELL for text in filled)
    alone = sum(any(cell.text for cell in row) for row in cells) == 1 and (
        len(filled) < _FEWEST_CELLS_ALONE or long
    )
    if len(filled) < 2 or alone or long > _LONG_CELLS * len(filled):
        return None
    return Piece(
        " ".join(filled), xs[0], xs[-1], ys[-1], ys[0], median(piece.size for piece in inside), tuple(rows)
    )


def _cells(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[_Line], down: Sequence[_Line]
) -> list[list[Cell]]:
    """Return the cells of each row from the top, one that stretches in each of its places."""
    cells = [[Cell("") for _ in xs[1:]] for _ in ys[1:]]
    same: dict[Cell, Cell] = {}

    def first(cell: Cell) -> Cell:
        while cell in same:
            cell = same[cell]
        return cell

    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            beside = column and not _is_drawn(down, left, (top + bottom) / 2)
            under = row and not _is_drawn(across, top, (left + right) / 2)
            for other in [cells[row][column - 1]] * bool(beside) + [cells[row - 1][column]] * bool(under):
                one, other = first(cells[row][column]), first(other)
                if one is not other:
                    same[one] = other
    return [[first(cell) for cell in row] for row in cells]


def _are_rectangles(cells: Sequence[Sequence[Cell]]) -> bool:
    """Say whether no cell goes round a corner, as none of a table does."""
    places: dict[Cell, list[tuple[int, int]]] = {}
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            places.setdefault(cell, []).append((row, column))
    return all(
        len(own) == (own[-1][0] - own[0][0] + 1) * (max(c for _, c in own) - min(c for _, c in own) + 1)
        for own in places.values()
    )


def _is_drawn(lines: Sequence[_Line], at: float, place: float) -> bool:
    return any(abs(line.at - at) <= _TOUCH and line.start <= place <= line.end for line in lines)
