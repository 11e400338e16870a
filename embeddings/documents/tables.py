"""Rows of cells → "row" blocks that carry their column names and the table's title.

| 地区 | 2023年GDP增速 |
| 龙港 | 8.7%          |   titled 主要指标 → 【主要指标】地区：龙港；2023年GDP增速：8.7%

One model for every format: lines over a table that say its title and unit, header rows joined from top
to bottom, labels of merged rows repeated, forms of label and value, several tables on one sheet.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from embeddings.documents.block import Block
from embeddings.documents.cells import (
    NOTE,
    Cell,
    Row,
    as_cells,
    distinct,
    has_digit,
    is_date,
    is_figure,
    is_lone,
    is_said,
    is_single,
    is_total,
    is_whole_total,
    parts,
)
from embeddings.documents.headers import Names, form_groups, form_rows, is_form, names_of
from embeddings.errors import DocumentError

__all__ = ["Cell", "is_figure", "is_grid", "rows", "title_over", "too_many_cells", "unit_over"]

_UNIT_LINE = re.compile(r"[（(]?((?:计量|金额)?单位[：:]\s*\S{1,12}?)[）)]?")
_TABLE_TITLE = re.compile(r"^表\s*[\d一二三四五六七八九十]")
_BETWEEN_CELLS = re.compile("[；：【】，\n]")
_LONGEST_TITLE = 60
_GROUP_LENGTHS = range(2, 30)
_NUMBERED_GROUP = re.compile(r"^[一二三四五六七八九十]+、|^[（(][一二三四五六七八九十]+[）)]|.*[：:]$")
# 年份｜2022 → 2022年: the name of the column says what the bare number is
_BARE = (
    (re.compile(r"(?:年份|年度|^年)$"), re.compile(r"^(?:19|20)\d\d$"), "年"),
    (re.compile(r"(?:月份|^月)$"), re.compile(r"^(?:[1-9]|1[0-2])$"), "月"),
)


class _Sheet:
    """What the tables of one sheet share while it is gone through."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.over: list[str] = []  # lines that wait for the table below
        self.names: Names = []
        self.heads: list[list[str]] = []  # the rows that hold them
        self.figures: list[bool] = []  # which columns of the last table hold digits


def rows(
    table: Sequence[Sequence[str | Cell]], title: str = "", *, named: bool = True, heads: int = 0
) -> list[Block]:
    """Return the rows of the tables with their column names, and what stands in one cell as text.

    `named` is False where no row can hold names: a list of offices and telephones. `heads` is how many
    rows the format itself marks as names.
    """
    width = max(map(len, table), default=0)
    lines = [as_cells(line, width) for line in table]
    sheet = _Sheet(title.strip())
    blocks: list[Block] = []
    for part in parts(lines):
        blocks += _table(part, sheet, named=named, heads=heads)
        heads = 0
    if sheet.over:
        blocks.append(
            Block("，".join([*([sheet.title] if sheet.title and not blocks else []), *sheet.over]), "row")
        )
    elif not blocks and sheet.title:
        blocks.append(Block(sheet.title, "row"))
    return [*blocks, *(Block(text, "aside") for text in _unsaid(lines, blocks))]


def _unsaid(lines: Sequence[Row], blocks: Sequence[Block]) -> Iterator[str]:
    """Yield what stands in a table and in none of its rows: a name over cells that stretch from its left."""
    whole = "\n".join(block.text for block in blocks)
    said = set(_BETWEEN_CELLS.split(whole))
    for text in dict.fromkeys(cell.text for line in lines for cell in line):
        if not said.issuperset(_BETWEEN_CELLS.split(text)) and text.strip("：:（()） ") not in whole:
            yield text


def _table(table: list[Row], sheet: _Sheet, *, named: bool, heads: int) -> Iterator[Block]:
    above, body = _lines_over(table, heads)
    sheet.over += above
    if not body:
        return
    heading = "，".join(filter(None, [sheet.title, *sheet.over]))
    title = f"【{heading}】" if heading else ""
    if named and not heads and is_form(body):
        sheet.over, sheet.names = [], []
        yield from (Block(title + text, "row") for text in form_rows(body))
        return
    if named and not heads and (groups := form_groups(body)):
        sheet.over, sheet.names = [], []
        for group, lines in groups:
            told = "，".join(filter(None, [heading, group]))
            yield from (Block(f"【{told}】{text}", "row") for text in form_rows(lines))
        return
    if not above and _goes_on(body, sheet):
        names = sheet.names
    else:
        whole = body
        names, body = names_of(body, max(0, heads - len(above))) if named else ([], body)
        sheet.heads = [_texts(line) for line in whole[: len(whole) - len(body)]]
    body = [line for line in body if _texts(line) not in sheet.heads]  # the names again, on the next page
    if not body:
        return
    # 9月16日 over its rows, 9月17日 over others: the first of them is no title
    grouped = not names and len(sheet.over) == len(above) == 1 and any(map(_is_stretched, body))
    columns = range(len(body[0]))
    sheet.figures = [sum(has_digit(line[at].text) for line in body) * 2 > len(body) for at in columns]
    sheet.over, sheet.names = [], names
    yield from _named(body, names, sheet.title if grouped else heading, above[-1] if grouped else "")
    empty = [name for column, name in enumerate(names) if not any(line[column].text for line in body)]
    yield from (Block(name, "aside") for name in empty if name)  # 备注: a column of which nothing is said


def _lines_over(lines: Sequence[Row], heads: int) -> tuple[list[str], list[Row]]:
    """Take off what is printed over a table: one cell in a row of its own, or what names what it says.

    Where the format marks `heads` rows as names, no row below them stands over the table.
    """
    count = 0
    while count < (heads or len(lines)) and len(lines[0]) > 1:
        cells = distinct(lines[count])
        last = count == len(lines) - 1
        said = _says_of_table(cells) and not last
        if not (said or (is_single(lines[count]) and not NOTE.match(cells[0].text))):
            break
        if said and count + 1 < len(lines) and _are_all_said(lines[count + 1 :]):
            break  # a form, every line of which says something
        count += 1
    texts = [cell.text for line in lines[:count] for cell in _unlike(distinct(line))]
    return texts, list(lines[count:])


def _says_of_table(cells: Sequence[Cell]) -> bool:
    """Say whether a line over a table says who made it, when, in what unit: 编制：财政所 | 2024年12月 | 单位：万元."""
    told = [is_said(cell.text) for cell in cells]
    return (
        0 < len(cells) <= 3
        and any(told)
        and all(said or is_date(cell.text) for said, cell in zip(told, cells, strict=True))
    )


def _texts(line: Row) -> list[str]:
    return [cell.text for cell in line]


def _unlike(cells: Sequence[Cell]) -> list[Cell]:
    return list({cell.text: cell for cell in cells}.values())


def _are_all_said(lines: Sequence[Row]) -> bool:
    return all(is_said(cell.text) for line in lines for cell in distinct(line))


def _goes_on(body: Sequence[Row], sheet: _Sheet) -> bool:
    """Say whether rows below an empty row go on with the table above: digits in the same columns."""
    if not sheet.names or len(sheet.names) != len(body[0]) or not any(sheet.figures):
        return False
    return [has_digit(cell.text) for cell in body[0]] == sheet.figures


def _named(lines: Sequence[Row], names: Names, heading: str, group: str = "") -> Iterator[Block]:
    above: Row = ()
    groups = 0
    for number, line in enumerate(lines):
        cells = distinct(line)
        if groups > 1 and is_whole_total(line):
            group = ""
        title = "，".join(filter(None, [heading, group]))
        title = f"【{title}】" if title else ""
        if is_single(line) and len(names) > 1 and len(names) + len(cells) > 3:
            if _heads_group(lines, number):
                group, groups = cells[0].text, groups + 1
            elif is_lone(line) and not NOTE.match(cells[0].text):
                yield Block(title + "；".join(_with_names(line, names)), "row")  # 缺数的行：年龄：1岁以下
            else:
                yield Block(title + cells[0].text, "row")
        elif not names and _is_stretched(line) and _heads_group(lines, number):
            group = cells[0].text
        elif not names and len(line) == 2 and len(cells) == 2:
            yield Block(f"{title}{cells[0].text.rstrip('：:')}：{cells[1].text}", "row")
        elif len(cells) <= 3 and len(names) > 1 and all(is_said(cell.text) for cell in cells):
            yield Block(title + "；".join(cell.text for cell in cells), "row")  # 制表人：甲
        else:
            line = _filled_down(line, above) if names else line
            yield Block(title + "；".join(_with_names(line, names)), "row")
            above = line


def _is_stretched(line: Row) -> bool:
    """Say whether one cell is all of a row, and stretches over it."""
    return is_single(line) and len(line) > 1 and all(cell is line[0] for cell in line)


def _heads_group(lines: Sequence[Row], number: int) -> bool:
    """Say whether a line of one cell stands over the rows below it: 一、工业."""
    text = distinct(lines[number])[0].text
    if number + 1 >= len(lines) or NOTE.match(text) or len(text) not in _GROUP_LENGTHS or is_figure(text):
        return False
    if not lines[number][0].text or is_single(lines[number + 1]):
        return False
    return not is_lone(lines[number]) or _NUMBERED_GROUP.match(text) is not None or _are_grouped(lines)


def _are_grouped(lines: Sequence[Row]) -> bool:
    """Tell lines that divide a table, the first of them on top, from rows of which nothing is known."""
    lone = [
        number
        for number, line in enumerate(lines)
        if is_lone(line) and line[0].text and not NOTE.match(line[0].text)
    ]
    divided = len(lone) > 1 and lone[0] == 0 and lone[-1] < len(lines) - 1
    return divided and all(after - before > 1 for before, after in pairwise(lone))


def _filled_down(line: Row, above: Row) -> list[Cell]:
    """Repeat a label that stretches over several rows: where cells are not merged, only the first has it."""
    first = next((place for place, cell in enumerate(line) if cell.text), 0)
    if not 0 < first < len(line) - 1 or len(above) != len(line) or is_total(line):
        return list(line)
    return [*above[:first], *line[first:]]


def _with_names(line: Row, names: Names) -> Iterator[str]:
    told: set[Cell] = set()
    for number, cell in enumerate(line):
        if not cell.text or cell in told:
            continue
        told.add(cell)
        name = names[number] if number < len(names) else ""
        yield f"{name}：{_shown(name, cell.text)}" if name else cell.text


def _shown(name: str, text: str) -> str:
    for column, bare, mark in _BARE:
        if column.search(name) and bare.match(text):
            return text + mark
    return text


def is_grid(table: Sequence[Sequence[str]]) -> bool:
    """Say whether a table is a form of label and value: | 甲方 | 云湾公司 |."""
    width = max(map(len, table), default=0)
    return bool(table) and is_form([as_cells(line, width) for line in table])


def unit_over(text: str) -> str:
    """Return what a line over a table says of its unit: （单位：万元） → 单位：万元; empty for another line."""
    match = _UNIT_LINE.fullmatch(text.strip())
    return match[1] if match else ""


def title_over(block: Block) -> str:
    """Return what a block right over a table says of it: its title, 表1 主要指标, or its unit."""
    text = block.text.strip()
    titled = block.kind == "caption" or _TABLE_TITLE.match(text)
    parts = text.split()
    said = all(map(is_said, parts)) and any(map(unit_over, parts))  # 单位：吨　　制表日期：1月8日
    return "，".join(parts) if said else text if titled and len(text) < _LONGEST_TITLE else unit_over(text)


def too_many_cells(most: int) -> DocumentError:
    """Say that a table is larger than what people ask."""
    return DocumentError(
        f"单元格超过 {most // 10_000} 万：只留要问的表，或拆开 · more than {most:,} cells, split it"
    )
