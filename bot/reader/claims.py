"""What each figure of a paragraph says: of what, in which respect, when, and whether it is done or planned.

GDP达到2936亿元,增长8.5%,总量列全省第一 → 2936亿元: GDP, level | 8.5%: GDP, growth | 第一: GDP 总量, rank
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.reader.figures import Figure, figures
from bot.reader.lexicon import SAYS
from bot.reader.question import Aspect
from bot.reader.shapes import STOP
from bot.sentences import Span, sentence_spans
from embeddings.terms import fold_in_place

_PAUSE = re.compile(rf"{STOP.pattern}|、")
_BESIDE = re.compile(r"[\d.,%个百分点和及与、至到—~\s-]*")  # 33.3%、19.8%和26%: said of one, said of all
_TITLE = re.compile(r"【[^】]*】")
_CELL = re.compile(r"[^;；]+")
_UNIT_OF_COLUMN = re.compile(r"[(（]([^()（）]{1,6})[)）]")
_UNIT_CELL = re.compile(r"(?:计量)?单位[:：]([^;；】,，]{1,6})")
_RANKED = re.compile(r"排名|位次|名次")
_PLANNED = re.compile(r"目标|计划|预期|预算")
_EACH = re.compile(r"分别")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[—\-~至到])")


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure with what it says; `metric` are the places of the words that name what it counts."""

    figure: Figure
    metric: tuple[Span, ...]
    aspect: Aspect
    clause: Span  # between two pauses
    sentence: Span
    years: tuple[str, ...]  # in force where it stands
    goal: bool


@lru_cache(maxsize=2048)
def claims(text: str) -> tuple[Claim, ...]:
    """Return what the figures of a paragraph say, in order."""
    folded = fold_in_place(text)
    found: list[Claim] = []
    for sentence in _sentences(folded):
        inside = [figure for figure in figures(text) if sentence[0] <= figure.start < sentence[1]]
        metric: tuple[Span, ...] = ()
        for number, figure in enumerate(inside):
            clause = _clause(folded, figure, sentence)
            following = min([clause[1], *(other.start for other in inside[number + 1 : number + 2])])
            metric = _metric(folded, figure, clause, max(following, figure.end), metric)
            shared = _shared_out(folded, figure, inside)
            found.append(_claim(folded, figure, clause, sentence, shared or metric))
    return tuple(found)


@lru_cache(maxsize=2048)
def claims_of_row(text: str) -> tuple[Claim, ...]:
    """Return what the cells of a table's row say: each its column, the row's first cell and the table's title.

    【主要指标】乡镇：柳渡；产值（亿元）：128.6 → 128.6 亿元: 产值, 柳渡, 主要指标
    """
    folded = fold_in_place(text)
    title = _TITLE.match(folded)
    start = title.end() if title else 0
    cells = [match.span() for match in _CELL.finditer(folded, start)]
    above = ((0, start), *cells[:1])
    first = folded[slice(*cells[0])] if cells else ""
    units = (_UNIT_OF_COLUMN.search(first), _UNIT_CELL.search(folded))
    found = []
    for figure in figures(text):
        cell = next(cell for cell in [*cells, (0, len(text))] if cell[0] <= figure.start < cell[1])
        colon = folded.find(":", *cell)
        if figure.end <= colon:
            continue  # 2024年 of a column
        name = (cell[0], colon if 0 <= colon < figure.start else cell[0])
        printed = folded[slice(*name)]
        unit = _UNIT_OF_COLUMN.search(printed) or next(filter(None, units), None)
        if unit and not figure.unit and figure.kind == "amount":
            figure = replace(figure, unit=unit[1], kind="percent" if unit[1] == "%" else "amount")
        years = _YEAR.findall(printed) or _YEAR.findall(folded[:start])
        respect = printed + folded[name[1] : figure.start]
        metric = (name, (cell[0], figure.start), *above)
        aspect = "rank" if _RANKED.search(printed) else _aspect(figure, respect)
        whole = (0, len(text))
        goal = _PLANNED.search(respect) is not None
        found.append(Claim(figure, metric, aspect, cell, whole, tuple(years), goal))
    return tuple(found)


def _sentences(folded: str) -> list[Span]:
    """Return the sentences; one that shares out a total goes with the one that names it: 改造112个。其中，东区38个。"""
    joined: list[Span] = []
    for start, end in sentence_spans(folded):
        if joined and folded[start:].lstrip().startswith("其中"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _claim(folded: str, figure: Figure, clause: Span, sentence: Span, metric: tuple[Span, ...]) -> Claim:
    before = folded[clause[0] : figure.start]
    told = folded[sentence[0] : figure.start]
    years = _YEAR.findall(folded[slice(*clause)]) or _YEAR.findall(told)[-1:]
    goal = SAYS["goal"].search(before) or (SAYS["goal"].search(told) and not SAYS["done"].search(before))
    respect = before if not _BESIDE.fullmatch(before) else " ".join(folded[slice(*span)] for span in metric)
    return Claim(figure, metric, _aspect(figure, respect), clause, sentence, tuple(years), bool(goal))


def _clause(folded: str, figure: Figure, sentence: Span) -> Span:
    before = [match.end() for match in _PAUSE.finditer(folded, sentence[0], figure.start)]
    after = _PAUSE.search(folded, figure.end, sentence[1])
    return (before[-1] if before else sentence[0]), (after.start() if after else sentence[1])


def _metric(
    folded: str, figure: Figure, clause: Span, following: int, inherited: tuple[Span, ...]
) -> tuple[Span, ...]:
    """Return where the counted thing is named; a clause that only compares goes on with the one before."""
    before, after = (clause[0], figure.start), (figure.end, following)
    says_little = len(SAYS["only_aspect"].sub("", folded[slice(*before)])) < 2
    if says_little and figure.kind in ("percent", "rank", "multiple"):
        return (*inherited, before)
    return (before, after)


def _shared_out(folded: str, figure: Figure, inside: list[Figure]) -> tuple[Span, ...]:
    """Return which of several named things a figure after 分别 belongs to; empty where none is shared out.

    国家级人才、高技能人才、大学生人数分别增长33.3%、19.8%和26% → 19.8%: 高技能人才
    """
    marks = [match for match in _EACH.finditer(folded) if match.end() <= figure.start]
    if not marks or re.search(r"[；;。]", folded[marks[-1].end() : figure.start]):
        return ()
    mark = marks[-1].start()
    close = re.search(r"[；;。]|$", folded[mark:])
    assert close is not None
    shared = [
        other for other in inside if mark < other.start < mark + close.start() and other.kind == figure.kind
    ]
    members = [match.span() for match in re.finditer(r"(?:(?![，,；;。：:、和及]).)+", folded[:mark])]
    if len(shared) < 2 or figure not in shared or len(members) < len(shared):
        return ()
    members = members[-len(shared) :]
    own = members[shared.index(figure)]
    start, end = members[0]
    longest = max(right - left for left, right in members[1:])
    common = (start, max(start, end - longest))  # 引育, that governs all of them
    return (common, own, (mark, shared[0].start))


def _aspect(figure: Figure, before: str) -> Aspect:
    if figure.kind in ("rank", "multiple"):
        return figure.kind
    if figure.kind == "percent" and SAYS["compared"].search(before):
        return ""
    last = list(SAYS["growth"].finditer(before))[-1:]
    reached = bool(last) and SAYS["reached"].search(before, last[0].start()) is not None
    if figure.kind == "percent":
        return "growth" if last and not reached else "share"
    return "growth" if last and not reached and SAYS["grown_by"].search(before) else "level"
