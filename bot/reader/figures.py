"""The figures of a text, each whole: with its unit and what bounds it.

引进省级以上科技领军人才150名、青年大学生15万名，列全省第3 → 150名 | 15万名 | 第3
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from embeddings.terms import fold_in_place

Kind = Literal["amount", "percent", "rank", "multiple", "date"]

# What counts or measures; longer ones first, so that 平方公里 is not cut to 平.
UNITS = (
    "个百分点 百分点 平方公里 平方千米 平方米 立方米 千瓦时 千米 公里 公顷 公斤 海里 毫米 厘米 小时 "
    "分钟 周岁 ℃ 摄氏度 人次 标准箱 美元 欧元 日元 港元 英镑 马力 兆瓦 千瓦 元 吨 米 亩 斤 克 升 度 岁 个月 "
    "个工作日 工作日 个 名 人 家 户 项 条 张 座 件 辆 台 套 次 位 所 处 场 届 期 种 类 批 部 篇 首 级 "
    "层 支 艘 架 颗 株 头 只 宗 起 例 份 枚 块 款 席 票 瓦 成 折 镇 乡 村 县 市 省 国 区 天 年 轮 字 "
    "句 页 卷 幢 栋 间 门 幅 对 股 队 班 片 根 道 孔 跨 gw mw kw km kg 层楼"
).split()
_UNIT = "(?:" + "|".join(sorted(set(UNITS), key=len, reverse=True)) + ")"
_DIGITS = r"\d+(?:[,，]\d{3})*(?:\.\d+)?"
_HAN = "[一二三四五六七八九十百千万亿零〇两]+"
_SCALE = "[十百千万亿]*"
_TO = rf"(?:{_DIGITS}\s?(?:%|{_SCALE}{_UNIT}?)[至到—~～-])?"  # 3.5至4.2%, 400米至800米
_LESS = (
    "(?:零下|近|约|大约|将近|不足|不到|不满|超过|超|逾|突破|不低于|不少于|不超过|至少|最多|高达|首次突破)?"
)
_MORE = "(?:以上|以下|以内|左右|之多|上下)?"
_MARK = "[余多来]?"
_RANK = re.compile(
    rf"第(?:\d+|{_HAN})(?!季|\d)(?:[位名](?!于|单|额)|[个家批次届轮](?!人))?|(?<![之以向提当目往此])前(?:\d+|[一二三四五六七八九十]+)(?:[位名强]|(?!\d|年|个|次|[一-鿿]?季))|首位|榜首"
)
_REIGN = (
    "(?:洪武|建文|永乐|洪熙|宣德|正统|景泰|天顺|成化|弘治|正德|嘉靖|隆庆|万历|泰昌|天启|崇祯|顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统"
    "|贞观|开元|天宝|大历|元和|大中|咸通|太平兴国|景德|天圣|庆历|熙宁|元丰|元祐|政和|宣和|建炎|乾道|淳熙|淳祐|咸淳|至元|大德|至正|民国|(?<=宋)(?:绍兴|庆元|嘉定))"
)
_DATE = re.compile(
    r"[一-鿿]{2}(?:元|[一二三四五六七八九十廿]+)年[（(]公?元?前?\d{1,4}年?[)）]|"  # 永宁七年（公元438年）
    rf"(?:[唐宋元明清])?{_REIGN}(?:元|[一二三四五六七八九十廿卅]+|\d+)年(?:[（(]\d{{3,4}}年?[）)])?|"
    r"\d{2,4}年代|(?:公元前?)?\d{1,4}年(?:\d{1,2}月(?:\d{1,2}[日号]|[初底末中]|[上中下]旬)?|[上下]半年|第?[一二三四1-4]季度|[初底末中]|春|夏|秋|冬)?(?:上午|下午|晚|凌晨)?"
    r"|\d{1,2}月(?:\d{1,2}[日号](?:上午|下午|晚上?|凌晨)?|[初底末中]|[上中下]旬)?|(?<!\d)\d{1,2}[日号](?!用|常|线|楼)"
    r"|[一二三四五六七八九〇零]{4}年|\d{1,2}世纪(?:\d0年代|[初末中]叶?)?|\d{2,4}年代"
)
_PERCENT = re.compile(
    rf"{_LESS}(?:(?:(?<=[：:；（( ])[-−])?{_TO}{_DIGITS}\s?[%‰]"
    rf"|[一二三四五六七八九十两\d]+分之[一二三四五六七八九十两\d]+|百分之(?:{_HAN}|{_DIGITS})(?:点{_HAN})?|{_DIGITS}个?百分点)(?:{_MORE})"
)
_MULTIPLE = re.compile(
    rf"{_LESS}(?:{_DIGITS}|[一二三四五六七八九十两]+|数){_MARK}倍(?:{_MORE})|翻[一两二三]番|翻番"
)
_AMOUNT = re.compile(
    rf"(?<!第){_LESS}{_TO}(?:{_DIGITS}\s?{_SCALE}{_MARK}\s?{_SCALE}{_UNIT}(?:/{_UNIT})?|{_DIGITS}\s?{_SCALE}{_MARK})(?:级?规模|级)?{_MORE}"
)
_PHONE = re.compile(
    r"(?<![\d.,-])(?!(?:19|20)\d\d (?:19|20)\d\d)\d{3,4}[ -]\d{4}(?:[ -]?\d{4})?(?![\d.,%万亿])"
)
_HAN_AMOUNT = re.compile(rf"(?!万?亿?元){_LESS}(?:{_HAN}|数[十百千万亿]+|百|千|万){_MARK}{_UNIT}{_MORE}")
_IN_ORDER: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("rank", _RANK),
    ("date", _DATE),
    ("percent", _PERCENT),
    ("multiple", _MULTIPLE),
    ("amount", _PHONE),
    ("amount", _AMOUNT),
    ("amount", _HAN_AMOUNT),
)
_WITH_UNIT = re.compile(rf"[\d一二三四五六七八九十百千万亿两][余多来]?({_SCALE}{_UNIT})")
_ONE = frozenset(
    (
        "一个 一批 一次 一种 一项 一名 一位 一家 一些 一年 一块 一起 一级 一类 一国 一代 一道 一点 一对 "
        "一片 一村 一场 一部"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands in a text: characters `start` to `end`, exclusive."""

    start: int
    end: int
    kind: Kind
    unit: str  # 亿元, %, 位 … or empty


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of a text in order, none inside another."""
    folded = fold_in_place(text)
    taken = bytearray(len(folded))
    found = []
    for kind, pattern in _IN_ORDER:
        for match in pattern.finditer(folded):
            start, end = match.span()
            if start == end or any(taken[start:end]) or match.group() in _ONE:
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Figure(start, end, kind, unit_of(match.group(), kind)))
    return tuple(sorted(found, key=lambda figure: figure.start))


def unit_of(text: str, kind: Kind) -> str:
    """Return the unit of a figure as printed: 近2936亿元 → 亿元."""
    if kind == "percent":
        return "百分点" if "百分点" in text else "%"
    if kind != "amount":
        return ""
    match = _WITH_UNIT.search(text)
    return match[1].replace("℃", "度") if match else ""
