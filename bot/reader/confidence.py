"""How sure a possible answer is, from what network, search and guard say of it.

Three logistic regressions: one ranks all possible answers; from an answer's rank and its lead over the others the
second says how often such an answer is right, the third how often its question is answered anywhere. The surest is
shown where the mean of the two chances is high enough: a doubtful figure of the right row is not refused like one
that stands for want of any. All are fitted by `python -m bot.reader.training.calibrate`, cross-validated over
documents.
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
from bot.reader.reading import said

KINDS = ("figure", "date", "person", "place", "reason", "list", "decision")  # told apart by the model
REGRESSIONS = ("ranking", "right", "answerable")
_MOST = 8.0  # of a lead


@dataclass(frozen=True, slots=True)
class Judged:
    """A possible answer with what the guard says of it, and the chances that it is right and that there is one."""

    candidate: Candidate
    verdicts: Mapping[str, Verdict]
    features: Mapping[str, float]
    confidence: float = 0.0
    answerable: float = 0.0

    @property
    def difference(self) -> Difference | None:
        """The first way in which it is not what was asked."""
        return next((each for each in self.verdicts.values() if isinstance(each, Difference)), None)


def features(
    one: Candidate, verdicts: Mapping[str, Verdict], others: Sequence[Candidate]
) -> dict[str, float]:
    """Return what tells how likely an answer is right, by name; `others` are all possible answers, best first."""
    reading, asked, claim = one.reading, one.reading.asked, one.claim
    rival = next((other.score for other in others if not _alike(other.text, one.text)), one.score - _MOST)
    told = [word for word in asked.content if word not in RESPECTS | DATING]
    text = f"{reading.above} {reading.folded}"
    metric = " ".join(reading.folded[slice(*span)] for span in claim.metric) if claim else ""
    return {
        "answerable": reading.scores.answerable,
        "score_lead": _lead(one.score, rival),
        "inside": reading.inside(one.span),
        "rank": reading.number / 8,
        "metric": said(told, metric) if claim else 0.0,
        "unsaid": float(sum(len(word) > 1 and word not in text for word in told)),
        "figure": float(claim is not None),
        **{f"guard_{name}": float(verdict is True) for name, verdict in verdicts.items()},
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

    def chance(self, given: Mapping[str, float]) -> float:
        """Return the probability, 0 … 1."""
        return 1 / (1 + math.exp(-max(-30.0, min(self.logit(given), 30.0))))


class Confidence:
    """Ranks possible answers and says how sure each is; from `certain_from` on it is shown without 可能."""

    def __init__(self, file: Path) -> None:
        fitted = json.loads(file.read_text(encoding="utf-8"))
        self._ranking, self._right, self._answerable = (Logistic(fitted[name]) for name in REGRESSIONS)
        self._certain_from, self._answers_from = float(fitted["certain_from"]), float(fitted["answers_from"])

    def judge(self, found: Sequence[Judged]) -> list[Judged]:
        """Return the possible answers with their chances: those that may be shown first, the surest first."""
        logits = ((self._ranking.logit(one.features), one) for one in found)
        ranked = sorted(logits, key=lambda pair: -pair[0])
        passing = [(logit, one) for logit, one in ranked if one.difference is None]
        judged = [self._with_chances(one, with_rank(one, logit, passing)) for logit, one in ranked]
        return sorted(judged, key=lambda one: (not self.shows(one), -one.confidence))

    def _with_chances(self, one: Judged, given: Mapping[str, float]) -> Judged:
        return replace(one, confidence=self._right.chance(given), answerable=self._answerable.chance(given))

    def shows(self, one: Judged) -> bool:
        """Say whether an answer may be shown: the guard lets it pass and it is likely enough."""
        return one.difference is None and worth(one.confidence, one.answerable) >= self._answers_from

    def is_certain(self, one: Judged) -> bool:
        """Say whether an answer is shown without 可能."""
        return self.shows(one) and one.confidence >= self._certain_from


def worth(right: float, answerable: float) -> float:
    """Return what decides whether an answer is shown: mostly its own chance, beside it that of there being one."""
    return (2 * right + answerable) / 3


def with_rank(one: Judged, logit: float, passing: Sequence[tuple[float, Judged]]) -> dict[str, float]:
    """Return the features with the answer's rank and its lead over the best other one that the guard lets pass."""
    text = one.candidate.text
    rivals = (other for other, each in passing if each is not one and not _alike(each.candidate.text, text))
    return {**one.features, "ranking": logit, "ranking_lead": _lead(logit, next(rivals, logit - _MOST))}


def _lead(score: float, next_best: float) -> float:
    return max(-_MOST, min(score - next_best, _MOST))


def _alike(one: str, other: str) -> bool:
    return one in other or other in one
