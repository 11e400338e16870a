"""What a stretch of a text asserts, word by word: its figures, names and doings, and what turns it round."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sentences import sentence_spans
from embeddings.terms import fold, is_known, tagged

# What turns a statement round: it must be said with the figures and names it stands beside.
NEGATIONS = "不没未无非否莫勿别"
_NEGATING_NOTHING = re.compile(
    r"不[断仅但少同久论管过]|无[锡线论数]|未来|非[常洲遗]|[分特区级个类性]别|别墅|否则|是否|没收"
)
_DIRECTIONS = re.compile(
    r"增长|增加|上升|提高|扩大|回升|高于|超过|多于|快于|下降|减少|降低|缩小|回落|低于|少于|慢于|不足"
    r"|最[高低大小多少快慢好差]|第[一二三四五六七八九十]|首位|末位|翻番|翻倍|持平|以上|以下|左右|将近|接近|大约|近|约|仅|比[^,，。]{1,8}[快慢高低多少大小好差强弱]"
)
_UNIT = r"平方公里|平方千米|平方米|立方米|公里|公顷|公斤|[人家班架]次|千瓦时|个?百分点|个[月点]|[美港欧日]元|[㐀-鿿]"
FIGURE = re.compile(
    # with its sign and what it counts: -8.7% | 12家 | 4万平方米; FC-200 has no sign
    rf"(?:(?<![A-Za-z0-9.%年月日时元万亿])-)?\d+(?:\.\d+)?(?:[%‰]|[十百千万亿]*(?:{_UNIT}))?"
)
_CHINESE_FIGURE = re.compile(r"[零〇一二两三四五六七八九十百千万亿半几数]+")
CLAUSE_END = re.compile(r"[，,；;：:]")
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


def said(text: str) -> Said:
    """Return what of a folded text must stand in the passages: 龙港增长8.7% → figure 8.7%, name 龙港, turning 增长."""
    words = [(word, kind) for word, kind in tagged(text) if re.search(r"\w", word) and word not in _FREE]
    return Said(
        tuple(FIGURE.findall(text)),
        tuple(word for word, kind in words if _is_name(word, kind)),
        tuple(word for word, kind in words if is_owner(word, kind)),
        tuple(word for word, kind in words if _is_doing(word, kind)),
        (*_DIRECTIONS.findall(text), *(sign for sign in NEGATIONS if sign in negating(text))),
    )


def _is_name(word: str, kind: str) -> bool:
    if FIGURE.fullmatch(word):
        return False  # told as a figure, with its unit
    chinese = _CHINESE_FIGURE.fullmatch(word) is not None and word != "一"
    return chinese or kind.startswith(_NAMING) or not _is_plain(word)


def is_owner(word: str, kind: str) -> bool:
    """Say whether figures can belong to a word: a place, a person, a body, a thing with a name of its own."""
    return kind.startswith(_OWNING) or not (kind == "eng" or _is_plain(word))


def _is_doing(word: str, kind: str) -> bool:
    return (
        kind.startswith(_DOING)
        and len(word) > 1
        and not _DIRECTIONS.search(word)
        and word not in ("没有", "未能")
    )


def negating(text: str) -> str:
    """Return a text without the words in which 不, 无 or 别 negate nothing: 无锡, 分别."""
    return _NEGATING_NOTHING.sub("", text)


def _is_plain(word: str) -> bool:
    return len(word) == 1 or FIGURE.fullmatch(word) is not None or is_known(word)


def holds(text: str, word: str) -> bool:
    """Say whether a text has a word, or a figure as a whole."""
    if FIGURE.fullmatch(word):
        return next(places_of(text, word), None) is not None
    return word in text


def places_of(text: str, figure: str) -> Iterator[re.Match[str]]:
    """Yield where a text has a figure as a whole."""
    # 8.7 不在 18.7 里，也不在 -8.7 里；12300人 不在 12300人次 里；2006年在 2006年5月 里，7042亿在 7042亿元 里
    unit = figure.lstrip("-0123456789.").lstrip("十百千万亿")
    for match in FIGURE.finditer(text):
        found = match.group()
        if found == figure or (not unit and found.startswith(figure) and not found[len(figure)].isdigit()):
            yield match


def sentences_of(text: str) -> list[str]:
    """Split a text into its sentences."""
    return [text[start:end] for start, end in sentence_spans(text)]


def folded(text: str) -> str:
    """Return a text with its characters and figures written in one way: 2,936 亿元 → 2936亿元，负8.7% → -8.7%."""
    plain = re.sub(r"(?<=\d),(?=\d{3})|[ \t\u3000]", "", fold(text))
    return re.sub(r"[−–](?=\d)|负(?=\d)", "-", plain)
