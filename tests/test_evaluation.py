"""What counts as right, and the shares that come of it."""

import json
from pathlib import Path

import pytest

from bot.answering import Answer, Evidence
from bot.evaluation import Evaluation, Question, is_right, judge, plain, read_questions
from embeddings.errors import WenbaoError
from embeddings.types import Paragraph, Passage


def answer(text: str | None, *paragraphs: str, found: bool = True) -> Answer:
    evidence = tuple(
        Evidence(Passage(number, "例.txt", Paragraph(paragraph), 1.0))
        for number, paragraph in enumerate(paragraphs, 1)
    )
    return Answer("问", "问", found, text, 1.0, True, evidence, None, (), 1, 1.0)


@pytest.mark.parametrize(
    ("given", "accepted", "right"),
    [
        ("8.7%", ["8.7%"], True),
        ("８.７％", ["8.7%"], True),
        ("增速8.7%", ["8.7%"], True),
        ("18.7%", ["8.7%"], False),
        ("15名", ["5名"], False),
        ("2023年GDP增速8.7%、列全省第3", ["8.7%"], False),
        ("“双湖”工程", ["双湖工程"], True),
        (None, ["8.7%"], False),
    ],
)
def test_is_right(given: str | None, accepted: list[str], right: bool) -> None:
    assert is_right(Question("问", tuple(accepted)), given) is right


def test_a_list_needs_all_its_members() -> None:
    question = Question("问", ("山", "水"), groups=(("山", "高山"), ("水",)))
    assert is_right(question, "山、水")
    assert not is_right(question, "山")


def test_plain_folds_width_quotes_and_blanks() -> None:
    assert plain("ＧＤＰ “增 速”") == "gdp增速"


def test_shares() -> None:
    evaluation = Evaluation()
    asked = Question("甲", ("8.7%",), evidence=("增速8.7%。",))
    evaluation.add(judge(asked, answer("8.7%", "别的。", "云湾增速8.7%。")))
    evaluation.add(judge(Question("乙", ()), answer(None, found=False)))
    evaluation.add(judge(asked, answer(None, found=False)))
    figures = evaluation.overall.figures()
    assert figures == {
        "questions": 3,
        "answerable": 2,
        "hit@1": 0.0,
        "hit@3": 0.5,
        "answer_accuracy": 0.5,
        "certain": 0.3333,
        "certain_right": 1.0,
        "certain_wrong_of_all": 0.0,
        "abstention_precision": 0.5,
        "abstention_recall": 1.0,
    }


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question": "甲", "answers": []}) + "\n[]\n", encoding="utf-8")
    with pytest.raises(WenbaoError, match="第 2 行"):
        read_questions(file)
