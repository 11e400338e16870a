"""Question and passages → the short answer, its sentence and how sure it is; or nothing."""

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.reader.candidates import candidates
from bot.reader.features import Numbers
from bot.reader.guard import MISSED, Difference, difference, implied, lacking, unsaid
from bot.reader.network import Network
from bot.reader.opened import Opened, open_passage
from bot.reader.question import DATING, RESPECT, understand
from bot.reader.signs import SIGNS, Candidate
from bot.sentences import Span
from embeddings.types import Passage

BUNDLED_READER = Path(__file__).parent / "model"
PASSAGES = 8  # that are read at most; the first FEWEST whatever their length, the others up to CHARACTERS
FEWEST, CHARACTERS = 3, 900
KINDS = ("figure", "person", "list", "reason")  # of question, that are answered unlike the others


def kind_sign(kind: str) -> str:
    return f"kind_{kind}"


# What tells how often an answer is right, and whether the passages answer at all, beside its score.
CONFIDENCE_SIGNS = (
    "score",
    "lead",
    "network",
    "metric",
    "names",
    "unknown",
    "passage",
    "differs",
    "figure",
    "edges",
    "form",
    "aspect",
    "unit",
    "year",
    "elsewhere",
    "unsaid",
    "said",
    "missed",
    "worst",
    "dated",
    "rival",
    "office",
    *(kind_sign(kind) for kind in KINDS),
)
_LESS_TELLING = frozenset({"aspect", "plan", "unit", "unsure"})  # than that the text has no such word
_BESIDE = re.compile(
    r"[“”「」]*(?:以及|.?)[“”「」]*"
)  # what may stand between two members that are printed as one
_MOST_LEAD = 6.0  # of the score over the next other answer


@dataclass(frozen=True, slots=True)
class Found:
    """The best answer that the passages hold, and in what it differs from what was asked."""

    passage: int
    spans: tuple[Span, ...]  # one, or the members of a list
    sentence: Span
    text: str  # as printed; members of a list that stand apart are joined by 、
    confidence: float  # 0 … 1: how often such answers are right
    certain: bool
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score, higher is better."""

    score: float
    candidate: Candidate


class _Chance:
    """A logistic regression over the signs of confidence."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._weights = np.array([weights[name] for name in CONFIDENCE_SIGNS], np.float32)
        self._bias = weights["bias"]

    def of(self, signs: Numbers) -> float:
        return float(1 / (1 + np.exp(-float(signs @ self._weights) - self._bias)))


def _knows_nothing(word: str) -> bool:
    return False


class Reader:
    """Reads answers out of passages; safe to call from many threads."""

    def __init__(self, folder: Path = BUNDLED_READER) -> None:
        self._network = Network(folder)
        judged: dict[str, Any] = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
        self._weights = np.array([judged["signs"][name] for name in SIGNS], np.float32)
        self._right, self._answered = (_Chance(judged[name]) for name in ("right", "answered"))
        self._certain_from, self._answers_from = float(judged["certain_from"]), float(judged["answers_from"])

    def best(
        self,
        question: str,
        passages: Sequence[Passage],
        subjects: Collection[str] = (),
        holds: Callable[[str], bool] = _knows_nothing,
    ) -> Found | None:
        """Return the best answer of the first passages; None where they hold nothing like one.

        `subjects` are the places and bodies that the library speaks about, `holds` tells whether a word
        stands anywhere in it.
        """
        opened = self.open(question, passages, subjects, holds)
        ranked = self.rank(opened)
        if not ranked:
            return None
        best = ranked[0].candidate
        here = opened[best.passage]
        differs = difference(here, best)
        signs = confidence_signs(opened, ranked, differs)
        confidence = self._right.of(signs)
        if self._answered.of(signs) < self._answers_from and differs is None:
            differs = Difference("unsure")
        if differs is not None and differs.kind in _LESS_TELLING and (word := lacking(here)):
            differs = Difference("absent", word)
        certain = confidence >= self._certain_from and differs is None
        text = printed(here.text, best.spans)
        return Found(best.passage, best.spans, best.sentence, text, confidence, certain, differs)

    def open(
        self,
        question: str,
        passages: Sequence[Passage],
        subjects: Collection[str] = (),
        holds: Callable[[str], bool] = _knows_nothing,
    ) -> list[Opened]:
        """Lay the first passages beside the question."""
        asked = understand(question, subjects)
        text = self._network.reading.text(asked.text.rstrip("?？"))
        if not len(text):
            return []
        return [open_passage(self._network, asked, text, passage, holds) for passage in _read(passages)]

    def rank(self, opened: Sequence[Opened]) -> list[Ranked]:
        """Return all candidates, best first."""
        found = [one for number, each in enumerate(opened) for one in candidates(number, each)]
        ranked = [Ranked(float(one.signs @ self._weights), one) for one in found]
        return sorted(ranked, key=lambda one: -one.score)


def printed(text: str, spans: Sequence[Span]) -> str:
    """Return an answer as the source prints it; members that stand apart are joined: 甲、乙."""
    pieces = [spans[0]]
    for span in spans[1:]:
        if _BESIDE.fullmatch(text, pieces[-1][1], span[0]):
            pieces[-1] = (pieces[-1][0], span[1])
        else:
            pieces.append(span)
    return "、".join(text[slice(*_with_both_quotes(text, span))] for span in pieces)


def _with_both_quotes(text: str, span: Span) -> Span:
    """Return the span with the quotation marks around it where others stand inside: 甲”“乙 → “甲”“乙”."""
    start, end = span
    inside = text[start:end]
    opens = start > 0 and text[start - 1] == "“" and inside.count("”") > inside.count("“") - 1
    closes = text[end : end + 1] == "”" and inside.count("“") > inside.count("”") - 1
    return (start - 1, end + 1) if opens and closes and ("”" in inside or "“" in inside) else span


def confidence_signs(
    opened: Sequence[Opened], ranked: Sequence[Ranked], differs: Difference | None
) -> Numbers:
    """Return what tells how often the best of the candidates is right, shape (len(CONFIDENCE_SIGNS),)."""
    best = ranked[0]
    here = opened[best.candidate.passage]
    text = printed(here.text, best.candidate.spans)
    others = (
        one.score
        for one in ranked[1:]
        if not _alike(printed(opened[one.candidate.passage].text, one.candidate.spans), text)
    )
    lead = min(best.score - next(others, best.score - _MOST_LEAD), _MOST_LEAD)
    names, unknown = unsaid(here, best.candidate)
    meant = here.agreement.near(best.candidate.claim, best.candidate.sentence)
    literal = here.agreement.literal.near(best.candidate.claim, best.candidate.sentence)
    known = implied(here) | _judged_apart(here, best.candidate)
    telling = here.agreement.telling & ~known
    weights = np.where(known, 0, here.agreement.weights)
    named = dict(zip(SIGNS, best.candidate.signs, strict=True))
    signs = {
        "score": best.score / 10,
        "lead": lead / _MOST_LEAD,
        "names": names,
        "unknown": unknown,
        "differs": float(differs is not None),
        "unsaid": float((literal[telling & here.asked_nouns] < MISSED).sum()) / 2,
        "said": float(weights @ literal) / 3,
        "missed": float(weights @ (1 - meant)) / 3,
        "worst": float((weights * (1 - literal)).max(initial=0.0)),
        "dated": float(bool(here.asked.years)),
        **{kind_sign(kind): float(here.asked.kind == kind) for kind in KINDS},
    }
    return np.array([signs.get(name, named.get(name, 0.0)) for name in CONFIDENCE_SIGNS], np.float32)


def _judged_apart(opened: Opened, found: Candidate) -> NDArray[np.bool_]:
    """Return which words of the question the signs of aspect and year judge: 增速 beside 增长8.7%, shape (words,)."""
    agrees = found.claim is not None and found.claim.aspect == opened.asked.aspect
    apart = DATING.union(opened.asked.years, RESPECT if agrees else ())
    return np.array([word in apart for word in opened.agreement.words], bool)


def _read(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages that there is time for: three long ones, or more that are short."""
    ends = np.cumsum([len(passage.paragraph.searched) for passage in passages])
    return [
        passage
        for number, (passage, end) in enumerate(zip(passages[:PASSAGES], ends, strict=False))
        if passage.paragraph.text.strip() and (number < FEWEST or end <= CHARACTERS)
    ]


def _alike(one: str, other: str) -> bool:
    return one in other or other in one
