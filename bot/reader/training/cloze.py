"""Questions made from any text: a clause with one of its pieces replaced by what asks for it.

2019年全市新增就业3.2万人，比上年多5%。 → 全市新增就业多少 (3.2万人), 哪年全市新增就业3.2万人 (2019年)
The self-supervision of Splinter (Ram et al. 2021) turned into a question, with words dropped and moved so
that the reader cannot live on copying.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reader.features import Text

_STOPS = frozenset("。!?;")
_PAUSES = frozenset(",:、") | _STOPS
_UNITS = frozenset(
    (
        "% ‰ 元 万元 亿元 万 亿 个 名 人 人次 家 户 项 条 张 座 件 辆 台 次 倍 吨 万吨 亩 公顷 公里 米 "
        "平方米 平方公里 岁 位 所 处 场 部 首 颗 艘"
    ).split()
)
_CALENDAR = frozenset(["年", "月", "日", "号", "世纪", "年代"])
_PLACE_ENDS = "市县省国区州岛山河湖镇村港洋海湾"
_BODY_ENDS = "司院校团会局部厂社馆"
_REASONS = frozenset(["因为", "由于", "因"])
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_QUOTES = {"《": "》", "“": "”", "「": "」"}
_LETTERS = re.compile(r"[\w]")
_LOOSE = frozenset("的 了 是 在 有 和 与 及 等 也 就 都 而 并 其 该 这 那 为 以 于 被 将 把".split())


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of tokens, end exclusive, and the words that ask for it."""

    start: int
    end: int
    asking: Sequence[str]


def pieces(text: Text) -> list[Piece]:
    """Return the spans of a text that can be asked for."""
    words = [token.text for token in text.tokens]
    found = [piece for place in range(len(words)) for piece in _at(text, words, place)]
    return [piece for piece in found if 0 < piece.end - piece.start <= 40]


def _at(text: Text, words: Sequence[str], place: int) -> list[Piece]:
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else ""
    if word[0].isdigit():
        return _figure(words, place)
    if word in _QUOTES:
        close = next(
            (n for n in range(place + 1, min(place + 16, len(words))) if words[n] == _QUOTES[word]), 0
        )
        return [Piece(place, close + 1, ("什么", "哪个", "什么名字"))] if close > place + 1 else []
    if word in _REASONS:
        close = _until(words, place + 1, _PAUSES)
        return [Piece(place + 1, close, ("为什么", "什么原因", "为何"))] if 3 <= close - place <= 25 else []
    if text.words[place] == 1 and len(word) > 1 and _LETTERS.match(word):  # a name the vocabulary lacks
        return [Piece(place, place + 1, _asking_for(word))]
    if len(word) > 1 and word[-1] in _PLACE_ENDS + _BODY_ENDS and text.weights[place] > 0.4:
        start = place
        while start and words[start - 1][-1] in _PLACE_ENDS and place - start < 3:
            start -= 1
        return [Piece(start, place + 1, _asking_for(word))]
    if word in {"是", "为", "叫", "称为", "包括"} and following not in _PAUSES:
        close = _until(words, place + 1, _PAUSES)
        return [Piece(place + 1, close, ("什么",))] if 1 <= close - place - 1 <= 12 else []
    return []


def _figure(words: Sequence[str], place: int) -> list[Piece]:
    following = words[place + 1] if place + 1 < len(words) else ""
    if following in _CALENDAR:
        close = place
        while close + 1 < len(words) and words[close][0].isdigit() and words[close + 1] in _CALENDAR:
            close += 2
        return [Piece(place, close, ("什么时候", "哪年" if close == place + 2 else "哪天", "何时"))]
    before = words[place - 1] if place else ""
    if before == "第":
        end = place + 2 if following in {"位", "名"} else place + 1
        return [Piece(place - 1, end, ("第几", "第几位", "多少"))]
    if following in _UNITS:
        end = place + 2 + (words[place + 2 : place + 3] == ["以上"])
        asking = ("多少", "百分之几") if following == "%" else ("多少", "多少" + following, "几" + following)
        return [Piece(place, end, asking)]
    return []


def _asking_for(word: str) -> tuple[str, ...]:
    if word[-1] in _PLACE_ENDS:
        return ("哪里", "什么地方", "哪儿")
    if word[-1] in _BODY_ENDS:
        return ("哪家", "什么机构", "哪个单位")
    return ("谁", "哪位") if len(word) in (2, 3) and word[0] in _SURNAMES else ("什么", "什么")


def ask(text: Text, piece: Piece, chance: random.Random) -> list[str] | None:
    """Return the words of a question for a piece; None where its clause says too little."""
    words = [token.text for token in text.tokens]
    left = _back(words, piece.start, _PAUSES)
    right = _until(words, piece.end, _PAUSES)
    if right - left - (piece.end - piece.start) < 4 or chance.random() < 0.25:
        left = _back(words, max(left - 1, 0), _PAUSES)
    before, after = words[left : piece.start], words[piece.end : right]
    told = sum(word not in _LOOSE and _LETTERS.match(word) is not None for word in before + after)
    if not 2 <= told <= 22:
        return None
    asking = chance.choice(piece.asking)
    kept_before, kept_after = _thinned(before, chance), _thinned(after, chance)
    way = chance.random()
    if way < 0.25:
        return [*kept_before, *kept_after, chance.choice(["是", ""]), asking]
    if way < 0.35:
        return [asking, *kept_before, *kept_after]
    if way < 0.42:
        return [word for word in kept_before + kept_after if word not in _LOOSE]
    return [*kept_before, asking, *kept_after]


def _thinned(words: Sequence[str], chance: random.Random) -> list[str]:
    share = chance.choice([0.0, 0.1, 0.25, 0.4])
    return [
        word
        for word in words
        if (_LETTERS.match(word) or word == "%") and chance.random() > share * (1 + (word in _LOOSE))
    ]


def _until(words: Sequence[str], place: int, marks: frozenset[str]) -> int:
    return next((n for n in range(place, len(words)) if words[n] in marks), len(words))


def _back(words: Sequence[str], place: int, marks: frozenset[str]) -> int:
    return next((n + 1 for n in range(place - 1, -1, -1) if words[n] in marks), 0)


def as_text(words: Sequence[str]) -> str:
    """Return words as one question."""
    return "".join(word for word in words if word)
