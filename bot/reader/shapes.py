"""Answers made whole: a value with its unit and bounds, a quotation to its end, without marks at the edges."""

import re

from bot.reader.figures import figures
from bot.reader.lexicon import VALUES
from bot.sentences import Span, sentence_spans
from embeddings.terms import fold_in_place

QUOTES = dict(zip("“‘「『《(（〔【", "”’」』》)）〕】", strict=True))
_EDGE = " \t\n\u3000,，.。;；:：、?？!！—－-□■◇◆○●△▲·•"
_FIRST, _LAST = (
    _EDGE + "".join(QUOTES.values()),
    _EDGE + "".join(QUOTES),
)  # marks that begin, or end, no answer
_COMMA = r"(?<!\d)[，,]|[，,](?!\d{3}(?!\d))"  # none in 1,400只
STOP = re.compile(rf"{_COMMA}|[。；;：:！!？?\n]")
_LONGEST_QUOTED = 60


def trimmed(text: str, span: Span) -> Span:
    """Return the span without pauses and stops at its edges, nor marks that close before it or open behind it."""
    start, end = span
    while start < end and text[start] in _FIRST:
        start += 1
    while end > start and text[end - 1] in _LAST:
        end -= 1
    return start, end


def whole(text: str, span: Span) -> Span:
    """Return the span grown to the ends of a value or quotation that it cuts, without marks at its edges.

    增长8. → 8.7% | 甲”工程 → “甲”工程 | “甲” → 甲
    """
    start, end = trimmed(text, span)
    if start >= end:
        return start, end
    if not VALUES["clock"].fullmatch(
        fold_in_place(text), start, end
    ):  # 11:00 of 3月1日11:00—13:00 is whole by itself
        for figure in figures(text):
            if figure.start < end and start < figure.end:
                start, end = min(start, figure.start), max(end, figure.end)
    return trimmed(text, with_both_quotes(text, (start, end)))


def with_both_quotes(text: str, span: Span) -> Span:
    """Return a span that cuts a quotation with all of it; one that is a quotation, without its marks but 《》."""
    start, end = span
    for opening, closing in QUOTES.items():
        inside = text[start:end]
        before = text.rfind(opening, max(0, start - _LONGEST_QUOTED), start)
        after = text.find(closing, end, end + _LONGEST_QUOTED)
        if closing in inside.partition(opening)[0] and before >= 0:
            start = before
        if opening in inside.rpartition(closing)[2] and after >= 0:
            end = after + 1
        if text[start] == opening != "《" and text.find(closing, start) == end - 1:
            start, end = start + 1, end - 1
    return start, end


def clause_of(text: str, span: Span) -> Span:
    """Return what stands around a span between two pauses."""
    before = max((match.end() for match in STOP.finditer(text, 0, span[0])), default=0)
    after = STOP.search(text, span[1])
    return before, (after.start() if after else len(text))


def sentence_of(text: str, span: Span) -> Span:
    """Return the sentences that a span stands in."""
    inside = [other for other in sentence_spans(text) if other[0] < span[1] and other[1] > span[0]]
    return (inside[0][0], inside[-1][1]) if inside else (0, len(text))
