"""What the reader understands of words alone: figures, what they say, and questions."""

import pytest

from bot.reader.claims import claims, claims_of_row
from bot.reader.figures import figures
from bot.reader.question import understand
from bot.reader.told_apart import numbered

Places = tuple[str, ...]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "引进人才150名、青年大学生15万名,列全省第3",
            [("150名", "amount", "名"), ("15万名", "amount", "万名"), ("第3", "rank", "")],
        ),
        ("投资近2936亿元", [("近2936亿元", "amount", "亿元")]),
        ("海拔400米至800米", [("400米至800米", "amount", "米")]),
        ("突破1,200亿元", [("突破1,200亿元", "amount", "亿元")]),
        ("ＧＤＰ１２００億元", [("１２００億元", "amount", "亿元")]),
        ("面积约12.5平方公里", [("约12.5平方公里", "amount", "平方公里")]),
        ("注册资本不低于30亿元", [("不低于30亿元", "amount", "亿元")]),
        ("产值100亿元以上的企业50多家", [("100亿元以上", "amount", "亿元"), ("50多家", "amount", "家")]),
        ("三百余人到场", [("三百余人", "amount", "人")]),
        ("数百人到场", [("数百人", "amount", "人")]),
        ("建成桥梁28座、隧道3条", [("28座", "amount", "座"), ("3条", "amount", "条")]),
        ("亩均税收30万元/亩", [("30万元/亩", "amount", "万元")]),
        ("成交价24.6元/股", [("24.6元/股", "amount", "元")]),
        ("电话7716 3304", [("7716 3304", "amount", "")]),
        ("始于永宁七年（公元438年）", [("永宁七年（公元438年）", "date", "")]),
        ("评分8.5", [("8.5", "amount", "")]),
        ("他是一个人", []),  # 一个 counts nothing
        ("没有数字", []),
        ("", []),
        ("增长8.5%", [("8.5%", "percent", "%")]),
        ("增长８．５％", [("８．５％", "percent", "%")]),
        ("完成率超95%以上", [("超95%以上", "percent", "%")]),
        ("降低1.2个百分点", [("1.2个百分点", "percent", "百分点")]),
        ("占百分之三十五点六", [("百分之三十五点六", "percent", "%")]),
        ("是上年的约3倍", [("约3倍", "multiple", "")]),
        ("五年翻两番", [("五年", "amount", "年"), ("翻两番", "multiple", "")]),
        ("居全省首位", [("首位", "rank", "")]),
        ("进入前10强", [("前10强", "rank", "")]),
        ("列全国第十二位", [("第十二位", "rank", "")]),
        ("2023年5月6日通车", [("2023年5月6日", "date", "")]),
        ("2024年上半年完工", [("2024年上半年", "date", "")]),
        ("2024年一季度完工", [("2024年一季度", "date", "")]),
        ("5月上旬开工,12月底完工", [("5月上旬", "date", ""), ("12月底", "date", "")]),
        ("二〇二三年通车", [("二〇二三年", "date", "")]),
        ("20世纪80年代", [("20世纪80年代", "date", "")]),
        ("明万历二十三年（1595年）建", [("明万历二十三年（1595年）", "date", "")]),
        ("乾隆五年修,民国元年毁", [("乾隆五年", "date", ""), ("民国元年", "date", "")]),
        ("绍兴三年来", [("三年", "amount", "年")]),  # the town, not the reign
        ("约三分之一的人", [("约三分之一", "percent", "%")]),
        ("增减：-11.17%", [("-11.17%", "percent", "%")]),
    ],
)
def test_figures_are_whole(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(text[one.start : one.end], one.kind, one.unit) for one in figures(text)] == found


# What each figure says: the figure, the words that name what it counts, and the respect.


def said(text: str) -> str:
    """Return "figure: words (respect)" of each claim."""
    return "; ".join(
        f"{text[one.figure.start : one.figure.end]}: "
        f"{'|'.join(text[slice(*span)] for span in one.metric if span[0] < span[1])} ({one.aspect})"
        for one in claims(text)
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "GDP达到2936亿元,增长8.5%,总量列全省第一。",
            "2936亿元: GDP达到 (level); 8.5%: GDP达到|增长 (growth); 第一: GDP达到|增长|总量列全省 (rank)",
        ),
        (
            "出口80亿元,比上年下降4.2%,占全省的6%。",
            "80亿元: 出口 (level); 4.2%: 出口|比上年下降 (growth); 6%: 出口|比上年下降|占全省的 (share)",
        ),
        ("桥长3200米,宽28米。", "3200米: 桥长 (level); 28米: 宽 (level)"),
        ("工业产值占全市的35%。", "35%: 工业产值占全市的 (share)"),
        ("投资增加了20亿元。", "20亿元: 投资增加了 (growth)"),
        ("投资增加到20亿元。", "20亿元: 投资增加到 (level)"),
        ("失业率下降到3.1%。", "3.1%: 失业率下降到 (share)"),
        ("利润是上年的3倍。", "3倍: 利润是上年的 (multiple)"),
        ("增速高于全市0.8个百分点。", "0.8个百分点: 增速高于全市 ()"),
        (
            "国家级人才、高技能人才、大学生人数分别增长33.3%、19.8%和26%。",
            "33.3%: 国家级人才|分别增长 (growth); 19.8%: 高技能人才|分别增长 (growth); 26%: 大学生人数|分别增长 (growth)",
        ),
        (
            "粮食产量、水果产量分别为12万吨、8万吨。",
            "12万吨: 粮食产量|分别为 (level); 8万吨: 水果产量|分别为 (level)",
        ),
        (
            "全年改造老旧小区112个。其中,东区38个、西区74个。",
            "112个: 全年改造老旧小区 (level); 38个: 东区|全年改造老旧小区 (level); 74个: 西区|全年改造老旧小区 (level)",
        ),
        ("改造小区112个,其中投资3亿元。", "112个: 改造小区 (level); 3亿元: 其中投资 (level)"),
        ("没有数字。", ""),
    ],
)
def test_claims(text: str, found: str) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    ("row", "figure", "unit", "aspect", "years", "metric"),
    [
        ("乡镇：柳渡；产值（亿元）：128.6；游客：9万人", "128.6", "亿元", "level", (), "产值（亿元）|乡镇：柳渡"),
        ("乡镇：柳渡；产值（亿元）：128.6；游客：9万人", "9万人", "万人", "level", (), "游客|乡镇：柳渡"),
        ("【主要数据】收入；2024年：28亿元；2023年：24亿元", "24亿元", "亿元", "level", ("2023",), "2023年|【主要数据】|收入"),
        ("【主要数据】收入；2024年：28亿元；增减：增长16%", "16%", "%", "growth", (), "增减|【主要数据】|收入"),
        ("项目：收入（亿元）；本期：19.4", "19.4", "亿元", "level", (), "本期|项目：收入（亿元）"),
        ("指标：水泥；单位：万吨；2024年：318.7", "318.7", "万吨", "level", ("2024",), "2024年|指标：水泥"),
        ("县：甲；全市排名：3", "3", "", "rank", (), "全市排名|县：甲"),
        ("县：甲；明年目标（%）：6.5", "6.5", "%", "share", (), "明年目标（%）|县：甲"),
    ],
)  # fmt: skip
def test_what_a_cell_says(row: str, figure: str, unit: str, aspect: str, years: Places, metric: str) -> None:
    (found,) = (one for one in claims_of_row(row) if row[one.figure.start : one.figure.end] == figure)
    named = (row[slice(*span)] for span in (found.metric[0], *found.metric[2:]))
    assert (found.figure.unit, found.aspect, found.years) == (unit, aspect, years)
    assert "|".join(filter(None, named)) == metric
    assert found.goal == ("目标" in row)


def test_a_part_stands_in_the_sentence_of_its_total() -> None:
    text = "全年改造小区112个。其中,东区38个。道路3条。"
    sentences = [text[slice(*one.sentence)] for one in claims(text)]
    assert sentences == ["全年改造小区112个。其中,东区38个。"] * 2 + ["道路3条。"]


@pytest.mark.parametrize(
    ("text", "figure", "years", "goal"),
    [
        ("2023年收入120亿元,增长9%。", "120亿元", ("2023",), False),
        ("2023年收入120亿元,增长9%。", "9%", ("2023",), False),  # goes on to hold
        ("2023年收入120亿元。2024年计划达到130亿元。", "130亿元", ("2024",), True),
        ("2022年产值10亿元、2023年产值12亿元。", "10亿元", ("2022",), False),
        ("2022年产值10亿元、2023年产值12亿元。", "12亿元", ("2023",), False),
        ("收入120亿元。", "120亿元", (), False),
        ("力争今年新增企业50家。", "50家", (), True),
        ("今年目标:新建学校3所,医院2家。", "2家", (), True),
        ("今年目标已定,全年新建学校3所。", "3所", (), False),  # 全年 tells what was done
        ("已完成投资3亿元。", "3亿元", (), False),
    ],
)
def test_years_and_goals(text: str, figure: str, years: Places, goal: bool) -> None:
    (found,) = (one for one in claims(text) if text[one.figure.start : one.figure.end] == figure)
    assert (found.years, found.goal) == (years, goal)


# Questions.

SUBJECTS = ("云湾", "沙汀", "云湾区")


@pytest.mark.parametrize(
    ("question", "kind", "aspect", "unit"),
    [
        ("云湾去年财政总收入多少亿元", "figure", "level", "亿元"),
        ("云湾GDP增速多少", "figure", "growth", ""),
        ("雲灣ＧＤＰ增長多少", "figure", "growth", ""),
        ("投资增加了多少", "figure", "growth", ""),
        ("工业占比是多少", "figure", "share", ""),
        ("沙汀排全省第几", "figure", "rank", ""),
        ("利润是上年的几倍", "figure", "multiple", ""),
        ("有几条地铁", "figure", "level", "条"),
        ("修桥花了多少钱", "figure", "level", "元"),
        ("大桥有多长", "figure", "level", "长度"),
        ("谁写了这篇报道", "person", "", ""),
        ("什么时候通车", "date", "", ""),
        ("大桥位于哪里", "place", "", ""),
        ("为什么停工", "reason", "", ""),
        ("哪三项改革", "list", "", ""),
        ("哪些企業入選", "list", "", ""),
        ("标题是什么", "title", "", ""),
        ("標題是什麼", "title", "", ""),
        ("是否完成目标", "decision", "", ""),
        ("大桥通车了吗？", "decision", "", ""),
        ("首单产品是什么", "thing", "", ""),
        ("修了多久", "figure", "level", "时间"),
        ("云湾在校学生数", "figure", "level", ""),
        ("云湾大桥 通车时间", "date", "", ""),
        ("图书馆周几闭馆", "date", "", ""),
        ("云湾收购站负责人", "person", "", ""),
        ("合作社带头的叫啥", "person", "", ""),
        ("大桥叫什么名字", "thing", "", ""),
        ("云湾大桥 起点", "place", "", ""),
        ("产量怎么降了", "reason", "", ""),
        ("报名材料", "list", "", ""),
        ("云湾 接待游客", "open", "", ""),  # 游客 is no office: nobody's name is asked for
        ("云湾的发展", "open", "", ""),
        ("课后服务费上限", "figure", "level", ""),
        ("救援队领导叫什么", "person", "", ""),
        ("帮我写一首诗", "request", "", ""),
        ("分红送不送红股", "decision", "", ""),
        ("盐馆门票几块钱", "figure", "level", "元"),
    ],
)
def test_kinds_of_questions(question: str, kind: str, aspect: str, unit: str) -> None:
    asked = understand(question, SUBJECTS)
    assert (asked.kind, asked.aspect, asked.unit) == (kind, aspect, unit)


@pytest.mark.parametrize(
    ("question", "years", "goal"),
    [
        ("2023年云湾GDP多少", ("2023",), False),
        ("２０２３年云湾GDP多少", ("2023",), False),
        ("2022年和2023年收入多少", ("2022", "2023"), False),
        ("收入2936亿元是哪一年", (), False),
        ("今年计划新增多少家企业", (), True),
        ("今年目標是多少", (), True),
    ],
)
def test_years_and_goals_of_questions(question: str, years: Places, goal: bool) -> None:
    asked = understand(question)
    assert (asked.years, asked.goal) == (years, goal)


def test_what_is_told_apart_by_number() -> None:
    found = numbered("第一批和首批机组，2号线比三号线长；前三季度、第6218期、三十年不算，二期算。")
    assert list(map(str, found)) == ["一批", "一批", "二号线", "三号线", "二期"]


@pytest.mark.parametrize(
    ("question", "subjects", "content"),
    [
        ("云湾去年引进了几个项目", ("云湾",), ("去年", "引进", "项目")),
        ("雲灣ＧＤＰ增長多少", ("云湾",), ("gdp", "增长")),
        ("云湾区去年引进了几个项目", ("云湾区",), ("去年", "引进", "项目")),  # hides 云湾
        ("石梁去年引进了几个项目", (), ("石梁", "去年", "引进", "项目")),
        ("为什么停工", (), ("停工",)),
        ("报告是哪天作的", (), ("报告", "作")),
        ("前年赚了多少,就是2022年", (), ("赚", "就是", "2022", "年")),
        ("入选哪个国家级基地", (), ("入选", "国家级", "基地")),
    ],
)
def test_what_a_question_is_about(question: str, subjects: Places, content: Places) -> None:
    asked = understand(question, SUBJECTS)
    assert (asked.subjects, asked.content) == (subjects, content)


def test_subjects_are_folded_too() -> None:
    assert understand("云湾有多少人", ["雲灣"]).subjects == ("云湾",)


@pytest.mark.parametrize(
    ("question", "head", "count"),
    [
        ("入选哪个国家级基地", "基地", 0),
        ("首单产品是什么", "产品", 0),
        ("哪三项改革", "改革", 3),
        ("哪两座大桥", "大桥", 2),
        ("五大工程是哪些", "工程", 5),
        ("第五大城市是哪座", "城市", 0),  # one, not five
        ("大桥有多长", "", 0),
    ],
)
def test_heads_and_counts(question: str, head: str, count: int) -> None:
    asked = understand(question)
    assert (asked.head, asked.count) == (head, count)


def test_figures_of_a_question() -> None:
    assert understand("年产值50亿元以上的企业有几家").numbers == ("50亿元以上",)
    assert understand("2023年企业有几家").numbers == ()
