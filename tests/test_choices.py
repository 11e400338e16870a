"""Choices: the readings of a question that fits several places, years or documents, by hand."""

from dataclasses import replace

from bot.choices import Choice, choices, years_found
from bot.reader.guard import Difference
from bot.reader.reader import Found
from embeddings.types import Paragraph, Passage

Row = tuple[str, str, str, str, float]  # text, subject, document, answer, confidence


def made(*rows: Row) -> tuple[list[Found], list[Passage]]:
    readings, passages = [], []
    for number, (text, subject, document, answer, confidence) in enumerate(rows):
        start = text.index(answer)
        span = (start, start + len(answer))
        passages.append(Passage(number, document, Paragraph(text, subject=subject), 0.9))
        readings.append(Found(number, (span,), (0, len(text)), answer, confidence, True, None))
    return readings, passages


def asked(question: str, *rows: Row) -> tuple[Choice, ...]:
    return choices(question, *made(*rows))


def test_places() -> None:
    assert asked(
        "GDP增速多少",
        ("增长8.5%。", "余杭", "例会.txt", "8.5%", 0.9),
        ("增长8.7%。", "龙港", "例会.txt", "8.7%", 0.85),
    ) == (
        Choice("余杭", "余杭GDP增速多少", "8.5%", "例会.txt"),
        Choice("龙港", "龙港GDP增速多少", "8.7%", "例会.txt"),
    )


def test_years_and_places() -> None:
    found = asked(
        "接待游客多少人次",
        ("2024年接待游客12万人次。", "云湾", "公报.txt", "12万人次", 0.9),
        ("2025年接待游客15万人次。", "石桥", "公报.txt", "15万人次", 0.9),
    )
    assert [(one.label, one.question) for one in found] == [
        ("云湾 · 2024年", "云湾2024年接待游客多少人次"),
        ("石桥 · 2025年", "石桥2025年接待游客多少人次"),
    ]


def test_a_year_that_only_the_name_of_the_document_says() -> None:
    found = asked(
        "电梯总投资多少",
        ("电梯总投资120万元。", "", "2023年简报.txt", "120万元", 0.9),
        ("电梯总投资150万元。", "", "2024年简报.txt", "150万元", 0.9),
    )
    assert [one.label for one in found] == ["2023年", "2024年"]


def test_the_year_that_was_asked_for_is_no_choice() -> None:
    rows = (
        ("2024年接待游客12万人次。", "", "公报.txt", "12万人次", 0.9),
        ("2023年接待游客9万人次。", "", "公报.txt", "9万人次", 0.9),
    )
    assert asked("2023年接待游客多少人次", *rows) == ()


def test_sources_that_disagree_are_named_with_their_date() -> None:
    found = asked(
        "工期几天",
        ("2024年定的工期10天。", "", "通知.txt", "10天", 0.9),
        ("2024年改的工期12天。", "", "更正.txt", "12天", 0.9),
    )
    assert [one.label for one in found] == ["通知.txt · 2024年", "更正.txt · 2024年"]
    assert [one.document for one in found] == ["通知.txt", "更正.txt"]


BULLETINS = tuple(
    (f"{name}园加装电梯，总投资{sum_}万元。", "", f"{name}.txt", f"{sum_}万元", confidence)
    for name, sum_, confidence in (("梅", 120, 0.54), ("兰", 150, 0.22), ("桃", 180, 0.05))
)


def test_clauses_that_say_the_same_are_choices_however_unsure() -> None:
    found = asked("电梯总投资多少", *BULLETINS)
    assert [(one.label, one.answer) for one in found] == [
        ("梅.txt", "120万元"),
        ("兰.txt", "150万元"),
        ("桃.txt", "180万元"),
    ]
    assert asked("梅园电梯总投资多少", *BULLETINS) == ()  # only one of them is of 梅园


def test_every_year_is_told_where_the_one_asked_for_is_not_there() -> None:
    readings, passages = made(
        ("2025年，全县接待游客150万人次。", "", "公报.txt", "150万人次", 0.04),
        ("2024年，全县接待游客120万人次。", "", "公报.txt", "120万人次", 0.02),
        ("2021年6月2日更正。", "", "更正.txt", "6月2日", 0.01),
    )
    years = ("2025年", "2024年", "2021年")
    told = [
        replace(one, difference=Difference("year", "2023年", year))
        for one, year in zip(readings, years, strict=True)
    ]
    assert years_found("2023年接待游客多少人次", told, passages) == "2024年、2025年"


def test_one_reading_is_no_choice() -> None:
    same = ("增长8.5%。", "余杭", "甲.txt", "8.5%", 0.9)
    assert asked("增速多少", same, ("增长8.5%。", "余杭", "乙.txt", "8.5%", 0.9)) == ()
    assert asked("增速多少", same, ("利润率8.7%。", "龙港", "甲.txt", "8.7%", 0.5)) == ()  # far less likely
    readings, passages = made(same, ("增长8.7%。", "龙港", "甲.txt", "8.7%", 0.9))
    other = Found(1, readings[1].spans, (0, 8), "8.7%", 0.9, True, Difference("subject", "余杭", "龙港"))
    assert choices("余杭增速多少", [readings[0], other], passages) == ()
    assert choices("增速多少", [], []) == ()


def test_no_more_than_five() -> None:
    rows = [(f"增长{n}.5%。", f"第{n}乡", "甲.txt", f"{n}.5%", 0.9) for n in range(1, 9)]
    assert len(asked("增速多少", *rows)) == 5


def test_what_is_no_answer_to_the_question_is_no_choice() -> None:
    readings, passages = made(
        ("图书馆今年停业装修，周几都不开门。", "", "开放.txt", "周几都不开门", 0.6),
        ("食堂十一点半开饭。", "", "食堂.txt", "十一点半", 0.5),
    )
    unsure = [replace(one, difference=Difference("unsure")) for one in readings]
    stopped = [replace(one, difference=Difference("form")) for one in readings]
    assert len(choices("图书馆周几闭馆", unsure, passages)) == 2
    assert choices("图书馆周几闭馆", stopped, passages) == ()
