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
    if span := _like(before, part):
        return before[: span[0]] + part + before[span[1] :]
    first = words(before)[:1]
    if first and words(part) == [part] and len(first[0]) == len(part) and before.startswith(first[0]):
        return part + before[len(part) :]  # 杭州推进的核心区 + 宁波 → 宁波推进的核心区
    return before.replace(topic(before), topic(before) + part, 1)


def _like(before: str, part: str) -> tuple[int, int] | None:
    """Find the words that `part` takes the place of: those that end alike.

    引育国家级人才增长 + 高技能人才 → 国家级人才
    """
    for length in range(min(len(part), 4), 0, -1):
        end = before.find(part[-length:])
        if end > 0 and part not in before:
            start = max(end + length - len(part), 0)
            return start, end + length
    return None
