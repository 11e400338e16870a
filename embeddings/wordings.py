"""What people say → how documents put it: 砸了多少钱 → 投资, 董秘 → 董事会秘书."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from embeddings.terms import fold, words

Wordings = Mapping[str, Sequence[str]]  # what is said → the written forms

_TABLE = Path(__file__).with_name("wordings.txt")


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    """Return the written forms of each spoken word or abbreviation."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            spoken, written = (part.split() for part in line.split(" : "))
            for word in spoken:
                others = dict.fromkeys((*found.get(word, ()), *written))
                found[word] = tuple(other for other in others if other != word)
    return {word: others for word, others in found.items() if others}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _table()))


def wordings(question: str) -> Wordings:
    """Return the written forms of what a question says, by the word or piece that says it.

    A word of one character counts only where it is a word of its own: 砸 in 砸了多少钱, not 长 in 市长.
    """
    folded, table, longest = fold(question), _table(), _longest()
    alone = [character for character in folded if character in table]
    found = [word for word in words(folded) if word in alone] if alone else []
    for start in range(len(folded)):
        ends = range(start + 2, start + longest + 1)
        found += [part for end in ends if (part := folded[start:end]) in table]
    return {word: table[word] for word in found}


def wordings_of(word: str, meant: Wordings) -> list[str]:
    """Return the written forms of a word that is, holds or is a part of what is said in other words."""
    return [other for said, written in meant.items() if word in said or said in word for other in written]
