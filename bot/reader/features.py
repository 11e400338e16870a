"""A question beside a passage → the numbers that the network reads; the same in training and in answering."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.reader.vocabulary import Ids, Vocabulary
from embeddings.terms import Token, tokens

Numbers = NDArray[np.float32]

PASSAGE_SIGNS, QUESTION_SIGNS = 12, 5
_SENTENCE_ENDS = frozenset("。!?;")
_NEAR, _AROUND = 6, 20  # tokens on each side
# What asks, or binds words together, tells nothing of where the answer stands.
_EMPTY = frozenset(
    (
        "的 了 是 在 有 和 与 及 等 多少 什么 哪 哪个 哪些 哪里 哪年 几 谁 何 何时 为什么 怎么 如何 吗 呢 "
        "被 把 将 为 以 中 上 于 从 对 其"
    ).split()
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Text:
    """A text as tokens with their rows in the vocabulary; `weights` say how rare each word is, 0 … 1."""

    tokens: Sequence[Token]
    words: Ids  # shape (tokens,)
    characters: Ids  # shape (tokens, 4)
    weights: Numbers  # shape (tokens,)

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, part: slice) -> "Text":
        return Text(self.tokens[part], self.words[part], self.characters[part], self.weights[part])

    def followed_by(self, other: "Text") -> "Text":
        """Return both texts in one."""
        return Text(
            [*self.tokens, *other.tokens],
            np.concatenate([self.words, other.words]),
            np.concatenate([self.characters, other.characters]),
            np.concatenate([self.weights, other.weights]),
        )

    @cached_property
    def held(self) -> frozenset[str]:
        """The words that tell something."""
        return frozenset(token.text for token in self.tokens if _tells(token.text))

    @cached_property
    def held_characters(self) -> frozenset[str]:
        """The characters of these words."""
        return frozenset("".join(self.held))


def _tells(word: str) -> bool:
    return word not in _EMPTY and _WORD.match(word) is not None


class Reading:
    """Turns texts into numbers with a vocabulary and its words' rarity."""

    def __init__(self, vocabulary: Vocabulary, rarity: Numbers) -> None:
        self._vocabulary = vocabulary
        self._rarity = rarity  # shape (2 + words,), 0 … 1

    def text(self, text: str) -> Text:
        """Split a text and look its tokens up."""
        return self.look_up(tokens(text))

    def look_up(self, found: Sequence[Token]) -> Text:
        """Return tokens with their rows."""
        rows = self._vocabulary.word_ids(found)
        return Text(found, rows, self._vocabulary.character_ids(found), self._rarity[rows])


def passage_signs(question: Text, passage: Text, heading: int) -> Numbers:
    """Return what each token of a passage shares with the question, shape (tokens, PASSAGE_SIGNS).

    The first `heading` tokens are the context in front of the paragraph.
    """
    words = [token.text for token in passage.tokens]
    asked, characters = question.held, question.held_characters
    same = np.array([word in asked for word in words], np.float32)
    alike = np.array([_shared(word, characters) for word in words], np.float32)
    mass = passage.weights * np.maximum(same, 0.5 * alike * (alike > 0.4))
    whole = max(float(question.weights[[_tells(t.text) for t in question.tokens]].sum()), 0.3)
    signs = np.zeros((len(words), PASSAGE_SIGNS), np.float32)
    signs[:, 0] = same
    signs[:, 1] = same * passage.weights
    signs[:, 2] = alike
    signs[:, 3] = _window(mass, _NEAR) / whole
    signs[:, 4] = _window(mass, _AROUND) / whole
    signs[:, 5] = _sentence(mass, words) / whole
    signs[:, 6] = mass.sum() / whole / 3
    signs[:heading, 7] = 1.0
    signs[:, 8] = [word[0].isdigit() for word in words]
    signs[:, 9] = [word[0].isascii() and word[0].isalpha() for word in words]
    signs[:, 10] = passage.weights
    signs[:, 11] = [min(len(word), 6) / 6 for word in words]
    return np.minimum(signs, 2.0)


def question_signs(question: Text, passage: Text, heading: int) -> Numbers:
    """Return what each token of the question shares with the passage, shape (tokens, QUESTION_SIGNS)."""
    inside, above = passage[heading:].held, passage[:heading].held
    signs = np.zeros((len(question), QUESTION_SIGNS), np.float32)
    signs[:, 0] = [token.text in inside for token in question.tokens]
    signs[:, 1] = [token.text in above for token in question.tokens]
    signs[:, 2] = question.weights
    signs[:, 3] = [_tells(token.text) for token in question.tokens]
    signs[:, 4] = [token.text[0].isdigit() for token in question.tokens]
    return signs


def _shared(word: str, characters: frozenset[str]) -> float:
    return sum(character in characters for character in word) / len(word)


def _window(mass: Numbers, reach: int) -> Numbers:
    total = np.concatenate([[0.0], np.cumsum(mass)])
    places = np.arange(len(mass))
    inside: Numbers = total[np.minimum(places + reach + 1, len(mass))] - total[np.maximum(places - reach, 0)]
    return inside


def _sentence(mass: Numbers, words: Sequence[str]) -> Numbers:
    """Return for each token the mass of its sentence."""
    ends = np.array([word in _SENTENCE_ENDS for word in words])
    number = np.concatenate([[0], np.cumsum(ends)[:-1]]) if len(words) else np.zeros(0, int)
    sums: Numbers = np.bincount(number, weights=mass, minlength=1)[number].astype(np.float32)
    return sums
