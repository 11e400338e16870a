"""What a question asks for: the kind of its answer, and what the answer must agree with.

余杭去年财政总收入多少亿元 → figure, level, unit 亿元
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from bot.reader.lexicon import DATING, LOOSE, ONE_UNIT
from embeddings.terms import fold_in_place, is_known, tokens

Kind = Literal["figure", "date", "person", "place", "reason", "list", "decision", "open"]
Aspect = Literal["", "level", "growth", "share", "rank", "multiple"]

TIME = "时间"  # the unit of 多久
_ENDS = " 　?？!！。，,~～"
_RANK = re.compile(
    r"第几|排(?:在|到|行|名|老)?.{0,6}几(?:[位名]|$|[?？])|排(?:在|到|行|名)?.{0,6}多少[位名]|排名|位次|名次|位列多少|列(?:全.)?第|居第"
)
_MULTIPLE = re.compile(r"(?:几|多少)倍|翻了?几番")
_GROWTH = re.compile(
    r"增速|增长率|增幅|涨幅|降幅|(?:增长|上升|提高|下降|减少|增加|缩减|压减|上涨|回落|涨|降|跌|(?<!新)增|(?<=比).{0,16}[少多高低快])了?(?:出)?(?:多少|百分之|几(?:个百分点|个点|成|个点|点))|[少多]了(?:多少|百分之|几)"
    r"|(?:同比|环比|年均|平均每年).{0,6}(?:多少|几|增长|涨)|(?:增长|增速|涨幅|降幅).{0,8}(?:多少|几)|涨多少|增长了?$"
)
_SHARE = re.compile(
    r"占比|几个点|比例|比重|占(?!地).{0,12}(?:多少|几|百分)|百分之几|百分比|几成|[^效频速税汇]率(?:是|达|有|为|多|到|$)|份额"
)
_HOW_LONG = re.compile(r"多久|多长时间|几年(?:的|了)?$|(?:多少|几)个?(?:天|日|小时|分钟|工作日|年|个月)")
_DATE = re.compile(
    r"什么时候|什么时间|啥时候|何时|哪一?[年月天日]|几[月日号]|几点|(?:周|星期|礼拜)几|哪个?(?:月|季度|年份|年代|世纪)|什么(?:年代|日子)|日期|时间(?:是|$)|多会儿|哪年哪月"
)
_PERSON = re.compile(r"谁|何人|什么人|哪[一几]?[个位名](?:人|$|[^一-鿿])|哪位|姓名|姓什么|(?:联系人|负责人)$")
_PLACE = re.compile(
    r"哪里|哪儿|何处|何地|什么地方|在哪|位于哪|哪(?:一)?个?(?:地方|国家|省|市|县|区|镇|乡|村|街道|城市|地区)|哪国|哪省|地址|地点"
)
_REASON = re.compile(r"为什么|为何|为啥|原因|缘何|缘故|何以|因何|怎么会|怎么回事|凭什么|靠什么|目的是")
_LIST = re.compile(
    r"哪些|哪几|哪[两二三四五六七八九十]|有哪|分别(?:是|有|叫|为)|包括什么|都有(?:什么|谁)|列举|有谁|名单"
)
# What is written in digits and letters and counts nothing: 气象局的电话是多少
_WRITTEN = re.compile(
    r"电话|手机|传真|号码|热线|邮箱|邮编|网[址站]|代码|编号|文号|账号|车牌|证号|索引号|型号|工号"
)
_DECISION = re.compile(
    r"吗$|是不是|是否|有没有|有无|能不能|会不会|对不对|可不可以|能否|可否|要不要|算不算|没有$|[^么]不$|([一-鿿])不\1|还是"
)
_COUNT = re.compile(
    r"多少|几|多[大高长远重宽深厚]|数量|人数|总数|总额|总量|金额|规模|面积|数额|产值|收入|增加值|价格|gdp|总值|投资额?$|多贵|数$"
)
_ASKED_UNIT = re.compile(rf"(?:多少|几)(万?亿?{ONE_UNIT})")
_COINS = re.compile(r"[几多]少?[块毛](?:钱|$)|[费价钱票款]多少$")
_MONEY = re.compile(
    r"钱|几[块毛](?:钱|$)|资金|经费|投资|金额|收入|费用|gdp|产值|增加值|总值|利润|营收|补助|花费|价格|成本|奖金|造价|票价|门票|年薪|薪酬|租金|房价|债务|市值"
)
# What else a question tells of the unit: 多高 is answered in 米.
_MEASURES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("元", _MONEY, re.compile(r"元$")),
    (
        "长度",
        re.compile(r"(?<![率温速价度])多[长高宽深远]|[全总]长|[长高宽深跨]度|海拔|主跨|水深|里程"),
        re.compile(r"[米里]$|[kcm]?m$"),
    ),
    ("面积", re.compile(r"面积|占地"), re.compile(r"平方|[亩顷]$|㎡$|m2$")),
    ("重量", re.compile(r"多重|重量"), re.compile(r"[吨斤克担]$|k?g$")),
)
_LASTS = re.compile(r"(?:小时|分钟|秒|[天日周年]|个月|工作日|季度)(?:以上|以内|之内|内|前|左右|多)?$")
_MEASURED = "[米亩吨万亿个斤克]|平方|公里|元(?!旦)"  # 2000米跑 is of no year
YEAR = re.compile(
    rf"(?<!\d)(19\d\d|20[0-4]\d|20[5-9]\d(?=年))(?!{_MEASURED})年?(?!\d)"
)  # 2099 alone is a number
_YEAR_BESIDE = re.compile(r"(?<=(?:19|20)\d\d)年(?![度底初末报鉴间会])")  # 2024年收入 → 2024 收入
_GOAL = re.compile(
    r"目标|计划|力争|打算|预计|准备|争取|今年(?:要|想|将|会|争)|明年|新的一年|规划|拟|将要|预期"
)
_DONE = re.compile(r"去年|上年|已经|完成了|实际")
# Words that ask or bind; what is left is what the question is about.
_ASKING = re.compile(
    r"(?:周|星期|礼拜)几|请问|告诉我|我想(?:知道|问)|第几[位名]?|百分之几|几(?:"
    + ONE_UNIT
    + r")?|什么样的|什么|哪一?[些里儿位家年天月种类几款项座条支本部场次个]?"
    r"|怎么样?|怎样|为什么|为何|是否|有没有|是不是|叫什么|叫做|什么名字|多[少大久]|多(?=[高长远重宽深厚])|何[时人地处]|[谁啥几]"
)
_HAN_NUMBERS = {str(number): han for number, han in enumerate("一二三四五六七八九十", start=1)}
# What is one of several by its number or its code: 二期, 1号线, 第二十条, FC-200
_NUMBERED = re.compile(
    r"(?<![前一二三四五六七八九十\d])([一二三四五六七八九十]{1,3}|\d{1,2})(期(?![间限待货刊内末初满盼])|号线|号楼|号机|标段|等奖|季度|车间)"
    r"|第([一二三四五六七八九十百]{1,4}|\d{1,3})([批轮届次条章款])"
)
_DIGIT = re.compile(r"\d")
_CODE = re.compile(
    rf"(?<![a-z0-9.])(?:[a-z]{{1,6}}[-–]?\d+(?:\.\d+)?[a-z0-9-]*|\d{{3,}}(?!\s?[余多]?[百千万亿]*{ONE_UNIT}|[\d.%年]))(?![a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What tells one of several of a `kind` apart: 二期, 第三批, FC-200."""

    text: str
    kind: str  # 期, 批 …; of codes "a" or "1", what they begin with


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood; `content` are its words that the evidence should hold, in order."""

    text: str
    kind: Kind
    aspect: Aspect
    unit: str
    years: tuple[str, ...]
    goal: bool
    done: bool  # it asks for what was done, not planned
    subjects: tuple[str, ...]  # places and bodies it names
    content: tuple[str, ...]
    labels: tuple[Label, ...]


def understand(question: str, subjects: Collection[str] = ()) -> Asked:
    """Return what a question asks for; `subjects` are the places and bodies that the library speaks about."""
    folded = fold_in_place(question).strip(_ENDS)
    kind = _kind(folded)
    named = _named(folded, subjects)
    return Asked(
        text=folded,
        kind=kind,
        aspect=(aspect_of(folded) or "level") if kind == "figure" else "",
        unit=_unit(folded) if kind == "figure" else "",
        years=tuple(YEAR.findall(folded)),
        goal=_GOAL.search(folded) is not None,
        done=_DONE.search(folded) is not None,
        subjects=tuple(named),
        content=_content(folded, named),
        labels=tuple(labels(folded)),
    )


def asks_for_list(question: str) -> bool:
    """Say whether a question asks for all of a kind: 信息学院有哪些专业."""
    return _kind(fold_in_place(question)) == "list"


def labels(folded: str) -> list[Label]:
    """Return what a text tells apart by number or code: 2号线比第三批, FC-200 → 二号线, 第三批, FC-200."""
    found = []
    for match in _NUMBERED.finditer(folded):
        number = _HAN_NUMBERS.get(number := match[1] or match[3], number)
        found.append(Label(f"第{number}{match[4]}" if match[4] else number + match[2], match[4] or match[2]))
    codes = [code for code in _CODE.findall(folded) if not YEAR.fullmatch(code) and _DIGIT.search(code)]
    return found + [Label(code.upper(), "1" if code[0].isdigit() else "a") for code in codes]


_BY_WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", _DATE),
    ("person", _PERSON),
    ("place", _PLACE),
    ("reason", _REASON),
    ("decision", _DECISION),
)


def _kind(folded: str) -> Kind:
    if _WRITTEN.search(folded) and not _LIST.search(folded):
        return "open"
    if _RANK.search(folded) or _MULTIPLE.search(folded):
        return "figure"
    if _LIST.search(folded) and not re.search(r"哪(?:几|些)(?:天|年)", folded):
        return "list"
    if _HOW_LONG.search(folded):
        return "figure"
    for kind, pattern in _BY_WORDS:
        if pattern.search(folded):
            return kind
    if _COUNT.search(folded) or _GROWTH.search(folded) or _SHARE.search(folded):
        return "figure"
    return "open"


def _content(folded: str, named: list[str]) -> tuple[str, ...]:
    """Return the words that tell what is asked about: 绍兴去年引进了几个项目 → 去年 引进 项目."""
    hidden = [match.span() for match in _ASKING.finditer(folded)]
    for name in named:
        hidden += [match.span() for match in re.finditer(re.escape(name), folded)]
    starts = {token.start for token in tokens(folded)}
    left = _YEAR_BESIDE.sub(" ", folded)
    for start, end in hidden:
        if start in starts:  # 哪|天作 is split anew: 作; 任何时候 is no 何时
            left = left[:start] + " " * (end - start) + left[end:]
    words = [
        token.text
        for token in tokens(left)
        if not any(start <= token.start and token.end <= end for start, end in hidden)
    ]
    loose = LOOSE | DATING if YEAR.search(folded) else LOOSE
    return tuple(dict.fromkeys(word for word in words if word[:1].isalnum() and word not in loose))


def _unit(folded: str) -> str:
    """Return what is counted: 多少家 → 家; 花了多少钱 → 元; empty where the question leaves it open."""
    starts = {token.start: token.text for token in tokens(folded)}
    if _COINS.search(folded):
        return "元"
    aspect = aspect_of(folded)
    for asked in reversed(list(_ASKED_UNIT.finditer(folded))):
        if _LASTS.search(asked[1]):
            return TIME
        if asked[1] in ("成", "折") or (asked[1] == "个" and aspect in ("growth", "share")):
            return ""  # 涨了几个点
        split = starts.get(asked.start(1), "")
        if len(split) <= len(asked[1]) or not is_known(split):  # 多少股份 counts no 股
            return asked[1]
    if _HOW_LONG.search(folded):
        return TIME
    if aspect not in ("", "level"):
        return ""
    return next((unit for unit, asks, _ in _MEASURES if asks.search(folded)), "")


def measures(unit: str, given: str) -> bool | None:
    """Say whether a unit measures what is asked for: 公里 a length; None where the question does not tell."""
    if unit == TIME:
        return _LASTS.search(given) is not None
    return next((fits.search(given) is not None for name, _, fits in _MEASURES if name == unit), None)


def aspect_of(folded: str) -> Aspect:
    """Return in which respect a question asks for a figure; empty where it does not say."""
    if _RANK.search(folded):
        return "rank"
    if _MULTIPLE.search(folded):
        return "multiple"
    if _GROWTH.search(folded):
        return "growth"
    if _SHARE.search(folded):
        return "share"
    return "level" if _COUNT.search(folded) else ""


def _named(folded: str, subjects: Collection[str]) -> list[str]:
    """Return the subjects that the question names, a longer one hiding those inside it."""
    inside = sorted((name for name in map(fold_in_place, subjects) if name in folded), key=len, reverse=True)
    return [name for n, name in enumerate(inside) if not any(name in longer for longer in inside[:n])]
