"""The trained network in numpy: a question and a passage → one score a span, and one for "nothing".

bot/reader/training/network.py says what it is made of and where that comes from; a test holds both equal.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from bot.reader.features import Numbers, Reading, Text, passage_signs, question_signs
from bot.reader.vocabulary import Vocabulary

HEADS = 4
NOUN, PLACE = 1, 2  # the classes of words
LONGEST_SPAN = 48  # tokens
# What jieba's dictionary calls a place and is none: 长度, 上市
_NO_PLACES = frozenset(Path(__file__).with_name("no_places.txt").read_text(encoding="utf-8").split())
DILATIONS = {"question_layers": (1, 1), "first": (1, 2), "second": (1, 4), "third": (1, 2, 1)}
_NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of one passage: `spans[start, length - 1]` and `nothing`, unnormalised."""

    spans: Numbers  # shape (tokens, LONGEST_SPAN)
    nothing: float


class Network:
    """Reads the weights that training/fit.py wrote; safe to call from many threads."""

    def __init__(self, folder: Path) -> None:
        tensors: dict[str, NDArray[Any]] = load_file(folder / "reader.safetensors")
        self._word_rows, self._word_scales = tensors.pop("words"), tensors.pop("word_scales")
        rarity = tensors.pop("rarity").astype(np.float32)
        self._classes = tensors.pop("classes")
        self._places = frozenset((folder / "places.txt").read_text(encoding="utf-8").split("\n"))
        self._weights = {
            name: np.ascontiguousarray(value.astype(np.float32)) for name, value in tensors.items()
        }
        self.reading = Reading(Vocabulary.load(folder), rarity)

    def nouns(self, text: Text) -> NDArray[np.bool_]:
        """Return which tokens can be parts of a name, shape (tokens,)."""
        names = np.array([token.text[0].isalpha() for token in text.tokens], bool)
        quotes = np.array([token.text in "“”" for token in text.tokens], bool)
        result: NDArray[np.bool_] = (names & (self._classes[text.words] > 0)) | quotes
        return result  # 人工智能“新星”产业群 is one name

    def places(self, text: Text) -> NDArray[np.bool_]:
        """Return which tokens are names of places, shape (tokens,)."""
        rare = np.array([token.text in self._places for token in text.tokens], bool)
        none = np.array([token.text in _NO_PLACES for token in text.tokens], bool)
        result: NDArray[np.bool_] = ((self._classes[text.words] == PLACE) | rare) & ~none
        return result

    def likeness(self, words: Text, others: Text) -> Numbers:
        """Return the cosine between each word's vector and each other's, shape (words, others)."""
        return self._directions(words) @ self._directions(others).T

    def _directions(self, text: Text) -> Numbers:
        rows = self._word_rows[text.words].astype(np.float32)
        rows[text.words <= 1] = 0  # what has no vector is like nothing
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        result: Numbers = rows / np.maximum(lengths, 1e-6)
        return result

    def scores(self, question: Text, passage: Text, heading: int) -> Scores:
        """Score all spans of a passage whose first `heading` tokens stand in front of the paragraph."""
        told, asked = self._tokens(passage), self._tokens(question)
        agreement = _positive(self._linear("align", told)) @ _positive(self._linear("align", asked)).T
        aligned = _softmax(agreement * _per_width(told)) @ asked
        asked = self._linear(
            "question", np.concatenate([asked, question_signs(question, passage, heading)], axis=1)
        )
        asked = self._convolutions("question_layers", asked)
        whole = _softmax(self._linear("pool", asked)[:, 0]) @ asked
        signs = passage_signs(question, passage, heading)
        rows = self._linear("passage", np.concatenate([told, aligned, told * aligned, signs], axis=1))
        scale, shift = np.split(self._linear("scale", whole), 2)
        rows = rows * (1 + scale) + shift
        rows = self._convolutions("first", rows)
        rows = self._cross("cross", rows, asked)
        rows = self._convolutions("second", rows)
        rows = self._cross("cross_again", self._attention(rows), asked)
        rows = self._convolutions("third", rows)
        return self._spans(self._norm("norm", rows), whole, heading)

    def _tokens(self, text: Text) -> Numbers:
        words = self._word_rows[text.words] * self._word_scales[text.words].astype(np.float32)[:, None]
        characters = self._weights["characters.weight"]
        first, last = characters[text.characters[:, 0]], characters[text.characters[:, -1]]
        return self._linear("tokens", np.concatenate([words, first, last], axis=1))

    def _spans(self, rows: Numbers, whole: Numbers, heading: int) -> Scores:
        by_start, by_end = np.split(self._linear("asked", whole), 2)
        start = self._linear("start", rows)[:, 0] + rows @ by_start * _per_width(rows)
        end = self._linear("end", rows)[:, 0] + rows @ by_end * _per_width(rows)
        start[:heading] += _NEVER
        end[:heading] += _NEVER
        opening, closing = self._linear("opening", rows), self._linear("closing", rows)
        pairs = opening @ closing.T * _per_width(opening)
        scores = np.full((len(rows), len(rows) + LONGEST_SPAN - 1), _NEVER, np.float32)
        scores[:, : len(rows)] = start[:, None] + end[None] + pairs
        band = np.take_along_axis(scores, np.arange(len(rows))[:, None] + np.arange(LONGEST_SPAN), axis=1)
        told = _softmax(start) @ rows
        seen = np.concatenate([whole, told, rows.max(axis=0)])
        nothing = self._linear("nothing_score", _positive(self._linear("nothing", seen)))
        return Scores(band, float(nothing[0]))

    def _linear(self, name: str, rows: Numbers) -> Numbers:
        result: Numbers = rows @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return result

    def _norm(self, name: str, rows: Numbers) -> Numbers:
        centred = rows - rows.mean(axis=1, keepdims=True)
        variance = np.mean(centred * centred, axis=1, keepdims=True)
        result: Numbers = centred / np.sqrt(variance + 1e-5) * self._weights[f"{name}.weight"]
        return result + self._weights[f"{name}.bias"]

    def _convolutions(self, name: str, rows: Numbers) -> Numbers:
        for number, dilation in enumerate(DILATIONS[name]):
            layer = f"{name}.{number}"
            inside = self._norm(f"{layer}.norm", rows)
            around = np.zeros((len(rows), 3, rows.shape[1]), np.float32)
            around[dilation:, 0] = inside[:-dilation]
            around[:, 1] = inside
            around[:-dilation, 2] = inside[dilation:]
            value, gate = np.split(self._linear(f"{layer}.linear", around.reshape(len(rows), -1)), 2, axis=1)
            rows = rows + value / (1 + np.exp(-gate))
        return rows

    def _attention(self, rows: Numbers) -> Numbers:
        heads = self._linear("attention.input", self._norm("attention.norm", rows))
        query, key, value = heads.reshape(len(rows), 3, HEADS, -1).transpose(1, 2, 0, 3)
        seen = _softmax(query @ key.transpose(0, 2, 1) * _per_width(query)) @ value
        return rows + self._linear("attention.output", seen.transpose(1, 0, 2).reshape(len(rows), -1))

    def _cross(self, name: str, rows: Numbers, asked: Numbers) -> Numbers:
        inside = self._norm(f"{name}.norm", rows)
        scores = self._linear(f"{name}.query", inside) @ self._linear(f"{name}.key", asked).T
        seen = _softmax(scores * _per_width(rows)) @ asked
        return rows + self._linear(f"{name}.output", np.concatenate([inside, seen, inside * seen], axis=1))


def _per_width(rows: Numbers) -> np.float32:
    return np.float32(rows.shape[-1] ** -0.5)


def _positive(rows: Numbers) -> Numbers:
    return np.maximum(rows, np.float32(0))


def _softmax(scores: Numbers) -> Numbers:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Numbers = powers / powers.sum(axis=-1, keepdims=True)
    return result
