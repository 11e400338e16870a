"""Follow-ups: what was asked before makes a short question whole.

龙港GDP增速多少 → 那余杭呢 → 余杭GDP增速多少
余杭GDP多少 → 它排全省第几 → 余杭GDP排全省第几
"""

import re
from collections.abc import Collection, Sequence

from embeddings.terms import Token, is_known, tokens, words

_AND_THIS = re.compile(r"^(?:那么|那|还有|至于)?(?P<part>[^，,？?]{1,20}?)(?:呢|又如何|怎么样呢)[？?]?$")
_PRONOUNS = frozenset(
    "它 它们 他 他们 她 她们 其 其中 该 此 这 这个 这里 这儿 这边 那个 那里 那儿 那边".split()
)
_LINKS = frozenset("的 是 在".split())  # between a pronoun and what is asked: 它的面积, 这是谁
_OPENS_WITH_THAT = re.compile(r"^(?:那么|那)(?!些|里|边|个|儿|年|时|天|次|场|位|家|种|条|样|段|批|份|座|一)")
# What asks, at the end or the start of a question; the rest is its topic: 龙港GDP增速多少 → 龙港GDP增速
_ASKING = re.compile(
    r"(?:一共|总共|共|各|是|有|在|达到|为)?(?:多少|几|第几|什么|哪[个些年天里家位]*|谁|何时|怎么样|怎样|如何)"
    r"(?:[个名家项次位年月日倍元万亿%％条张户人]|人次|百分点)*(?:了|呢|吗|的)?[？?]?$"
)
# 建成多少家共富工坊 → 建成共富工坊; 哪天开的 → 开的
_ASKED_INSIDE = re.compile(r"(?:多少|几)[个名家项次位条张户人座所]?(?:人次)?|哪[个些家位天年月]")
# A figure or a verb without whose: 面积多大, 吸纳了多少人就业
_OWNERLESS = re.compile(
    r"^(?:总量|总额|总数|总面积|数量|人数|增速|增幅|增长|面积|规模|金额|排名?|位列|位居|占比?|同比|环比|比[上去]一?年|平均"
    r"|吸纳|带动|完成|一共|总共|有多少|有几|多少|第?几|什么时候|何时|在哪|为什么|怎么|谁)"
)
_TIME = re.compile(
    r"(?:19|20)\d\d年?(?:上半年|下半年)?|去年|上一年|上年|前年|前一年|今年|本年|明年|(?:今年|去年)?[上下]半年|去年同期|[一二三四]季度|\d{1,2}月份?"
)
_YEAR_BEFORE = re.compile(r"上一年|上年|前一年|去年")
_OPPOSITES = tuple(
    tuple(row.split())
    for row in (
        "城镇 农村 城乡",
        "出口 进口",
        "存款 贷款",
        "小学 初中 高中",
        "第一产业 第二产业 第三产业",
        "一产 二产 三产",
        "男 女",
        "境内 境外",
        "公办 民办",
        "常住 户籍",
        "总量 增速",
        "收入 支出",
    )
)
_MEASURE = re.compile(
    r"(?:率|额|量|值|数|费|价|速|幅|比|收入|利润|投资|面积|人口|高|长|宽|跨|成本|排名|时间|日期|地址|负责人|联系人|gdp|GDP)$"
)
_HOW_HIGH = re.compile(r"(?<=[率额量值数费价速幅比入润资积])(?:有|是)?多[高大少低快]$")  # 毛利率多高
_SMALL_WORDS = frozenset("的了在是有和与及或对为把被给到从向每各第几哪谁多个家人年月日时")
_PLACE = re.compile(r"^(?:全[国省市县区]|[一-鿿]{2,6}[省市县区镇乡村州])$")


MOST_READINGS = 3


def readings(question: str, history: Sequence[str], places: Collection[str] = ()) -> tuple[str, ...]:
    """Return how a question may be meant after the questions before it, the likeliest first.

    `history` holds them as they were asked or understood, oldest first. One that points back is made whole first,
    and may stand by itself after all; one that may stand by itself is asked so first. `places` are the
    subjects the library speaks about: they tell 那余杭呢 (another place, the same figure) from 那增速呢
    (another figure of the same place).
    """
    if not history:
        return (question,)
    before = readings(history[-1], history[:-1], places)[0]
    if part := _AND_THIS.match(question.strip()):
        found = _replaced(before, part["part"], places)
    elif (rest := _after_pronoun(question)) is not None:
        found = (topic(before) + rest, question)
    elif any(place in question for place in places):
        found = (question,)
    elif _OWNERLESS.match(question):
        found = (question, topic(before) + question)
    else:
        found = (question,)
    return tuple(dict.fromkeys(found))[:MOST_READINGS]


def _after_pronoun(question: str) -> str | None:
    """Return what is asked of what a pronoun stands for, None without one: 它的面积多大 → 面积多大.

    A word that only begins so is none: 其他城市, 这次会议.
    """
    opened = _OPENS_WITH_THAT.match(question)
    rest = question[opened.end() :] if opened else question
    pieces = tokens(rest)
    if not pieces:
        return None
    first = pieces[0].text
    if first not in _PRONOUNS and first[0] in _PRONOUNS and not is_known(first):
        first = first[0]  # 它排|全省: no word, only characters that stand together
    if first not in _PRONOUNS:
        return rest if opened else None
    rest = rest[len(first) :]
    return next((rest.removeprefix(link) for link in _LINKS if rest.startswith(link)), rest)


def topic(question: str) -> str:
    """Return what a question is about, without the words that ask: 余杭GDP多少 → 余杭GDP."""
    left = _ASKING.sub("", question.strip())
    return _ASKED_INSIDE.sub("", left) or question


def _replaced(before: str, part: str, places: Collection[str]) -> tuple[str, ...]:
    """Return the question before with `part` in the place of what it can stand for, the likeliest first."""
    if part in places or _PLACE.match(part):
        named = [place for place in (*places, "全国", "全省", "全市", "全县") if place in before]
        return (before.replace(max(named, key=len), part, 1) if named else part + before,)
    part = part.removesuffix("的") or part
    if _TIME.fullmatch(part):
        return (_at_another_time(before, part),)
    if pair := _opposite(before, part):
        return (before.replace(*pair, 1),)
    if span := _like(before, part):
        return (before[: span[0]] + part + before[span[1] :],)
    told = _HOW_HIGH.sub("", topic(before))
    first = tokens(before)[0].text if before.strip() else ""
    swapped = part + before[len(first) :]  # 杭州推进的核心区 + 宁波 → 宁波推进的核心区
    others = _another_measure(before, told, part)
    if len(first) < 2 or _MEASURE.search(part) or not before.lower().startswith(first):
        return others
    return (swapped, *others) if len(first) == len(part) else (*others, swapped)


def _another_measure(before: str, told: str, part: str) -> tuple[str, ...]:
    if told not in before:
        return (part + before,)  # 有多少公务员受嘉奖 + 集体: what is counted stands inside
    measure = words(told)[-1:]
    if not measure or not _MEASURE.search(measure[0]) or not told.lower().endswith(measure[0]):
        return (before.replace(told, told + part, 1),)
    cut = len(told) - len(measure[0])
    if _MEASURE.search(part):
        return (before.replace(told, told[:cut] + part, 1),)
    time = _TIME.search(told[:cut])  # 控制系统毛利率 + 技术服务 → 技术服务毛利率
    return (before.replace(told, part + (time[0] if time else "") + told[cut:], 1),)


def _at_another_time(before: str, part: str) -> str:
    """Return the question about another time: 2024年营收多少 + 上一年 → 2023年营收多少."""
    said = _TIME.search(before)
    if said is None:
        return part + before
    if _YEAR_BEFORE.fullmatch(part) and said[0][:4].isdigit():
        part = f"{int(said[0][:4]) - 1}年"
    return before[: said.start()] + part + before[said.end() :]


def _opposite(before: str, part: str) -> tuple[str, str] | None:
    """Return a word of the question and the one that takes its place: 城镇居民收入 + 农村 → 城镇, 农村."""
    for row in _OPPOSITES:
        asked = next((word for word in row if word in part), None)
        said = next((word for word in row if word in before and word not in part), None)
        if asked and said and part in (asked, *(asked + end for end in ("居民", "部分", "那边", "方面"))):
            return said, asked
    return None


def _like(before: str, part: str) -> tuple[int, int] | None:
    """Find the whole words that `part` takes the place of: those that end alike and are about as long.

    引育国家级人才增长 + 高技能人才 → 国家级人才; 实验室主任 + 副主任 → 主任
    """
    if part in before:
        return None
    pieces = tokens(before)
    for length in range(min(len(part), 4), 0, -1):
        for last, piece in enumerate(pieces):
            if before[: piece.end].endswith(part[-length:]) and piece.end - piece.start > 1:
                return _as_long(pieces[: last + 1], len(part)), piece.end
            if length > 1 and before[: piece.end].endswith(part[-length:]):
                return _as_long(pieces[: last + 1], len(part)), piece.end
    return None


def _as_long(pieces: Sequence[Token], length: int) -> int:
    """Return where the words at the end begin that are nearest to a length; a name is never cut.

    昂|船洲|大桥: jieba leaves single characters of a name it does not know.
    """
    end = pieces[-1].end
    best = min(range(len(pieces)), key=lambda at: abs(end - pieces[at].start - length))
    while best and _is_rest_of_a_name(pieces[best - 1]) and pieces[best - 1].end == pieces[best].start:
        best -= 1
    return pieces[best].start


def _is_rest_of_a_name(piece: Token) -> bool:
    return len(piece.text) == 1 and piece.text not in _SMALL_WORDS and "一" <= piece.text <= "鿿"
