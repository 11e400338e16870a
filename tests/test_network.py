"""The network through its own door: what it says of a text, alone and beside others."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.reader.network import LONGEST_ANSWER, LONGEST_TEXT, Network, Scores
from bot.reader.reader import BUNDLED_READER
from bot.reader.training.fusing import fuse

BRIDGE = "沙汀大桥全长1200米，投资3亿元，去年5月通车。"
GDP = "2023年,全市生产总值达到2936亿元,增长8.5%,总量列全省第三。"
LONG = "云湾渔港在港渔船312艘，日均卸货780吨，" * 8 + "码头由何小平管理。"


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(BUNDLED_READER)


def best(text: str, scores: Scores) -> str:
    first, more = divmod(int(scores.spans.argmax()), scores.spans.shape[1])
    return text[scores.pieces[first][0] : scores.pieces[first + more][1]]


def logits(scores: Scores) -> np.ndarray:
    return np.concatenate([scores.start, scores.end, scores.inside, [scores.answerable]])


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("沙汀大桥全长多少米", BRIDGE, "1200米"),
        ("沙汀大桥什么时候通车", BRIDGE, "去年5月"),
        ("生产总值增长多少", GDP, "8.5%"),
        ("码头由谁管理", LONG, "何小平"),
    ],
)
def test_it_finds_what_is_asked_for(network: Network, question: str, text: str, answer: str) -> None:
    (scores,) = network.read(question, [("", text)])
    assert best(text, scores) == answer


def test_what_a_text_does_not_say_is_less_answerable(network: Network) -> None:
    told, untold = network.read("沙汀大桥全长多少米", [("", BRIDGE), ("", GDP)])
    assert told.answerable > untold.answerable + 2


def test_what_else_is_read_changes_nothing(network: Network) -> None:
    texts = [("", BRIDGE), ("云湾 年鉴", GDP), ("", LONG)]
    together = network.read("沙汀大桥全长多少米", texts)
    for text, beside in zip(texts, together, strict=True):
        (alone,) = network.read("沙汀大桥全长多少米", [text])
        assert alone.pieces == beside.pieces
        np.testing.assert_array_equal(logits(alone), logits(beside))


def test_pieces_are_literal_and_without_the_context(network: Network) -> None:
    text = " ＧＤＰ　1,200 亿元\n龍港①𠮷㎡ end "
    for context in ("", "云湾 第一章"):
        (scores,) = network.read("云湾GDP多少", [(context, text)])
        places = [place for place in scores.pieces if place[0] < place[1]]
        assert places == sorted(places)  # a rare character may be several pieces
        covered = {place for start, end in places for place in range(start, end)}
        assert covered == {place for place, character in enumerate(text) if not character.isspace()}


@pytest.mark.parametrize("text", ["", " ", "\n　\t"])
def test_nothing_to_read(network: Network, text: str) -> None:
    (scores,) = network.read("云湾GDP多少", [("", text)])
    assert not any(start < end for start, end in scores.pieces)
    assert scores.spans.shape[0] == len(scores.pieces)
    assert np.isfinite(scores.answerable)
    assert network.read("云湾GDP多少", []) == []
    assert len(network.read("", [("", BRIDGE)])) == 1


def test_a_longer_text_is_read_as_far_as_the_network_reads(network: Network) -> None:
    text = "云湾渔港在港渔船很多。" * 400
    (scores,) = network.read("码头由谁管理" * 100, [("云湾", text)])
    assert LONGEST_TEXT - 10 < len(scores.pieces) <= LONGEST_TEXT
    assert scores.spans.shape == (len(scores.pieces), LONGEST_ANSWER)


def test_no_span_ends_before_it_begins_or_after_the_text() -> None:
    zeros = np.zeros(3, np.float32)
    spans = Scores(((0, 1), (1, 2), (2, 3)), zeros, zeros, zeros, 0.0).spans
    assert np.isfinite(spans).tolist() == [[True, True, True], [True, True, False], [True, False, False]]


def test_two_threads_read_as_one_does(network: Network) -> None:
    texts = [("", BRIDGE), ("", GDP)]
    questions = ["沙汀大桥全长多少米", "生产总值增长多少"] * 3
    one = [network.read(question, texts) for question in questions]
    with ThreadPoolExecutor(2) as pool:
        two = list(pool.map(lambda question: network.read(question, texts), questions))
    for left, right in zip(one, two, strict=True):
        for mine, other in zip(left, right, strict=True):
            np.testing.assert_allclose(logits(mine), logits(other), atol=1e-4)


def test_the_bundled_graph_is_fused(network: Network, tmp_path: Path) -> None:
    fuse(BUNDLED_READER / "reader.onnx", tmp_path / "reader.onnx")
    (tmp_path / "tokenizer.json").symlink_to(BUNDLED_READER / "tokenizer.json")
    (scores,) = network.read("生产总值增长多少", [("", GDP)])
    (again,) = Network(tmp_path).read("生产总值增长多少", [("", GDP)])
    assert (logits(again) == logits(scores)).all()
