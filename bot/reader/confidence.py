"""How sure a possible answer is, from what network, search and guard say of it.

Two logistic regressions: one ranks all possible answers, one says from each answer's rank and its lead over the
others how often such answers are right, and the surest is shown. Both are fitted by
`python -m bot.reader.training.calibrate`, cross-validated over documents.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.reader.candidates import Candidate
from bot.reader.guard import Difference, Verdict
from bot.reader.lexicon import DATING, RESPECTS
from bot.reader.question import Asked
from bot.reader.reading import Reading, said

KINDS = ("figure", "date", "person", "place", "reason", "list", "decision")  # told apart by the model
_MOST = 8.0  # of a lead


@dataclass(frozen=True, slots=True)
class Judged:
    """A possible answer with what the guard says of it and the chance that it is right."""

    candidate: Candidate
    verdicts: Mapping[str, Verdict]
    features: Mapping[str, float]
    confidence: float = 0.0

    @property
    def difference(self) -> Difference | None:
        """The first way in which it is not what was asked."""
        return next((verdict.difference for verdict in self.verdicts.values() if verdict.difference), None)


def features(
    one: Candidate,
    verdicts: Mapping[str, Verdict],
    others: Sequence[Candidate],
    coverage: Mapping[int, float],
) -> dict[str, float]:
    """Return what tells how likely an answer is right, by name; `others` are all possible answers, best first."""
    reading, asked, claim = one.reading, one.reading.asked, one.claim
    rival = next((other.score for other in others if not _alike(other.text, one.text)), one.score - _MOST)
    told = _told(asked)
    text = f"{reading.above} {reading.folded}"
    metric = " ".join(reading.folded[slice(*span)] for span in claim.metric) if claim else ""
    return {
        "answerable": reading.scores.answerable,
        "score_lead": _lead(one.score, rival),
        "inside": reading.inside(one.span),
        "rank": reading.number / 8,
        "length": math.log1p(one.span[1] - one.span[0]),
        "metric": said(told, metric) if claim else 0.0,
        "unsaid": float(sum(len(word) > 1 and word not in text for word in told)),
        "covered_lead": coverage[reading.number]
        - max((each for number, each in coverage.items() if number != reading.number), default=0.0),
        "figure": float(claim is not None),
        **{f"guard_{name}": verdict.sign for name, verdict in verdicts.items()},
        **{f"kind_{kind}": float(asked.kind == kind) for kind in KINDS},
    }


class Logistic:
    """A logistic regression over named features."""

    def __init__(self, numbers: Mapping[str, Any]) -> None:
        self._weights: dict[str, float] = numbers["weights"]
        self._bias = float(numbers["bias"])

    def logit(self, given: Mapping[str, float]) -> float:
        """Return the logarithm of the odds."""
        return self._bias + sum(weight * given[name] for name, weight in self._weights.items())


class Confidence:
    """Ranks possible answers and says how sure each is; from `certain_from` on it is shown without 可能."""

    def __init__(self, file: Path) -> None:
        fitted = json.loads(file.read_text(encoding="utf-8"))
        self._ranking, self._confidence = Logistic(fitted["ranking"]), Logistic(fitted["confidence"])
        self.certain_from, self.answers_from = float(fitted["certain_from"]), float(fitted["answers_from"])

    def judge(self, found: Sequence[Judged]) -> list[Judged]:
        """Return the possible answers with their chance: those that may be shown first, the surest first."""
        ranked = sorted(
            ((self._ranking.logit(one.features), one) for one in found), key=lambda pair: -pair[0]
        )
        passing = [(logit, one) for logit, one in ranked if one.difference is None]
        judged = [
            replace(one, confidence=_chance(self._confidence.logit(with_rank(one, logit, passing))))
            for logit, one in ranked
        ]
        return sorted(judged, key=lambda one: (not self.shows(one), -one.confidence))

    def shows(self, one: Judged) -> bool:
        """Say whether an answer may be shown: the guard lets it pass and it is likely enough."""
        return one.difference is None and one.confidence >= self.answers_from


def with_rank(one: Judged, logit: float, passing: Sequence[tuple[float, Judged]]) -> dict[str, float]:
    """Return the features with the answer's rank and its lead over the best other one that the guard lets pass."""
    text = one.candidate.text
    rivals = (other for other, each in passing if each is not one and not _alike(each.candidate.text, text))
    return {**one.features, "ranking": logit, "ranking_lead": _lead(logit, next(rivals, logit - _MOST))}


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(logit, 30.0))))


def coverage_of(readings: Sequence[Reading]) -> dict[int, float]:
    """Return by number how much of the question each passage says, 0 … 1, rare words weighing more."""
    texts: dict[int, str] = {}
    for reading in readings:
        texts[reading.number] = f"{texts.get(reading.number, reading.above)} {reading.folded}"
    weights = {
        word: math.log((len(texts) + 1) / (sum(word in text for text in texts.values()) + 0.5))
        * (1.0 if len(word) > 1 else 0.4)
        for word in (_told(readings[0].asked) if readings else ())
    }
    whole = sum(weights.values()) or 1.0
    return {
        number: sum(weight * said([word], text) for word, weight in weights.items()) / whole
        for number, text in texts.items()
    }


def _told(asked: Asked) -> list[str]:
    return [word for word in asked.content if word not in RESPECTS | DATING]


def _lead(score: float, next_best: float) -> float:
    return max(-_MOST, min(score - next_best, _MOST))


def _alike(one: str, other: str) -> bool:
    return one in other or other in one
