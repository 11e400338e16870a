"""Questions that a paragraph answers, made from its own clauses: GDP达到2936亿元 → 余杭GDP达到多少; pure functions."""

import re
from collections.abc import Iterator

from embeddings.types import Paragraph

LONGEST_CLAUSE = 16  # characters in front of a figure
SHORTEST_CLAUSE = 3
_CLAUSE = re.compile(r"[^，,。；;：:！!？?、\n“”（）()《》]+")
_RANK = re.compile(r"第[一二三四五六七八九十\d]+(?:名|位)?")
_FIGURE = re.compile(
    r"(?P<figure>\d[\d,.]*)(?P<power>[十百千万亿]*)(?P<unit>[%％]|元|美元|(?:平方)?(?:公里|米)|公顷|吨|亩"
    r"|个百分点|人次|人|家|个|名|项|件|户|所|座|条|场|次|台|套|天|年|个月|小时|分钟|岁|级|层|本|辆|张|间|倍|位|种|节|处)?"
)
_COUNTED = frozenset(
    "人次 人 家 个 名 项 件 户 所 座 条 场 次 台 套 天 年 个月 小时 分钟 岁 级 层 本 辆 张 间 倍 位 种 节 处".split()
)
_OPENS = re.compile(
    r"^(?:其中|同时|此外|另外|目前|截至目前|全年|去年|今年|到|并|且|也|还|已|共|将|要|和|与|或|若|如|即|约)+"
)
# 每晚不超过350元 → 每晚
_BOUNDS = re.compile(
    r"(?:(?:不得|不应|不能|不可|不)?(?:超过|超|高于|低于|少于|多于|大于|小于|足)|约为?|近|逾|共|多达|大约|已|仅有?|只有?|最多|最高|至少"
    r"|最低|达到?|不)+$"
)
# 同比下降, 比去年提高: of what; 桑渡县: what of it
_UNCLEAR = re.compile(
    r"同比|环比|比[去上同]|占|次于|之后|身后|其|该|此|这|那|^(?:中|在|由|为|被|但|就|从|每|使|让|把|于|均|各|排|它|他|比|遇|一般|籍|上年|得益)"
    r"|(?:[省市县区镇乡村的由在被与和从以]|控制|提高|下降|减少|增加|上升|回落|水下|每小时)$"
)
_DATE = re.compile(r"\d+[年月日时]|[:：]\d\d")


def candidates(paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    """Yield questions with the figure that should answer each, in the order of the text."""
    if paragraph.role in ("heading", "byline"):
        return
    for clause in _CLAUSE.finditer(paragraph.text):
        text = clause.group().strip()
        for ask in (_rank, _figure):
            if made := ask(text):
                question, answer = made
                yield _about(paragraph.subject, question), answer
                break


def _rank(clause: str) -> tuple[str, str] | None:
    # 总量列全省第一 → 总量列全省第几
    found = _RANK.search(clause)
    if found is None or found.end() != len(clause):
        return None
    before = _OPENS.sub("", clause[: found.start()])
    return (f"{before}第几", found.group()) if _fits(f"{before}第") else None


def _figure(clause: str) -> tuple[str, str] | None:
    # 建成共富工坊246家 → 建成共富工坊多少家; 地方财政收入417亿元 → 地方财政收入多少
    figures = list(_FIGURE.finditer(clause))
    if len(figures) != 1 or _DATE.search(clause):
        return None
    found = figures[0]
    before, unit = _OPENS.sub("", clause[: found.start()]), found["unit"] or ""
    before = _BOUNDS.sub("", before)
    if not unit or not _fits(before):
        return None
    return f"{before}多少{unit if unit in _COUNTED else ''}", found["figure"]


def _fits(before: str) -> bool:
    fits = SHORTEST_CLAUSE <= len(before) <= LONGEST_CLAUSE and not any(sign.isdigit() for sign in before)
    return fits and not _UNCLEAR.search(before)


def _about(subject: str, question: str) -> str:
    return question if not subject or subject in question else subject + question
