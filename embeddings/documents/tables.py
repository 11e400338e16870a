"""Rows of cells → "row" blocks that carry their column names and the table's title.

| 地区 | 2023年GDP增速 |
| 龙港 | 8.7%          |   titled 主要指标 → 【主要指标】地区：龙港；2023年GDP增速：8.7%
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from embeddings.documents.block import Block
from embeddings.errors import DocumentError

_FIGURE = re.compile(r"^[-+−¥￥$约]?\d[\d,，./–-]*\s*\D{0,8}$")
_PERIOD = re.compile(
    r"^(?:19|20)\d\d$|^\d{1,4}\s*(?:年|月|日|号|季度|周|岁|级|班|期|点|时)"
)  # 2023年、60岁以上: names
_UNIT_LINE = re.compile(r"[（(]?((?:计量)?单位[：:]\s*\S{1,8}?)[）)]?")
_LONGEST_NAME = 40  # characters; what is longer is no column's name

Row = Sequence[str]


def rows(table: Sequence[Row], title: str = "", *, named: bool = True) -> list[Block]:
    """Return the table's rows with their column names, and what stands in one cell as text.

    `named` is False where no row can hold names: a list of offices and telephones.
    """
    lines = [[" ".join(cell.split()) for cell in row] for row in table]
    width = max(map(len, lines), default=0)
    lines = [[*line, *[""] * (width - len(line))] for line in lines if any(line)]
    titles, lines = _titles(lines)
    heading = "，".join(filter(None, [title.strip(), *titles]))
    if not lines:
        return [Block(heading, "row")] if heading else []
    names, body = _names(lines) if named else ([], lines)
    return list(_named(body, names, f"【{heading}】" if heading else ""))


def _titles(lines: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Take off what is printed over a table: one cell in a row of its own, merged cells repeating it."""
    count = 0
    while count < len(lines) - 1 and len(lines[0]) > 1 and len(set(filter(None, lines[count]))) == 1:
        count += 1
    return [next(filter(None, line)) for line in lines[:count]], lines[count:]


def _names(lines: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Find the column names: one row, two where the upper one's cells are merged, none where it has figures."""
    first = lines[0]
    if len(lines) == 1 or _has_no_names(first):
        return [], lines
    if _is_merged(first) and _is_header_too(first, lines[1], lines[2:4]):
        # 2023年 over 增速 → 2023年增速; 地区 over 地区 (one cell of two rows) → 地区
        names = [a if b in ("", a) else a + b for a, b in zip(_filled(first), lines[1], strict=True)]
        return names, lines[2:]
    return first, lines[1:]


def _has_no_names(first: Row) -> bool:
    figures = sum(map(is_figure, first[1:])) * 2 > len(first) - 1
    return figures or first[0].endswith(("：", ":")) or any(len(cell) > _LONGEST_NAME for cell in first)


def is_figure(cell: str) -> bool:
    """Say whether a cell holds a figure, and no name of a column: 2936亿元, not 2023年."""
    return bool(_FIGURE.match(cell)) and not _PERIOD.match(cell)


def _is_header_too(upper: Row, line: Row, below: Sequence[Row]) -> bool:
    """Say whether the second row holds names too: no figures in it, and a cell of two rows or figures below."""
    if any(map(is_figure, line)):
        return False
    tall = any(a and a == b for a, b in zip(upper, line, strict=True))
    return tall or any(is_figure(cell) for row in below for cell in row)


def _is_merged(line: Row) -> bool:
    """Say whether cells of a header row stretch over several columns: 地区 | 2023年 | 2023年 or blank."""
    return any(not cell or cell == before for before, cell in pairwise(line))


def _filled(line: Row) -> list[str]:
    filled: list[str] = []
    for cell in line:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def _named(lines: Sequence[Row], names: Row, title: str) -> Iterator[Block]:
    for line in lines:
        present = [(number, cell) for number, cell in enumerate(line) if cell]
        if len(names) > 1 and len({cell for _, cell in present}) == 1 and len(names) + len(present) > 3:
            yield Block(f"{title}{present[0][1]}", "row")  # 合并的一格：小计、注、分组
        elif not names and len(present) == 2 and len(line) == 2:
            yield Block(f"{title}{line[0].rstrip('：:')}：{line[1]}", "row")
        else:
            cells = [
                f"{names[number]}：{cell}" if number < len(names) and names[number] else cell
                for number, cell in present
            ]
            yield Block(title + "；".join(cells), "row")


def unit_over(text: str) -> str:
    """Return what a line over a table says of its unit: （单位：万元） → 单位：万元; empty for another line."""
    match = _UNIT_LINE.fullmatch(text.strip())
    return match[1] if match else ""


def too_many_cells(most: int) -> DocumentError:
    """Say that a table is larger than what people ask."""
    return DocumentError(
        f"单元格超过 {most // 10_000} 万：只留要问的表，或拆开 · more than {most:,} cells, split it"
    )
