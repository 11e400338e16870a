"""The reader's network, its features and its vocabulary; numpy against torch, and by hand."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from bot.reader.features import Reading, Text, passage_signs, question_signs
from bot.reader.network import LONGEST_SPAN, Network
from bot.reader.reader import BUNDLED_READER
from bot.reader.training.fit import _side
from bot.reader.training.network import Network as Trained
from bot.reader.vocabulary import UNKNOWN, Vocabulary, shape_of
from embeddings.terms import Token, tokens

HEADING = "云湾市 政府工作报告"
BODY = "2023年,全市生产总值达到2936亿元,增长8.5%。新建大桥3座,其中沙汀大桥长1200米。"


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(BUNDLED_READER)


@pytest.fixture(scope="module")
def trained(network: Network) -> Trained:
    """Return the bundled weights as torch holds them: what training/fit.py saved, the words' bytes scaled back."""
    tensors = load_file(BUNDLED_READER / "reader.safetensors")
    rows, scales = tensors.pop("words"), tensors.pop("word_scales")
    del tensors["rarity"], tensors["classes"]
    weights = {name: torch.from_numpy(value.astype(np.float32)) for name, value in tensors.items()}
    weights["words.weight"] = torch.from_numpy(rows * scales.astype(np.float32)[:, None])
    made = Trained(len(rows), len(weights["characters.weight"])).eval()
    made.load_state_dict(weights)
    return made


@pytest.mark.parametrize("question", ["云湾市生产总值增长多少", "沙汀大桥有多长"])
def test_numpy_scores_as_torch_does(network: Network, trained: Trained, question: str) -> None:
    asked, heading = network.reading.text(question), network.reading.text(HEADING)
    whole = heading.followed_by(network.reading.text(BODY))
    scores = network.scores(asked, whole, len(heading))
    allowed = torch.zeros(1, len(whole))
    allowed[0, len(heading) :] = 1
    with torch.no_grad():
        expected = trained(
            _side([whole], [passage_signs(asked, whole, len(heading))]),
            _side([asked], [question_signs(asked, whole, len(heading))]),
            allowed,
        )[0].numpy()
    spans = expected[1:].reshape(len(whole), LONGEST_SPAN)
    possible = spans > -5000
    assert possible[len(heading) :, 0].all()
    assert not possible[: len(heading)].any()
    assert scores.spans.shape == spans.shape
    assert np.array_equal(scores.spans > -5000, possible)
    assert np.abs(scores.spans - spans)[possible].max() < 0.02
    assert abs(scores.nothing - expected[0]) < 0.02


def test_the_same_question_scores_the_same_again(network: Network) -> None:
    def once() -> tuple[bytes, float]:
        asked, heading = network.reading.text("大桥有几座"), network.reading.text(HEADING)
        scores = network.scores(asked, heading.followed_by(network.reading.text(BODY)), len(heading))
        return scores.spans.tobytes(), scores.nothing

    assert once() == once()


def test_another_question_scores_otherwise(network: Network) -> None:
    body = network.reading.text(BODY)
    one, other = (
        network.scores(network.reading.text(question), body, 0)
        for question in ("大桥有几座", "生产总值增长多少")
    )
    assert one.spans.argmax() != other.spans.argmax()


# Vocabulary.


def word(text: str) -> Token:
    return Token(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("大桥", "大桥"),
        ("gdp", "gdp"),
        ("1899", "#4"),
        ("1900", "#年"),
        ("2023", "#年"),
        ("2100", "#年"),
        ("2936", "#4"),
        ("8.7", "#."),
        ("1,200.5", "#."),
        ("182", "#3"),
        ("1,200", "#4"),
        ("7", "#1"),
        ("12345", "#5"),
        ("1234567", "#5"),
    ],
)
def test_numbers_have_a_shape(text: str, shape: str) -> None:
    assert shape_of(text) == shape


def test_words_have_rows_from_two_on() -> None:
    vocabulary = Vocabulary(["大桥", "#年", "#."], ["大", "桥", "通"])
    rows = vocabulary.word_ids([word(text) for text in ("大桥", "2023", "8.7", "182", "小桥")])
    assert rows.tolist() == [2, 3, 4, UNKNOWN, UNKNOWN]
    assert vocabulary.word_ids([]).tolist() == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("桥", [0, 0, 0, 3]),  # its one character is its last one
        ("大桥", [2, 0, 0, 3]),
        ("大桥通", [2, 3, 0, 4]),
        ("大桥通大", [2, 3, 4, 2]),
        ("大桥通通大", [2, 3, 4, 2]),
        ("小桥", [UNKNOWN, 0, 0, 3]),
    ],
)
def test_a_word_shows_its_first_three_characters_and_its_last(text: str, rows: list[int]) -> None:
    vocabulary = Vocabulary(["大桥"], ["大", "桥", "通"])
    assert vocabulary.character_ids([word(text)]).tolist() == [rows]


def test_a_vocabulary_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    Vocabulary(["大桥", "#年", ","], ["大", "桥"]).save(tmp_path)
    loaded = Vocabulary.load(tmp_path)
    assert (loaded.words, loaded.characters) == (["大桥", "#年", ","], ["大", "桥"])
    assert (tmp_path / "words.txt").read_text(encoding="utf-8") == "大桥\n#年\n,"
    assert loaded.word_ids([word("1998")]).tolist() == [3]


def test_the_bundled_vocabulary_fits_its_weights(network: Network) -> None:
    vocabulary = Vocabulary.load(BUNDLED_READER)
    tensors = load_file(BUNDLED_READER / "reader.safetensors")
    rows = 2 + len(vocabulary.words)
    assert len(tensors["words"]) == len(tensors["word_scales"]) == len(tensors["rarity"]) == rows
    assert len(tensors["classes"]) == rows
    assert len(tensors["characters.weight"]) == 2 + len(vocabulary.characters)
    assert len(set(vocabulary.words)) == len(vocabulary.words)


# Features: 大桥 通车 , 是 大路 | of these 大桥 0.5, 通车 1.0, unknown 0.25.

READING = Reading(Vocabulary(["大桥", "通车"], ["大"]), np.array([0, 0.25, 0.5, 1.0], np.float32))


def read(words: str) -> Text:
    return READING.look_up([word(text) for text in words.split()])


def test_texts_hold_words_that_tell_something() -> None:
    text = read("大桥 的 通车 , 是")
    assert text.weights.tolist() == [0.5, 0.25, 1.0, 0.25, 0.25]
    assert text.held == {"大桥", "通车"}
    assert text.held_characters == set("大桥通车")
    assert (len(text), len(text[1:3]), len(text.followed_by(text))) == (5, 2, 10)
    assert text[1:3].held == {"通车"}


def test_question_signs() -> None:
    signs = question_signs(read("大桥 何时 通车 2023"), read("通车 大桥 2023 长"), heading=1)
    assert signs.tolist() == [
        # in the paragraph, in the heading, rarity, tells something, is a number
        [1, 0, 0.5, 1, 0],
        [0, 0, 0.25, 0, 0],
        [0, 1, 1.0, 1, 0],
        [1, 0, 0.25, 1, 1],
    ]


def test_passage_signs() -> None:
    """The question weighs 0.5 + 0.25 + 1: 大桥, 何时 tells nothing, 2023, 通车; so 1.75."""
    signs = passage_signs(read("大桥 何时 通车 2023"), read("大桥 。 通车 大路 gdp"), heading=1)
    columns = dict(zip("same told alike near around sentence all heading digit latin rare long".split(), signs.T, strict=True))  # fmt: skip
    assert columns["same"].tolist() == [1, 0, 1, 0, 0]
    assert columns["told"].tolist() == [0.5, 0, 1, 0, 0]
    assert columns["alike"].tolist() == [1, 0, 1, 0.5, 0]  # 大 of 大路
    mass = 0.5 + 1.0 + 0.25 * 0.5 * 0.5
    assert columns["near"] == pytest.approx([mass / 1.75] * 5)
    assert columns["around"] == pytest.approx([mass / 1.75] * 5)
    assert columns["all"] == pytest.approx([mass / 1.75 / 3] * 5)
    assert columns["heading"].tolist() == [1, 0, 0, 0, 0]
    assert columns["digit"].tolist() == [0, 0, 0, 0, 0]
    assert columns["latin"].tolist() == [0, 0, 0, 0, 1]
    assert columns["rare"].tolist() == [0.5, 0.25, 1, 0.25, 0.25]
    assert columns["long"] == pytest.approx([2 / 6, 1 / 6, 2 / 6, 2 / 6, 3 / 6])


def test_a_sentence_ends_at_a_full_stop() -> None:
    question = read("大桥 通车")
    whole = read("大桥").followed_by(READING.text("！")).followed_by(read("通车"))
    assert passage_signs(question, whole, 0)[:, 5] == pytest.approx([0.5 / 1.5, 0.5 / 1.5, 1 / 1.5])


def test_words_far_away_are_not_near() -> None:
    passage = read("通车 " + ", " * 21)
    signs = passage_signs(read("通车"), passage, 0)
    assert signs[:, 3].tolist() == [1.0] * 7 + [0.0] * 15
    assert signs[:, 4].tolist() == [1.0] * 21 + [0.0]


def test_tokens_of_a_number_are_marked() -> None:
    signs = passage_signs(read("长"), READING.text("长1200米"), 0)
    assert signs[:, 8].tolist() == [0, 1, 0]
    assert [token.text for token in tokens("长1200米")] == ["长", "1200", "米"]
