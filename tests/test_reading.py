"""How reading is counted, checked by hand."""

import pytest

from bot.reading import counted, f1, measure


@pytest.mark.parametrize(
    ("text", "expected"),
    [("《Ｎ城》", "n城"), ("8.5%", "85"), (" 云湾_大桥。", "云湾大桥"), ("ＧＤＰ", "gdp"), ("，。", "")],
)
def test_counted(text: str, expected: str) -> None:
    assert counted(text) == expected


@pytest.mark.parametrize(
    ("given", "expected", "score"),
    [
        ("云湾大桥", "云湾大桥", 1.0),
        ("“云湾大桥”", "云湾大桥。", 1.0),
        ("去年3月", "3月", 2 * 2 / (4 + 2)),
        ("云湾大桥", "云湾", 2 * 2 / (4 + 2)),
        ("云湾和沙汀", "沙汀、云湾", 2 * 2 / (5 + 4)),  # one piece only
        ("大桥", "码头", 0.0),
        ("", "码头", 0.0),
        ("", "。", 1.0),
    ],
)
def test_f1(given: str, expected: str, score: float) -> None:
    assert f1(given, expected) == pytest.approx(score)


def test_measure_takes_the_best_accepted_answer() -> None:
    rows = [
        {"question": "在哪", "answers": [{"text": "码头"}, {"text": "云湾。"}]},
        {"question": "多长", "answers": [{"text": "长1200米"}, {"text": "约1200米"}]},
        {"question": "谁", "answers": [{"text": "何小平"}]},
        {"question": "何时", "answers": [{"text": "3月"}]},
    ]
    exact, overlap = measure(rows, ["云湾", "1200米", "", "去年3月"])
    assert exact == 25.0
    assert overlap == pytest.approx(100 * (1 + 2 * 5 / (5 + 6) + 0 + 2 / 3) / 4)
