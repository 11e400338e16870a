"""What a language model may say: only what the passages say. Every figure and every name must stand in them.

The check is literal and one-sided: a good reply may be refused, and then the extract is shown. It goes by words,
so it cannot see everything: a verb that is not a direction is the model's own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.sentences import sentence_spans
from embeddings.terms import fold, is_known, tagged
from embeddings.types import Passage

LONGEST = 400  # characters of a reply
# What turns a statement round: it must be said with the figures and names it stands beside.
_NEGATIONS = "不没未无非否莫勿别"
_DIRECTIONS = re.compile(
    r"增长|增加|上升|提高|扩大|回升|高于|超过|多于|快于|下降|减少|降低|缩小|回落|低于|少于|慢于|不足"
    r"|最[高低大小多少快慢好差]|第[一二三四五六七八九十]|首位|末位|翻番|翻倍|持平|以上|以下|左右|将近|接近|大约|近|约"
)
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:[%‰]|[十百千万亿]*[㐀-鿿])?"
)  # with what it counts: 8.7% | 12家 | 4万平
_SAME = {"增长": ("增速", "增幅")}
_CHINESE_FIGURE = re.compile(r"[零〇一二两三四五六七八九十百千万亿半几数]+")
_CLAUSE_END = re.compile(r"[，,；;：:]")
_OWNING = ("nr", "ns", "nt", "nz")
# 名词、时间、处所、简称、成语、习语、数、外文、认不出的
_NAMING = ("n", "t", "s", "f", "j", "i", "l", "m", "eng", "x", "g")
# What speaks of the text and not of the world.
_FREE = frozenset("文中 文件 资料 文档 段落 原文 数据 情况 问题 答案 内容 信息 其中 方面 地方".split())


@dataclass(frozen=True, slots=True)
class Said:
    """What of a stretch of a text must stand in a passage."""

    figures: tuple[str, ...]
    names: tuple[str, ...]  # every noun, and every word that the dictionary does not know
    owners: tuple[str, ...]  # those of places, persons, bodies and things, which figures belong to
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
            if lacking := _lacking(part, wholes) or _turned(part, texts):
                return lacking
    return _moved(folded, wholes, texts)


def said(text: str) -> Said:
    """Return what of a folded text must stand in the passages: 龙港增长8.7% → figure 8.7%, name 龙港, turning 增长."""
    words = [(word, kind) for word, kind in tagged(text) if re.search(r"\w", word) and word not in _FREE]
    return Said(
        tuple(_FIGURE.findall(text)),
        tuple(word for word, kind in words if _is_name(word, kind)),
        tuple(word for word, kind in words if _is_owner(word, kind)),
        (*_DIRECTIONS.findall(text), *(sign for sign in _NEGATIONS if sign in text)),
    )


def _is_name(word: str, kind: str) -> bool:
    if _FIGURE.fullmatch(word):
        return False  # told as a figure, with its unit
    chinese = _CHINESE_FIGURE.fullmatch(word) is not None and word != "一"
    return chinese or kind.startswith(_NAMING) or not _is_plain(word)


def _is_owner(word: str, kind: str) -> bool:
    return kind.startswith(_OWNING) or not (kind == "eng" or _is_plain(word))


def _is_plain(word: str) -> bool:
    return len(word) == 1 or _FIGURE.fullmatch(word) is not None or is_known(word)


def _lacking(part: Said, wholes: Sequence[str]) -> str:
    """Return a figure or a name that no passage holds."""
    wanted = (*part.figures, *part.names)
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
    return next(_places(text, word), None) is not None if word[:1].isdigit() else word in text


def _places(text: str, figure: str) -> Iterator[re.Match[str]]:
    # 8.7 不在 18.7 里，5% 不在 0.5% 里，12 不在 12.5 里；2006年在 2006年5月 里
    after = r"(?!\d|\.\d)" if figure[-1].isdigit() else ""
    return re.finditer(rf"(?<![\d.]){re.escape(figure)}{after}", text)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def _whole(passage: Passage) -> str:
    part = passage.paragraph
    return "\n".join((passage.document, part.subject, *part.headings, part.byline, part.text))


def _folded(text: str) -> str:
    # 2,936 亿元 → 2936亿元
    return re.sub(r"(?<=\d),(?=\d{3})|[ \t\u3000]", "", fold(text))
