"""Tokens → rows of the reader's tables: words by themselves, numbers by their shape, the rest by characters."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.terms import Token

PADDING, UNKNOWN = 0, 1
MOST_CHARACTERS = 4  # of a token that are looked at for overlap with the question

Ids = NDArray[np.int32]


def shape_of(word: str) -> str:
    """Return the word itself, or what kind of number it is: 2023 → #年, 8.7 → #., 182 → #3."""
    if not word[0].isdigit():
        return word
    if "." in word:
        return "#."
    digits = word.replace(",", "")
    return "#年" if len(digits) == 4 and "1900" <= digits <= "2100" else f"#{min(len(digits), 5)}"


class Vocabulary:
    """The words and characters that have a vector; row 0 is padding and row 1 the unknown."""

    def __init__(self, words: Sequence[str], characters: Sequence[str]) -> None:
        self.words, self.characters = list(words), list(characters)
        self._word_rows = {word: row for row, word in enumerate(words, 2)}
        self._character_rows = {character: row for row, character in enumerate(characters, 2)}

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        """Read words.txt and characters.txt."""
        files = (folder / "words.txt", folder / "characters.txt")
        return cls(*(file.read_text(encoding="utf-8").split("\n") for file in files))

    def save(self, folder: Path) -> None:
        """Write words.txt and characters.txt, one a line."""
        for name, lines in (("words", self.words), ("characters", self.characters)):
            (folder / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")

    def word_ids(self, tokens: Sequence[Token]) -> Ids:
        """Return one row for each token, shape (tokens,)."""
        rows = self._word_rows
        return np.array([rows.get(shape_of(token.text), UNKNOWN) for token in tokens], np.int32)

    def character_ids(self, tokens: Sequence[Token]) -> Ids:
        """Return the rows of each token's characters, its last one in the last column; shape (tokens, 4).

        A longer token shows its first three and its last; a shorter one is padded in the middle.
        """
        rows = self._character_rows
        table = np.zeros((len(tokens), MOST_CHARACTERS), np.int32)
        for place, token in enumerate(tokens):
            ids = [rows.get(character, UNKNOWN) for character in token.text]
            first = ids[:-1][: MOST_CHARACTERS - 1]
            table[place, : len(first)] = first
            table[place, -1] = ids[-1]
        return table
