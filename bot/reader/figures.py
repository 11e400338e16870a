"""The values of a text, each whole: a figure with its unit and what bounds it, a time, a date, a code.

引进省级以上科技领军人才150名、青年大学生15万名，列全省第3 → 150名 | 15万名 | 第3
宽度不得超过2.5米，电话0571-8700 1234 → 不得超过2.5米 | 0571-8700 1234
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.reader.lexicon import NO_AMOUNTS, ONE_REIGN, ONE_UNIT, SYMBOLS
from embeddings.terms import fold_in_place

Kind = Literal["amount", "percent", "rank", "multiple", "date", "time", "code"]

_DIGITS = r"(?:0,\d{1,3}(?!\d)|\d+(?:[,，]\d{3}(?!\d))*(?:\.\d+)?)"  # 1,400; 0,35
_HAN = "[一二三四五六七八九十百千万亿零〇两壹贰叁肆伍陆柒捌玖拾佰仟]+"
_SCALE = "(?:[十百万亿]|千(?![瓦米克伏帕]))*"  # 1.5亿千瓦时
_TO = rf"(?:{_DIGITS}\s?(?:[%‰]|{_SCALE}{ONE_UNIT}?)\s?[至到—~～-]\s?[-−]?)?"  # 3.5至4.2%, 400米至800米, -8℃~-3℃
_LESS = (
    "(?:(?:不[得应能宜可]|严禁)(?:超过|少于|低于|高于|小于|大于|多于|短于|长于|早于|晚于)"
    "|零下|近|约|大约|将近|不足|不到|不满|超过|超|逾|突破|不低于|不少于|不超过|不高于|不大于|不小于|至少|至多|最多|最少|高达|首次突破)?"
)
_MORE = "(?:以上|以下|以内|之内|左右|之多|上下)?"
_MARK = "[余多来几]?"
_CODE = re.compile(
    r"(?:https?://|www\.)[a-z0-9_./?=&%#:~+-]*[a-z0-9_/]|[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|[一-鿿]{1,10}[〔\[(]\d{4}[〕\])]第?\d+号"  # 梨政发〔2024〕15号
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z]·?[a-z0-9]{5,6}(?![a-z0-9])"
    r"|(?<![a-zμ0-9/])[a-z]{1,6}\d*(?:[-/.]?[a-z0-9]+)*(?<=\d)[a-z]?"  # FC-200, E-07C
    r"(?![a-z0-9]|\.\d|[十百千万亿]*[元%‰倍])"
    r"|(?<![a-z0-9.-])(?=[a-z0-9]*[a-z])(?=[a-z0-9]*\d)[0-9a-z]{15,}(?![a-z0-9])"
    r"|(?<!\d)\d{15,18}(?!\d)"
)
_PHONE = re.compile(
    r"(?<![\d.-])(?!(?:19|20)\d\d ?[-—] ?(?:19|20)\d\d)(?:\(0\d{2,3}\) ?\d{3,4}[ -]?\d{4}"
    r"|0\d{2,3}[ -]\d{3,4}[ -]?\d{3,4}|400[ -]?\d{3,4}[ -]?\d{3,4}"
    r"|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|(?!(?:19|20)\d\d )[2-9]\d{3}[ ]\d{4}|[2-9]\d{6,7})"
    r"(?:转\d{1,5})?(?!\d|\.\d|[%万亿元])"
)
_HALF_DAY = "(?:上午|下午|晚上|晚|凌晨|早上|早|中午|傍晚|夜间)"
_DAY = (
    r"(?:(?:(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]|(?<!\d)\d{1,2}[日号]|每?(?:周|星期)[一二三四五六日末](?:[至到、—-](?:周|星期)?[一二三四五六日末])*|每[天日]|当[天日晚]|[今明次]日|工作日)"
    r"(?:\([^()]{1,6}\))?)"
)
_CLOCK = (
    rf"{_HALF_DAY}?\d{{1,2}}(?::\d{{2}}(?::\d{{2}})?|[点时](?!代|间|段|候)(?:\d{{1,2}}分?|[一二三]刻|半|整)?)"
)
_TIME = re.compile(rf"{_DAY}?\s?{_CLOCK}(?:\s?[-—~～至到]\s?(?:{_DAY})?{_CLOCK})?(?:以前|之前|前)?(?!个)")
_ONE_CLOCK = re.compile(_CLOCK)
_RANK = re.compile(
    rf"第(?>\d+|{_HAN})(?!季|[条款章])(?:[位名](?!于|单|额)|[个家批次届轮](?!人))?|(?<![之以向提当目往此])前(?:\d+|[一二三四五六七八九十]+)(?:[位名强]|(?!\d|年|个|次|[一-鿿]?季))|首位|榜首"
)
_REIGN = rf"(?:{ONE_REIGN}|(?<=宋)(?:绍兴|庆元|嘉定))"
_MONTH_DAY = r"(?:\d{1,2}[至到—~～-])?\d{1,2}月(?:\d{1,2}[日号]|[初底末中]|[上中下]旬)?"
_DATE = re.compile(
    r"[一-鿿]{2}(?:元|[一二三四五六七八九十廿]+)年[（(]公?元?前?\d{1,4}年?[）)]|"  # 建武七年（公元438年）
    rf"(?:[唐宋元明清])?{_REIGN}(?:元|[一二三四五六七八九十廿卅]+|\d+)年(?:[（(]\d{{3,4}}年?[）)])?|"
    r"[一二三四五六七八九〇零○]{4}年(?:[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十廿]{1,3}[日号])?)?|(?<!\d)\d{1,2}年半(?!年)|"
    rf"(?<!\d)(?:19|20)\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d)|\d{{2,4}}年代|(?:公元前?)?\d{{1,4}}年(?:{_MONTH_DAY}|[上下]半年|第?[一二三四1-4]季度|[初底末中]|春|夏|秋|冬)?(?:{_HALF_DAY})?"
    rf"(?:\s?[至到—~～-]\s?(?:\d{{4}}年)?{_MONTH_DAY})?"
    rf"|{_MONTH_DAY}(?:{_HALF_DAY})?(?:\s?[至到—~～-]\s?(?:{_MONTH_DAY}|\d{{1,2}}[日号]))?|(?<!\d)\d{{1,2}}[日号](?!用|常|线|楼|内)"
    r"|\d{1,2}世纪(?:\d0年代|[初末中]叶?)?"
)
_PERCENT = re.compile(
    rf"{_LESS}(?:(?:(?<=[：:；（( ])[-−])?{_TO}{_DIGITS}\s?[%‰]"
    rf"|[一二三四五六七八九十两\d]+分之[一二三四五六七八九十两\d]+|[百千万]分之(?:{_HAN}|{_DIGITS})(?:点{_HAN})?|{_DIGITS}个?百分点)(?:{_MORE})"
)
_MULTIPLE = re.compile(
    rf"{_LESS}(?:{_DIGITS}|[一二三四五六七八九十两]+|数){_MARK}倍(?:{_MORE})|翻[一两二三]番|翻番"
)
_BELOW_ZERO = r"(?:(?<![\da-z%℃度])[-−](?=[\d.]+\s?(?:℃|[至到—~～-]\s?[-−]?[\d.]+\s?℃)))?"  # 气温-5℃
_AMOUNT = re.compile(
    rf"(?<![第\d])(?<!\d\.){_LESS}{_BELOW_ZERO}{_TO}(?:{_DIGITS}\s?{_SCALE}{_MARK}\s?{_SCALE}(?:{ONE_UNIT})(?:/(?:{ONE_UNIT}|[hs](?![a-z])))?|{_DIGITS}\s?{_SCALE}{_MARK})(?:级?规模|级)?{_MORE}"
)
_HAN_AMOUNT = re.compile(
    rf"(?!万?亿?元)(?<![第一二三四五六七八九十百千]){_LESS}(?:(?:{_HAN}|好?[数几][十百千万亿]+|百|千|万){_MARK}{ONE_UNIT}(?:[一二三四五六七八九]分|整)?|(?<![上下大小前后点一个])半(?:个月|个小时|小时|年(?![报度])|天)|[壹贰叁肆伍陆柒捌玖拾佰仟万亿零]+圆整?){_MORE}"
)
_IN_ORDER: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("code", _CODE),
    ("code", _PHONE),
    ("time", _TIME),
    ("rank", _RANK),
    ("date", _DATE),
    ("percent", _PERCENT),
    ("multiple", _MULTIPLE),
    ("amount", _AMOUNT),
    ("amount", _HAN_AMOUNT),
)
_WITH_UNIT = re.compile(
    rf"(?:\d[余多来几]?\s?(?={_SCALE}{ONE_UNIT})|(?:{_HAN[:-1]}|[几半])[余多来几]?(?=[万亿]*{ONE_UNIT}))({_SCALE}{ONE_UNIT})"
)  # 五十万元 → 万元
_SYMBOLS = re.compile(rf"(?<![a-z/])(?:{'|'.join(SYMBOLS)})(?![a-z\d])")  # none in mm2, μg/m3


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as it stands in a text: characters `start` to `end`, exclusive."""

    start: int
    end: int
    kind: Kind
    unit: str  # 亿元, %, 位 … or empty


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the values of a text in order, none inside another."""
    folded = fold_in_place(text)
    taken = bytearray(len(folded))
    found = []
    for kind, pattern in _IN_ORDER:
        for match in pattern.finditer(folded):
            start, end = match.start(), match.start() + len(match.group().rstrip())
            if start == end or any(taken[start:end]) or match.group() in NO_AMOUNTS:
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Figure(start, end, kind, unit_of(match.group(), kind)))
    return tuple(sorted(found, key=lambda figure: figure.start))


def clocks(text: str, figure: Figure) -> list[tuple[int, int]]:
    """Return the places of the clock times of a value: 7月1日9:30—11:00 → 9:30 | 11:00."""
    return [match.span() for match in _ONE_CLOCK.finditer(fold_in_place(text), figure.start, figure.end)]


def unit_of(text: str, kind: Kind) -> str:
    """Return the unit of a figure as printed: 近2936亿元 → 亿元."""
    if kind == "percent":
        return "百分点" if "百分点" in text else "%"
    if kind != "amount":
        return ""
    match = _WITH_UNIT.search(text)
    return _SYMBOLS.sub(lambda symbol: SYMBOLS[symbol.group()], match[1]) if match else ""
