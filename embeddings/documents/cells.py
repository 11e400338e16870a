"""Cells of a table as every format gives them, and what a cell says by itself."""

import re
from collections.abc import Iterator, Sequence

_FIGURE = re.compile(r"^[-+−¥￥$约]?\d[\d,，./–-]*\s*\D{0,8}$")
_PERIOD = re.compile(
    r"^(?:19|20)\d\d$|^\d{1,4}\s*(?:年|月|日|号|季度|周|岁|级|班|期|点|时)"
)  # 2023年、60岁以上: names
_UNIT = re.compile(
    r"^[（(]?(?:[十百千万亿]{0,2}(?:元|美元|吨|公斤|千克|斤|亩|公顷|人|户|个|家|项|件|辆|台|套|张|头|只|株|次|人次|册|所|座|艘"
    r"|米|公里|平方米|平方公里|立方米|千瓦时|度|升)|[％%‰]|[年天日]|小时|(?:元|吨|人|户|家|个)/[^\s/]{1,4})[）)]?$"
)
_SAID = re.compile(r"^[（(]?[^：:\d]{1,12}[：:]\s*[^：:\s].*$")
_DATE = re.compile(r"^[（(]?(?:19|20)\d\d(?:年度?|[-/.])(?:\d{1,2}(?:月份?|[-/.])?(?:\d{1,2}日?)?)?[）)]?$")
_WHOLE_TOTAL = re.compile(r"^[合总共]\s*计")
_TOTAL = re.compile(r"^(?:其中)?[合总小共]\s*计")
NOTE = re.compile(r"^(?:注|说明|备注|附注|资料来源|数据来源)\s*\d*\s*[：:.、]")


class Cell:
    """A cell; one that stretches over several places is the same object in each."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Row = Sequence[Cell]


def as_cells(line: Sequence[str | Cell], width: int) -> list[Cell]:
    """Return a row of cells, white space folded, filled up to the width."""
    cells = [Cell(cell) if isinstance(cell, str) else cell for cell in line]
    for cell in cells:
        cell.text = " ".join(cell.text.split())
    return [*cells, *(Cell("") for _ in range(width - len(cells)))]


def distinct(line: Row) -> list[Cell]:
    """Return the cells that say something, a stretched one once."""
    return [cell for cell in dict.fromkeys(line) if cell.text]


def is_single(line: Row) -> bool:
    """Say whether a row says one thing: one cell, or the same words in each."""
    return len({cell.text for cell in line if cell.text}) == 1


def is_lone(line: Row) -> bool:
    """Say whether one cell of a row is filled, and does not stretch over others."""
    return sum(bool(cell.text) for cell in line) == 1


def is_blank(line: Row) -> bool:
    """Say whether a row is empty."""
    return not any(cell.text for cell in line)


def is_figure(text: str) -> bool:
    """Say whether a cell holds a figure, and no name of a column: 2936亿元, not 2023年."""
    return bool(_FIGURE.match(text)) and not _PERIOD.match(text)


def is_unit(text: str) -> bool:
    """Say whether a cell holds a unit alone: 万元, （亩）, %."""
    return bool(_UNIT.match(text))


def is_said(text: str) -> bool:
    """Say whether a cell names what it says: 单位：万元, 填表日期：3月1日."""
    return bool(_SAID.match(text))


def is_date(text: str) -> bool:
    """Say whether a cell holds a day, a month or a year alone: 2024年12月31日."""
    return bool(_DATE.match(text))


def is_whole_total(line: Row) -> bool:
    """Say whether a row sums up the whole table, not a group: 合计, no 小计."""
    return any(_WHOLE_TOTAL.match(cell.text) for cell in line)


def is_total(line: Row) -> bool:
    """Say whether a row sums others up: 合计, 小计."""
    return any(_TOTAL.match(cell.text) for cell in line)


def has_digit(text: str) -> bool:
    """Say whether a digit stands in a text."""
    return any(character.isdigit() for character in text)


def parts(lines: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the tables of a sheet: empty rows and empty columns stand between them."""
    part: list[Row] = []
    for line in [*lines, []]:
        if not is_blank(line):
            part.append(line)
        elif part:
            yield from _beside(part)
            part = []


def _beside(part: Sequence[Row]) -> Iterator[list[Row]]:
    """Cut where a whole column is empty and tables of two columns and more stand on both sides."""
    width = len(part[0])
    filled = [any(line[column].text for line in part) for column in range(width)]
    ends = [column for column in range(2, width - 2) if not filled[column]]
    start = 0
    for end in [*ends, width]:
        if sum(filled[start:end]) > 1 and (end == width or sum(filled[end:]) > 1):
            yield [line[start:end] for line in part if not is_blank(line[start:end])]
            start = end
    if start < width and any(filled[start:]):
        yield [line[start:] for line in part if not is_blank(line[start:])]
