"""Text → terms, the same for a paragraph and a question.

Width, case and 繁簡 are folded here and in the encoder, never in shown text.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from pathlib import Path

import opencc
import rjieba

_RULES_VERSION = "4"
_LONGEST_QUESTION = 120
_added: set[str] = set()

_TO_SIMPLIFIED = opencc.OpenCC("t2s")
# Most texts hold no other wide characters, and NFKC is thirty times as quick where it finds nothing to do.
_WIDE = (
    ("，", ","),
    ("：", ":"),
    ("；", ";"),
    ("（", "("),
    ("）", ")"),
    ("！", "!"),
    ("？", "?"),
    ("　", " "),
)
_HAN = re.compile(r"[㐀-鿿豈-﫿]+")
# 8.7% | 2936亿元 | 2023年: a number is one term with its unit, and one alone
_UNITS = r"[%‰]|[十百千万亿]*(?:平方米|公里|公顷|[元个名家人次户项年月日倍亩吨张条位])"
_NUMBER = re.compile(rf"(?P<number>\d+(?:[.,]\d+)*)(?:{_UNITS})")
_DECIMAL = re.compile(r"\d+(?:\.\d+)?%|\d+\.\d+")
_INSIDE_WORDS = re.compile(r"[-+_#&.%]")  # jieba takes these for letters
# b超检查增长8.5%,在fc-200上 → b超检查增长 8.5% 在fc 200上: numbers, and what the dictionary cuts further
_RUN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?%|\d+\.\d+)|(?:[a-z㐀-鿿豈-﫿]|\d+(?!\d*(?:\.\d|%)))+|[^\W_a-z0-9㐀-鿿豈-﫿]+"
)
# 第3位,增长8.5% → 第 3 位 , 增长 8.5 %
_PIECE = re.compile(rf"\d+(?:[.,]\d+)*|[a-z]+|{_HAN.pattern}|\S")


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word with its place in the text it was read from; offsets into the text as given."""

    text: str
    start: int
    end: int


def simplified(text: str) -> str:
    """Return a text in simplified characters: 龍港 → 龙港."""
    converted: str = _TO_SIMPLIFIED.convert(text)
    return converted


def fold(text: str) -> str:
    """Fold width, case and script away: 龍港ＧＤＰ → 龙港gdp. The length may change."""
    return _folded_before(text) if len(text) <= _LONGEST_QUESTION else _folded(text)


def _folded(text: str) -> str:
    folded = simplified(text)
    for wide, narrow in _WIDE:
        folded = folded.replace(wide, narrow)
    return unicodedata.normalize("NFKC", folded).lower()


_folded_before = lru_cache(maxsize=256)(
    _folded
)  # a question is folded for its terms, words, vector and wordings


@lru_cache(maxsize=256)
def fold_in_place(text: str) -> str:
    """Fold every character that stays one character: ＧＤＰ…㎡ → gdp…㎡. Offsets hold in both."""
    in_place = simplified(text)
    if len(in_place) != len(text):
        in_place = text
    pairs = ((character, unicodedata.normalize("NFKC", character).lower()) for character in in_place)
    return "".join(folded if len(folded) == 1 else character for character, folded in pairs)


def add_words(path: Path) -> None:
    """Teach the dictionary an operator's words, one a line; lines with # are remarks."""
    for line in path.read_text(encoding="utf-8").splitlines():
        word = fold(line.strip())
        if word and not word.startswith("#") and word not in _added:
            rjieba.add_word(word, None, None)
            _added.add(word)


def version() -> str:
    """Return what changes whenever terms() would give something else for the same text."""
    return f"{_RULES_VERSION}-{hashlib.sha256(' '.join(sorted(_added)).encode()).hexdigest()[:8]}"


def words(text: str) -> list[str]:
    """Return the words of the folded text: 数字经济核心产业 → 数字经济 核心 产业."""
    found: list[str] = []
    for run in _RUN.finditer(fold(text)):
        found += (run["number"],) if run["number"] else rjieba.cut(run.group())
    return found


def terms(text: str) -> list[str]:
    """Return words for search, character bigrams, and numbers with and without their units.

    GDP增速8.7% → gdp 增速 8.7% 8.7
    """
    folded = fold(text)
    return whole_terms(folded) + _bigrams(folded)


def whole_terms(folded: str) -> list[str]:
    """Return the terms of a folded text but for its bigrams: words for search, numbers with and without their units."""
    apart = _DECIMAL.sub(" ", folded) if "." in folded or "%" in folded else folded
    found = list(filter(str.isalnum, rjieba.cut_for_search(_INSIDE_WORDS.sub(" ", apart))))
    if apart is not folded:
        found += _DECIMAL.findall(folded)
    for match in _NUMBER.finditer(folded):
        found += [match.group(), match["number"]]
    return found


def pieces(word: str) -> list[str]:
    """Return the terms that stand wherever a folded word does: 产业园 → 产业 业园, 规上 → 规上, gdp → gdp."""
    return _bigrams(word) or words(word) or [word]


def _bigrams(folded: str) -> list[str]:
    found: list[str] = []
    for run in _HAN.findall(folded):
        found += map(add, run, run[1:])
    return found


def tokens(text: str) -> list[Token]:
    """Return everything but blanks in order, as folded words: ＧＤＰ增速8.7% → gdp 增速 8.7 %."""
    folded, places = _fold_with_places(text)
    return [Token(folded[start:end], places[start], places[end - 1] + 1) for start, end in _pieces(folded)]


def tagged(text: str) -> list[tuple[str, str]]:
    """Return the words of a folded text with their part of speech, as jieba tells them: 龙港 ns, 增速 v, 8.7% m."""
    found: list[tuple[str, str]] = rjieba.tag(text)
    return found


def is_known(word: str) -> bool:
    """Say whether the dictionary has a folded word, rather than guessed it."""
    known: bool = rjieba.has_word(word)
    return known


def _pieces(folded: str) -> Iterator[tuple[int, int]]:
    for match in _PIECE.finditer(folded):
        start = match.start()
        for word in rjieba.cut(match.group()) if _HAN.match(match.group()) else (match.group(),):
            yield start, start + len(word)
            start += len(word)


def _fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Return the folded text and, for each of its characters, its place in `text`."""
    folded = fold(text)
    # Equal length means equal places only where no letter is made of two characters.
    if len(folded) == len(text) and unicodedata.is_normalized("NFC", text):
        return folded, range(len(text))
    parts = [fold(character) for character in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]
