"""Tells text from what a PDF with a wrong code table gives out for it, by the statistics of its characters.

A font in a PDF names its glyphs by numbers; a table beside it says which characters they are. Where it
is wrong, or there is none, a page that looks right gives rare characters, common ones in no order that a
text has, control codes, or numbers from the private area.
"""

import re
from functools import cache
from typing import NamedTuple

from embeddings.documents.decoding import UNLIKELY, frequencies

_RUN = re.compile("[\u4e00-\u9fff]{6,}")  # what is shorter may be a name in a list
_TELLING = re.compile(
    "[\u3001-\u3015\u3400-\u9fff\uff00-\uffef\u00a1-\u024f\ua000-\ua4cf\ud7a4-\udfff\ufffd]"
)
_FOREIGN = re.compile("[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7a3]")  # Greek to Thai, kana, hangul
_LATIN = re.compile("[A-Za-z]")
_SYMBOL = re.compile(r"""[!"#$&'*+;<=>?@\[\\\]^`{|}~]""")
_FEWEST = 12  # characters, or pairs of them, that tell something
_FEWEST_PAIRS = 60
_UNREADABLE_FROM = 0.3  # of all characters
_RARE_FROM = -11.0  # mean log-probability; as for bytes in decoding.py
_KNOWN_PAIRS = (
    0.05  # of the pairs of a Chinese text a quarter stand in the table; of shuffled ones a fiftieth
)
_SYMBOLS_FROM = 0.2


class Evidence(NamedTuple):
    """What the characters of a page, or of a document, are like; evidences add up."""

    characters: int = 0  # white space left out
    unreadable: int = 0  # of them, those that no table names
    telling: int = 0  # of them, 汉字 and letters beyond ASCII
    likelihood: float = 0.0  # log-probability of these together
    pairs: int = 0  # of 汉字 within a run
    known_pairs: int = 0  # of them, those that stand in words
    symbols: int = 0

    def plus(self, other: "Evidence") -> "Evidence":
        """Return both together."""
        return Evidence(
            self.characters + other.characters,
            self.unreadable + other.unreadable,
            self.telling + other.telling,
            self.likelihood + other.likelihood,
            self.pairs + other.pairs,
            self.known_pairs + other.known_pairs,
            self.symbols + other.symbols,
        )


def evidence_of(text: str, unreadable: int) -> Evidence:
    """Return what a text is like, beside so many characters that cannot be read."""
    written = "".join(text.split())
    telling = [] if _FOREIGN.search(text) else _TELLING.findall(text)
    if len(telling) * 3 < len(_LATIN.findall(text)):
        telling = []  # é and ü in a European text
    table = frequencies()
    pairs = [run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run) - 1)]
    return Evidence(
        len(written) + unreadable,
        unreadable,
        len(telling),
        sum(table.get(character, UNLIKELY) for character in telling),
        len(pairs),
        sum(pair in _bigrams() for pair in pairs),
        0 if _TELLING.search(text) else len(_SYMBOL.findall(text)),
    )


def is_garbled(evidence: Evidence) -> bool | None:
    """Say whether it is no text that people wrote; None where too little stands there to tell."""
    if evidence.characters < _FEWEST:
        return None
    if evidence.unreadable >= _UNREADABLE_FROM * evidence.characters:
        return True
    if evidence.telling >= _FEWEST and evidence.likelihood < _RARE_FROM * evidence.telling:
        return True
    if evidence.symbols >= _SYMBOLS_FROM * evidence.characters:
        return True
    return evidence.pairs >= _FEWEST_PAIRS and evidence.known_pairs < _KNOWN_PAIRS * evidence.pairs


@cache
def _bigrams() -> frozenset[str]:
    from pathlib import Path

    text = Path(__file__).with_name("bigrams.txt").read_text(encoding="utf-8")
    return frozenset(text[at : at + 2] for at in range(0, len(text), 2))
