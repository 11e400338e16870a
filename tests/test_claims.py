"""What the figures of a paragraph and the cells of a row say: of what, in which respect, when, done or planned."""

import pytest

from bot.reader.claims import claims, claims_of_row

Places = tuple[str, ...]


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
            "112个: 全年改造老旧小区 (level); 38个: 东区 (level); 74个: 西区 (level)",
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
