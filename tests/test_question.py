"""What a question asks for, and what its answer must agree with."""

import pytest

from bot.reader.question import labels, measures, understand

Words = tuple[str, ...]
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
        ("盐馆门票几块钱", "figure", "level", "元"),
        ("大桥有多长", "figure", "level", "长度"),
        ("学校占地多大面积", "figure", "level", "面积"),
        ("修了多久", "figure", "level", "时间"),
        ("工期多少个月", "figure", "level", "时间"),
        ("等了几个小时", "figure", "level", "时间"),
        ("云湾在校学生数", "figure", "level", ""),
        ("谁写了这篇报道", "person", "", ""),
        ("云湾收购站负责人", "person", "", ""),
        ("什么时候通车", "date", "", ""),
        ("云湾大桥 通车时间", "date", "", ""),
        ("图书馆周几闭馆", "date", "", ""),
        ("大桥位于哪里", "place", "", ""),
        ("为什么停工", "reason", "", ""),
        ("哪三项改革", "list", "", ""),
        ("哪些企業入選", "list", "", ""),
        ("是否完成目标", "decision", "", ""),
        ("大桥通车了吗？", "decision", "", ""),
        ("分红送不送红股", "decision", "", ""),
        ("首单产品是什么", "open", "", ""),
        ("云湾的发展", "open", "", ""),
        ("", "open", "", ""),
        ("检测生意三季度缩水了多少", "figure", "growth", ""),
    ],
)
def test_kinds_of_questions(question: str, kind: str, aspect: str, unit: str) -> None:
    asked = understand(question, SUBJECTS)
    assert (asked.kind, asked.aspect, asked.unit) == (kind, aspect, unit)


@pytest.mark.parametrize(
    ("question", "years", "goal", "done"),
    [
        ("2023年云湾GDP多少", ("2023",), False, False),
        ("２０２３年云湾GDP多少", ("2023",), False, False),
        ("2022年和2023年收入多少", ("2022", "2023"), False, False),
        ("2060年的目标", ("2060",), True, False),
        ("2024元旦放假几天", ("2024",), False, False),
        ("收入2936亿元是哪一年", (), False, False),
        ("2000米跑第一名是谁", (), False, False),
        ("工位2099是谁的", (), False, False),  # a number, no year
        ("今年计划新增多少家企业", (), True, False),
        ("今年目標是多少", (), True, False),
        ("去年已经建成多少座", (), False, True),
    ],
)
def test_years_and_plans(question: str, years: Words, goal: bool, done: bool) -> None:
    asked = understand(question)
    assert (asked.years, asked.goal, asked.done) == (years, goal, done)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("FC-200的净重是多少", ["fc-200"]),
        ("E-07C型号阀门有几个", ["e-07c"]),
        ("PM2.5平均浓度是多少", ["pm2.5"]),
        ("国道G104多长", ["g104"]),
        ("A4纸多少钱", ["a4"]),
        ("工位2100和2099是谁的", ["2100", "2099"]),
        ("12345热线几点下班", ["12345"]),
        ("201班班主任是谁", []),
        ("2024年收入多少", []),  # a year
        ("2100亿元是什么", []),  # a value
        ("3000米跑第一名是谁", []),
        ("增长8.5%的是什么", []),
        ("云湾GDP多少", []),
        ("大桥有几座", []),
    ],
)
def test_what_is_a_code(question: str, found: list[str]) -> None:
    assert [label.text.lower() for label in understand(question).labels if label.kind in "a1"] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第一批和首批机组", ["第一批"]),
        ("2号线比三号线长", ["二号线", "三号线"]),
        ("二期投资多少，1号楼多高", ["二期", "一号楼"]),
        ("第二十条写了什么", ["第二十条"]),
        ("第3章，一等奖", ["第三章", "一等奖"]),
        ("前三季度、第6218期、三十年不算", []),
        ("学期、期限、日期", []),
    ],
)
def test_what_is_told_apart_by_number(text: str, found: list[str]) -> None:
    assert [label.text for label in labels(text) if label.kind not in "a1"] == found


@pytest.mark.parametrize(
    ("question", "subjects", "content"),
    [
        ("云湾去年引进了几个项目", ("云湾",), ("去年", "引进", "项目")),
        ("雲灣ＧＤＰ增長多少", ("云湾",), ("gdp", "增长")),
        ("云湾区去年引进了几个项目", ("云湾区",), ("去年", "引进", "项目")),  # hides 云湾
        ("石梁去年引进了几个项目", (), ("石梁", "去年", "引进", "项目")),
        ("为什么停工", (), ("停工",)),
        ("报告是哪天作的", (), ("报告", "作")),
        ("2024年收入多少", (), ("2024", "收入")),  # never 年收入
        ("2024年底人口多少", (), ("2024", "年底", "人口")),
        ("入选哪个国家级基地", (), ("入选", "国家级", "基地")),
    ],
)
def test_what_a_question_is_about(question: str, subjects: Words, content: Words) -> None:
    asked = understand(question, SUBJECTS)
    assert (asked.subjects, asked.content) == (subjects, content)


def test_subjects_are_folded_too() -> None:
    assert understand("云湾有多少人", ["雲灣"]).subjects == ("云湾",)


@pytest.mark.parametrize(
    ("asked", "given", "measured"),
    [
        ("长度", "公里", True),
        ("长度", "亿元", False),
        ("面积", "万平方米", True),
        ("面积", "座", False),
        ("元", "万元", True),
        ("时间", "工期18个月", True),
        ("时间", "18公里", False),
        ("座", "座", None),  # the question names the unit itself
        ("", "公里", None),
    ],
)
def test_what_measures_what_is_asked_for(asked: str, given: str, measured: bool | None) -> None:
    assert measures(asked, given) is measured
