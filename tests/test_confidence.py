"""How sure an answer is: what the guard lets pass first, leads within bounds, what decides that one is shown."""

import json
from pathlib import Path

import pytest

from bot.reader.candidates import candidates
from bot.reader.confidence import REGRESSIONS, Confidence, Judged, Logistic, features, with_rank
from bot.reader.guard import Difference, verdicts
from bot.reader.reader import BUNDLED_READER, weighed
from embeddings.types import Passage
from tests.readings import candidate, passage, reading

TEXT = "大桥全长1200米。"


def anywhere(word: str) -> bool:
    return True


def judged(answer: str, score: float, difference: Difference | None = None) -> Judged:
    one = candidate("大桥全长多少米", passage("大桥全长1200米，宽28米，长廊90米。"), answer, score)
    return Judged(one, {"check": difference or False}, {"score": score})


@pytest.fixture
def confidence(tmp_path: Path) -> Confidence:
    """Rank by the score alone; the chance grows with the lead."""
    file = tmp_path / "confidence.json"
    fitted = {
        "ranking": {"bias": 0.0, "weights": {"score": 1.0}},
        "right": {"bias": 0.0, "weights": {"ranking_lead": 0.5}},
        "answerable": {"bias": 0.0, "weights": {"ranking_lead": 0.5}},
        "certain_from": 0.9,
        "answers_from": 0.5,
    }
    file.write_text(json.dumps(fitted), encoding="utf-8")
    return Confidence(file)


def test_a_logistic_regression_by_hand() -> None:
    regression = Logistic({"bias": -1.0, "weights": {"a": 2.0, "b": -0.5}})
    assert regression.logit({"a": 3.0, "b": 4.0, "more": 9.0}) == 3.0


def test_what_the_guard_lets_pass_comes_first(confidence: Confidence) -> None:
    stopped = Difference("unit", "米", "座")
    ranked = confidence.judge([judged("1200米", 1.0), judged("28米", 5.0, stopped), judged("90米", 3.0)])
    assert [one.candidate.text for one in ranked] == ["90米", "28米", "1200米"]  # 1200米 is too unlikely
    assert [one.difference for one in ranked] == [None, stopped, None]
    assert confidence.judge([]) == []


def test_a_stopped_answer_that_ranks_well_is_named_before_scraps(confidence: Confidence) -> None:
    stopped = Difference("year", "2024年", "2023年")
    ranked = confidence.judge([judged("90米", 1.0), judged("28米", 5.0, stopped), judged("1200米", 1.5)])
    assert [one.candidate.text for one in ranked] == [
        "1200米",
        "28米",
        "90米",
    ]  # 90米 is less likely than 0.5


def test_the_chance_comes_of_the_lead_over_the_best_other_answer(confidence: Confidence) -> None:
    best, second = confidence.judge([judged("1200米", 1.0), judged("90米", 3.0)])
    assert best.confidence == pytest.approx(1 / (1 + 2.718281828**-1.0))  # leads by 2
    assert best.confidence + second.confidence == pytest.approx(1.0)


def test_an_answer_is_shown_by_its_chance_and_that_of_there_being_one(tmp_path: Path) -> None:
    file = tmp_path / "confidence.json"
    fitted = {
        "ranking": {"bias": 0.0, "weights": {"score": 1.0}},
        "right": {"bias": -1.0, "weights": {}},  # .269
        "answerable": {"bias": 0.0, "weights": {"score": 1.0}},
        "certain_from": 0.2,
        "answers_from": 0.42,
    }
    file.write_text(json.dumps(fitted), encoding="utf-8")
    confidence = Confidence(file)
    for score, answerable, is_shown in [(1.0, 0.731, True), (0.9, 0.711, False)]:  # worth .423, .416
        (one,) = confidence.judge([judged("1200米", score)])
        assert (one.confidence, one.answerable) == pytest.approx((0.269, answerable), abs=0.001)
        assert confidence.shows(one) is confidence.is_certain(one) is is_shown


def test_a_lead_is_bounded_and_counts_no_like_answer() -> None:
    long, short = judged("全长1200米", 4.0), judged("1200米", 2.0)
    assert (
        with_rank(long, 4.0, [(4.0, long), (2.0, short)])["ranking_lead"] == 8.0
    )  # 1200米 is the same answer
    far = judged("90米", -50.0)
    assert with_rank(long, 4.0, [(4.0, long), (-50.0, far)])["ranking_lead"] == 8.0
    assert with_rank(far, -50.0, [(4.0, long), (-50.0, far)])["ranking_lead"] == -8.0


@pytest.mark.parametrize(
    ("name", "question", "read", "answer", "value"),
    [
        ("figure", "大桥全长多少米", passage(TEXT), "1200米", 1.0),
        ("figure", "大桥全长多少米", passage(TEXT), "大桥", 0.0),
        ("metric", "大桥全长多少米", passage(TEXT), "大桥", 0.0),
        ("unsaid", "大桥造价多少", passage(TEXT), "1200米", 1.0),
        ("kind_figure", "大桥全长多少米", passage(TEXT), "1200米", 1.0),
        ("kind_person", "大桥全长多少米", passage(TEXT), "1200米", 0.0),
        ("guard_unit", "大桥全长多少米", passage(TEXT), "1200米", 1.0),
        ("guard_unit", "大桥有几座", passage(TEXT), "1200米", 0.0),
        ("score_lead", "大桥全长多少米", passage(TEXT), "1200米", 8.0),  # no rival
    ],
)
def test_features(name: str, question: str, read: Passage, answer: str, value: float) -> None:
    one = candidate(question, read, answer)
    given = features(one, verdicts(one, anywhere), [one])
    assert given[name] == value


def test_the_bundled_numbers_know_every_feature_they_weigh() -> None:
    fitted = json.loads((BUNDLED_READER / "confidence.json").read_text(encoding="utf-8"))
    readings = [reading("大桥全长多少米", passage("大桥全长1200米，宽28米。"), ["1200米", "28米"])]
    assert [one.text for one in candidates(readings[0])][:2] == ["1200米", "28米"]
    found = list(weighed(readings, anywhere))
    ranked = Confidence(BUNDLED_READER / "confidence.json").judge(found)
    assert len(ranked) == len(found) > 1
    assert all(0 < one.confidence < 1 for one in ranked)
    known = set(with_rank(found[0], 0.0, []))
    assert all(set(fitted[name]["weights"]) <= known for name in REGRESSIONS)
    assert 0 < fitted["answers_from"] < 1 and 0 < fitted["certain_from"] <= 1
