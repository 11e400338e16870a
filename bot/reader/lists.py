"""Lists in running text: all members, in their order, without the words around them."""

import re
from collections.abc import Iterator, Sequence

from bot.reader.shapes import QUOTES, STOP, quoted_places, trimmed, whole
from bot.sentences import Span, sentence_spans

_MEMBERS = re.compile(
    r"、|(?<=[”」』》])(?=[“「『《])|(?<![，,。；;：:])(?:以及|及|和|与)(?=[^，,。；;]{2,})"
)
_OPENS_LIST = re.compile(
    r"(?:由|分为|分成|包括|包含|涵盖|设有|设立|设|提交|提供|出示|携带|需要|有|是|为|即|如|按|对|将|向|把|给|做好|抓好|推进|实施|开展|培育|打造|来自|涉及|种植|生产|经营|例如|以|用|在)(?=[^，,。；;]{2,})"
)
_CLOSES_LIST = re.compile(
    r"(?:等.*|(?:这|共)?[两二三四五六七八九十\d]+(?:[个项类种处家大方条座所镇乡县区]|部分|方面|领域|环节).*|(?:为主|组成|构成|制成).*)$"
)
_COUNTED_OFF = re.compile(r"[：:]([^。：:\n]{6,120})(?=。|$)")
_ONE_IS = re.compile(r"(?:[一二三四五六七]是|第[一二三四五六七][，,])(?:因为|由于)?([^；;。]{2,50})")
_ENUMERATION = re.compile(r"[^，,。；;：:！!？?\n]*、[^，,。；;：:！!？?\n]*")
_BEFORE = re.compile(r"[，,。；;：:！!？?\n、“”]")


def members(text: str, span: Span) -> tuple[Span, ...]:
    """Return the members of the list that a span stands in: 抓住 A、B 和 C 三件事 → A | B | C.

    A span in no list is the one member.
    """
    start, end = _run_of_quotations(text, whole(text, span))
    marks = [
        match
        for match in _MEMBERS.finditer(text, start, end)
        if not _quoted(text, match.start(), (start, end))
    ]
    edges = [start, *(edge for match in marks for edge in match.span()), end]
    pieces = [trimmed(text, (edges[n], edges[n + 1])) for n in range(0, len(edges) - 1, 2)]
    pieces = [_unquoted(text, _to_its_quote(text, piece)) for piece in pieces if piece[0] < piece[1]]
    if len(pieces) > 1:  # 实施“甲”工程,推进有钱办事、有人管事
        first = max((match.end() for match in STOP.finditer(text, *pieces[0])), default=pieces[0][0])
        pieces[0] = (first, pieces[0][1])
    return tuple(_parallel_before(text, pieces) + pieces) if pieces else ((start, end),)


def enumerations(text: str) -> list[Span]:
    """Return the clauses that count up members: 可以刷市民卡、银联卡 → the whole of it."""
    return [match.span() for match in _ENUMERATION.finditer(text)]


def without_frame(text: str, listed: Sequence[Span]) -> tuple[Span, ...]:
    """Return members without the words around the list: 由桥塔 | 斜拉索 | 主梁三部分组成 → 桥塔 | 斜拉索 | 主梁."""
    if len(listed) < 2:
        return tuple(listed)
    (start, first_end), *middle, (last_start, end) = listed
    opens = list(_OPENS_LIST.finditer(text, start, first_end))
    alike = opens and any(text.startswith(opens[-1].group(), other[0]) for other in listed[1:])
    if opens and not alike and first_end - opens[-1].end() > 1:  # but 有钱办事、有人管事
        start = opens[-1].end()
    closes = _CLOSES_LIST.search(text, last_start, end)
    if closes and closes.start() - last_start > 1:
        end = closes.start()
    return ((start, first_end), *middle, (last_start, end))


def counted_off(text: str) -> Iterator[tuple[Span, ...]]:
    """Yield clauses that are counted off: 推进三项工作：甲，乙，丙。 → 甲 | 乙 | 丙; 一是甲；二是乙。 → 甲 | 乙."""
    for match in _COUNTED_OFF.finditer(text):
        edges = [match.start(1), *(e for stop in STOP.finditer(text, *match.span(1)) for e in stop.span())]
        pieces = [(a, b) for a, b in zip(edges[::2], [*edges[1::2], match.end(1)], strict=True)]
        if len(pieces) > 1:
            yield tuple(trimmed(text, piece) for piece in pieces)
    for sentence in sentence_spans(text):
        pieces = [match.span(1) for match in _ONE_IS.finditer(text, *sentence)]
        if len(pieces) > 1:
            yield tuple(trimmed(text, piece) for piece in pieces)


def _run_of_quotations(text: str, span: Span) -> Span:
    """Grow a span in one of several quotations side by side to all of them: “甲”“乙”和“丙”."""
    start, end = span
    runs: list[list[Span]] = []
    for opening, closing in quoted_places(text):
        if text[opening] not in "“「《『":
            continue
        if runs and re.fullmatch(r"[、和及与]?", text[runs[-1][-1][1] + 1 : opening]):
            runs[-1].append((opening, closing))
        else:
            runs.append([(opening, closing)])
    for run in runs:
        if run[0][0] <= start and end <= run[-1][1] + 1:
            if len(run) > 1:
                return run[0][0], run[-1][1] + 1
            if "、" in text[run[0][0] : run[0][1]]:
                return run[0][0] + 1, run[0][1]  # “甲、乙、丙”
    return span


def _parallel_before(text: str, pieces: Sequence[Span]) -> list[Span]:
    """Return the members in front of the first one, while they are as long: 有钱办事、有人管事、〔有章理事〕."""
    start, end = pieces[0]
    found: list[Span] = []
    while start > 1 and text[start - 1] == "、":
        left = max((match.end() for match in _BEFORE.finditer(text, 0, start - 1)), default=0)
        length, most = start - 1 - left, 2 * (end - start) + 2
        if length > most:  # the first one has its verb in front: 推进有钱办事
            alike = text.rfind(text[start], left, start - 2)
            left = alike if alike > 0 and start - 1 - alike <= most else start - 1 - (end - start)
        start, end = left, start - 1
        found.insert(0, (start, end))
        if length > most:
            break
    return found


def _to_its_quote(text: str, span: Span) -> Span:
    """Return a member up to the mark that closes it: 通电”三件事 → 通电."""
    inside = text[slice(*span)]
    cut = inside.find("”")
    return (span[0], span[0] + cut) if cut > 0 and "“" not in inside else span


def _unquoted(text: str, span: Span) -> Span:
    start, end = span
    both = text[start] in "“「『" and text[end - 1] == QUOTES[text[start]]
    return (start + 1, end - 1) if both and text.find(text[end - 1], start) == end - 1 else span


def _quoted(text: str, place: int, within: Span) -> bool:
    return any(within[0] <= start < place < end for start, end in quoted_places(text))
