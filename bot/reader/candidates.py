"""Passages beside a question → possible answers, each with the signs that speak for and against it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.reader.agreement import Agreement, agree
from bot.reader.claims import Claim, claims
from bot.reader.features import Numbers, Text
from bot.reader.network import LONGEST_SPAN, Network, Scores
from bot.reader.question import Asked
from bot.reader.shapes import (
    REASON,
    clauses,
    fits,
    in_quotation,
    is_quotation,
    members,
    names,
    sentence_of,
    trimmed,
    whole,
    with_head,
    with_parallel,
)
from bot.sentences import Span
from embeddings.terms import Token, fold_in_place
from embeddings.types import Passage

SPANS = 10  # of a passage, those that the network likes best
_CLAUSE = re.compile(r"[，,。；;：:！？!?]")
_ANY_CLAUSE = re.compile(r"[^，,。；;：:！？!?]{3,40}")
_SETTLES = 0.3  # of the question's words, that a clause must say to settle it
_FAR = 12.0  # no answer scores less beside "nothing"
_GROWN = 3.0  # what a form costs that the network did not choose itself
_LONGEST_NAME = 16  # tokens
_BETWEEN = frozenset("的 了 与 和 在 以 将 把 为 是 了".split())
_CREDITS = re.compile(r"[拍摄写]|整理|作者|记者|编辑|撰")
_COMPARES = re.compile(r"比|高|低|快|慢|赢|输|差")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_LAST_YEAR = re.compile(r"上年|上一年|同期")
_PEOPLE = re.compile(r"[人名位]$|人次$")

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
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: `spans` of the text of the passage of this number."""

    passage: int
    spans: tuple[Span, ...]
    sentence: Span
    claim: Claim | None
    signs: Numbers  # shape (len(SIGNS),)


@dataclass(frozen=True)
class Opened:
    """A passage laid beside a question: what the network and the words say of it."""

    passage: Passage
    asked: Asked
    body: Text
    heading: int  # tokens in front of the body
    scores: Scores
    agreement: Agreement
    nouns: NDArray[np.bool_]  # which tokens of the body can be parts of a name
    asked_nouns: NDArray[np.bool_]  # which words of the question are nouns
    places: NDArray[np.bool_]  # and which of them names of places
    holds: Callable[[str], bool]  # whether a word stands anywhere in the library

    @cached_property
    def text(self) -> str:
        """The paragraph as printed."""
        return self.passage.paragraph.text

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where each token of the body starts."""
        return np.array([token.start for token in self.body.tokens], np.int64)

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Where each token of the body ends."""
        return np.array([token.end for token in self.body.tokens], np.int64)

    @cached_property
    def speaks_of(self) -> float:
        """1 when it speaks of a place or body that the question names, -1 when only of others, else 0."""
        named = self.asked.subjects
        if not named:
            return 0.0
        paragraph = self.passage.paragraph
        if any(name in fold_in_place(f"{paragraph.searched} {self.passage.document}") for name in named):
            return 1.0
        return -1.0


def open_passage(
    network: Network, asked: Asked, question: Text, passage: Passage, holds: Callable[[str], bool]
) -> Opened:
    """Lay a passage beside a question."""
    heading, body = _texts(network, passage.paragraph.context, passage.paragraph.text)
    whole_text = heading.followed_by(body)
    words = network.reading.look_up([Token(word, 0, len(word)) for word in asked.content])
    agreement = agree(
        asked.content, words.weights, network.likeness(words, whole_text), whole_text, len(heading)
    )
    scores = network.scores(question, whole_text, len(heading))
    return Opened(
        passage,
        asked,
        body,
        len(heading),
        scores,
        agreement,
        network.nouns(body),
        network.nouns(words),
        network.places(words),
        holds,
    )


@lru_cache(maxsize=128)
def _texts(network: Network, context: str, text: str) -> tuple[Text, Text]:
    """Return a passage's context and text as tokens; the same passages are asked again and again."""
    return network.reading.text(context), network.reading.text(text)


def candidates(number: int, opened: Opened) -> Iterator[Candidate]:
    """Yield the possible answers of a passage."""
    asked, text = opened.asked, opened.text
    if asked.kind == "title":
        yield from _title(number, opened)
        return
    seen: set[tuple[Span, ...]] = set()
    for span in liked(opened):
        for spans in _forms(opened, span):
            if spans not in seen and spans[0][0] < spans[-1][1]:
                seen.add(spans)
                score = _exact(opened, (spans[0][0], spans[-1][1]))
                yield _candidate(
                    number, opened, spans, max(score, _exact(opened, span) - _GROWN), _claim_at(text, spans)
                )
    for spans in _told(opened):
        if spans not in seen:
            seen.add(spans)
            yield _candidate(number, opened, spans, _exact(opened, spans[0]), None)
    if asked.kind in ("figure", "open", "date", "decision"):
        for claim in claims(text):
            spans = (in_quotation(text, (claim.figure.start, claim.figure.end)),)
            if spans not in seen and (claim.figure.kind == "date") == (asked.kind == "date"):
                seen.add(spans)
                yield _candidate(number, opened, spans, _score(opened, spans[0]), claim)


def _forms(opened: Opened, span: Span) -> Iterator[tuple[Span, ...]]:
    """Yield what a span stands for: itself made whole, the list it is in, its clauses, the names of a byline."""
    asked, text = opened.asked, opened.text
    if asked.kind == "person" and opened.passage.paragraph.role == "byline" and names(text):
        yield names(text)
        return
    if asked.kind == "list":
        for grown in (span, with_head(text, whole(text, span), asked.head)):
            listed = members(text, grown)
            yield listed
            yield (*listed[:-1], _compound(opened, listed[-1]))
            if len(listed) > 1:
                ends = _compound(opened, listed[0]), _compound(opened, listed[-1])
                yield (ends[0], *listed[1:-1], ends[1])
        return
    for piece in [span, *clauses(text, span)]:
        grown = whole(text, piece)
        if asked.kind in ("thing", "open", "place"):
            headed = with_head(text, grown, asked.head)
            grown = whole(text, _best_start(opened, headed)) if headed != grown else grown
            yield (whole(text, _compound(opened, grown)),)
            yield (with_parallel(text, _compound(opened, grown), asked.head),)
            yield (_stripped(opened, grown),)
        yield (grown,)


def _stripped(opened: Opened, span: Span) -> Span:
    """Return the span without what the question says itself: 干部成长与事业发展互融共促 → 事业发展."""
    inside = _tokens_of(opened, span)
    asked, head = opened.asked.text, opened.asked.head

    def told(place: int) -> bool:
        word = opened.body.tokens[place].text
        return (word in asked or word in _BETWEEN) and word != head

    while inside and told(inside[0]):
        inside.pop(0)
    while inside and told(inside[-1]):
        inside.pop()
    return (opened.body.tokens[inside[0]].start, opened.body.tokens[inside[-1]].end) if inside else span


def _told(opened: Opened) -> Iterator[tuple[Span, ...]]:
    """Yield the clauses that give a reason, and those that settle a yes or no."""
    if opened.asked.kind == "reason":
        for match in REASON.finditer(opened.text):
            yield (trimmed(opened.text, match.span(1)),)
    if opened.asked.kind == "decision":
        for match in _ANY_CLAUSE.finditer(opened.text):
            if opened.agreement.share(opened.agreement.within([match.span()])) > _SETTLES:
                yield (trimmed(opened.text, match.span()),)


def _compound(opened: Opened, span: Span) -> Span:
    """Return the span grown to the whole compound of nouns: 海峡两岸 → 海峡两岸数字产业合作区."""
    inside = _tokens_of(opened, span)
    if not inside or is_quotation(opened.text, span):
        return span
    first, last = inside[0], inside[-1]
    while first > 0 and opened.nouns[first] and _joined(opened, first - 1):
        first -= 1
    while last + 1 < len(opened.body) and opened.nouns[last] and _joined(opened, last, forwards=True):
        last += 1
    return min(span[0], opened.body.tokens[first].start), max(span[1], opened.body.tokens[last].end)


def _joined(opened: Opened, place: int, *, forwards: bool = False) -> bool:
    """Say whether a noun stands right before (or after) a place, without a blank between."""
    tokens = opened.body.tokens
    other = place + 1 if forwards else place
    return bool(opened.nouns[other]) and tokens[place].end == tokens[place + 1].start


def _edges(opened: Opened, span: Span) -> float:
    """Return 1 for a span that cuts no compound of nouns, less for each end that does."""
    return 1.0 - 0.75 * sum(a != b for a, b in zip(_compound(opened, span), span, strict=True))


def _best_start(opened: Opened, span: Span) -> Span:
    """Return the span with the beginning that the network likes best for its end."""
    inside = _tokens_of(opened, span)
    if not inside or len(inside) > _LONGEST_NAME:
        return span
    last = inside[-1]
    firsts = range(max(0, last - _LONGEST_NAME), inside[0] + 1)
    best = max(firsts, key=lambda first: float(opened.scores.spans[first + opened.heading, last - first]))
    start = opened.body.tokens[best].start
    return span if _CLAUSE.search(opened.text, start, span[0]) else (start, span[1])


def _title(number: int, opened: Opened) -> Iterator[Candidate]:
    if opened.passage.paragraph.role == "heading":
        span = (0, len(opened.text))
        yield _candidate(number, opened, (span,), opened.scores.nothing + 4.0, None)


def liked(opened: Opened) -> list[Span]:
    """Return the spans that the network likes best, as characters."""
    spans, tokens = opened.scores.spans, opened.body.tokens
    found = []
    for place in np.argpartition(-spans.ravel(), min(SPANS, spans.size - 1))[:SPANS]:
        first, more = divmod(int(place), LONGEST_SPAN)
        first -= opened.heading
        if first >= 0 and first + more < len(tokens):
            found.append((float(-spans.ravel()[place]), (tokens[first].start, tokens[first + more].end)))
    return [span for _, span in sorted(found)]


def _tokens_of(opened: Opened, span: Span) -> list[int]:
    first = int(np.searchsorted(opened.ends, span[0], "right"))
    return list(range(first, int(np.searchsorted(opened.starts, span[1], "left"))))


def _exact(opened: Opened, span: Span) -> float:
    """Return the network's score of just this span."""
    inside = _tokens_of(opened, span)
    if not inside or len(inside) > LONGEST_SPAN:
        return opened.scores.nothing - _FAR
    return max(
        float(opened.scores.spans[inside[0] + opened.heading, len(inside) - 1]), opened.scores.nothing - _FAR
    )


def _score(opened: Opened, span: Span) -> float:
    """Return the best score of the spans about a figure: with or without what stands right beside it."""
    inside = _tokens_of(opened, span)
    if not inside:
        return opened.scores.nothing - _FAR
    first, last = inside[0] + opened.heading, inside[-1] + opened.heading
    best = -np.inf
    for start in range(max(first - 2, opened.heading), min(first + 2, last + 1)):
        left, right = max(last - 1 - start, 0), min(last + 2 - start, LONGEST_SPAN)
        if left < right:
            best = max(best, float(opened.scores.spans[start, left:right].max()))
    return max(best, opened.scores.nothing - _FAR)


def _claim_at(text: str, spans: Sequence[Span]) -> Claim | None:
    """Return the claim of the figure that makes up most of an answer."""
    if len(spans) > 1:
        return None
    start, end = spans[0]
    inside = [claim for claim in claims(text) if start <= claim.figure.start and claim.figure.end <= end]
    widest = max(inside, key=lambda claim: claim.figure.end - claim.figure.start, default=None)
    if widest is None or (widest.figure.end - widest.figure.start) * 3 < end - start:
        return None
    return widest


def _candidate(
    number: int, opened: Opened, spans: tuple[Span, ...], score: float, claim: Claim | None
) -> Candidate:
    text, asked = opened.text, opened.asked
    ends = (spans[0][0], spans[-1][1])
    sentence = sentence_of(text, ends)
    answer = fold_in_place(text[slice(*ends)])
    clause = claim.clause if claim else _clause(text, ends)
    at = claim.metric if claim else (clause,)
    signs = {
        "network": np.clip((score - opened.scores.nothing) / 10, -2, 2),
        "metric": opened.agreement.metric(at, clause, sentence),
        "aspect": _aspect(asked, claim),
        "unit": _unit(asked, claim),
        "year": _year(asked, claim, opened),
        "goal": _goal(asked, claim),
        "subject": opened.speaks_of,
        "form": _form(opened, spans),
        "repeats": _repeated(opened, ends),
        "passage": opened.passage.score,
        "length": np.log1p(len(answer)) / 4,
        "figure": float(claim is not None),
        "elsewhere": _elsewhere(opened, claim),
        "edges": 1.0 if claim is not None else _edges(opened, ends),
        "number": _number(asked, text[clause[0] : clause[1]] if claim else text[slice(*sentence)]),
    }
    return Candidate(number, spans, sentence, claim, np.array([signs[name] for name in SIGNS], np.float32))


def _elsewhere(opened: Opened, claim: Claim | None) -> float:
    """Return how much of what is asked stands at a later figure of the sentence, and not at this one."""
    if claim is None or opened.asked.kind not in ("figure", "open"):
        return 0.0
    here = opened.agreement.within(claim.metric)
    others = [
        opened.agreement.within(other.metric)
        for other in claims(opened.text)
        if other.sentence == claim.sentence
        and other.aspect == claim.aspect
        and other.figure.start > claim.figure.start  # what is named before goes on to hold
    ]
    return max((opened.agreement.share(np.maximum(other - here, 0)) for other in others), default=0.0)


def _number(asked: Asked, around: str) -> float:
    """Say whether the figures that the question itself holds stand around the answer: 50亿元以上的项目."""
    if not asked.numbers:
        return 0.0
    return 1.0 if all(number in fold_in_place(around) for number in asked.numbers) else -1.0


def _form(opened: Opened, spans: Sequence[Span]) -> float:
    if opened.asked.kind == "person" and opened.passage.paragraph.role == "byline":
        return 1.5 if _CREDITS.search(opened.asked.text) else 0.7
    return fits(opened.asked.kind, opened.text, spans, opened.asked.count)


def _repeated(opened: Opened, span: Span) -> float:
    """Return which part of an answer the question says itself, but for the noun that was asked for."""
    words = [opened.body.tokens[place].text for place in _tokens_of(opened, span)]
    told = [word for word in words if word in opened.asked.content and word != opened.asked.head]
    return sum(map(len, told)) / max(sum(map(len, words)), 1)


def _clause(text: str, span: Span) -> Span:
    before = max((match.end() for match in _CLAUSE.finditer(text, 0, span[0])), default=0)
    after = _CLAUSE.search(text, span[1])
    return before, (after.start() if after else len(text))


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


def _unit(asked: Asked, claim: Claim | None) -> float:
    if not asked.unit or claim is None or asked.aspect == "rank":
        return 0.0
    unit = claim.figure.unit
    if asked.unit == "元":
        return 0.5 if unit.endswith("元") else -0.5
    if unit.endswith(asked.unit) or asked.unit.endswith(unit or "-"):
        return 1.0
    if _PEOPLE.search(unit) and _PEOPLE.search(asked.unit):
        return 0.8
    return 0.0 if asked.unit == "个" and not re.search(r"[元%亩米吨]", unit) else -1.0


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
