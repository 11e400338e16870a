"""The values of a text, each whole: a figure with its unit and what bounds it, a time, a date, a code.

引进省级以上科技领军人才150名、青年大学生15万名，列全省第3 → 150名 | 15万名 | 第3
宽度不得超过2.5米，电话0571-8700 1234 → 不得超过2.5米 | 0571-8700 1234
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.reader.lexicon import NO_AMOUNTS, SYMBOLS, VALUES
from embeddings.terms import fold_in_place

Kind = Literal["amount", "percent", "rank", "multiple", "date", "time", "code"]

# In this order: a code may hold what looks like an amount.
_KINDS: dict[str, Kind] = {
    "code": "code", "phone": "code", "time": "time", "rank": "rank", "date": "date", "percent": "percent",
    "multiple": "multiple", "amount": "amount", "han_amount": "amount",
}  # fmt: skip
_SYMBOLS = re.compile(rf"(?<![a-z/])(?:{'|'.join(SYMBOLS)})(?![a-z\d])")  # none in mm2, μg/m3


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it stands in a text: characters `start` to `end`, exclusive."""

    start: int
    end: int
    kind: Kind
    unit: str  # 亿元, %, 位 … or empty


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the values of a text in order, none inside another."""
    folded = fold_in_place(text)
    taken = bytearray(len(folded))
    found = []
    for name, kind in _KINDS.items():
        for match in VALUES[name].finditer(folded):
            start, end = match.start(), match.start() + len(match.group().rstrip())
            if start == end or any(taken[start:end]) or match.group() in NO_AMOUNTS:
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Figure(start, end, kind, unit_of(match.group(), kind)))
    return tuple(sorted(found, key=lambda figure: figure.start))


def unit_of(text: str, kind: Kind) -> str:
    """Return the unit of a figure as printed: 近2936亿元 → 亿元."""
    if kind == "percent":
        return "百分点" if "百分点" in text else "%"
    if kind != "amount":
        return ""
    match = VALUES["with_unit"].search(text)
    return _SYMBOLS.sub(lambda symbol: SYMBOLS[symbol.group()], match[1]) if match else ""
