"""Passages beside a question → possible answers: what the network likes, made whole, and every figure."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from bot.reader.claims import Claim
from bot.reader.figures import figures
from bot.reader.forms import REASON, decisive
from bot.reader.lists import counted_off, enumerations, members, without_frame
from bot.reader.opened import Opened, compound, exact, figure_score, liked, tokens_of
from bot.reader.people import OFFICE, is_name, people
from bot.reader.question import TIME
from bot.reader.shapes import (
    STOP,
    clause_of,
    clauses,
    in_quotation,
    names,
    places,
    quotations,
    sentence_of,
    trimmed,
    whole,
    with_head,
    with_parallel,
)
from bot.reader.signs import SIGNS, Candidate, candidate
from bot.reader.vocabulary import UNKNOWN
from bot.sentences import Span

_ANY_CLAUSE = re.compile(r"[^，,。；;：:！？!?]{3,40}")
_NOTHING = re.compile(r"|[（(][一二三四五六七八九十\d]+[）)]|[一-鿿]")  # （一） is a mark and no answer
_SEVERAL_PEOPLE = re.compile(r"谁|哪.位|哪些人|人员|名单")
_ASKS_A_NAME = re.compile(rf"{OFFICE}|姓名|名字|哪位|叫(?:什么|啥)")
_SHORT = ("figure", "date", "person", "place", "thing")  # kinds whose answer is less than a sentence
_SENTENCE_END = re.compile(r"[。！？!?]")
_NO_SUCH_FORM = -0.45  # at most so much has what is no name of a person, or no place
_GROWN = 3.0  # what a form costs that the network did not choose itself
_LONGEST_NAME = 16  # tokens
_BETWEEN = frozenset("的 了 与 和 在 以 将 把 为 是 了".split())


def candidates(number: int, opened: Opened) -> Iterator[Candidate]:
    """Yield the possible answers of a passage; where a name or a place is asked for, nothing that is none."""
    strict = opened.asked.kind == "place" or (
        opened.asked.kind == "person" and _ASKS_A_NAME.search(opened.asked.text)
    )
    for one in _candidates(number, opened):
        if not strict or one.signs[SIGNS.index("form")] > _NO_SUCH_FORM:
            yield one


def _candidates(number: int, opened: Opened) -> Iterator[Candidate]:
    asked, text = opened.asked, opened.text
    if asked.kind == "request":
        return
    if asked.kind == "title":
        yield from _title(number, opened)
        return
    seen: set[tuple[Span, ...]] = set()
    for span in liked(opened) if asked.kind != "decision" else ():
        for spans in _forms(opened, span):
            if spans not in seen and not _NOTHING.fullmatch(text, spans[0][0], spans[-1][1]):
                seen.add(spans)
                score = exact(opened, (spans[0][0], spans[-1][1]))
                yield candidate(
                    number, opened, spans, max(score, exact(opened, span) - _GROWN), _claim_at(opened, spans)
                )
    for spans in _told(opened):
        if spans not in seen:
            seen.add(spans)
            yield candidate(number, opened, spans, exact(opened, spans[0]), None)
    if asked.kind in ("figure", "open", "date"):
        for claim in opened.claims:
            spans = (in_quotation(text, (claim.figure.start, claim.figure.end)),)
            dated = asked.kind == "date" or (asked.unit == TIME and claim.figure.kind == "date")
            if spans not in seen and (claim.figure.kind == "date") == dated:
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
            yield without_frame(text, listed)
            yield (*listed[:-1], compound(opened, listed[-1]))
            if len(listed) > 1:
                ends = compound(opened, listed[0]), compound(opened, listed[-1])
                yield (ends[0], *listed[1:-1], ends[1])
        return
    for piece in [span, *clauses(text, span)]:
        if asked.kind in _SHORT and _SENTENCE_END.search(text, *piece):
            continue
        grown = whole(text, piece)
        if asked.kind == "reason":
            yield (_clause_of_reason(text, grown),)
        if asked.kind in ("thing", "open", "place"):
            headed = with_head(text, grown, asked.head)
            grown = whole(text, _best_start(opened, headed)) if headed != grown else grown
            yield (whole(text, compound(opened, grown)),)
            yield (with_parallel(text, compound(opened, grown), asked.head),)
            yield (_stripped(opened, grown),)
        yield (_whole_date(text, grown) if asked.kind == "date" else grown,)


def _clause_of_reason(text: str, span: Span) -> Span:
    """Return the span grown to its clause, from what marks a reason on: 连续暴雨 → 连续暴雨造成边坡塌方."""
    clause = clause_of(text, span)
    marked = [match.start(1) for match in REASON.finditer(text, *clause) if match.start(1) <= span[0]]
    return trimmed(text, (marked[-1] if marked else clause[0], clause[1]))


def _whole_date(text: str, span: Span) -> Span:
    """Return the span grown to the ends of the dates that it cuts: （一）8月 → （一）8月21日."""
    start, end = span
    for figure in figures(text):
        if figure.kind == "date" and figure.start < end and start < figure.end:
            start, end = min(start, figure.start), max(end, figure.end)
    return start, end


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
    """Yield what the words alone mark as an answer of the kind asked for."""
    text = opened.text
    match opened.asked.kind:
        case "reason":
            for match in REASON.finditer(text):
                yield (trimmed(text, match.span(1)),)
        case "decision":
            for match in _ANY_CLAUSE.finditer(text):
                clause = trimmed(text, match.span())
                yield (clause,)
                yield (decisive(text, clause),)
        case "person":
            yield from ((span,) for span in _people(opened))
        case "place":
            yield from ((trimmed(text, span),) for span in places(text))
        case "list":
            for span in enumerations(text):
                listed = members(text, span)
                yield listed
                yield without_frame(text, listed)
            yield from counted_off(text)
            yield from _several_people(opened)
        case "thing" | "open":
            yield from ((span,) for span in quotations(text))
    if opened.asked.kind in ("place", "thing"):
        yield from ((span,) for span in _headed(opened))
        yield from ((span,) for span in _behind_head(opened))


def _headed(opened: Opened) -> Iterator[Span]:
    """Yield the names that end in the noun asked for: 上城区望江街道启宸小区, 哪个街道 → 望江街道."""
    head, tokens = opened.asked.head, opened.body.tokens
    for place, token in enumerate(tokens):
        if head and token.text.endswith(head):
            named = len(token.text) > len(head) or place == 0 or tokens[place - 1].end < token.start
            yield (token.start if named else tokens[place - 1].start), token.end


def _behind_head(opened: Opened) -> Iterator[Span]:
    """Yield what stands right behind the noun asked for: 艺名为纳豆, 艺名是什么 → 纳豆."""
    if opened.asked.head:
        behind = rf"{re.escape(opened.asked.head)}(?:[是为叫:：“]|就是)*([^，,。；;：:“”！!？?\n]{{1,24}})"
        for match in re.finditer(behind, opened.folded):
            yield trimmed(opened.text, match.span(1))


def _several_people(opened: Opened) -> Iterator[tuple[Span, ...]]:
    """Yield the persons that a sentence names, where several are asked for: 两位副组长是谁."""
    if not _SEVERAL_PEOPLE.search(opened.asked.text):
        return
    for _, group in groupby(_people(opened), lambda span: sentence_of(opened.text, span)):
        spans = tuple(group)
        apart = (opened.text[left[1] : right[0]] for left, right in pairwise(spans))
        if len(spans) > 1 and all(re.search(r"[、和及与]", between) for between in apart):
            yield spans


def _people(opened: Opened) -> list[Span]:
    """Return the names of persons: beside an office, or words with a surname that no dictionary has."""
    marked = people(opened.text, frozenset(token.end for token in opened.body.tokens))
    unknown = (
        (token.start, token.end)
        for token, row in zip(opened.body.tokens, opened.body.words, strict=True)
        if row == UNKNOWN and is_name(token.text)
    )
    apart = [one for one in unknown if not any(one[0] < end and start < one[1] for start, end in marked)]
    return sorted({*marked, *apart})


def _best_start(opened: Opened, span: Span) -> Span:
    """Return the span with the beginning that the network likes best for its end."""
    inside = tokens_of(opened, span)
    if not inside or len(inside) > _LONGEST_NAME:
        return span
    last = inside[-1]
    firsts = range(max(0, last - _LONGEST_NAME), inside[0] + 1)
    best = max(firsts, key=lambda first: float(opened.scores.spans[first + opened.heading, last - first]))
    start = opened.body.tokens[best].start
    return span if STOP.search(opened.text, start, span[0]) else (start, span[1])


def _title(number: int, opened: Opened) -> Iterator[Candidate]:
    if opened.passage.paragraph.role == "heading":
        span = (0, len(opened.text))
        yield candidate(number, opened, (span,), opened.scores.nothing + 4.0, None)


def _claim_at(opened: Opened, spans: Sequence[Span]) -> Claim | None:
    """Return the claim of the figure that makes up most of an answer."""
    if len(spans) > 1:
        return None
    start, end = spans[0]
    inside = [claim for claim in opened.claims if start <= claim.figure.start and claim.figure.end <= end]
    widest = max(inside, key=lambda claim: claim.figure.end - claim.figure.start, default=None)
    if widest is None or (widest.figure.end - widest.figure.start) * 3 < end - start:
        return None
    return widest
