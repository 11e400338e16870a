"""Composed training examples: repeatable, exactly marked, and free of real names."""

import pytest

from bot.reader.training.composed import Example, compose

COUNT = 4000
REAL_NAMES = ["绍兴", "余杭", "龙港", "宁海", "仙居", "杭州", "宁波", "温州", "浙江"]
REAL_PHRASES = ["八八战略", "三支队伍", "千项万亿", "共富工坊", "小巨人"]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return list(compose(COUNT, seed=7))


def test_equal_seeds_give_equal_examples(examples: list[Example]) -> None:
    assert list(compose(200, seed=7)) == examples[:200]
    assert list(compose(200, seed=8)) != examples[:200]


def test_each_answer_is_a_span_of_its_paragraph(examples: list[Example]) -> None:
    assert len(examples) == COUNT
    for example in examples:
        if example.answer:
            start, end = example.answer
            assert 0 <= start < end <= len(example.context), example
            answer = example.context[start:end]
            assert answer == answer.strip("，。、；：,;: "), example


def test_about_a_third_has_no_answer(examples: list[Example]) -> None:
    assert 0.25 < sum(example.answer is None for example in examples) / COUNT < 0.45


def test_slots_are_filled_and_paragraphs_keep_their_length(examples: list[Example]) -> None:
    for example in examples:
        assert not set("{}<>") & set(example.question + example.context + example.heading), example
        assert example.question.strip(), example
        assert len(example.context) <= 320, example


@pytest.mark.parametrize("name", REAL_NAMES + REAL_PHRASES)
def test_names_are_invented(examples: list[Example], name: str) -> None:
    assert not any(name in e.question + e.context + e.heading for e in examples)


@pytest.mark.parametrize(
    ("asked", "answer_holds"),
    [
        ("增速是多少", "%"),
        ("在全省排第几", ""),
        ("为什么", ""),
        ("在哪", ""),
        ("三件大事", "、"),
        ("重点培育哪些产业", "、"),
        ("怎么推进", ""),
        ("什么时候建成", ""),
        ("市委书记", ""),
        ("发言标题", ""),
        ("是涨了还是跌了", "%"),
    ],
)
def test_each_kind_is_asked_with_and_mostly_answered(
    examples: list[Example], asked: str, answer_holds: str
) -> None:
    answers = [e.context[slice(*e.answer)] for e in examples if asked in e.question and e.answer]
    assert answers
    assert all(answer_holds in answer for answer in answers)


def test_no_question_is_both_answered_and_not(examples: list[Example]) -> None:
    answered = {(e.context, e.question) for e in examples if e.answer}
    assert not answered & {(e.context, e.question) for e in examples if e.answer is None}


def test_a_place_may_stand_in_the_heading_alone(examples: list[Example]) -> None:
    assert any(
        e.answer
        and len(e.context) > 60
        and e.heading[:2] == e.question[:2]
        and e.question[:2] not in e.context
        for e in examples
    )
