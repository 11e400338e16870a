"""Follow-ups made whole, and questions that must not be bent by the one before."""

import pytest

from bot.conversation import readings, topic

PLACES = ("云湾", "石桥", "青浦")
GDP = "云湾GDP增速多少"

# What comes after a question, and how it is to be understood first.
FOLLOW_UPS = [
    (GDP, "那石桥呢", "石桥GDP增速多少"),
    ("石桥GDP多少", "青浦呢？", "青浦GDP多少"),
    ("全市建了多少家书屋", "石桥呢", "石桥建了多少家书屋"),
    ("云湾GDP多少", "它排全省第几", "云湾GDP排全省第几"),
    ("云湾书屋有多少家", "其中乡镇的有几家", "云湾书屋乡镇的有几家"),
    ("云湾制造业投资增长多少", "服务业呢", "云湾服务业投资增长多少"),
    ("云湾2024年营收多少", "上一年呢", "云湾2023年营收多少"),
    ("云湾2024年营收多少", "那2022年呢", "云湾2022年营收多少"),
    ("云湾去年营收多少", "今年呢", "云湾今年营收多少"),
    ("云湾营收多少", "去年呢", "去年云湾营收多少"),
    ("城镇居民收入多少", "那农村的呢", "农村居民收入多少"),
    ("六层住宅每台补助多少", "五层的呢", "五层住宅每台补助多少"),
    ("控制系统毛利率多少", "技术服务呢", "技术服务毛利率多少"),
    ("甲公司利润多少", "那研发费呢", "甲公司研发费多少"),
    ("化学制剂毛利率多高", "那原料药呢", "原料药毛利率多高"),
    ("明年预算收入安排了多少", "那支出呢", "明年预算支出安排了多少"),
    ("昂船洲大桥的塔有多高", "杨浦大桥呢", "杨浦大桥的塔有多高"),
    # A whole word gives way to a whole word.
    ("实验室主任是谁", "那副主任呢", "实验室副主任是谁"),
    ("技术部有多少人", "财务部呢", "财务部有多少人"),
    ("引育国家级人才增长多少", "高技能人才呢", "引育高技能人才增长多少"),
    ("校长的电话是多少", "副校长呢", "副校长的电话是多少"),
    ("图书馆几点开门", "文化馆呢", "文化馆几点开门"),
    ("人民医院有几张床位", "中医院呢", "中医院有几张床位"),
    ("小学招多少学生", "初中呢", "初中招多少学生"),
    ("出口总额多少", "进口呢", "进口总额多少"),
    ("存款余额多少", "贷款呢", "贷款余额多少"),
    ("杭州推进的核心区叫什么", "那宁波呢", "宁波推进的核心区叫什么"),
    ("上半年产量多少", "下半年呢", "下半年产量多少"),
    (GDP, "那是全国第几", "云湾GDP增速是全国第几"),
    ("今年的大会哪天开的", "那是今年第几个工作日", "今年的大会开的是今年第几个工作日"),
]

# What stands by itself, whatever was asked before.
STANDING = [
    (GDP, "石桥常住人口多少"),
    (GDP, "火星上有什么"),
    (GDP, "谁批准"),
    ("第一名奖多少", "怎么报名"),
    ("校长是谁", "什么时候交材料"),
    ("食堂几点开饭", "为什么停水"),
    ("云湾书屋有多少家", "面积最大的公园是哪个"),
    ("年假几天", "病假要交什么证明"),
    ("年假几天", "多少人参加了运动会"),
    ("报名费多少", "在哪办身份证"),
    (GDP, "其他城市的情况怎么样"),
    (GDP, "这次会议在哪召开"),
    (GDP, "这些年建了多少学校"),
    (GDP, "那次大会谁主持"),
    (GDP, "那年发生了什么大事"),
    (GDP, "其余款项什么时候付"),
    (GDP, "该不该交押金"),
    (GDP, "他山之石是什么栏目"),
    (GDP, "其实谁是负责人"),
    (GDP, "平均每户补多少钱"),
    (GDP, "增长极是什么意思"),
    (GDP, "数量词怎么用"),
    (GDP, "完成投资的项目有几个"),
    (GDP, "带动就业最多的是哪家企业"),
    (GDP, "总额最高的是哪个县"),
    (GDP, "占地多少亩"),
    (GDP, "怎么去县政府"),
    (GDP, "谁是县长"),
    (GDP, "有几个奖项"),
    (GDP, "龙门镇有多少人"),
]


@pytest.mark.parametrize(("before", "question", "whole"), FOLLOW_UPS)
def test_follow_ups_are_made_whole(before: str, question: str, whole: str) -> None:
    assert readings(question, [before], PLACES)[0] == whole


@pytest.mark.parametrize(("before", "question"), STANDING)
def test_what_stands_by_itself_is_asked_as_it_stands(before: str, question: str) -> None:
    assert readings(question, [before], PLACES)[0] == question


def test_there_are_sixty_of_them() -> None:
    assert (len(FOLLOW_UPS), len(STANDING)) == (30, 30)


def test_both_readings_are_tried() -> None:
    assert readings("面积多大", ["云湾书屋有多少家"], PLACES) == ("面积多大", "云湾书屋面积多大")
    assert readings("那怎么报名", ["第一名奖多少"], PLACES) == ("第一名奖怎么报名", "那怎么报名")
    assert readings("云湾GDP增速多少", [], PLACES) == ("云湾GDP增速多少",)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("云湾GDP多少", "云湾GDP"),
        ("书屋有几家", "书屋"),
        ("云湾的口号是什么", "云湾的口号"),
        ("多少", "多少"),
    ],
)
def test_topic(question: str, about: str) -> None:
    assert topic(question) == about
