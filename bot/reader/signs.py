"""What speaks for and against a possible answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.reader.claims import Claim
from bot.reader.features import Numbers
from bot.reader.forms import fits
from bot.reader.holders import former, office
from bot.reader.opened import Opened, compound, tokens_of
from bot.reader.question import TIME, Asked, measures
from bot.reader.shapes import clause_of, sentence_of, with_parallel
from bot.reader.told_apart import numbered
from bot.reader.vocabulary import UNKNOWN
from bot.sentences import Span
from embeddings.terms import fold_in_place

_CREDITS = re.compile(r"[拍摄写]|整理|作者|记者|编辑|撰")
_COMPARES = re.compile(r"比|高|低|快|慢|赢|输|差")
_SEMICOLON = re.compile(r"[;；]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_LAST_YEAR = re.compile(r"上年|上一年|同期")
_LASTS = re.compile(r"^[^年月日，,。；;]*(?:小时|分钟|天|周|星期|个月|工作日|季度|年)(?:以上|左右|多)?$")
_HAN = re.compile(r"[一-鿿]+")
_COUNTER = re.compile(r"[个件项种款宗块条]$")  # 432项专利, asked 多少件
# What counts the same things: 312艘, asked 多少条船
_SAME_THINGS = [
    row.split()
    for row in (
        "条 艘 只",
        "辆 台 部 架",
        "只 头 口 羽 尾 匹 条",
        "间 套 栋 幢 座",
        "所 家 座",
        "起 件 宗 例 桩",
    )
]
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
    clause = claim.clause if claim else clause_of(text, ends)
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
        "former": former(opened, ends),
        "head": opened.agreement.head(said),
        "rival": max(_rival(opened, sentence, ends[0]), _numbered(opened, ends), key=abs),
        "office": office(opened, clause, sentence, ends),
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
    if not opened.asked.numbered:
        return None
    clause = opened.folded[slice(*clause_of(opened.folded, span))]
    before = f"{fold_in_place(opened.passage.paragraph.context)} {opened.folded[: span[0]]}"
    for asked in opened.asked.numbered:
        here = [one for one in numbered(clause) if one.kind == asked.kind]
        said = here or [one for one in numbered(before) if one.kind == asked.kind][-1:]
        if said:
            return "" if asked in said else str(said[-1])
    return None


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
