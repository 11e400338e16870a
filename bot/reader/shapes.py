"""Answers made whole: a figure with its bounds, a quotation to its end, a list with all its members."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from bot.reader.figures import figures
from bot.reader.people import is_name
from bot.reader.question import Asked
from bot.sentences import Span, sentence_spans

_QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "(": ")", "（": "）"}
_EDGE = " \t\u3000,，.。;；:：、?？!！—－-"
_MEMBERS = re.compile(r"、|(?<=[”」』》])(?=[“「『《])|(?:以及|及|和|与)(?=[^，,。；;]{2,})")
_DATED = re.compile(
    r"\d+[年月日号]|[年月日]前|季度?|周[一二三四五六日]|每[年月周日季]|[初末底]$|[晨晚午夜]|世纪|年代|[一二三四五六七八九十元]年|农历|元旦|春节|清明|端午|中秋|国庆|节(?:前|后|期间)?$"
)
_OF_TIME = re.compile(
    r"[\d年月日号时分点前后起止至到底初末上中下旬半季度周每天晨午晚夜（）()、—~\-:：〇零一二三四五六七八九十]|星期|世纪|年代|工作日|以来|以后|之前"
)
_DECIDES = re.compile(
    r"不|未|没|无|尚|可以|可(?=[^能观靠])|须|必须|应当|应(?!急|用)|不得|禁|免|已经?|均|仍|仅次|高于|低于|快于|慢于|超过|维持|继续|属于|列入|允许|才能|全部|首次|结束|关闭|停航|增长|增加|上升|提高|下降|减少|回落"
)
_LONGEST_BEFORE = 7  # characters in front of what decides, that a short answer keeps
_NAMED = re.compile(
    r"叫|什么名|哪[一个家座条款项支部本位所]|谁|名称|名字|品牌|牌子|冠军|是什么|什么[一-鿿]{2}"
)
_PLACED = re.compile(
    r"(?:[市县区省国州镇乡村路街道号湖山河江岛楼院馆园场室厅港站桥口库厂洲寺庙塔]|中心|码头|学校|大厦|会议室)$"
)
_COUNTED = re.compile(r"[^\d]{0,2}\d+(?:\.\d+)?[%个家名人亿万元]*")
_OPENS_LIST = re.compile(
    r"(?:由|分为|分成|包括|包含|涵盖|设有|设立|设|提交|提供|出示|携带|需要|有|是|为|即|如|按|对|将|向|把|给|做好|抓好|推进|实施|开展|培育|打造|来自|涉及|种植|生产|经营|例如|以|用|在)(?=[^，,。；;]{2,})"
)
_CLOSES_LIST = re.compile(
    r"(?:等.*|(?:这|共)?[两二三四五六七八九十\d]+(?:[个项类种处家大方条座所镇乡县区]|部分|方面|领域|环节).*|(?:为主|组成|构成|制成).*)$"
)
_COUNTED_OFF = re.compile(r"[：:]([^。：:\n]{6,120})(?=。|$)")
_ONE_IS = re.compile(r"(?:[一二三四五六七]是|第[一二三四五六七][，,])(?:因为|由于)?([^；;。]{2,50})")
_ENUMERATION = re.compile(r"[^，,。；;：:！!？?\n]*、[^，,。；;：:！!？?\n]*")
_AT_A_PLACE = re.compile(
    r"(?:位于|坐落[于在]|地处|落户|设[在于]|在|从|到|至|经|起于|终于|来自|地址[为是：:]?|地点[为是：:]?|寄至|寄送地址：?)([^，,。；;：:！!？?、（(\s]{2,24})"
)
REASON = re.compile(
    r"(?:因为|由于|(?<![原起])因|受|为了|(?<![作成称认以行])为|得益于|原因[是为]|靠的是|主要是|是因)([^，,。；;]{4,40}?)(?=所致|导致|造成|影响|[，,。；;]|$)"
)
_ONLY_NAMES_IT = re.compile(r"(?:原因|目的|理由|因素)$")
_REASON_BEFORE = re.compile(r"(?:因为|由于|因|受|为了|为|得益于|原因是|靠的是|是)$")
_BEFORE = re.compile(r"[，,。；;：:！!？?\n、“”]")
_STOP = re.compile(r"[，,。；;：:！!？?\n]")
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
    for opening, closing in _quotations(text):
        inside = opening < start and end <= closing
        short = start == opening + 1 and closing - opening <= _SHORT_QUOTED  # “三张考卷”
        if inside and (short or end - start >= (closing - opening - 1) * 0.5):
            start, end = opening + 1, closing  # 三张考 → 三张考卷
        elif opening < start < closing < end and closing - start > 1:
            start = opening
        elif start <= opening < end <= closing:
            end = closing + 1
    if start < end and text[start] in _QUOTES and text[end - 1] == _QUOTES[text[start]]:
        closing = text.find(_QUOTES[text[start]], start + 1)
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
    if place < 0 or _STOP.search(text, end, place) or "、" in text[end:place]:
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
    for opening, closing in _quotations(text):
        if span[0] == opening + 1 and span[1] <= closing <= opening + _SHORT_QUOTED:
            return opening + 1, closing
    return span


def is_quotation(text: str, span: Span) -> bool:
    """Say whether a span is just what stands between two quotation marks, with or without them."""
    return any(span in ((start, end + 1), (start + 1, end)) for start, end in _quotations(text))


@lru_cache(maxsize=512)
def _quotations(text: str) -> tuple[Span, ...]:
    """Return the places of opening and closing marks that belong together."""
    found = []
    for start, character in enumerate(text):
        if character in _QUOTES:
            end = text.find(_QUOTES[character], start + 1)
            if 0 < end - start <= _LONGEST_QUOTED:
                found.append((start, end))
    return tuple(found)


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
        first = max((match.end() for match in _STOP.finditer(text, *pieces[0])), default=pieces[0][0])
        pieces[0] = (first, pieces[0][1])
    return tuple(_parallel_before(text, pieces) + pieces) if pieces else ((start, end),)


def decisive(text: str, span: Span) -> Span:
    """Return a clause from the word on that decides: 去年启用的泊位可以停靠大船 → 可以停靠大船."""
    marks = [match.start() for match in _DECIDES.finditer(text, *span)]
    later = [mark for mark in marks if mark - span[0] >= _LONGEST_BEFORE]
    return (later[0], span[1]) if later and later == marks else span


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
        edges = [match.start(1), *(e for stop in _STOP.finditer(text, *match.span(1)) for e in stop.span())]
        pieces = [(a, b) for a, b in zip(edges[::2], [*edges[1::2], match.end(1)], strict=True)]
        if len(pieces) > 1:
            yield tuple(trimmed(text, piece) for piece in pieces)
    for sentence in sentence_spans(text):
        pieces = [match.span(1) for match in _ONE_IS.finditer(text, *sentence)]
        if len(pieces) > 1:
            yield tuple(trimmed(text, piece) for piece in pieces)


def places(text: str) -> list[Span]:
    """Return what stands where a place is named: 位于老码头路 → 老码头路."""
    return [match.span(1) for match in _AT_A_PLACE.finditer(text)]


def quotations(text: str) -> list[Span]:
    """Return what stands between quotation marks or in 《》, the marks of a title kept."""
    return [
        (start, end + 1) if text[start] == "《" else (start + 1, end)
        for start, end in _quotations(text)
        if text[start] not in "(（"
    ]


def _run_of_quotations(text: str, span: Span) -> Span:
    """Grow a span in one of several quotations side by side to all of them: “甲”“乙”和“丙”."""
    start, end = span
    runs: list[list[Span]] = []
    for opening, closing in _quotations(text):
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
    both = text[start] in "“「『" and text[end - 1] == _QUOTES[text[start]]
    return (start + 1, end - 1) if both and text.find(text[end - 1], start) == end - 1 else span


def _quoted(text: str, place: int, within: Span) -> bool:
    return any(within[0] <= start < place < end for start, end in _quotations(text))


def clauses(text: str, span: Span) -> list[Span]:
    """Return the clauses that an answer of several is made of."""
    edges = [span[0], *(edge for match in _STOP.finditer(text, *span) for edge in match.span()), span[1]]
    pieces = [(edges[n], edges[n + 1]) for n in range(0, len(edges) - 1, 2)]
    return [piece for piece in pieces if piece[1] - piece[0] > 1] if len(pieces) > 1 else []


def sentence_of(text: str, span: Span) -> Span:
    """Return the sentences that a span stands in."""
    inside = [other for other in sentence_spans(text) if other[0] < span[1] and other[1] > span[0]]
    return (inside[0][0], inside[-1][1]) if inside else (0, len(text))


def names(text: str) -> tuple[Span, ...]:
    """Return the names of a byline or credit: （本报记者 何小平 陈立 摄） → 何小平 | 陈立."""
    cleared = _ROLE.sub(lambda match: " " * len(match.group()), text)
    return tuple(match.span() for match in _NAME.finditer(cleared))


def _number(given: int, asked: int) -> float:
    if not asked:
        return 1.0 if given > 1 else -0.3
    return 1.5 if given == asked else 0.3 if given > asked else -0.5


def fits(asked: Asked, text: str, spans: Sequence[Span]) -> float:
    """Return how well an answer has the form that its kind of question asks for, -2 … 1.5."""
    answer = text[spans[0][0] : spans[-1][1]]
    stops = _STOP.search(answer) is not None
    match asked.kind:
        case "date":
            return -2.0 if not _DATED.search(answer) else 1.0 if _mostly_a_date(answer) and not stops else 0.0
        case "person":
            return float(np.mean([_like_a_name(text[slice(*span)]) for span in spans]))
        case "place":
            form = 0.5 if _PLACED.search(answer) else -1.0 if _COUNTED.search(answer) else 0.0
            return form - 0.7 * stops
        case "reason":
            return _gives_a_reason(text, spans[0][0], answer)
        case "list":
            paused = any(_STOP.search(text, *span) for span in spans)
            framed = without_frame(text, spans) != tuple(spans)
            return _number(len(spans), asked.count) - 1.0 * paused - 0.6 * framed
        case "decision":
            return _decides(answer) - 0.6 * stops
        case "figure":
            return -0.5 * stops
        case "thing" | "open":
            return -0.5 * stops - 0.4 * (_NAMED.search(asked.text) is not None and _has_figures(answer))
    return 0.0


def _mostly_a_date(answer: str) -> bool:
    return len(_OF_TIME.sub("", answer)) * 3 <= len(answer)


def _has_figures(answer: str) -> bool:
    return any(figure.kind != "rank" for figure in figures(answer))


def _decides(answer: str) -> float:
    """Return 1 for a clause with what settles a yes or no: 不收通行费, 可以更换."""
    return 1.0 if _DECIDES.search(answer) else -0.6 if _COUNTED.fullmatch(answer) or len(answer) < 3 else 0.0


def _gives_a_reason(text: str, start: int, answer: str) -> float:
    if len(answer) < 4 or _COUNTED.fullmatch(answer) or _ONLY_NAMES_IT.search(answer):
        return -1.0
    marked = 1.0 if _REASON_BEFORE.search(text, max(0, start - 6), start) else 0.0
    if _STOP.search(answer):
        return -0.5  # 因甲，乙顺延: what follows is what came of it
    return marked + (0.3 if len(answer) < 45 else -0.5)


def _like_a_name(answer: str) -> float:
    if is_name(answer):
        return 1.0
    if re.search(r"[\d，,。、的是了]", answer):
        return -1.0
    return 0.4 if len(answer) in (2, 3) or "·" in answer else 0.2 if len(answer) == 4 else -0.2
