"""Follow-ups: what was asked before makes a short question whole.

龙港GDP增速多少 → 那余杭呢 → 余杭GDP增速多少
余杭GDP多少 → 它排全省第几 → 余杭GDP排全省第几
"""

import re
from collections.abc import Collection, Sequence

from embeddings.terms import words

_AND_THIS = re.compile(r"^(?:那么|那|还有|至于)?(?P<part>[^，,？?]{1,20}?)(?:呢|又如何|怎么样呢)[？?]?$")
_POINTS_BACK = re.compile(r"^(?:那么|那)?(?:它|他|她|其中|其|这个|该|这|那)(?:的|们)?(?:是|在)?")
_OPENS_WITH_THAT = re.compile(r"^(?:那么|那)(?!些|里|边|个)")
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
_REST_OF_A_NAME = 1  # character in front that belongs to the name that is replaced
_PLACE = re.compile(r"^(?:全[国省市县区]|[一-鿿]{2,6}[省市县区镇乡村州])$")


def complete(question: str, history: Sequence[str], places: Collection[str] = ()) -> str:
    """Return the question made whole from the questions before it, oldest first.

    `places` are the subjects the library speaks about: they tell 那余杭呢 (another place, the same
    figure) from 那增速呢 (another figure of the same place). A question that stands by itself comes
    back as it is.
    """
    if not history:
        return question
    before = complete(history[-1], history[:-1], places)
    if part := _AND_THIS.match(question.strip()):
        return _replace(before, part["part"], places)
    if any(place in question for place in places):
        return question
    if _POINTS_BACK.match(question) or _OPENS_WITH_THAT.match(question):
        return topic(before) + _OPENS_WITH_THAT.sub("", _POINTS_BACK.sub("", question))
    return f"{topic(before)} {question}" if _OWNERLESS.match(question) else question


def topic(question: str) -> str:
    """Return what a question is about, without the words that ask: 余杭GDP多少 → 余杭GDP."""
    left = _ASKING.sub("", question.strip())
    return _ASKED_INSIDE.sub("", left) or question


def _replace(before: str, part: str, places: Collection[str]) -> str:
    if part in places or _PLACE.match(part):
        named = [place for place in (*places, "全国", "全省", "全市", "全县") if place in before]
        if named:
            return before.replace(max(named, key=len), part, 1)
        return part + before
    part = part.removesuffix("的") or part
    if _TIME.fullmatch(part):
        return _at_another_time(before, part)
    if pair := _opposite(before, part):
        return before.replace(*pair, 1)
    if span := _like(before, part):
        return before[: span[0]] + part + before[span[1] :]
    first = words(before)[:1]
    if first and words(part) == [part] and len(first[0]) == len(part) and before.startswith(first[0]):
        return part + before[len(part) :]  # 杭州推进的核心区 + 宁波 → 宁波推进的核心区
    told = _HOW_HIGH.sub("", topic(before))
    measure = words(told)[-1:]
    if measure and _MEASURE.search(measure[0]) and told.lower().endswith(measure[0]) and told in before:
        cut = len(told) - len(measure[0])
        if _MEASURE.search(part):
            return before.replace(told, told[:cut] + part, 1)
        time = _TIME.search(told[:cut])  # 控制系统毛利率 + 技术服务 → 技术服务毛利率
        return before.replace(told, part + (time[0] if time else "") + told[cut:], 1)
    return before.replace(told, told + part, 1)


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
    """Find the words that `part` takes the place of: those that end alike.

    引育国家级人才增长 + 高技能人才 → 国家级人才
    """
    for length in range(min(len(part), 4), 0, -1):
        end = before.find(part[-length:])
        if end > 0 and part not in before:
            start = max(end + length - len(part), 0)
            start = 0 if start <= _REST_OF_A_NAME else start  # 昂|船洲大桥: all of it
            return start, end + length
    return None
