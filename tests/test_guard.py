"""What the guard lets pass and what it stops, on passages that a reader can check by hand."""

import pytest

from bot.reader.guard import CHECKS, Difference, Verdict, lacking, verdicts, years_of
from embeddings.types import Passage
from tests.readings import candidate, passage, reading


def nowhere(word: str) -> bool:
    return False


def everywhere(word: str) -> bool:
    return True


def verdict(check: str, question: str, read: Passage, answer: str) -> Verdict:
    return CHECKS[check](candidate(question, read, answer), nowhere)


def check(name: str, question: str, text: str, answer: str, subject: str = "") -> Difference | None:
    found = verdict(name, question, passage(text, subject), answer)
    return found if isinstance(found, Difference) else None


GDP = "2023年,全市生产总值达到2936亿元,增长8.5%,总量列全省第三。"


@pytest.mark.parametrize(
    ("question", "subject", "difference"),
    [
        ("云湾生产总值增长多少", "云湾", None),
        ("沙汀生产总值增长多少", "云湾", Difference("subject", "沙汀", "云湾")),
        ("绍兴县生产总值增长多少", "云湾", Difference("subject", "绍兴县", "云湾")),
        ("绍兴县生产总值增长多少", "", Difference("absent", "绍兴县")),
        ("生产总值增长多少", "云湾", None),
    ],
)
def test_place(question: str, subject: str, difference: Difference | None) -> None:
    assert check("subject", question, GDP, "8.5%", subject) == difference


def test_our_city_is_the_place_that_the_library_names() -> None:
    one = candidate("绍兴县产值增长多少", passage("我市产值增长8.5%。"), "8.5%")
    assert CHECKS["subject"](one, everywhere) is False
    assert CHECKS["subject"](one, nowhere) == Difference("absent", "绍兴县")


@pytest.mark.parametrize(
    ("question", "text", "answer", "difference"),
    [
        ("二期投资多少", "一期投资41.5亿元；二期投资58亿元。", "58亿元", None),
        ("二期投资多少亿元", "一期投资41.5亿元。", "41.5亿元", Difference("subject", "二期", "一期")),
        ("第三批招多少人", "第二批招50人。", "50人", Difference("subject", "第三批", "第二批")),
        (
            "第二十条怎么规定",
            "第十九条 门票每人80元。",
            "80元",
            Difference("subject", "第二十条", "第十九条"),
        ),
        ("第二十条怎么规定", "门票每人80元。", "80元", Difference("absent", "第二十条")),
        ("第二十条怎么规定", "第二十条 门票每人80元。", "80元", None),
        ("门票多少钱", "第十九条 门票每人80元。", "80元", None),
    ],
)
def test_one_of_several_by_its_number(
    question: str, text: str, answer: str, difference: Difference | None
) -> None:
    assert check("label", question, text, answer) == difference


@pytest.mark.parametrize(
    ("question", "text", "answer", "difference"),
    [
        ("FC-200净重多少", "FC-200净重12公斤。", "12公斤", None),
        ("FC-300净重多少", "FC-200净重12公斤。", "12公斤", Difference("absent", "FC-300")),
        ("FC-20净重多少", "FC-200净重12公斤。", "12公斤", Difference("absent", "FC-20")),
        ("工位2099归谁", "工位2100归何小平。", "何小平", Difference("absent", "2099")),
        ("工位2100归谁", "工位2100归何小平。", "何小平", None),
        ("FC-200净重多少", "FC-200水泵配电机。净重12公斤。", "12公斤", None),  # the last code named
        ("FC-200净重多少", "FC-200和FC-300水泵。后者净重12公斤。", "12公斤", Difference("absent", "FC-200")),
        ("PM2.5平均浓度多少", "PM2.5平均浓度为28微克/立方米。", "28微克/立方米", None),
        ("PM10平均浓度多少", "PM2.5平均浓度为28微克/立方米。", "28微克/立方米", Difference("absent", "PM10")),
    ],
)
def test_codes(question: str, text: str, answer: str, difference: Difference | None) -> None:
    assert check("label", question, text, answer) == difference


def test_a_code_in_the_heading_holds_for_what_stands_under_it() -> None:
    read = passage("净重12公斤。", headings=("FC-200水泵",))
    assert verdict("label", "FC-200净重多少", read, "12公斤") is True
    assert verdict("label", "FC-300净重多少", read, "12公斤") == Difference("absent", "FC-300")


@pytest.mark.parametrize(
    ("question", "text", "answer", "difference"),
    [
        ("2023年生产总值多少", GDP, "2936亿元", None),
        ("2019年生产总值多少", GDP, "2936亿元", Difference("year", "2019年", "2023年")),
        ("2023年增长多少", "2024年产值比上年增长5%。", "5%", Difference("year", "2023年", "2024年")),
        ("2024年增长多少", "2024年产值比上年增长5%。", "5%", None),
        ("2024年增长多少", "2024年产值较上年增长5%。", "5%", None),
        ("2022年产值多少", "2022年产值10亿元、2023年产值12亿元。", "10亿元", None),
        ("2023年产值多少", "2022年产值10亿元、2023年产值12亿元。", "10亿元", Difference("year", "2023年", "2022年")),
        ("2022年投资多少", "2021—2023年投资30亿元。", "30亿元", Difference("year", "2022年", "2023年")),
        ("生产总值多少", GDP, "2936亿元", None),
        ("2019年生产总值多少", "生产总值2936亿元。", "2936亿元", None),  # nothing known
        ("2024年强度多少", "2024年，企业由2023年的168家增加到197家。强度达到2.41%。", "2.41%", None),
    ],
)  # fmt: skip
def test_years(question: str, text: str, answer: str, difference: Difference | None) -> None:
    assert check("year", question, text, answer) == difference


@pytest.mark.parametrize(
    "read",
    [
        passage("产值120亿元。", headings=("2023年工作总结",)),
        passage("产值120亿元。", document="云湾2023年统计公报.txt"),
    ],
)
def test_a_year_that_only_title_or_file_name_give(read: Passage) -> None:
    assert verdict("year", "2023年产值多少", read, "120亿元") is True
    assert verdict("year", "2024年产值多少", read, "120亿元") == Difference("year", "2024年", "2023年")


def test_a_date_may_lie_outside_the_year_that_the_title_gives() -> None:
    read = passage("本公报于2025年3月26日发布。", headings=("2024年统计公报",))
    assert verdict("year", "2024年公报哪天发布", read, "2025年3月26日") is False
    assert verdict("year", "2023年公报哪天发布", read, "2025年3月26日") == Difference(
        "year", "2023年", "2025年"
    )


def test_a_year_in_the_text_is_nearer_than_the_title() -> None:
    one = candidate("产值多少", passage("2022年产值98亿元。", headings=("2023年总结",)), "98亿元")
    assert years_of(one.reading, one.claim, one.span[0]) == ("2022",)


@pytest.mark.parametrize(
    ("text", "answer", "years"),
    [
        ("产值比上年增长5%。", "5%", ("2023",)),
        ("产值比上年同期增长5%。", "5%", ("2023",)),
    ],
)
def test_no_year_but_the_one_compared_with(text: str, answer: str, years: tuple[str, ...]) -> None:
    one = candidate("产值多少", passage(text, headings=("2023年总结",)), answer)
    assert years_of(one.reading, one.claim, one.span[0]) == years


@pytest.mark.parametrize(
    ("question", "answer", "difference"),
    [
        ("生产总值多少", "2936亿元", None),
        ("生产总值多少", "8.5%", Difference("aspect", "总量", "增速")),
        ("生产总值增长多少", "8.5%", None),
        ("生产总值增长多少", "2936亿元", Difference("aspect", "增速", "总量")),
        ("生产总值排全省第几", "第三", None),
        ("生产总值排全省第几", "2936亿元", Difference("aspect", "排名", "总量")),
        ("生产总值是哪一年的", "2936亿元", None),
    ],
)
def test_aspect(question: str, answer: str, difference: Difference | None) -> None:
    assert check("aspect", question, GDP, answer) == difference


@pytest.mark.parametrize(
    ("question", "text", "answer", "difference"),
    [
        ("大桥多少米", "新建大桥3座。", "3座", Difference("unit", "米", "座")),
        ("大桥几座", "新建大桥3座。", "3座", None),
        ("大桥有多长", "大桥全长1200米。", "1200米", None),
        ("大桥有多长", "大桥投资3亿元。", "3亿元", Difference("unit", "长度", "亿元")),
        ("学校占地多少亩", "学校投资3亿元。", "3亿元", Difference("unit", "亩", "亿元")),
        ("多少天答复", "窗口60日内答复。", "60日", None),
        ("修了多久", "工期18个月。", "18个月", None),
        ("修了多久", "全长18公里。", "18公里", Difference("unit", "时间", "公里")),
        ("来了多少人", "到场150名。", "150名", None),
        ("渔船有几条", "在港渔船312艘。", "312艘", None),
        ("做了几块电池", "下线电芯4100万支。", "4100万支", None),
        ("亏了多少亿元", "亏损3000万元。", "3000万元", Difference("unit", "亿元", "万元")),
        ("排全省第几", "列全省第3。", "第3", None),
    ],
)
def test_unit(question: str, text: str, answer: str, difference: Difference | None) -> None:
    assert check("unit", question, text, answer) == difference


@pytest.mark.parametrize(
    ("question", "text", "difference"),
    [
        ("去年已经新建大桥多少座", "今年计划新建大桥3座。", Difference("plan", "实绩", "目标")),
        ("今年计划新建大桥多少座", "已完成新建大桥3座。", Difference("plan", "目标", "实绩")),
        ("今年计划新建大桥多少座", "今年计划新建大桥3座。", None),
        ("新建大桥多少座", "今年计划新建大桥3座。", None),
        ("新建大桥多少座", "已完成新建大桥3座。", None),
    ],
)
def test_plan_and_deed(question: str, text: str, difference: Difference | None) -> None:
    assert check("plan", question, text, "3座") == difference


@pytest.mark.parametrize(
    ("question", "text", "difference"),
    [
        ("农村居民收入多少", "城镇居民收入62000元。", Difference("scope", "农村", "城镇")),
        ("进口额多少", "全市出口额62000元。", Difference("scope", "进口", "出口")),
        ("出口额多少", "全市进出口额62000元。", Difference("scope", "出口", "进出口")),
        ("贷款余额多少", "存款余额62000元。", Difference("scope", "贷款", "存款")),
        ("出口额多少", "全市出口额62000元。", None),
        ("收入多少", "城镇居民收入62000元。", None),
        ("农村居民收入多少", "居民收入62000元。", None),
    ],
)
def test_scope(question: str, text: str, difference: Difference | None) -> None:
    assert check("scope", question, text, "62000元") == difference


@pytest.mark.parametrize(
    ("question", "text", "answer", "difference"),
    [
        ("甲县比乙县多多少", "甲县产值30亿元，乙县产值20亿元。", "30亿元", Difference("sum")),
        ("甲县比乙县多多少", "甲县产值比乙县多10亿元。", "10亿元", None),
        ("甲县和乙县产值相差多少", "甲县产值30亿元，乙县产值20亿元。", "30亿元", Difference("sum")),
        ("甲县和乙县一共产值多少", "甲县产值30亿元，乙县产值20亿元。", "30亿元", Difference("sum")),
        ("甲县和乙县一共产值多少", "甲县、乙县产值合计50亿元。", "50亿元", None),
        ("甲县产值多少", "甲县产值30亿元，乙县产值20亿元。", "30亿元", None),
    ],
)
def test_sums_and_differences_are_never_reckoned(
    question: str, text: str, answer: str, difference: Difference | None
) -> None:
    assert check("computed", question, text, answer) == difference


@pytest.mark.parametrize(
    ("question", "answer", "difference"),
    [
        ("图书馆周几闭馆", "周一", None),
        ("图书馆周几闭馆", "其他日子八点", Difference("form")),
        ("图书馆几点开门", "其他日子八点", None),
    ],
)
def test_a_day_of_the_week(question: str, answer: str, difference: Difference | None) -> None:
    assert check("form", question, "图书馆周一闭馆，其他日子八点开门。", answer) == difference


def test_a_person_is_no_town_and_no_figure() -> None:
    text = "绍兴县县长何小平讲话，2023年上任。"
    assert check("form", "县长是谁", text, "何小平") is None
    assert check("form", "县长是谁", text, "绍兴县") == Difference("form")
    assert check("form", "县长是谁", text, "2023年") == Difference("form")


def test_what_nobody_asked_about_is_not_judged() -> None:
    said = verdicts(candidate("校长是谁", passage("校长何小平讲话。"), "何小平"), nowhere)
    assert said == dict.fromkeys(CHECKS, False)


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("大桥造价多少", "大桥全长1200米。", "造价"),
        ("大桥全长多少", "大桥全长1200米。", ""),
        ("多少天退款", "押金三天退款。", ""),  # 天退 is no word of it
        ("2024年收入多少", "2024年，收入80万元。", ""),  # nor 年收入
        ("大桥投资总量占比多少", "大桥投资3亿元。", ""),  # in which respect is asked, aspect judges
        ("那边大桥几点开放", "大桥8点开放。", ""),
        ("谌㮾桥全长多少", "大桥全长1200米。", ""),  # guessed, not in the dictionary
    ],
)
def test_a_missing_word_is_a_word_of_the_question(question: str, text: str, missing: str) -> None:
    assert lacking([reading(question, passage(text))], nowhere) == missing
    assert lacking([reading(question, passage(text))], everywhere) == ""
    assert lacking([], nowhere) == ""


@pytest.mark.parametrize(
    ("question", "answer", "difference"),
    [
        ("研发部上半年合计多少万元", "万元", Difference("form")),
        ("研发部上半年合计多少万元", "860万元", None),
        ("合计用在研发部还是销售部", "研发部", None),
        ("哪个部上半年合计860万元，研发部吗", "研发部", None),
    ],
)
def test_the_words_of_the_question_are_no_answer(
    question: str, answer: str, difference: Difference | None
) -> None:
    assert check("form", question, "研发部上半年合计860万元，另有销售部几万元。", answer) == difference
