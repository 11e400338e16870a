"""What a question asks for: the kind of its answer, and what the answer must agree with.

余杭去年财政总收入多少亿元 → amount, level, unit 亿元, last year
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from bot.reader.figures import UNITS, figures
from bot.reader.people import OFFICE
from bot.reader.told_apart import RELATIVE_YEARS, Named, Numbered, numbered, things
from embeddings.terms import fold_in_place, is_known, tokens
from embeddings.wordings import Wordings, wordings

Kind = Literal[
    "figure", "date", "person", "place", "reason", "list", "title", "decision", "request", "thing", "open"
]  # fmt: skip
Aspect = Literal["", "level", "growth", "share", "rank", "multiple"]

TIME = "时间"  # the unit of 多久
_ENDS = " 　?？!！。，,~～"

_UNIT = "|".join(sorted(set(UNITS), key=len, reverse=True))
_TITLE = re.compile(r"标题|(?<!主)题目(?!标)|篇名|题为|副题")
# What no document answers: 帮我写一首诗, 你是谁; but 帮我查龙港GDP
_REQUEST = re.compile(
    r"^(?:请|麻烦)?你?(?:帮|给|替|为)(?:我|忙)(?:写|画|订|翻译|把|做|讲|唱|买|编|生成|起草|推荐|设计|播|放|打)"
    r"|^(?:写|讲|画|唱|编)一?[篇首个张段]|^你(?:是谁|叫(?:什么|啥)|会(?:什么|啥)|能干(?:什么|啥|嘛)|好|几岁|多大)"
)
_RANK = re.compile(
    r"第几|排(?:在|到|行|名|老)?.{0,6}几(?:[位名]|$|[?？])|排(?:在|到|行|名)?.{0,6}多少[位名]|排名|位次|名次|位列多少|列(?:全.)?第|第几名|居第"
)
_MULTIPLE = re.compile(r"(?:几|多少)倍|翻了?几番")
_GROWTH = re.compile(
    r"增速|增长率|增幅|涨幅|降幅|增苏|(?:增长|上升|提高|下降|减少|增加|缩减|压减|上涨|回落|涨|降|跌|(?<!新)增|(?<=比).{0,16}[少多高低快])了?(?:出)?(?:多少|百分之|几个?(?:百分|点|成))|[少多]了(?:多少|百分之|几)"
    r"|(?:同比|环比|年均|平均每年).{0,6}(?:多少|几|增长|涨)|(?:增长|增速|涨幅|降幅).{0,8}(?:多少|几)|涨多少|增长了?$"
)
_SHARE = re.compile(
    r"占比|比例|比重|占.{0,12}(?:多少|几|百分)|百分之几|百分比|几成|[^效频速税汇]率(?:是|达|有|为|多|到|$)|份额|分额"
)
_HOW_LONG = re.compile(r"多久|多长时间|隔多|几年(?:的|了)?$")
_DATE = re.compile(
    r"什么时候|什么时间|啥时候|何时|哪一?[年月天日]|几[月日号]|几点|(?:周|星期|礼拜)几|哪个?(?:月|季度|年份|年代|世纪)|什么(?:年代|日子)|日期|截止(?:时间)?$|多会儿|哪年哪月"
)
_PERSON = re.compile(
    r"谁|何人|什么人|哪位|哪个人|哪几位|姓名|姓什么"
    rf"|(?:{OFFICE}|带头的?|领头的?|老板|老总|领导|一把手|的人)(?:是|现在)?叫(?:什么|啥)"
    r"|哪(?:一)?[个位名](?:人|记者|作者|专家|院士|教授|导演|演员|歌手|科学家|工程师|皇帝|总统|将军|作家|球员|教练|设计师|负责人|领导)"
)
_PLACE = re.compile(
    r"哪里|哪儿|何处|何地|什么地方|在哪|位于哪|哪(?:一)?[个座条]?(?:地方|国家|省|市|县|区|镇|乡|村|街道|城市|地区|州|岛|洲)(?![级])|哪国|哪省|地址|地点"
)
_REASON = re.compile(
    r"为什么|为何|为啥|为嘛|原因|缘何|缘故|何以|因何|怎么会|怎么回事|凭什么|靠什么|靠的是|因为什么|目的|为了?(?:什么|啥)|怎么.{0,4}的$|怎样.{0,4}的$"
    r"|如何.{0,6}的?$|干嘛|[图凭]啥|图什么|咋.{0,8}了?$|怎么.{1,8}了$|怎么(?:这么|那么|没|不|就|又|还|才|变|降|跌|掉|少|涨|多|低|高|下降|下滑|减少|增加|增长|上涨|亏).{0,6}$"
)
_LIST = re.compile(
    r"哪些|哪几|哪[两二三四五六七八九十]|有哪|分别(?:是|有|叫|为)|包括什么|各(?:是|有)(?:什么|多少)|都有(?:什么|谁)|几[个种项]?.{0,6}(?:是什么|分别)|列举"
)
# What a question without an asking word is after, by its last noun: 鹤坪教师招聘 笔试日期 → date
_LAST_NOUN: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", re.compile(r"(?:时间|日期|期限|年份|生日|时候|日子)$")),
    ("reason", re.compile(r"(?:原因|缘由|缘故|理由|起因|成因|由来|来历)$")),
    ("person", re.compile(rf"(?:{OFFICE}|老总|老板|总工|董秘|独董|一把手|领导|人选|扮演者|设计者|得主)$")),
    ("place", re.compile(
        r"(?:地点|地址|位置|终点|起点|产地|所在地|会场|住址|目的地|发源地|驻地|总部|地方"
        r"|的(?:县|区|县区|市|镇|乡|村|街道|国家|省份|城市))$"
    )),
    ("list", re.compile(r"(?:名单|材料|措施|情形|品牌|成员|举措|步骤|环节|品种|主业|业态|构成|组成)$")),
    ("figure", re.compile(
        r"(?:[一-鿿]数|资金|经费|费用|投资|预算|补贴|补助|金额|票价|门票|房价|造价|总价|单价|均价|最高价|上限|下限|限额|额度|总长|增幅|涨幅|降幅"
        r"|高度|长度|宽度|深度|海拔|时速|产量|销量|客流)$"
    )),
)  # fmt: skip
_DECISION = re.compile(
    r"吗$|是不是|是否|有没有|有无|能不能|会不会|对不对|可不可以|能否|可否|要不要|算不算|没有$|[^么]不$"
)
_EITHER = re.compile(r"([一-鿿])不\1|还是")  # 送不送, 盈利还是亏损
_COUNT = re.compile(
    rf"多少|几(?:{_UNIT})?|多[大高长远重宽深厚久]|多少(?:{_UNIT})?|数量|人数|总数|总额|总量|金额|规模|面积|数额|产值|收入|增加值|价格|gdp|总值|投资额?$|多贵"
)
_ASKED_UNIT = re.compile(rf"(?:多少|几)(万?亿?(?:{_UNIT}))")
_MONEY = re.compile(
    r"钱|几[块毛](?:钱|$)|银子|资金|经费|投资|金额|收入|费用|gdp|产值|增加值|总值|利润|营收|补助|花[了费]?(?:多少|几)|花费|[砸掏贴](?:了|进)?(?:多少|几)|价格|成本|奖金|现金|红利|股息|造价|票价|门票|年薪|薪酬|租金|房价|税收|债务|市值"
)
_COINS = re.compile(r"几[块毛](?:钱|$)")
# What else a question tells of the unit: 多高 is answered in 米.
_MEASURES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("元", _MONEY, re.compile(r"元$")),
    (
        "长度",
        re.compile(r"(?<![率温速价度])多[长高宽深远]|[全总]长|[长高宽深跨]度|海拔|主跨|水深|最深|里程"),
        re.compile(r"[米里]$|k?m$"),
    ),
    ("面积", re.compile(r"面积|占地|多大$"), re.compile(r"平方|[亩顷]$")),
    ("重量", re.compile(r"多重|重量"), re.compile(r"[吨斤克担]$")),
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年?(?!\d)")
_GOAL = re.compile(
    r"目标|计划|力争|打算|预计|准备|争取|今年(?:要|想|将|会|争)|明年|新的一年|规划|拟|将要|预期|想"
)
# Words that ask or bind; what is left is what the question is about.
_ASKING = re.compile(
    r"(?:周|星期|礼拜)几|请问|告诉我|我想(?:知道|问)|第几[位名]?|百分之几|几(?:"
    + _UNIT
    + r")?|什么样的|什么|哪一?[些里儿位家年天月种类几款项座条支本部场次个]?"
    r"|怎么样?|怎样|为什么|为何|是否|有没有|是不是|叫什么|叫做|什么名字|多[少大久]|多(?=[高长远重宽深厚])|何[时人地处]|[谁啥几]"
)
_ASKED_NOUN = re.compile(
    r"(?:什么样的|(?<!为)什么|哪(?![里儿年月天日位])(?:[一两二三四五六七八九十][个家项种类座条大所块本支批]?|[个家项种类座条大所块本支批些])?+|几[张个项块])((?![是在有能会可最不])[一-鿿]{1,8}?)(?=$|[？?,，]|是|在|为|被|列|建|的|有|受|获|叫|入选|上榜|参[与加]|出席|负责|承担|牵头|通过|开工|当选|承[建办]|需要|可以|能|会|要)"
)
_NOUN_ASKED = re.compile(r"([一-鿿]{2})(?:是什么|叫什么|是哪|有哪些|是啥|叫啥|名称)")
_HAN_DIGITS = "零一两三四五六七八九十"
_LIST_COUNT = re.compile(r"哪([两三四五六七八九])|(?<![第十百])([两三四五六七八九])大")
# Words that tell only in which respect a figure is asked for, or when; aspect and year are judged apart.
RESPECT = frozenset("增速 增幅 涨幅 降幅 增长率 增长 涨 同比 占比 比重 比例 排名 位次 名次".split())
DATING = frozenset("年 月 日 号".split())
_LOOSE = frozenset(
    (
        "的 了 吗 呢 呀 吧 啊 么 嘛 是 有 在 被 把 将 和 与 及 到 得 来 那 这 个 些 都 也 还 就 又 能 会 "
        "要 对 从 以 为 于 给 用 里 中 上 下 说 叫 做 搞 去 想 多 哪 几 谁 一共 总共 到底 究竟 大概 大约 "
        "现在 目前 如何 之 其 它 他 她 手里 手上 手头 我们 咱 你 你们 过 过来 出来 那边 这边 东西 方面"
    ).split()
)
_EDGES = re.compile(
    r"^[上下里在把被]|[是到了在的没上过和有]$"
)  # of a word that no dictionary has: 研发|上花|了
_HOW = re.compile(r"多[高长远宽深大重厚快低]")
_ASKS = re.compile(r"[什么哪谁几多少何怎吗呢]|是否|是不是|有没有|[?？]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood; `content` are its words that the evidence should hold, in order."""

    text: str
    kind: Kind
    aspect: Aspect
    unit: str
    years: tuple[str, ...]
    goal: bool
    subjects: tuple[str, ...]  # places and bodies it names
    content: tuple[str, ...]
    count: int  # of the members of a list: 哪三项 → 3
    numbers: tuple[str, ...]  # that the question itself holds: 50亿元以上
    numbered: tuple[Numbered, ...]  # one of several by its number: 二期, 1号线
    head: str  # the noun that the answer is one of: 哪个国家级基地 → 基地
    named: tuple[Named, ...]  # 苏通大桥 → 苏通, 大桥
    wordings: Wordings  # how documents put what it says: 砸 → 投资, 投入


def understand(question: str, subjects: Collection[str] = ()) -> Asked:
    """Return what a question asks for; `subjects` are the places and bodies that the library speaks about."""
    folded = fold_in_place(question).strip(_ENDS)
    kind = _kind(folded)
    named = _named(folded, subjects)
    return Asked(
        text=folded,
        kind=kind,
        aspect=_respect(folded, kind),
        unit=_unit(folded) if kind == "figure" else "",
        years=tuple(_YEAR.findall(folded)),
        goal=_GOAL.search(folded) is not None,
        subjects=tuple(named),
        content=_content(folded, named),
        count=_list_count(folded),
        numbers=tuple(
            folded[one.start : one.end]
            for one in figures(folded)
            if one.kind in ("amount", "percent") and folded[one.start].isdigit()
        ),
        numbered=tuple(numbered(folded)),
        head=_head(folded),
        named=tuple(things(folded)),
        wordings=wordings(folded),
    )


_BY_WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", _DATE),
    ("person", _PERSON),
    ("place", _PLACE),
    ("reason", _REASON),
)


def _kind(folded: str) -> Kind:
    if _REQUEST.search(folded):
        return "request"
    if _TITLE.search(folded):
        return "title"
    if _RANK.search(folded) or _MULTIPLE.search(folded):
        return "figure"
    if _LIST.search(folded) and not re.search(r"哪(?:几|些)(?:天|年)", folded):
        return "list"
    if _HOW_LONG.search(folded):
        return "figure"
    for kind, pattern in _BY_WORDS:
        if pattern.search(folded):
            return kind
    asks = _ASKS.search(folded) is not None
    if _DECISION.search(folded) or (_EITHER.search(folded) and not asks):
        return "decision"
    if not asks:
        for kind, pattern in _LAST_NOUN:
            if pattern.search(folded.rstrip("?？")):
                return kind
    if _COUNT.search(folded) or _GROWTH.search(folded) or _SHARE.search(folded):
        return "figure"
    return "thing" if asks else "open"


def _content(folded: str, named: list[str]) -> tuple[str, ...]:
    """Return the words that tell what is asked about: 绍兴去年引进了几个项目 → 去年 引进 项目."""
    hidden = [match.span() for match in _ASKING.finditer(folded)]
    for name in named:
        hidden += [match.span() for match in re.finditer(re.escape(name), folded)]
    starts = {token.start for token in tokens(folded)}
    left = folded
    for start, end in hidden:
        if start in starts:  # 哪|天作 is split anew: 作; 任何时候 is no 何时
            left = left[:start] + " " * (end - start) + left[end:]
    shown = (
        token.text
        for token in tokens(left)
        if not any(start <= token.start and token.end <= end for start, end in hidden)
    )
    words = (
        text[1:] if _HOW.fullmatch(text) else text if is_known(text) else _EDGES.sub("", text)
        for text in shown
    )
    loose = _LOOSE | RELATIVE_YEARS if _YEAR.search(folded) else _LOOSE  # 前年赚多少,就是2022年
    return tuple(dict.fromkeys(word for word in words if word[:1].isalnum() and word not in loose))


def _unit(folded: str) -> str:
    """Return what is counted: 多少家 → 家; 花了多少钱 → 元; empty where the question leaves it open."""
    starts = {token.start: token.text for token in tokens(folded)}
    if _COINS.search(folded):
        return "元"
    for asked in reversed(list(_ASKED_UNIT.finditer(folded))):
        if len(starts.get(asked.start(1), "")) <= len(asked[1]):  # 多少股份 counts no 股
            return asked[1]
    if _HOW_LONG.search(folded):
        return TIME
    if _aspect(folded) not in ("", "level"):
        return ""
    return next((unit for unit, asks, _ in _MEASURES if asks.search(folded)), "")


def measures(unit: str, given: str) -> bool | None:
    """Say whether a unit measures what is asked for: 公里 a length; None where the question does not tell."""
    return next((fits.search(given) is not None for name, _, fits in _MEASURES if name == unit), None)


def _list_count(folded: str) -> int:
    match = _LIST_COUNT.search(folded)
    return _HAN_DIGITS.index(match[1] or match[2]) if match else 0


def _head(folded: str) -> str:
    """Return the noun asked for: 入选什么产业集群 → 集群; 首单产品是什么 → 产品; 几张卷子 → 卷子."""
    if after := _ASKED_NOUN.search(folded):
        return after[1][-2:]
    before = _NOUN_ASKED.search(folded)
    return before[1] if before else ""


def _respect(folded: str, kind: Kind) -> Aspect:
    """Return in which respect a figure is asked for; a figure of none in particular is a level: 在校学生数."""
    if kind == "figure":
        return _aspect(folded) or "level"
    return _aspect(folded) if kind in ("decision", "open") else ""


def _aspect(folded: str) -> Aspect:
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
