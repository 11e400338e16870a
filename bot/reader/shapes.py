"""Answers made whole: a figure with its bounds, a quotation to its end, a name to the noun asked for."""

import re
from functools import lru_cache

from bot.reader.figures import figures
from bot.sentences import Span, sentence_spans

QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "(": ")", "（": "）"}
_EDGE = " \t\u3000,，.。;；:：、?？!！—－-□■◇◆○●△▲·•"
_MARK = re.compile(r"[（(][一二三四五六七八九十\d]{1,2}[）)](?=.)")  # （一）8月21日
_AT_A_PLACE = re.compile(
    r"(?:位于|坐落[于在]|地处|落户|设[在于]|在|从|到|至|经|起于|终于|来自|地址[为是：:]?|地点[为是：:]?|寄至|寄送地址：?)([^，,。；;：:！!？?、（(\s]{2,24})"
)
_COMMA = r"(?<!\d)[，,]|[，,](?!\d{3}(?!\d))"  # none in 1,400只
STOP = re.compile(rf"{_COMMA}|[。；;：:！!？?\n]")
_NAME = re.compile(r"(?<![一-鿿])([一-鿿]+(?:·[一-鿿]+)+|[一-鿿]{2,4})(?![一-鿿])")
_ROLE = re.compile(
    r"(?:本报|本刊|本台|本网|新华社|特约|见习)?(?:记者|通讯员|拍友|作者|编辑|责编|撰稿|撰文|整理|摄影|摄|图|文|供图|报道|口述|执笔)"
)
_LONGEST_QUOTED = 40
_SHORT_QUOTED = 7
_SHARED = re.compile(
    r"(?<![一-鿿])((?:[一-鿿]{2,6}、)*[一-鿿]{2,6})(?:和|及|与|以及)$|([一-鿿]{2,6})(?:和|及|与)$"
)
_LONGEST_TAIL = 16  # characters from an answer to the noun that it is one of


def trimmed(text: str, span: Span) -> Span:
    """Return the span without pauses and stops at its edges, and without half a pair of quotes."""
    start, end = span
    if mark := _MARK.match(text, start, end):
        start = mark.end()
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def whole(text: str, span: Span) -> Span:
    """Return the span grown to the end of a figure or quotation that it cuts."""
    start, end = trimmed(text, span)
    for figure in figures(text):
        if figure.start < end and figure.end > start and figure.kind != "date":
            start, end = min(start, figure.start), max(end, figure.end)
    for opening, closing in quoted_places(text):
        inside = opening < start and end <= closing
        short = start == opening + 1 and closing - opening <= _SHORT_QUOTED  # “三张考卷”
        half = (
            text[opening] == "“" and start == opening + 1 and text[end : end + 1] in "，,"
        )  # “看三云，不下山”
        if inside and (short or half or end - start >= (closing - opening - 1) * 0.5):
            start, end = opening + 1, closing  # 三张考 → 三张考卷
        elif opening < start < closing < end and closing - start > 1:
            start = opening
        elif start <= opening < end <= closing:
            end = closing + 1
    if start < end and text[start] in QUOTES and text[end - 1] == QUOTES[text[start]]:
        closing = text.find(QUOTES[text[start]], start + 1)
        if closing == end - 1 and text[start] not in "《":
            start, end = start + 1, end - 1
    return start, end


def with_head(text: str, span: Span, head: str) -> Span:
    """Return the span grown to the noun that was asked for: 对外文化贸易 → 对外文化贸易基地.

    A name right in front of the span that ends so takes its place: 启宸 → 望江街道, for 哪个街道.
    """
    start, end = span
    if not head or head in text[start:end]:
        return span
    if text[:start].endswith(head):
        return start - len(head), start
    place = text.find(head, end, end + _LONGEST_TAIL)
    if place < 0 or STOP.search(text, end, place) or "、" in text[end:place]:
        return span
    return start, place + len(head)


def with_parallel(text: str, span: Span, head: str) -> Span:
    """Return the span grown to the nouns that share its head: 医械产业 → 生物医药和医械产业, for 什么产业."""
    start, end = span
    if not head or not text[start:end].endswith(head):
        return span
    before = _SHARED.search(text[:start])
    return (before.start(before.lastindex or 1), end) if before else span


def in_quotation(text: str, span: Span) -> Span:
    """Return the short quotation that begins with a figure, else the figure: 三张 → 三张考卷, of “三张考卷”."""
    for opening, closing in quoted_places(text):
        if span[0] == opening + 1 and span[1] <= closing <= opening + _SHORT_QUOTED:
            return opening + 1, closing
    return span


def is_quotation(text: str, span: Span) -> bool:
    """Say whether a span is just what stands between two quotation marks, with or without them."""
    return any(span in ((start, end + 1), (start + 1, end)) for start, end in quoted_places(text))


@lru_cache(maxsize=512)
def quoted_places(text: str) -> tuple[Span, ...]:
    """Return the places of opening and closing marks that belong together."""
    found = []
    for start, character in enumerate(text):
        if character in QUOTES:
            end = text.find(QUOTES[character], start + 1)
            if 0 < end - start <= _LONGEST_QUOTED:
                found.append((start, end))
    return tuple(found)


def places(text: str) -> list[Span]:
    """Return what stands where a place is named: 位于老码头路 → 老码头路."""
    return [match.span(1) for match in _AT_A_PLACE.finditer(text)]


def quotations(text: str) -> list[Span]:
    """Return what stands between quotation marks or in 《》, the marks of a title kept."""
    return [
        (start, end + 1) if text[start] == "《" else (start + 1, end)
        for start, end in quoted_places(text)
        if text[start] not in "(（"
    ]


def clauses(text: str, span: Span) -> list[Span]:
    """Return the clauses that an answer of several is made of."""
    edges = [span[0], *(edge for match in STOP.finditer(text, *span) for edge in match.span()), span[1]]
    pieces = [(edges[n], edges[n + 1]) for n in range(0, len(edges) - 1, 2)]
    return [piece for piece in pieces if piece[1] - piece[0] > 1] if len(pieces) > 1 else []


def clause_of(text: str, span: Span) -> Span:
    """Return what stands around a span between two pauses."""
    before = max((match.end() for match in STOP.finditer(text, 0, span[0])), default=0)
    after = STOP.search(text, span[1])
    return before, (after.start() if after else len(text))


def sentence_of(text: str, span: Span) -> Span:
    """Return the sentences that a span stands in."""
    inside = [other for other in sentence_spans(text) if other[0] < span[1] and other[1] > span[0]]
    return (inside[0][0], inside[-1][1]) if inside else (0, len(text))


def names(text: str) -> tuple[Span, ...]:
    """Return the names of a byline or credit: （本报记者 何小平 陈立 摄） → 何小平 | 陈立."""
    cleared = _ROLE.sub(lambda match: " " * len(match.group()), text)
    return tuple(match.span() for match in _NAME.finditer(cleared))
