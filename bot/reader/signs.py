"""What speaks for and against a possible answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.reader.claims import Claim
from bot.reader.features import Numbers
from bot.reader.forms import fits
from bot.reader.opened import Opened, compound, tokens_of
from bot.reader.people import OFFICE
from bot.reader.question import TIME, Asked, measures, numbered
from bot.reader.shapes import STOP, sentence_of, with_parallel
from bot.reader.vocabulary import UNKNOWN
from bot.sentences import Span
from embeddings.terms import fold_in_place

_CREDITS = re.compile(r"[拍摄写]|整理|作者|记者|编辑|撰")
_COMPARES = re.compile(r"比|高|低|快|慢|赢|输|差")
_SEMICOLON = re.compile(r"[;；]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_LAST_YEAR = re.compile(r"上年|上一年|同期")
_LASTS = re.compile(r"^[^年月日，,。；;]*(?:小时|分钟|天|周|星期|个月|工作日|季度|年)(?:以上|左右|多)?$")
_CHANGED = re.compile(
    r"[由从]([^，,。；;由从]{1,16}?)(?:推迟|提前|延期?|变更|调整|改|提高|提升|增加|增长|下降|降低|降|减少|缩短|压缩|缩减|扩大|上升|涨|更名)[到至为成]"
)
_LEFT = re.compile(r"[^，,。；;、]{0,12}(?:辞去|辞职|退休|离任|卸任|免去|离职|期满|到龄|调离|去世|逝世)")
_HELD = re.compile(rf"(?<![中平草高太])(?:原任?|前任)[一-鿿]{{0,6}}{OFFICE}[：: 　]?$")  # 原财务总监|骆思敏
_FOLLOWS = re.compile(r"[^，,。；;、]{0,3}(?:接任|继任|接替|接棒)")
_BEFORE = re.compile(
    rf"原[来先定任]|(?<![中平草高太])原(?=[一-鿿]{{0,6}}{OFFICE})|前任|辞|退休|离任|离职|原计划|以前|之前|过去|去年同期|上年"
)
_HAN = re.compile(r"[一-鿿]+")
_OFFICE = re.compile(OFFICE)
_COUNTER = re.compile(r"[个件项种款宗块条]$")  # 432项专利, asked 多少件
# What counts the same things: 312艘, asked 多少条船
_SAME_THINGS = tuple(
    row.split()
    for row in (
        "条 艘 只",
        "辆 台 部 架",
        "只 头 口 羽 尾 匹 条",
        "间 套 栋 幢 座",
        "所 家 座",
        "起 件 宗 例 桩",
        "场 次",
        "份 张 篇 部",
    )
)
_PEOPLE = re.compile(r"[人名位]$|人次$")

_RESTATES = 0.8  # of a reason that says only what was asked

SIGNS = (
    "network",
    "metric",
    "aspect",
    "unit",
    "year",
    "goal",
    "subject",
    "form",
    "repeats",
    "passage",
    "length",
    "figure",
    "elsewhere",
    "number",
    "edges",
    "former",
    "head",
    "settled",
    "rival",
    "office",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: `spans` of the text of the passage of this number."""

    passage: int
    spans: tuple[Span, ...]
    sentence: Span
    claim: Claim | None
    signs: Numbers  # shape (len(SIGNS),)


def candidate(
    number: int, opened: Opened, spans: tuple[Span, ...], score: float, claim: Claim | None
) -> Candidate:
    text, asked = opened.text, opened.asked
    ends = (spans[0][0], spans[-1][1])
    sentence = sentence_of(text, ends)
    answer = opened.folded[slice(*ends)]
    clause = claim.clause if claim else _clause(text, ends)
    at = claim.metric if claim else (clause,)
    said = opened.agreement.around(at, clause, _part(text, sentence, ends), sentence)
    network = np.clip((score - opened.scores.nothing) / 10, -2, 2)
    signs = {
        "network": network,
        "metric": opened.agreement.share(said),
        "aspect": _aspect(asked, claim),
        "unit": _unit(asked, claim, answer),
        "year": _year(asked, claim, opened),
        "goal": _goal(asked, claim),
        "subject": opened.speaks_of,
        "form": _form(opened, spans),
        "repeats": _repeated(opened, ends),
        "passage": opened.passage.score,
        "length": np.log1p(len(answer)) / 4,
        "figure": float(claim is not None),
        "elsewhere": _elsewhere(opened, claim),
        "former": _former(opened, ends),
        "head": opened.agreement.head(said),
        "rival": max(_rival(opened, sentence, ends[0]), _numbered(opened, ends), key=abs),
        "office": _office(opened, clause, sentence, ends),
        "settled": network if asked.kind in ("decision", "reason") else 0.0,
        "edges": 1.0 if claim is not None else _edges(opened, ends),
        "number": _number(asked, opened.folded[slice(*(clause if claim else sentence))]),
    }
    return Candidate(number, spans, sentence, claim, np.array([signs[name] for name in SIGNS], np.float32))


def _elsewhere(opened: Opened, claim: Claim | None) -> float:
    """Return how much of what is asked stands at a later figure of the sentence, and not at this one."""
    if claim is None or opened.asked.kind not in ("figure", "open"):
        return 0.0
    here = opened.agreement.within(claim.metric)
    others = [
        opened.agreement.within(other.metric)
        for other in opened.claims
        if other.sentence == claim.sentence
        and other.aspect == claim.aspect
        and other.figure.start > claim.figure.start  # what is named before goes on to hold
    ]
    return max((opened.agreement.share(np.maximum(other - here, 0)) for other in others), default=0.0)


def _number(asked: Asked, around: str) -> float:
    """Say whether the figures that the question itself holds stand around the answer: 50亿元以上的项目."""
    if not asked.numbers:
        return 0.0
    return 1.0 if all(number in around for number in asked.numbers) else -1.0


def _form(opened: Opened, spans: Sequence[Span]) -> float:
    if opened.asked.kind == "person" and opened.passage.paragraph.role == "byline":
        return 1.5 if _CREDITS.search(opened.asked.text) else 0.7
    if opened.asked.kind == "person" and len(spans) == 1:
        rows = opened.body.words[tokens_of(opened, spans[0])]
        if len(rows) == 1 and rows[0] != UNKNOWN:
            return -0.5  # 市政府, 法国: a word of the dictionary
    if opened.asked.kind == "reason" and _repeated(opened, (spans[0][0], spans[-1][1])) > _RESTATES:
        return -1.0
    return fits(opened.asked, opened.text, spans)


def _former(opened: Opened, span: Span) -> float:
    """Say whether an answer is what was before: 由35%提高到60%, 曹甲变更为韩乙, 曹甲因病辞职; -1 where it is asked."""
    changed = (match.span(1) for match in _CHANGED.finditer(opened.text))
    was = any(start <= span[0] and span[1] <= end for start, end in changed)
    left = opened.asked.kind == "person" and _has_left(opened.text, span)
    if not was and not left:
        return 0.0
    return -1.0 if _BEFORE.search(opened.asked.text) else 1.0


def _has_left(text: str, span: Span) -> bool:
    """Say whether who is named held an office before: 原局长甲, 甲因病辞职; not 由原副局长甲接任."""
    if _FOLLOWS.match(text, span[1]):
        return False
    return _LEFT.match(text, span[1]) is not None or _HELD.search(text[: span[0]]) is not None


def _rival(opened: Opened, sentence: Span, start: int) -> float:
    """Say whether the last thing of the asked class before an answer has another name: 1, the same: -1, else 0.

    北桥区 asked: 其中东塘区38个 → 1, 北桥区31个 → -1
    """
    before = opened.folded[sentence[0] : start]
    found = []
    for thing in opened.named:
        place = before.rfind(thing.class_of)
        if place >= 2 and _HAN.fullmatch(before[place - 2 : place]):
            found.append(-1.0 if before[:place].endswith(thing.name[-2:]) else 1.0)
    return max(found, default=0.0)


def _numbered(opened: Opened, span: Span) -> float:
    """Say whether what is asked for by number has another number where an answer stands: 1, the same: -1, else 0.

    二期 asked: 一期投资41.5亿元 → 1
    """
    other = other_number(opened, span)
    return 0.0 if other is None else 1.0 if other else -1.0


def other_number(opened: Opened, span: Span) -> str | None:
    """Return the number that an answer's clause, else the text before it, has for what is asked for by number.

    Empty where it is the same, None where there is no such thing.
    """
    clause = opened.folded[slice(*_clause(opened.folded, span))]
    before = f"{fold_in_place(opened.passage.paragraph.context)} {opened.folded[: span[0]]}"
    for asked in opened.asked.numbered:
        here = [one for one in numbered(clause) if one.kind == asked.kind]
        said = here or [one for one in numbered(before) if one.kind == asked.kind][-1:]
        if said:
            return "" if asked in said else str(said[-1])
    return None


def _office(opened: Opened, clause: Span, sentence: Span, span: Span) -> float:
    """Return 1 for a name right behind the office that is asked for, or of who follows in it, 0.5 for one beside it."""
    asked = opened.asked
    if asked.kind != "person":
        return 0.0
    if _has_left(opened.text, span) and not _BEFORE.search(asked.text):
        return 0.0
    told = [asked.text, *(other for written in asked.wordings.values() for other in written)]
    offices = {match.group() for text in told for match in _OFFICE.finditer(text)}
    before = opened.folded[clause[0] : span[0]]
    if any(before.rstrip(":： 　").endswith(office) for office in offices):
        return 1.0
    if _FOLLOWS.match(opened.text, span[1]) and any(
        office in opened.folded[sentence[0] : span[0]] for office in offices
    ):
        return 1.0
    around = opened.folded[slice(*clause)]
    return 0.5 if any(office in around for office in offices) else 0.0


def _repeated(opened: Opened, span: Span) -> float:
    """Return which part of an answer the question says itself, but for the noun that was asked for."""
    words = [opened.body.tokens[place].text for place in tokens_of(opened, span)]
    told = [word for word in words if word in opened.asked.content and word != opened.asked.head]
    if words == [opened.asked.head]:
        return 1.0
    return sum(map(len, told)) / max(sum(map(len, words)), 1)


def _edges(opened: Opened, span: Span) -> float:
    """Return 1 for a span that cuts no compound of nouns and no run with one head, less for each end that does."""
    if with_parallel(opened.text, span, opened.asked.head) != span:
        return 0.25
    if opened.asked.kind in ("list", "open") and _cuts_a_list(opened.text, span):
        return 0.25
    return 1.0 - 0.75 * sum(a != b for a, b in zip(compound(opened, span), span, strict=True))


def _cuts_a_list(text: str, span: Span) -> bool:
    """Say whether members stand right beside a span: 户口簿、房产证 of 户口簿、房产证、接种证."""
    return text[span[0] - 1 : span[0]] == "、" or text[span[1] : span[1] + 1] == "、"


def _clause(text: str, span: Span) -> Span:
    before = max((match.end() for match in STOP.finditer(text, 0, span[0])), default=0)
    after = STOP.search(text, span[1])
    return before, (after.start() if after else len(text))


def _part(text: str, sentence: Span, span: Span) -> Span:
    """Return what of a sentence stands between two semicolons: 甲县长5米，宽3米；|乙县长6米。"""
    before = max(text.rfind(mark, sentence[0], span[0]) for mark in ";；")
    after = _SEMICOLON.search(text, span[1], sentence[1])
    return max(before + 1, sentence[0]), (after.start() if after else sentence[1])


def _aspect(asked: Asked, claim: Claim | None) -> float:
    if asked.kind != "figure" and asked.aspect in ("", "level"):
        return 0.0
    if claim is None:
        return -1.0 if asked.aspect == "rank" else -0.5
    if claim.figure.kind == "date":
        return -1.0
    if asked.aspect == claim.aspect:
        return 1.0
    if not claim.aspect:  # 高于全市0.8个百分点
        return 0.5 if _COMPARES.search(asked.text) else -0.6
    close = {asked.aspect, claim.aspect}
    if close in ({"growth", "share"}, {"growth", "multiple"}):
        return 0.3
    if close == {"level", "share"}:
        return 0.0
    return -1.0


def _unit(asked: Asked, claim: Claim | None, answer: str) -> float:
    if not asked.unit or claim is None or asked.aspect == "rank":
        return 0.0
    unit = claim.figure.unit
    if asked.unit == TIME:
        return 1.0 if _LASTS.search(answer) else -3.0
    if (measured := measures(asked.unit, unit)) is not None:
        return 0.5 if measured else -2.0 if unit else -0.3  # 米 cannot be money, a bare number may
    if not unit:
        return -0.2
    if unit.endswith(asked.unit) or asked.unit.endswith(unit):
        return 1.0
    if _PEOPLE.search(unit) and _PEOPLE.search(asked.unit):
        return 0.8
    if asked.unit == "个":
        return 0.0 if not re.search(r"[元%亩米吨]", unit) else -1.0
    alike = _COUNTER.search(asked.unit) and _COUNTER.search(unit)
    same = any(asked.unit in counters and unit in counters for counters in _SAME_THINGS)
    return 0.5 if same else 0.0 if alike else -1.0


def _year(asked: Asked, claim: Claim | None, opened: Opened) -> float:
    if not asked.years:
        return 0.0
    if claim is None:
        return 0.5 if any(year in opened.text for year in asked.years) else 0.0
    said = set(claim.years) or _year_around(opened, claim)
    if not said:
        return 0.0
    agrees = bool(set(asked.years) & said)
    return 1.0 if agrees else -1.0 if claim.years else -0.5


def _year_around(opened: Opened, claim: Claim) -> set[str]:
    """Return the year that the passage speaks of before the figure; 上年 is the one before."""
    paragraph = opened.passage.paragraph
    told = f"{opened.passage.document} {paragraph.context} {opened.text[: claim.figure.start]}"
    years = _YEAR.findall(told)
    if not years:
        return set()
    before = _LAST_YEAR.search(opened.text, claim.clause[0], claim.figure.start)
    return {str(int(years[-1]) - 1) if before else years[-1]}


def _goal(asked: Asked, claim: Claim | None) -> float:
    if claim is None or asked.kind not in ("figure", "open"):
        return 0.0
    if asked.goal:
        return 1.0 if claim.goal else -1.0
    return -1.0 if claim.goal and re.search(r"去年|上年|已经|完成了|实际", asked.text) else -0.2 * claim.goal
