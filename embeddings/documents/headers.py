"""Which rows of a table hold its names, and which tables are forms of label and value."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from embeddings.documents.cells import (
    Row,
    distinct,
    has_digit,
    is_blank,
    is_figure,
    is_said,
    is_single,
    is_unit,
)

Names = list[str]  # of each column; empty where no row holds them

_CODE = re.compile(r"[A-Za-z]+-?\d[\dA-Za-z-]*|\d{1,2}:\d{2}(?:\s*[—–~-]+\s*\d{1,2}:\d{2})?")
_FORM_LABEL = re.compile(
    r"^(?!.*\d).{0,6}(?:人|姓名|性别|年龄|民族|籍贯|学历|职务|职称|电话|手机|传真|邮箱|邮编|网址|地址|住址|单位|名称|编号|文号|日期|时间|地点|期限|金额)$"
)  # 联系人、办公电话: in the first column of what is no table
_SHARED = re.compile(r"^(?:同比|比上年|比去年|较上年)?(?:增长|增速|增幅|增减|占比|比重|完成率|排名|位次)")
_UNIT_BEHIND = re.compile(r"[（(][^（）()]*[）)]$")
_LONGEST_NAME = 40  # characters; what is longer is no column's name
_LONGEST_LABEL = 8  # of a form
_MOST_FORM_ROWS = 30
_LONGEST_FORM = 400  # characters
_MOST_HEADS = 5


def names_of(lines: list[Row], heads: int = 0) -> tuple[Names, list[Row]]:
    """Return the column names, header rows joined from top to bottom, and the rows below them."""
    if len(lines) == 1 or (not heads and (_has_no_names(lines[0]) or _is_like(lines[0], lines[1:]))):
        return [], lines
    count = min(max(heads, _count_heads(lines)), len(lines) - 1)
    upper, last = lines[:count], count - 1
    filled = [
        _filled_across(line, lines[number + 1]) if number < last else list(map(_text, line))
        for number, line in enumerate(upper)
    ]
    names = [_joined([line[column] for line in filled]) for column in range(len(lines[0]))]
    return _told_apart(names), lines[count:]


def _told_apart(names: Names) -> Names:
    """Give a name that several columns share the name before it: 产值 | 增长 | 收入 | 增长 → 产值增长, 收入增长."""
    told: Names = []
    for name in names:
        again = _SHARED.match(name) and names.count(name) > 1 and told and not _SHARED.match(told[-1])
        told.append(_UNIT_BEHIND.sub("", told[-1]) + name if again else name)
    return told


def _text(cell: object) -> str:
    return str(getattr(cell, "text", cell))


def _has_no_names(first: Row) -> bool:
    texts = [cell.text for cell in first]
    figures = sum(map(is_figure, texts[1:])) * 2 > len(texts) - 1
    return figures or texts[0].endswith(("：", ":")) or any(len(text) > _LONGEST_NAME for text in texts)


def _is_like(first: Row, below: Sequence[Row]) -> bool:
    """Say whether a row holds codes or times as the rows below it do: QF8823 over QF8830."""
    return any(
        (shape := _shape(cell.text))
        and all(_shape(line[column].text) == shape for line in below if not is_single(line))
        for column, cell in enumerate(first)
    )


def _shape(text: str) -> str:
    """Return the form of a code or time, empty for anything else: QF8823 → A0; 07:55 → 0:0."""
    if not has_digit(text) or is_figure(text) or not _CODE.fullmatch(text):
        return ""
    return re.sub(r"[A-Za-z]+", "A", re.sub(r"\d+", "0", text))


def _count_heads(lines: Sequence[Row]) -> int:
    """Count the header rows: what stretches down from one, what stretches across over smaller names, units."""
    count = 1
    while count < min(_MOST_HEADS, len(lines) - 1):
        above, line = lines[count - 1], lines[count]
        texts = [cell.text for cell in line if cell.text]
        if any(map(is_figure, texts)):
            break
        tall = any(cell.text and cell is line[column] for column, cell in enumerate(above))
        wide = any(a is b and a.text for a, b in pairwise(above))
        units = (
            len(texts) > 1 and all(is_unit(text) for text in texts[-len(texts) + 1 :]) and is_unit(texts[-1])
        )
        if not (tall or wide or units or _is_header_too(above, line, lines[count + 1 : count + 3])):
            break
        count += 1
    return count


def _is_header_too(upper: Row, line: Row, below: Sequence[Row]) -> bool:
    """Say whether names stand below names where cells are not marked as merged: 2023年 | blank over 增速 | 总量."""
    blank = any(not a.text and b.text for a, b in zip(upper, line, strict=True))
    same = any(a.text and a.text == b.text for a, b in pairwise(upper))
    if not (blank or same):
        return False
    tall = any(a.text and a.text == b.text for a, b in zip(upper, line, strict=True))
    figures = any(is_figure(cell.text) for row in below for cell in row)
    return tall or (figures and not is_blank(line))


def _filled_across(line: Row, below: Row) -> list[str]:
    """Repeat a name over the smaller names that it stretches over."""
    filled: list[str] = []
    for cell, under in zip(line, below, strict=True):
        filled.append(cell.text or (filled[-1] if filled and under.text else ""))
    return filled


def _joined(names: Sequence[str]) -> str:
    """Join names from top to bottom: 2023年 over 增速 → 2023年增速; 产量 over 吨 → 产量（吨）."""
    whole = ""
    for name in dict.fromkeys(filter(None, names)):
        whole += f"（{name.strip('（()）')}）" if whole and is_unit(name) else name
    return whole


def is_form(lines: Sequence[Row]) -> bool:
    """Tell a form, label | value | label | value, from a table with names over its columns."""
    width = len(lines[0])
    if width == 1 or len(lines) > _MOST_FORM_ROWS:
        return False
    if width == 2 and lines[0][0].text.endswith(("：", ":")):
        return True
    labels = [
        line[column].text
        for line in lines
        for column in range(0, width, 2)
        if line[column].text and not (column and line[column] is line[column - 1])
    ]
    known = sum(bool(_FORM_LABEL.search(label)) for label in labels)
    if width % 2 == 0 and len(lines) > 1 and known > 1 and known * 3 >= len(labels) * 2:
        return True
    marked = sum(label.endswith(("：", ":")) for label in labels)
    if marked * 5 >= len(labels) * 4 and marked > 1:
        return True
    if all(is_said(cell.text) for line in lines for cell in distinct(line)):
        return True
    return width % 2 == 0 and len(lines) > 1 and _alternates(lines, labels)


def form_groups(lines: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return the parts of a form whose first column says what they are about; empty where there is no such form.

    申请人 | 姓名 | 祖安 | 电话 | 5501, the first cell stretching down
    """
    groups: list[tuple[str, list[Row]]] = []
    above: object = None
    for line in lines:
        if line[0] is not above and line[0].text:
            groups.append((line[0].text, []))
        elif not groups:
            return []
        above = line[0]
        groups[-1][1].append(line[1:])
    rest = [line[1:] for line in lines]
    stretched = len(groups) < len(lines)
    return groups if len(lines[0]) > 2 and stretched and is_form(rest) and not is_form(lines) else []


def _alternates(lines: Sequence[Row], labels: Sequence[str]) -> bool:
    """Say whether labels, none of them twice and without digits, stand beside values of several kinds."""
    width = len(lines[0])
    if len(set(labels)) < len(labels) or any(map(has_digit, labels)):
        return False
    if any(len(label) > _LONGEST_LABEL for label in labels) or any(not line[0].text for line in lines):
        return False
    values = [
        [line[column].text for line in lines if line[column].text and line[column] is not line[column - 1]]
        for column in range(1, width, 2)
    ]
    first = any(has_digit(column[0]) for column in values if column)
    below = [{has_digit(text) for text in column[1:]} for column in values]
    mixed = any(len({has_digit(text) for text in column}) == 2 for column in values)
    return mixed and (first or any(len(kinds) == 2 for kinds in below))


def form_rows(lines: Sequence[Row]) -> Iterator[str]:
    """Yield what a form says: 索引号：A1；发布机构：水利局. All of it together where it is one record and short."""
    told = ["；".join(_pairs(line)) for line in lines]
    whole = "；".join(filter(None, told))
    if len(lines[0]) > 2 and len(whole) <= _LONGEST_FORM:
        yield whole
    else:
        yield from filter(None, told)


def _pairs(line: Row) -> Iterator[str]:
    label = ""
    for cell in dict.fromkeys(line):
        if is_said(cell.text) and not label:
            yield cell.text
        elif label:
            yield f"{label.rstrip('：:')}：{cell.text}" if cell.text else label
            label = ""
        else:
            label = cell.text
    if label:
        yield label
