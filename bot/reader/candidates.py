"""Passages beside a question → possible answers: what the network likes, made whole, and every figure."""

import re
from collections.abc import Iterator, Sequence

from bot.reader.claims import Claim, claims
from bot.reader.opened import Opened, compound, exact, figure_score, liked, tokens_of
from bot.reader.shapes import (
    REASON,
    clauses,
    in_quotation,
    members,
    names,
    trimmed,
    whole,
    with_head,
    with_parallel,
)
from bot.reader.signs import Candidate, candidate
from bot.sentences import Span

_CLAUSE = re.compile(r"[，,。；;：:！？!?]")
_ANY_CLAUSE = re.compile(r"[^，,。；;：:！？!?]{3,40}")
_SETTLES = 0.3  # of the question's words, that a clause must say to settle it
_GROWN = 3.0  # what a form costs that the network did not choose itself
_LONGEST_NAME = 16  # tokens
_BETWEEN = frozenset("的 了 与 和 在 以 将 把 为 是 了".split())


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
                score = exact(opened, (spans[0][0], spans[-1][1]))
                yield candidate(
                    number, opened, spans, max(score, exact(opened, span) - _GROWN), _claim_at(text, spans)
                )
    for spans in _told(opened):
        if spans not in seen:
            seen.add(spans)
            yield candidate(number, opened, spans, exact(opened, spans[0]), None)
    if asked.kind in ("figure", "open", "date", "decision"):
        for claim in claims(text):
            spans = (in_quotation(text, (claim.figure.start, claim.figure.end)),)
            if spans not in seen and (claim.figure.kind == "date") == (asked.kind == "date"):
                seen.add(spans)
                yield candidate(number, opened, spans, figure_score(opened, spans[0]), claim)


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
            yield (*listed[:-1], compound(opened, listed[-1]))
            if len(listed) > 1:
                ends = compound(opened, listed[0]), compound(opened, listed[-1])
                yield (ends[0], *listed[1:-1], ends[1])
        return
    for piece in [span, *clauses(text, span)]:
        grown = whole(text, piece)
        if asked.kind in ("thing", "open", "place"):
            headed = with_head(text, grown, asked.head)
            grown = whole(text, _best_start(opened, headed)) if headed != grown else grown
            yield (whole(text, compound(opened, grown)),)
            yield (with_parallel(text, compound(opened, grown), asked.head),)
            yield (_stripped(opened, grown),)
        yield (grown,)


def _stripped(opened: Opened, span: Span) -> Span:
    """Return the span without what the question says itself: 干部成长与事业发展互融共促 → 事业发展."""
    inside = tokens_of(opened, span)
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


def _best_start(opened: Opened, span: Span) -> Span:
    """Return the span with the beginning that the network likes best for its end."""
    inside = tokens_of(opened, span)
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
        yield candidate(number, opened, (span,), opened.scores.nothing + 4.0, None)


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
