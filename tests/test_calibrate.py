"""Calibration checked by hand: the shares that are shown, the two thresholds, a check left out."""

import pytest

from bot.evaluation import Question
from bot.reader.confidence import Judged
from bot.reader.guard import Difference
from bot.reader.training.calibrate import Read, Result, Shown, Step, figures, thresholds, without
from tests.readings import candidate, passage


def read(*judged: Judged) -> Read:
    step = Step(judged, (True,) * len(judged))
    return Read(Question("大桥全长多少米", ("1200米",)), "年鉴", (None, step, step))


def test_figures_by_hand() -> None:
    shown = [
        Shown(0.95, 0.9, True, True),  # certain and right
        Shown(0.9, 0.9, False, True),  # certain and wrong
        Shown(0.6, 0.6, True, True),  # 可能, right
        Shown(0.9, 0.4, False, True),  # refused wrongly
        Shown(0.1, 0.1, False, False),  # refused rightly
    ]
    assert figures([Result(read(), one, 0.5, 0.8) for one in shown]) == {
        "questions": 5,
        "right": 0.5,
        "abstention_precision": 0.5,
        "abstention_recall": 1.0,
        "wrong_shown": 0.2,
        "certain": 0.4,
        "certain_right": 0.5,
    }


def test_thresholds_by_hand() -> None:
    right = [Shown(0.9 - n / 100, 0.8, True, True) for n in range(8)]  # chances 0.90 … 0.83
    wrong = [
        Shown(0.5, 0.7, False, True),
        Shown(0.95, 0.4, False, False),
    ]  # one wrong of ten is allowed, two are not
    assert thresholds([*wrong, *right]) == pytest.approx((0.7, 0.83))


def test_without_a_check_neither_its_verdict_nor_its_feature_is_left() -> None:
    one = candidate("大桥全长多少米", passage("大桥全长1200米。"), "1200米")
    verdicts = {"year": True, "unit": Difference("unit", "米", "座")}
    judged = Judged(one, verdicts, {"score": 2.0, "guard_year": 1.0, "guard_unit": 0.0})
    (left,) = without(read(judged), "unit").learnt.judged
    assert judged.difference is not None
    assert left.difference is None
    assert left.features == {"score": 2.0, "guard_year": 1.0}
