"""The words that questions and values are read by, from lexicon.toml."""

import re
import tomllib
from pathlib import Path

_LEXICON = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))

UNITS: tuple[str, ...] = tuple(_LEXICON["units"].split())
ONE_UNIT = "(?:" + "|".join(sorted(set(UNITS), key=len, reverse=True)) + ")"  # 平方公里 before 平
_SYMBOLS = _LEXICON["symbols"].split()
SYMBOLS = dict(zip(_SYMBOLS[::2], _SYMBOLS[1::2], strict=True))
NO_AMOUNTS = frozenset(_LEXICON["no_amounts"].split())
ONE_REIGN = "(?:" + "|".join(_LEXICON["reigns"].split()) + ")"
RESPECTS = frozenset(_LEXICON["respects"].split())
DATING = frozenset(_LEXICON["dating"].split())
LOOSE = frozenset(_LEXICON["loose"].split())
COUNTERS: tuple[frozenset[str], ...] = tuple(frozenset(row.split()) for row in _LEXICON["counters"])
SCOPES: tuple[tuple[str, ...], ...] = tuple(map(tuple, _LEXICON["scopes"]))


def _patterns(section: str) -> dict[str, re.Pattern[str]]:
    found: dict[str, str] = _LEXICON[section]
    return {name: re.compile(one.replace("UNIT", ONE_UNIT), re.VERBOSE) for name, one in found.items()}


ASKS, SAYS = _patterns("asks"), _patterns("says")
MEASURES: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    name: (re.compile(asks), re.compile(fits)) for name, (asks, fits) in _LEXICON["measures"].items()
}
