"""Plain text → Blocks, split at blank lines; lines of cells set apart by wide spaces are the rows of a table."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from embeddings.documents import tables
from embeddings.documents.block import Block
from embeddings.documents.decoding import decode

_BLANK_LINES = re.compile(r"\n(?:[ \t　]*\n)+")
# Between two cells of a line; each alternative begins with a character, which lets the search skip to these.
_APART = re.compile(r"\t\t*|　　*|    *")
_FEWEST_CELLS = 2
_SENTENCE = re.compile(r"[。；！？]|[^)）]：")
_FIGURE = re.compile(r"\d")
_TIME = re.compile(r"^\d{1,2}[:：]\d{2}")
_LONGEST_CELL = 40
# 主要指标（2024年、2023年、增减）： says over a table what its columns are
_COLUMNS = re.compile(r"^(?P<title>[^。；]{0,30}?)[（(](?P<names>[^（）()]+、[^（）()]+)[）)][：:]$")


def read(content: bytes) -> list[Block]:
    """Return the pieces of a text file."""
    return read_plain(decode(content))


def read_plain(text: str) -> list[Block]:
    """Return the pieces between blank lines, line breaks within kept: indents tell paragraphs apart."""
    lines = [
        (number, line) for number, piece in enumerate(_BLANK_LINES.split(text)) for line in piece.split("\n")
    ]
    blocks: list[Block] = []
    before = ""
    for is_table, group in groupby(_with_kinds(lines), lambda line: line[0]):
        run = list(group)
        if is_table:
            blocks += _table([line for _, _, line in run], before)
        else:
            pieces = (
                "\n".join(line for *_, line in piece) for _, piece in groupby(run, lambda line: line[1])
            )
            blocks += [Block(piece.strip("\n").rstrip()) for piece in pieces if piece.strip()]
        before = run[-1][2].strip()
    return blocks


def _with_kinds(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[bool, int, str]]:
    """Yield whether each line is a row of a table: of cells with figures, or their names right above."""
    filled = [(number, line) for number, line in lines if line.strip()]
    rows = [False, *(_is_row(line) for _, line in filled), False]
    widths = [len(_cells(line)) for _, line in filled] + [0]
    names = False
    for place, (number, line) in enumerate(filled):
        above, here, below = rows[place : place + 3]
        held = here and (above or below or names)
        names = not here and below and widths[place] == widths[place + 1] > _FEWEST_CELLS
        yield held or names, number, line


def _is_row(line: str) -> bool:
    cells = _cells(line)
    if len(cells) == _FEWEST_CELLS and _TIME.match(cells[0]) and not tables.is_figure(cells[1]):
        return False  # 08:30　开幕式, an entry of a timetable
    short = all(len(cell) <= _LONGEST_CELL and not _SENTENCE.search(cell) for cell in cells)
    return len(cells) >= _FEWEST_CELLS and short and any(map(_FIGURE.search, cells[1:]))


def _table(lines: Sequence[str], before: str) -> list[Block]:
    """Return rows with their column names, where one line of names stands over them or is told before them."""
    table = [_cells(line) for line in lines]
    width = len(table[0])
    columns = _COLUMNS.match(before)
    names = columns["names"].split("、") if columns else []
    if len(names) == width - 1:
        return tables.rows([["", *names], *table], columns["title"] if columns else "")
    ragged = any(len(row) != width for row in table)
    return tables.rows(
        table, tables.unit_over(before), named=not ragged and not any(map(tables.is_figure, table[0][1:]))
    )


def _cells(line: str) -> list[str]:
    return _APART.split(line.strip())
