"""Answers made whole: a value with its unit and bounds, a quotation to its end, without marks at the edges."""

import re
from functools import lru_cache

from bot.reader.figures import clocks, figures
from bot.sentences import Span, sentence_spans

QUOTES = dict(zip("“‘「『《(（〔【", "”’」』》)）〕】", strict=True))
_EDGE = " \t\n\u3000,，.。;；:：、?？!！—－-□■◇◆○●△▲·•"
_MARK = re.compile(r"[（(][一二三四五六七八九十\d]{1,2}[）)](?=.)")  # （一）8月21日
_COMMA = r"(?<!\d)[，,]|[，,](?!\d{3}(?!\d))"  # none in 1,400只
STOP = re.compile(rf"{_COMMA}|[。；;：:！!？?\n]")
_LONGEST_QUOTED = 60


def trimmed(text: str, span: Span) -> Span:
    """Return the span without pauses and stops at its edges."""
    start, end = span
    if mark := _MARK.match(text, start, end):
        start = mark.end()
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def whole(text: str, span: Span) -> Span:
    """Return the span grown to the ends of a value or quotation that it cuts, without marks at its edges.

    增长8. → 8.7% | 三张考 → 三张考卷, of “三张考卷” | “甲”工程 → “甲”工程 | “甲” → 甲
    """
    start, end = trimmed(text, span)
    if start >= end:
        return start, end
    for figure in figures(text):
        if figure.start < end and start < figure.end:
            # 11:00 of 3月1日11:00—13:00 is whole by itself
            parts = clocks(text, figure) if figure.kind == "time" else []
            left, right = (start, end) if (start, end) in parts else (figure.start, figure.end)
            start, end = min(start, left), max(end, right)
    for opening, closing in quoted_places(text):
        if opening < start and end <= closing:
            if end - start >= (closing - opening - 1) * 0.6:
                start, end = opening + 1, closing
        elif opening < start < closing < end:
            start = opening if closing - start > 1 else closing + 1
        elif start <= opening < end <= closing:
            end = closing + 1 if end - opening > 1 else opening
    return trimmed(text, _unquoted(text, (start, end)))


def _unquoted(text: str, span: Span) -> Span:
    """Return what stands between two marks that belong together; titles keep theirs."""
    start, end = span
    both = (start, end - 1) in quoted_places(text) and text[start] != "《"
    return (start + 1, end - 1) if both else span


@lru_cache(maxsize=512)
def quoted_places(text: str) -> tuple[Span, ...]:
    """Return the places of opening and closing marks that belong together."""
    found = []
    for start, character in enumerate(text):
        if character in QUOTES:
            end = text.find(QUOTES[character], start + 1, start + 1 + _LONGEST_QUOTED)
            if end > start:
                found.append((start, end))
    return tuple(found)


def clause_of(text: str, span: Span) -> Span:
    """Return what stands around a span between two pauses."""
    before = max((match.end() for match in STOP.finditer(text, 0, span[0])), default=0)
    after = STOP.search(text, span[1])
    return before, (after.start() if after else len(text))


def sentence_of(text: str, span: Span) -> Span:
    """Return the sentences that a span stands in."""
    inside = [other for other in sentence_spans(text) if other[0] < span[1] and other[1] > span[0]]
    return (inside[0][0], inside[-1][1]) if inside else (0, len(text))
