"""What is told apart from others of its kind, by a name of its own or by a number: 苏通大桥, 风电二期."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.terms import tokens

RELATIVE_YEARS = frozenset("前年 去年 今年 明年 上年 当年".split())
# What has many of its kind beside it in a text, told apart by a name in front.
_CLASS = re.compile(
    r"(街道|大桥|公司|集团|医院|学校|小学|中学|大学|学院|隧道|机场|社区|小区|景区|水库|码头|基地|[省市县区镇乡村路街湖岛河江山寺楼塔馆园港站厂桥村])$"
)
_HAN_ONLY = re.compile(r"[一-鿿]+")
_HAN_NUMBERS = {str(number): han for number, han in enumerate("一二三四五六七八九十", start=1)}
_NUMBERED = re.compile(
    r"(?<![前一二三四五六七八九十\d])([一二三四五六七八九十]{1,3}|\d{1,2})(期(?![间限待货刊内末初满盼])|号线|号楼|号机|标段|等奖|季度)"
    r"|(?:第([一二三四五六七八九十]{1,3}|\d{1,2})|首)([批轮届次])"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by its own name and the class that it is one of."""

    name: str
    class_of: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """One of several of a kind by its number: 二, 期."""

    number: str
    kind: str

    def __str__(self) -> str:
        return self.number + self.kind


def things(folded: str) -> Iterator[Named]:
    """Yield what the question names of a class of things: 北桥区 → 北桥, 区; 苏通 | 大桥 → 苏通, 大桥."""
    before = ""
    for token in tokens(folded):
        if match := _CLASS.search(token.text):
            name = token.text[: match.start()] or before
            if len(name) > 1 and _HAN_ONLY.fullmatch(name) and name not in RELATIVE_YEARS:
                yield Named(name, match[1])
        before = token.text


def numbered(text: str) -> list[Numbered]:
    """Return what a text tells apart by number, in order: 2号线比首批 → (二, 号线), (一, 批)."""
    return [
        Numbered(_HAN_NUMBERS.get(number := match[1] or match[3] or "一", number), match[2] or match[4])
        for match in _NUMBERED.finditer(text)
    ]
