"""How far a place in a passage speaks of what a question asks: word by word, by spelling and by meaning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.reader.claims import Claim
from bot.reader.features import Numbers, Text
from bot.sentences import Span
from embeddings.wordings import Wordings, wordings_of

MEANING_FROM = 0.5  # of the cosine between two words that mean the same: 涨 and 增长
MEANING_WEIGHT = 0.8
FIGURE_WEIGHT = 0.8  # 100亿元以上 is not 10亿元以上
TELLING = 0.4  # from this weight on a word tells something
WRITTEN = 0.75  # 投资 says 砸
SHORTENED = 0.85  # 固投 stands in 固定资产投资
_LONGEST_APART = 4  # characters of the long form for each of the short one

# How much it counts where a word of the question stands: right at the answer, in its clause, …
AT, CLAUSE, PART, SENTENCE, ABOVE, AROUND = 1.0, 0.85, 0.75, 0.65, 0.6, 0.4


@dataclass(frozen=True)
class Agreement:
    """The words of a question beside the tokens of a passage."""

    words: Sequence[str]
    weights: Numbers  # how much each word tells, shape (words,)
    held: Numbers  # how well each token says each word, 0 … 1, shape (words, tokens)
    spelt: Numbers  # the same by spelling and wording alone, without meaning
    starts: NDArray[np.int64]  # of each token in the paragraph; the context in front has -1
    heading: int
    last: int  # the place of the last noun among the words, -1 for none
    _known: dict[Span, Numbers] = field(default_factory=dict)

    @cached_property
    def literal(self) -> "Agreement":
        """The agreement by spelling and wording alone."""
        return replace(self, held=self.spelt, _known={})

    @cached_property
    def above(self) -> Numbers:
        """Return how well the context in front says each word."""
        return self._best(np.arange(self.held.shape[1]) < self.heading)

    @cached_property
    def anywhere(self) -> Numbers:
        """Return how well the passage with its context says each word."""
        return self._best(np.ones(self.held.shape[1], bool))

    def within(self, spans: Iterable[Span]) -> Numbers:
        """Return how well the tokens of some spans of the paragraph say each word, shape (words,)."""
        best = np.zeros(len(self.words), np.float32)
        for span in spans:
            if span not in self._known:
                first, last = self.heading + np.searchsorted(self.starts[self.heading :], span)
                part = self.held[:, first:last]
                self._known[span] = part.max(axis=1) if last > first else np.zeros_like(best)
            best = np.maximum(best, self._known[span])
        return best

    @cached_property
    def telling(self) -> NDArray[np.bool_]:
        """Which words tell something, shape (words,)."""
        long = np.array([len(word) > 1 for word in self.words], bool)
        result: NDArray[np.bool_] = (self.weights > TELLING) & long
        return result

    def near(self, claim: Claim | None, sentence: Span) -> Numbers:
        """Return how well an answer's figure, its sentence or the context in front say each word."""
        metric = claim.metric if claim else ()
        return np.maximum(self.within([*metric, sentence]), self.above)

    def around(self, at: Iterable[Span], clause: Span, part: Span, sentence: Span) -> Numbers:
        """Return how well an answer's surroundings say each word, nearer ones counting more; shape (words,).

        `part` is what of the sentence stands between two semicolons.
        """
        zones = (
            AT * self.within(at),
            CLAUSE * self.within([clause]),
            PART * self.within([part]),
            SENTENCE * self.within([sentence]),
            ABOVE * self.above,
            AROUND * self.anywhere,
        )
        best: Numbers = np.max(zones, axis=0)
        return best

    def head(self, said: Numbers) -> float:
        """Return how far the last noun of the question, what is measured or sought, is said; 0 … 1."""
        return float(said[self.last]) if self.last >= 0 else 0.5

    def share(self, said: Numbers) -> float:
        """Return the weighted share of the words that are said."""
        whole = float(self.weights.sum())
        return float((self.weights * said).sum()) / whole if whole else 1.0

    def _best(self, inside: NDArray[np.bool_]) -> Numbers:
        if not inside.any():
            return np.zeros(len(self.words), np.float32)
        best: Numbers = self.held[:, inside].max(axis=1)
        return best


def agree(
    words: Sequence[str],
    weights: Numbers,
    likeness: Numbers,
    written: Wordings,
    nouns: NDArray[np.bool_],
    passage: Text,
    heading: int,
) -> Agreement:
    """Lay the words of a question beside a passage; `likeness` are cosines, shape (words, tokens)."""
    weights = np.array(
        [FIGURE_WEIGHT if word[0].isdigit() else weight for word, weight in zip(words, weights, strict=True)],
        np.float32,
    )
    meant = np.where(likeness > MEANING_FROM, likeness, 0) * MEANING_WEIGHT
    texts = [token.text for token in passage.tokens]
    spelt = np.array([_spelt(word, texts) for word in words], np.float32).reshape(len(words), len(texts))
    for row, word in enumerate(words):
        spelt[row] = np.maximum(spelt[row], _written(wordings_of(word, written), texts))
    starts = np.array(
        [-1 if place < heading else token.start for place, token in enumerate(passage.tokens)], np.int64
    )
    last = int(np.flatnonzero(nouns)[-1]) if nouns.any() else -1
    return Agreement(words, weights, np.maximum(meant, spelt), spelt, starts, heading, last)


def _spelt(word: str, texts: Sequence[str]) -> list[float]:
    """Return how far each token spells a word: itself, a part of it, or the beginning of its long form."""
    found = [_overlap(word, text) for text in texts]
    joined = "".join(texts)
    place = joined.find(word)
    starts = np.cumsum([0, *map(len, texts)])
    while place >= 0 and not word[0].isdigit():  # 小巨人 over 小 | 巨人
        found[int(np.searchsorted(starts, place, "right")) - 1] = 1.0
        place = joined.find(word, place + 1)
    if len(word) in (2, 3) and max(found, default=0.0) < SHORTENED:
        for place in range(len(texts)):
            if texts[place][0] == word[0] and len(texts[place]) > 1:
                window = joined[starts[place] : starts[place] + _LONGEST_APART * len(word)]
                if _in_order(word, window):
                    found[place] = max(found[place], SHORTENED)
    return found


def _written(wordings: Sequence[str], texts: Sequence[str]) -> Numbers:
    """Return which tokens begin another wording of a word, as WRITTEN or 0: 投资 for 砸."""
    found = np.zeros(len(texts), np.float32)
    joined = "".join(texts)
    starts = np.cumsum([0, *map(len, texts)])
    for wording in wordings:
        place = joined.find(wording)
        while place >= 0:
            found[int(np.searchsorted(starts, place, "right")) - 1] = WRITTEN
            place = joined.find(wording, place + 1)
    return found


def _overlap(word: str, text: str) -> float:
    if word == text:
        return 1.0
    if len(word) == 1 and len(text) in (2, 3) and text.endswith(word):
        return 0.8  # 多高 and 塔高
    if len(word) < 2 or len(text) < 2 or word[0].isdigit():
        return 0.0
    if word in text or text in word:
        return min(len(word), len(text)) / max(len(word), len(text))
    shared = len(set(word) & set(text))
    return 0.5 * shared / max(len(word), len(text))


def _in_order(word: str, window: str) -> bool:
    place = -1
    for character in word:
        place = window.find(character, place + 1)
        if place < 0:
            return False
    return True
