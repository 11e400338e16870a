"""How reading is counted, and what of a long passage is read, checked by hand."""

from typing import cast

import pytest

from bot.reader.network import Network, Scores
from bot.reader.question import understand
from bot.reader.reading import excerpts, read_passages, said
from bot.reading import counted, f1, measure
from tests.readings import passage, reading, scores


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


FILLER = "全镇干部群众齐心协力，各项工作有序推进，成效明显，群众满意。"
ANSWER = "沙汀大桥全长1200米，由何小平设计。"
LONG = FILLER * 300 + ANSWER + FILLER * 345  # 20,000 characters


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("沙汀大桥全长多少米", LONG),
        ("沙汀大桥全长多少米", FILLER * 13 + ANSWER + FILLER * 13),
        ("沙汀大桥全长多少米", ANSWER + FILLER * 600),
        ("沙汀大桥全长多少米", FILLER * 600 + ANSWER),
        ("沙汀大桥全长多少米", "甲乙丙丁" * 2500 + "。" + ANSWER + "甲乙丙丁" * 2500),  # hardly a stop
    ],
)
def test_of_a_long_text_the_parts_that_say_most_are_read(question: str, text: str) -> None:
    parts = excerpts(text, understand(question))
    assert 1 <= len(parts) <= 2
    assert parts == sorted(parts)
    assert all(0 <= start < end <= len(text) and end - start <= 380 for start, end in parts)
    assert any(ANSWER in text[start:end] for start, end in parts)


@pytest.mark.parametrize("text", [FILLER * 30, "沿河两岸种着香樟" * 90], ids=["stops", "no stop"])
def test_of_a_text_that_two_parts_hold_every_character_is_read(text: str) -> None:
    for length in range(381, 700, 53):
        parts = excerpts(text[:length], understand("沙汀大桥全长多少米"))
        assert set().union(*(range(*part) for part in parts)) == set(range(length))
        assert len(parts) == 2


def test_a_word_at_the_edge_of_two_parts_stands_whole_in_one() -> None:
    question = understand("沙汀大桥全长多少米")
    plain = ANSWER.translate(str.maketrans("", "", "，。"))
    for before in range(240, 320, 7):
        text = (
            "沿河两岸种着香樟"[: before % 8]
            + "沿河两岸种着香樟" * (before // 8)
            + plain
            + "沿河两岸种着香樟" * 200
        )
        assert any(plain in text[slice(*part)] for part in excerpts(text, question))


def test_a_short_text_is_read_whole_and_an_empty_one_not() -> None:
    asked = understand("沙汀大桥全长多少米")
    assert excerpts(ANSWER, asked) == [(0, len(ANSWER))]
    assert excerpts("", asked) == excerpts(" \n　", asked) == []


@pytest.mark.parametrize(
    ("words", "text", "share"),
    [
        (("大桥", "全长"), "大桥全长1200米", 1.0),
        (("大桥", "全长"), "大桥通车", 0.5),
        (("大桥",), "码头", 0.0),
        ((), "大桥", 0.0),
        (("固定资产", "投资"), "固定资产增长", 0.5),
        (("固定资产",), "固定的资产", 0.7 * 2 / 3),  # two pairs of three
        (("桥", "大桥"), "大路", 0.0),
        (("路", "大桥"), "大路", 0.4 / 1.4),  # one character weighs less
    ],
)
def test_said(words: tuple[str, ...], text: str, share: float) -> None:
    assert said(words, text) == pytest.approx(share)


def test_scores_of_a_span() -> None:
    one = reading("大桥全长多少米", passage("大桥全长1200米，宽28米。"), ["1200米", "28米"])
    assert (one.score((4, 9)), one.score((11, 14))) == (8.0, 6.0)
    assert one.score((4, 8)) == 0.0  # 1200 without 米
    assert one.score((9, 9)) == one.inside((9, 9)) == -12.0
    assert (one.inside((4, 9)), one.inside((0, 2))) == (2.0, -4.0)


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        ("龍港大橋多長？", "龙港大桥长1200米。", "龙港大桥多长"),
        ("龍港大橋多長？", "龍港大橋長1200米。", "龍港大橋多長"),
        ("龙港大桥多长", "龍港大橋長1200米。", "龙港大桥多长"),
    ],
)
def test_a_question_is_read_in_simplified_characters_beside_a_text_in_these(
    question: str, text: str, read: str
) -> None:
    class Recording:
        def read(self, question: str, texts: list[tuple[str, str]]) -> list[Scores]:
            asked.append(question)
            return [scores(text) for _, text in texts]

    asked: list[str] = []
    read_passages(cast(Network, Recording()), understand(question), question, [(0, passage(text))])
    assert asked == [read]
