"""What the later stages know of words."""

import numpy as np

from bot.reader.features import Text
from bot.reader.vocabulary import Vocabulary

NEAR = 0.6  # the cosine of words that may stand for each other


class Names:
    """What the second stage knows of words: which make up names, and which mean nearly the same."""

    def __init__(self, vocabulary: Vocabulary, vectors: np.ndarray, classes: np.ndarray) -> None:
        self._words, self._classes = vocabulary.words, classes
        self._vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self._near: dict[int, list[str]] = {}

    def whole(self, passage: Text, answer: tuple[int, int]) -> tuple[int, int]:
        """Return an answer grown to the compound of nouns that it cuts: 海峡两岸 → 海峡两岸数字产业合作区."""
        first, last = answer
        while first and self._joined(passage, first - 1, first):
            first -= 1
        while last + 1 < len(passage) and self._joined(passage, last + 1, last):
            last += 1
        return first, last

    def _joined(self, passage: Text, other: int, edge: int) -> bool:
        both = self._classes[passage.words[[other, edge]]].all()
        return bool(both) and all(passage.tokens[place].text[0].isalpha() for place in (other, edge))

    def near(self, row: int) -> list[str]:
        """Return the words nearest in meaning to the word of a row of the vocabulary; often none."""
        if row not in self._near:
            cosines = self._vectors @ self._vectors[row - 2]
            best = np.argsort(-cosines)[1:4]
            self._near[row] = [self._words[place] for place in best if cosines[place] > NEAR]
        return self._near[row]
