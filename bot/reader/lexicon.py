"""The words that questions and values are read by, from lexicon.toml."""

import re
import tomllib
from pathlib import Path

_LEXICON = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))

ONE_UNIT = (
    "(?:" + "|".join(sorted(set(_LEXICON["units"].split()), key=len, reverse=True)) + ")"
)  # 平方公里 before 平
_SYMBOLS = _LEXICON["symbols"].split()
SYMBOLS = dict(zip(_SYMBOLS[::2], _SYMBOLS[1::2], strict=True))
NO_AMOUNTS = frozenset(_LEXICON["no_amounts"].split())
RESPECTS = frozenset(_LEXICON["respects"].split())
DATING = frozenset(_LEXICON["dating"].split())
LOOSE = frozenset(_LEXICON["loose"].split())
COUNTERS: tuple[frozenset[str], ...] = tuple(frozenset(row.split()) for row in _LEXICON["counters"])
SCOPES: tuple[tuple[str, ...], ...] = tuple(map(tuple, _LEXICON["scopes"]))


def _patterns(section: str) -> dict[str, re.Pattern[str]]:
    """Return the patterns of a section; {name} in one stands for another above it."""
    known = {"unit": ONE_UNIT, "reign": "(?:" + "|".join(_LEXICON["reigns"].split()) + ")"}
    for name, pattern in _LEXICON[section].items():
        known[name] = re.sub(r"\{([a-z_]+)\}", lambda match: known[match[1]], pattern)
    return {name: re.compile(known[name], re.VERBOSE) for name in _LEXICON[section]}


ASKS, SAYS, VALUES = map(_patterns, ("asks", "says", "values"))


def _pairs(section: str) -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return for each name what asks for it and what an answer has."""
    return {name: (re.compile(asks), re.compile(says)) for name, (asks, says) in _LEXICON[section].items()}


MEASURES, RECKONED = map(_pairs, ("measures", "reckoned"))
