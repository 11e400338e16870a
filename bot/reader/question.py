"""What a question asks for: the kind of its answer, and what the answer must agree with.

余杭去年财政总收入多少亿元 → figure, level, unit 亿元
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from bot.reader.lexicon import ASKS, DATING, LOOSE, MEASURES, ONE_UNIT
from embeddings.terms import fold_in_place, is_known, tokens

Kind = Literal["figure", "date", "person", "place", "reason", "list", "decision", "open"]
Aspect = Literal["", "level", "growth", "share", "rank", "multiple"]

TIME = "时间"  # the unit of 多久
_ENDS = " 　?？!！。，,~～"
_ASKED_UNIT = re.compile(rf"(?:多少|几)(万?亿?{ONE_UNIT})")
_MEASURED = "[米亩吨万亿个斤克]|平方|公里|元(?!旦)"  # 2000米跑 is of no year
YEAR = re.compile(
    rf"(?<!\d)(19\d\d|20[0-4]\d|20[5-9]\d(?=年))(?!{_MEASURED})年?(?!\d)"
)  # 2099 alone is a number
_YEAR_BESIDE = re.compile(r"(?<=(?:19|20)\d\d)年(?![度底初末报鉴间会])")  # 2024年收入 → 2024 收入
_HAN_NUMBERS = {str(number): han for number, han in enumerate("一二三四五六七八九十", start=1)}
# What is one of several by its number or its code: 二期, 1号线, 第二十条, FC-200
_NUMBERED = re.compile(
    r"(?<![前一二三四五六七八九十\d])([一二三四五六七八九十]{1,3}|\d{1,2})(期(?![间限待货刊内末初满盼])|号线|号楼|号机|标段|等奖|季度|车间)"
    r"|第([一二三四五六七八九十百]{1,4}|\d{1,3})([批轮届次条章款])"
)
_DIGIT = re.compile(r"\d")
_CODE = re.compile(
    rf"(?<![a-z0-9.])(?:[a-z]{{1,6}}[-–]?\d+(?:\.\d+)?[a-z0-9-]*|\d{{3,}}(?!\s?[余多]?[百千万亿]*{ONE_UNIT}|[\d.%年]))(?![a-z0-9])"
)


# What a question may ask for, in the order in which it is tried.
_KINDS: dict[str, Kind] = {
    "rank": "figure", "multiple": "figure", "list": "list", "how_long": "figure", "date": "date", "person": "person",
    "place": "place", "reason": "reason", "decision": "decision", "count": "figure", "growth": "figure",
    "share": "figure",
}  # fmt: skip
_ASPECTS: tuple[Aspect, ...] = ("rank", "multiple", "growth", "share")


@dataclass(frozen=True, slots=True)
class Label:
    """What tells one of several of a `kind` apart: 二期, 第三批, FC-200."""

    text: str
    kind: str  # 期, 批 …; of codes "a" or "1", what they begin with


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood; `content` are its words that the evidence should hold, in order."""

    text: str
    kind: Kind
    aspect: Aspect
    unit: str
    years: tuple[str, ...]
    goal: bool
    done: bool  # it asks for what was done, not planned
    subjects: tuple[str, ...]  # places and bodies it names
    content: tuple[str, ...]
    labels: tuple[Label, ...]


def understand(question: str, subjects: Collection[str] = ()) -> Asked:
    """Return what a question asks for; `subjects` are the places and bodies that the library speaks about."""
    folded = fold_in_place(question).strip(_ENDS)
    kind = _kind(folded)
    named = _named(folded, subjects)
    return Asked(
        text=folded,
        kind=kind,
        aspect=(aspect_of(folded) or "level") if kind == "figure" else "",
        unit=_unit(folded) if kind == "figure" else "",
        years=tuple(YEAR.findall(folded)),
        goal=ASKS["goal"].search(folded) is not None,
        done=ASKS["done"].search(folded) is not None,
        subjects=tuple(named),
        content=_content(folded, named),
        labels=tuple(labels(folded)),
    )


def asks_for_list(question: str) -> bool:
    """Say whether a question asks for all of a kind: 信息学院有哪些专业."""
    return _kind(fold_in_place(question)) == "list"


def labels(folded: str) -> list[Label]:
    """Return what a text tells apart by number or code: 2号线比第三批, FC-200 → 二号线, 第三批, FC-200."""
    found = []
    for match in _NUMBERED.finditer(folded):
        number = _HAN_NUMBERS.get(number := match[1] or match[3], number)
        found.append(Label(f"第{number}{match[4]}" if match[4] else number + match[2], match[4] or match[2]))
    codes = [code for code in _CODE.findall(folded) if not YEAR.fullmatch(code) and _DIGIT.search(code)]
    return found + [Label(code.upper(), "1" if code[0].isdigit() else "a") for code in codes]


def _kind(folded: str) -> Kind:
    if ASKS["written"].search(folded) and not ASKS["list"].search(folded):
        return "open"
    return next((kind for name, kind in _KINDS.items() if ASKS[name].search(folded)), "open")


def _content(folded: str, named: list[str]) -> tuple[str, ...]:
    """Return the words that tell what is asked about: 绍兴去年引进了几个项目 → 去年 引进 项目."""
    left = _YEAR_BESIDE.sub(" ", ASKS["asking"].sub(" ", folded))
    for name in named:
        left = left.replace(name, " ")
    loose = LOOSE | DATING if YEAR.search(folded) else LOOSE
    words = (token.text for token in tokens(left))
    return tuple(dict.fromkeys(word for word in words if word[:1].isalnum() and word not in loose))


def _unit(folded: str) -> str:
    """Return what is counted: 多少家 → 家; 花了多少钱 → 元; empty where the question leaves it open."""
    starts = {token.start: token.text for token in tokens(folded)}
    if ASKS["coins"].search(folded):
        return "元"
    aspect = aspect_of(folded)
    for asked in reversed(list(_ASKED_UNIT.finditer(folded))):
        if measures(TIME, asked[1]):
            return TIME
        if asked[1] in ("成", "折") or (asked[1] == "个" and aspect in ("growth", "share")):
            return ""  # 涨了几个点
        split = starts.get(asked.start(1), "")
        if len(split) <= len(asked[1]) or not is_known(split):  # 多少股份 counts no 股
            return asked[1]
    if ASKS["how_long"].search(folded):
        return TIME
    if aspect not in ("", "level"):
        return ""
    return next((unit for unit, (asks, _) in MEASURES.items() if asks.search(folded)), "")


def measures(unit: str, given: str) -> bool | None:
    """Say whether a unit measures what is asked for: 公里 a length; None where the question does not tell."""
    return MEASURES[unit][1].search(given) is not None if unit in MEASURES else None


def aspect_of(folded: str) -> Aspect:
    """Return in which respect a question asks for a figure; empty where it does not say."""
    otherwise: Aspect = "level" if ASKS["count"].search(folded) else ""
    return next((aspect for aspect in _ASPECTS if ASKS[aspect].search(folded)), otherwise)


def _named(folded: str, subjects: Collection[str]) -> list[str]:
    """Return the subjects that the question names, a longer one hiding those inside it."""
    inside = sorted((name for name in map(fold_in_place, subjects) if name in folded), key=len, reverse=True)
    return [name for n, name in enumerate(inside) if not any(name in longer for longer in inside[:n])]
