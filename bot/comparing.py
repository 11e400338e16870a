"""Comparisons: which of two, or which of all, has the most, from figures that the passages state.

余杭和龙港哪个GDP增速快 → 余杭GDP增速是多少, 龙港GDP增速是多少 → 龙港
哪个季度营收最高 → the rows of the table that has a column 营收 → 三季度
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.reader.claims import Claim, claims, claims_of_row
from bot.reader.figures import figures
from bot.reader.lexicon import DATING, RESPECTS
from bot.reader.question import Asked, understand
from bot.reader.reading import said
from bot.sentences import Span
from embeddings.terms import fold_in_place
from embeddings.types import Passage

_MORE = "高快多大长重贵早远深宽强"
_LESS = "低慢少小短轻晚近浅窄弱"
_HOW = f"(?P<how>[{_MORE}{_LESS}]|便宜|靠前|靠后)(?:的|一些|一点|些|点)?[?？]?$"
_WHICH = "(?:谁|哪里|哪儿|哪边|哪(?:一)?[个家座条所种年]?(?P<kind>[一-鿿]{0,4}?))"
_OF_TWO = re.compile(
    r"^(?P<time>(?:(?:19|20)\d\d年?|今年|去年|上半年)?)的?(?P<first>[^和与跟同、，,()]{2,10})(?:和|与|跟|同|、)"
    rf"(?P<rest>[^，,()]{{2,30}}?)(?:相比|比起来|比)?[，,]?{_WHICH}的?(?P<what>[^，,]{{0,16}}?)(?:更|比较|要|最)?{_HOW}"
)
_OF_ALL = re.compile(rf"^(?P<before>.*?){_WHICH}的?(?P<what>[^，,谁哪]{{0,20}}?)最{_HOW}")
# 最近, 最后 and 第一季度 say nothing of the kind.
_SAYS_MOST = re.compile(
    rf"最(?:[{_MORE}]|靠前)|(?<!倒数)第一(?![季产批届次条章款轮期个步])|之首|居首|首位|榜首|冠军|领跑"
)
_SAYS_LEAST = re.compile(rf"最(?!近[年日来期几一两三])(?:[{_LESS}](?!生活)|便宜|靠后)|倒数|垫底|末位")
_TOTAL = re.compile(r"合计|小计|总计|平均|^全[国省市县区镇乡]|^总")
_NUMBER = re.compile(r"(?P<digits>\d+(?:[,，]\d{3})*(?:\.\d+)?)\s?(?P<scale>(?:(?!百分)[十百千万亿])*)")
_SCALED = re.compile(r"(?:(?!百分)[十百千万亿])+")
_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_LEVEL = frozenset("总量 总额 总数 总值".split())
_FEWEST = 2
_SAID = 0.6  # of what is asked, so much must a column or a figure's clause say


@dataclass(frozen=True, slots=True)
class OfTwo:
    """Two names and the question that each must answer."""

    names: tuple[str, str]
    questions: tuple[str, str]
    least: bool  # the smaller one is asked for


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure with whose it is: `owner` is the place of the name in the passage's text, where it stands there."""

    name: str
    value: float
    unit: str
    passage: int
    owner: Span | None
    figure: Span


def of_two(question: str, subjects: Collection[str]) -> OfTwo | None:
    """Return what two things are compared; None where the question compares no two."""
    printed = question.strip()
    match = _OF_TWO.search(fold_in_place(printed))
    if not match:
        return None
    time, first, rest, what = (
        printed[slice(*match.span(name))] for name in ("time", "first", "rest", "what")
    )
    second = _second_name(rest, first, subjects)
    measure = f"{rest[len(second) :].removeprefix('的')}{what}"
    if not measure:
        return None
    asked = tuple(f"{time}{name}{measure}多少" for name in (first, second))
    return OfTwo((first, second), (asked[0], asked[1]), _is_least(match["how"]))


def _second_name(rest: str, first: str, subjects: Collection[str]) -> str:
    """Return the name at the start of 龙港gdp增速: a known one, one before 的, or one as long as the first."""
    known = [name for name in subjects if rest.startswith(name)]
    if known:
        return max(known, key=len)
    return rest.split("的", 1)[0] if "的" in rest else rest[: len(first)]


def _is_least(how: str) -> bool:
    return how in _LESS or how in ("便宜", "靠前")


def asks_for_most(question: str) -> bool:
    """Say whether a question asks which of all has the most or the least of something."""
    return _OF_ALL.search(fold_in_place(question.strip())) is not None


def says_so(question: str, sentence: str) -> bool:
    """Say whether a sentence itself says that something is what is asked for, the most or the least: 居各区之首."""
    match = _OF_ALL.search(fold_in_place(question.strip()))
    low = match is not None and (match["how"] in _LESS or match["how"] in ("便宜", "靠后"))
    return (_SAYS_LEAST if low else _SAYS_MOST).search(sentence) is not None


def most(question: str, passages: Sequence[Passage], subjects: Collection[str]) -> list[Entry]:
    """Return the entries compared, the one asked for first; none where the figures are not all of one kind."""
    match = _OF_ALL.search(fold_in_place(question.strip()))
    if not match:
        return []
    time = "".join(f"{year}年" for year in understand(match["before"]).years)
    asked = understand(f"{time}{match['what']}是多少", subjects)
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for number, passage in enumerate(passages):
        for group, entry in _entries(number, passage, asked):
            groups.setdefault(group, []).append(entry)
    whole = [one for entries in groups.values() if (one := _one_each(entries))]
    sign = 1 if _is_least(match["how"]) else -1
    longest = max(map(len, whole), default=0)
    best = [sorted(one, key=lambda entry: sign * entry.value) for one in whole if len(one) == longest]
    return best[0] if len({one[0].name for one in best}) == 1 else []  # two tables that disagree


def _one_each(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries where there are several of one unit and no name has two values; else none."""
    values = {(entry.name, entry.value) for entry in entries}
    names = {entry.name for entry in entries}
    if len(names) < _FEWEST or len(values) > len(names) or len({entry.unit for entry in entries}) > 1:
        return []
    return list({entry.name: entry for entry in entries}.values())


def _entries(number: int, passage: Passage, asked: Asked) -> Iterator[tuple[tuple[str, ...], Entry]]:
    text = passage.paragraph.text
    folded = fold_in_place(text)
    row = passage.paragraph.role == "row"
    owner = _owner_of_row(text) if row else None
    title = text.find("】") + 1 if text.startswith("【") else 0
    label = folded[title : owner[0]] if owner else ""  # 季度, of 哪个季度营收最高
    told = [word for word in asked.content if word not in RESPECTS | DATING | _LEVEL and word not in label]
    found: list[tuple[float, Claim]] = []
    for claim in claims_of_row(text) if row else claims(text):
        spans = claim.metric[:1] if row else (*claim.metric, claim.clause)
        near = " ".join(folded[slice(*span)] for span in spans)
        above = fold_in_place(passage.paragraph.context)
        years = not asked.years or not claim.years or set(asked.years) & set(claim.years)
        counted = claim.figure.kind in ("amount", "percent", "multiple")
        if (
            counted
            and said(told, near) >= _SAID
            and years
            and claim.aspect in (asked.aspect or "level", "share")
        ):
            found.append((said(told, f"{near} {above}"), claim))
    if not found:
        return
    claim = max(found, key=lambda pair: pair[0])[1]
    figure = (claim.figure.start, claim.figure.end)
    name = text[slice(*owner)] if owner else passage.paragraph.subject
    value = value_of(text[slice(*figure)], claim.figure.unit)
    if name and value is not None and not _TOTAL.search(name):
        group = (passage.document, text[:title]) if row else ("", "")
        yield group, Entry(name, *value, number, owner, figure)


def _owner_of_row(text: str) -> Span | None:
    """Return the first cell's content: 【指标】季度：三季度；营收：298 → 三季度."""
    match = re.match(r"(?:【[^】]*】)?[^：:；;]*[：:]\s*([^；;]+?)\s*(?:[；;]|$)", text)
    return match.span(1) if match else None


def value_of(text: str, unit: str = "") -> tuple[float, str] | None:
    """Return a figure's value with its scale, and its unit: 2.5亿元 → 250000000.0, 元.

    None for one in 汉字 and for a date. `unit` is what a table's column says, where the figure has none.
    """
    folded = fold_in_place(text)
    match = _NUMBER.search(folded)
    figure = next((one for one in figures(folded) if match and one.start <= match.start() < one.end), None)
    if not match or figure is None or figure.kind in ("date", "time", "code"):
        return None
    value = float(match["digits"].replace(",", ""))
    unit = figure.unit or unit
    scaled = _SCALED.match(unit)
    scale = scaled[0] if scaled else ""
    for sign in match["scale"] or scale:
        value *= _SCALES[sign]
    return value, unit[len(scale) :]
