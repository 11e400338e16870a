"""Which lines of a block are entries, each for itself: a timetable, a parts list, a table without rules.

08:30 开幕式 / 09:20 预赛; 双人床 2张 / 衣柜 1个 / 冰箱 1台
"""

import re
from collections.abc import Sequence

# 14:00—14:10 通报; 01-10 06:48 到达; 3 曳引轮磨损; E02 卡纸
_MARKED = re.compile(
    r"^\s*(?:\d{1,2}:\d{2}(?:\s*[—–~～-]{1,2}\s*\d{1,2}:\d{2})?|\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,2})?(?:\s+\d{1,2}:\d{2})?"
    r"|\d{1,2}月\d{1,2}日|\d{1,3}|[A-Z]{1,4}-?\d{1,4})[ \t　]+(?=\S*[A-Za-z一-鿿]|\d{1,2}:\d{2})"
)
_QUANTITY = re.compile(r"[ \t　](?=\S*\d)\S{1,24}$")  # … 每丛2.8元
_TITLED = re.compile(r"^\s*[一-鿿]{2,4}[ \t　]+\S")  # 地址 中街12号; 开放 8:00—17:00 周一闭馆
_STOP = re.compile(r"[。！？]|[，、：:；]$")
_SPACE = re.compile(r"\S[ \t　]+\S")
_LONGEST, _LONGEST_BETWEEN = 60, 20
_FEWEST_MARKED, _FEWEST_QUANTITIES, _FEWEST_TITLED = 2, 3, 3


def entries_of(lines: Sequence[str], others: Sequence[bool]) -> set[int]:
    """Return which lines are entries; `others` says which are something else: labels, items with a mark."""
    found: set[int] = set()
    shapes = ((_MARKED, _FEWEST_MARKED), (_QUANTITY, _FEWEST_QUANTITIES), (_TITLED, _FEWEST_TITLED))
    for shape, fewest in shapes:
        run: list[int] = []
        for number, line in enumerate([*lines, ""]):
            if line and not others[number] and _is_short(line, _LONGEST) and shape.search(line):
                run.append(number)
                continue
            found.update(run if len(run) >= fewest else [])
            run = []
    return found | _among(lines, others, found) if found else found


def _is_short(line: str, longest: int) -> bool:
    return len(line) <= longest and not _STOP.search(line.strip())


def _among(lines: Sequence[str], others: Sequence[bool], found: set[int]) -> set[int]:
    """Return what stands among entries and has their form but for the figure: 盐 少许."""
    return {
        number
        for number in range(min(found), len(lines))
        if not others[number]
        and _is_short(lines[number], _LONGEST_BETWEEN)
        and _SPACE.search(lines[number].strip())
    }
