"""What a language model may say: only what the passages say. Every figure and every name must stand in them.

The check is literal and one-sided: a good reply may be refused, and then the extract is shown. It goes by words,
not by grammar, so it cannot see everything.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.sentences import sentence_spans
from embeddings.terms import fold, is_known, tagged
from embeddings.types import Passage

LONGEST = 400  # characters of a reply
# What turns a statement round: it must be said with the figures and names it stands beside.
_NEGATIONS = "不没未无非否莫勿别"
_NEGATING_NOTHING = re.compile(
    r"不[断仅但少同久论管过]|无[锡线论数]|未来|非[常洲遗]|[分特区级个类性]别|别墅|否则|是否|没收"
)
_DIRECTIONS = re.compile(
    r"增长|增加|上升|提高|扩大|回升|高于|超过|多于|快于|下降|减少|降低|缩小|回落|低于|少于|慢于|不足"
    r"|最[高低大小多少快慢好差]|第[一二三四五六七八九十]|首位|末位|翻番|翻倍|持平|以上|以下|左右|将近|接近|大约|近|约|仅|比[^,，。]{1,8}[快慢高低多少大小好差强弱]"
)
_SAME = {"增长": ("增速", "增幅")}
# What a reply may not lose: without it 没有完成 is done, a fall is a rise, and a plan is a fact.
_NEVER_LOST = (
    re.compile(f"[{_NEGATIONS}]"),
    re.compile(r"下降|减少|降低|缩小|回落|低于|少于|慢于|不足|下滑|萎缩|负增长"),
    re.compile(r"预计|预期|预测|计划|规划|拟|力争|争取|目标|有望|将|可能|估计"),
)
_UNIT = r"平方公里|平方千米|平方米|立方米|公里|公顷|公斤|[人家班架]次|千瓦时|个?百分点|个[月点]|[美港欧日]元|[㐀-鿿]"
_FIGURE = re.compile(
    # with its sign and what it counts: -8.7% | 12家 | 4万平方米; FC-200 has no sign
    rf"(?:(?<![A-Za-z0-9.%年月日时元万亿])-)?\d+(?:\.\d+)?(?:[%‰]|[十百千万亿]*(?:{_UNIT}))?"
)
_CHINESE_FIGURE = re.compile(r"[零〇一二两三四五六七八九十百千万亿半几数]+")
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_ANY_END = re.compile(r"[，,；;：:。！？!?\n]")
_SINCE = re.compile("[起底末初后前内]?")
_CLAUSE_END = re.compile(r"[，,；;：:]")
_OWNING = ("nr", "ns", "nt", "nz")
# 名词、时间、处所、简称、成语、习语、数、外文、认不出的
_NAMING = ("n", "t", "s", "f", "j", "i", "l", "m", "eng", "x", "g")
_DOING = ("v", "a", "d", "z")  # 动词、形容词、副词
# What speaks of the text and not of the world, or only joins.
_FREE = frozenset(
    "文中 文件 资料 文档 段落 原文 数据 情况 问题 答案 内容 信息 其中 方面 地方 提到 介绍 表示 指出 显示 "
    "说明 写明 根据 按照 依据 达到 实现 位列 位居 排在 排名 列为 属于 作为 分别 同时 并且 以及 另外 此外 "
    "还有 就是 这样".split()
)


@dataclass(frozen=True, slots=True)
class Said:
    """What of a stretch of a text must stand in a passage."""

    figures: tuple[str, ...]
    names: tuple[str, ...]  # every noun, and every word that the dictionary does not know
    owners: tuple[str, ...]  # those of places, persons, bodies and things, which figures belong to
    doings: tuple[str, ...]  # what is done or how it is, where it is no direction
    turning: tuple[str, ...]  # negations and directions


def departure(reply: str, answer: str, passages: Sequence[Passage]) -> str:
    """Return what in a reply the passages do not bear out, empty where it may be shown.

    `answer` is the short answer as the source prints it: the reply must hold it.
    """
    wholes = [_folded(_whole(passage)) for passage in passages]
    texts = [_folded(passage.paragraph.text) for passage in passages]
    folded = _folded(reply)
    if not folded or len(reply) > LONGEST:
        return "长短 · length"
    if _folded(answer) not in folded:
        return answer
    for sentence in _sentences(folded):
        for clause in _CLAUSE_END.split(sentence):
            part = said(clause)
            if lacking := _lacking(part, wholes) or _turned(part, texts) or _lost(clause, part, texts):
                return lacking
        if figure := _astray(sentence, texts, wholes) or _exchanged(sentence, texts):
            return figure
    return _moved(folded, wholes, texts)


def said(text: str) -> Said:
    """Return what of a folded text must stand in the passages: 龙港增长8.7% → figure 8.7%, name 龙港, turning 增长."""
    words = [(word, kind) for word, kind in tagged(text) if re.search(r"\w", word) and word not in _FREE]
    return Said(
        tuple(_FIGURE.findall(text)),
        tuple(word for word, kind in words if _is_name(word, kind)),
        tuple(word for word, kind in words if _is_owner(word, kind)),
        tuple(word for word, kind in words if _is_doing(word, kind)),
        (*_DIRECTIONS.findall(text), *(sign for sign in _NEGATIONS if sign in _negating(text))),
    )


def _is_name(word: str, kind: str) -> bool:
    if _FIGURE.fullmatch(word):
        return False  # told as a figure, with its unit
    chinese = _CHINESE_FIGURE.fullmatch(word) is not None and word != "一"
    return chinese or kind.startswith(_NAMING) or not _is_plain(word)


def _is_owner(word: str, kind: str) -> bool:
    return kind.startswith(_OWNING) or not (kind == "eng" or _is_plain(word))


def _is_doing(word: str, kind: str) -> bool:
    return (
        kind.startswith(_DOING)
        and len(word) > 1
        and not _DIRECTIONS.search(word)
        and word not in ("没有", "未能")
    )


def _negating(text: str) -> str:
    """Return a text without the words in which 不, 无 or 别 negate nothing: 无锡, 分别."""
    return _NEGATING_NOTHING.sub("", text)


def _is_plain(word: str) -> bool:
    return len(word) == 1 or _FIGURE.fullmatch(word) is not None or is_known(word)


def _lacking(part: Said, wholes: Sequence[str]) -> str:
    """Return a figure, a name or a doing that no passage holds."""
    wanted = (*part.figures, *part.names, *part.doings)
    return next((word for word in wanted if not any(_holds(whole, word) for whole in wholes)), "")


def _turned(part: Said, texts: Sequence[str]) -> str:
    """Return what turns a clause round without a clause of the passages on the same figures that does so, too.

    Without figures, a sentence on the same names.
    """
    sentences = [sentence for text in texts for sentence in _sentences(text)]
    bearing = [sentence for sentence in sentences if all(name in sentence for name in part.owners)]
    if part.figures:
        clauses = [clause for sentence in sentences for clause in _CLAUSE_END.split(sentence)]
        bearing = [clause for clause in clauses if any(_holds(clause, figure) for figure in part.figures)]
    for word in part.turning:
        if not any(same in each for each in bearing for same in (word, *_SAME.get(word, ()))):
            return word
    return ""


def _lost(clause: str, part: Said, texts: Sequence[str]) -> str:
    """Return what negates, lowers or only plans in the clauses of the passages that say the same, and is not said."""
    clauses = [
        each for text in texts for sentence in _sentences(text) for each in _CLAUSE_END.split(sentence)
    ]
    for figure in part.figures or ("",):
        same = [each for each in clauses if not figure or _holds(each, figure)]
        shared = [sum(name in each for name in (*part.names, *part.doings)) for each in same]
        wanted = max(shared, default=0) if figure else max(1, len(part.names) + len(part.doings))
        nearest = [each for each, count in zip(same, shared, strict=True) if count == wanted]
        for kind in _NEVER_LOST:
            signs = [kind.search(_negating(each)) for each in nearest]
            if signs and all(signs) and not kind.search(_negating(clause)):
                return next(sign.group() for sign in signs if sign)
    return ""


def _astray(sentence: str, texts: Sequence[str], wholes: Sequence[str]) -> str:
    """Return a figure that the passages give for something else: 营业收入7042亿元 ↛ 研发投入7042亿元.

    What stands before it in its clause (with nothing there, after it) must stand in that sentence of the passage or
    above it; and one thing that stands there on the same side must be named.
    """
    for match in _FIGURE.finditer(sentence):
        sides = _sides(sentence, match)
        index = next((number for number, side in enumerate(sides) if any(_things(side))), None)
        if index is None:
            continue
        found = [
            (_sides(text, place)[index], whole.removesuffix(text) + _sentence_of(text, place))
            for text, whole in zip(texts, wholes, strict=True)
            for place in _places(text, match.group())
        ]
        if found and not any(_is_of(sides[index], own, sayable) for own, sayable in found):
            return match.group()
    return ""


def _things(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a stretch of text is about, and whom."""
    part = said(text)
    return tuple(word for word in (*part.names, *part.doings) if word not in part.owners), part.owners


def _is_of(side: str, own: str, sayable: str) -> bool:
    """Say whether what stands beside a figure in the reply fits what stands there in a passage."""
    (things, owners), (own_things, own_owners) = _things(side), _things(own)
    wanted = own_things if things and own_things else (*own_things, *own_owners)
    fits = not wanted or any(thing in side for thing in wanted)
    return fits and all(thing in sayable for thing in (*things, *owners))


def _sides(text: str, figure: re.Match[str]) -> tuple[str, str]:
    """Return what stands before a figure in its clause, back to the figure before it, and what stands after it."""
    before = _ANY_END.split(text[: figure.start()])[-1]
    *_, last = [0, *(each.end() for each in _FIGURE.finditer(before))]
    after = text[figure.end() : _end(text, figure)]
    other = _FIGURE.search(after)
    return before[last:], after[: other.start()] if other else after


def _end(text: str, figure: re.Match[str]) -> int:
    """Return where a figure's clause ends; where it is a clause by itself (1956年，……), the one after it."""
    ends = [mark.start() for mark in _ANY_END.finditer(text, figure.end())]
    begins = max([0, *(mark.end() for mark in _ANY_END.finditer(text, 0, figure.start()))])
    first = ends[0] if ends else len(text)
    is_alone = begins == figure.start() and _SINCE.fullmatch(text[figure.end() : first])
    return (ends[1] if len(ends) > 1 else len(text)) if is_alone else first


def _sentence_of(text: str, figure: re.Match[str]) -> str:
    """Return the sentence of a figure up to the end of its clause."""
    start = max([0, *(mark.end() for mark in _SENTENCE_END.finditer(text, 0, figure.start()))])
    return text[start : _end(text, figure)]


def _exchanged(sentence: str, texts: Sequence[str]) -> str:
    """Return a figure that changed places with the one before it: 由37个增加到62个 ↛ 由62个增加到37个."""
    for first, second in pairwise(_FIGURE.finditer(sentence)):
        if first.group() == second.group() or said(sentence[first.end() : second.start()]).names:
            continue
        orders = {
            one.start() < other.start()
            for text in texts
            for part in _sentences(text)
            for one in _places(part, first.group())
            for other in _places(part, second.group())
        }
        if orders == {False}:
            return second.group()
    return ""


def _moved(reply: str, wholes: Sequence[str], texts: Sequence[str]) -> str:
    """Return a figure that the passages give to others than the reply does: 龙港8.7%，余杭8.5% ↛ 余杭8.7%."""
    figures: list[str] = _FIGURE.findall(reply)
    for figure in dict.fromkeys(figures):
        found = [
            (owners, whole)
            for text, whole in zip(texts, wholes, strict=True)
            for owners in _owners(text, figure)
        ]
        for names in filter(None, _owners(reply, figure) if found else ()):
            if not any(
                owners & names or (not owners and any(name in whole for name in names))
                for owners, whole in found
            ):
                return figure
    return ""


def _owners(text: str, figure: str) -> Iterator[frozenset[str]]:
    """Yield whom each place of a figure belongs to: the names before it, back to the figure before them.

    龙港、余杭分别增长8.7%、8.5% → both names, for either figure
    """
    places = {match.start() for match in _places(text, figure)}
    at, group, is_open = 0, frozenset[str](), True
    for word, kind in tagged(text):
        inside = {place for place in places if at <= place < at + len(word)}
        if inside:
            yield group
        if any(character.isdigit() for character in word):
            is_open = False
        elif _is_owner(word, kind):
            group, is_open = (group | {word} if is_open else frozenset({word})), True
        at += len(word)


def _holds(text: str, word: str) -> bool:
    if _FIGURE.fullmatch(word):
        return next(_places(text, word), None) is not None
    return word in text


def _places(text: str, figure: str) -> Iterator[re.Match[str]]:
    # 8.7 不在 18.7 里，也不在 -8.7 里；12300人 不在 12300人次 里；2006年在 2006年5月 里，7042亿在 7042亿元 里
    unit = figure.lstrip("-0123456789.").lstrip("十百千万亿")
    for match in _FIGURE.finditer(text):
        found = match.group()
        if found == figure or (not unit and found.startswith(figure) and not found[len(figure)].isdigit()):
            yield match


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def _whole(passage: Passage) -> str:
    part = passage.paragraph
    return "\n".join((passage.document, part.subject, *part.headings, part.byline, part.text))


def _folded(text: str) -> str:
    # 2,936 亿元 → 2936亿元；负8.7% → -8.7%
    plain = re.sub(r"(?<=\d),(?=\d{3})|[ \t\u3000]", "", fold(text))
    return re.sub(r"[−–](?=\d)|负(?=\d)", "-", plain)
