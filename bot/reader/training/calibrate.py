"""Fit how sure an answer is: `python -m bot.reader.training.calibrate [--write | --ablation] FOLDER …`.

Each FOLDER holds documents and questions.jsonl, where `document` names what a question was written on. All of a
folder's documents are indexed together, every question is searched and read, and a logistic regression learns
from every possible answer whether it is right. What is printed was measured on documents that the numbers were
not fitted on: five folds over documents, the two thresholds of each fold set on its other documents too.
With --write the numbers fitted on all of it go to bot/reader/model/confidence.json; with --ablation each check of
the guard is left out in turn.
"""

import json
import math
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.conversation import readings
from bot.evaluation import Question, is_right, read_questions
from bot.reader.confidence import Judged, Logistic, with_rank
from bot.reader.guard import CHECKS
from bot.reader.reader import BUNDLED_READER, PASSAGES, Reader, weighed
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher

FOLDS = 5
RANKING_STRENGTH, CONFIDENCE_STRENGTH = 0.3, 0.03  # the regularisation's inverse: little data, many features
CERTAIN_RIGHT = 0.96  # of what is shown without 可能
WRONG_SHOWN = 0.115  # of all questions, at most so many get a wrong answer


@dataclass(frozen=True)
class Read:
    """A question with its possible answers and which of them are right; `document` is what it was written on."""

    question: Question
    document: str
    judged: tuple[Judged, ...]
    right: tuple[bool, ...]

    @cached_property
    def features(self) -> NDArray[np.float64]:
        """The features of the possible answers, shape (answers, features)."""
        return np.array([list(one.features.values()) for one in self.judged])


@dataclass(frozen=True, slots=True)
class Shown:
    """What comes of a question: the chance of the answer that would be shown, and whether it is right."""

    chance: float
    right: bool
    answerable: bool


def read_folder(folder: Path, reader: Reader) -> list[Read]:
    """Search and read all questions of a folder."""
    file = folder / "questions.jsonl"
    documents = [json.loads(line).get("document", "") for line in file.read_text("utf-8").splitlines()]
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as place:
        library = Library(f"sqlite:///{place}/library.db")
        paths = sorted(path for path in folder.iterdir() if path.suffix != ".jsonl")
        for _ in bring_in_step(library, encoder, paths):
            pass
        searcher = Searcher(library, encoder, Pool(Path(place)))
        return [
            read_question(question, f"{folder.name}/{document}", searcher, reader)
            for question, document in zip(read_questions(file), documents, strict=True)
        ]


def read_question(question: Question, document: str, searcher: Searcher, reader: Reader) -> Read:
    """Return every possible answer to a question, as the product finds them."""
    understood = readings(question.question, question.history, searcher.subjects())[0]
    passages = searcher.search(understood, PASSAGES)
    read = reader.readings(understood, passages, searcher.subjects())
    judged = tuple(weighed(read, searcher.holds))
    return Read(question, document, judged, tuple(is_right(question, one.candidate.text) for one in judged))


class Fitted:
    """The two regressions, as bot/reader/confidence.py takes them."""

    def __init__(self, read: Sequence[Read]) -> None:
        self.ranking = _ranking(read)
        best = [each for each in _unseen_ranks(read) if each is not None]
        given = np.array([list(features.values()) for features, _ in best])
        self.confidence = _logistic(
            list(best[0][0]), given, [right for _, right in best], CONFIDENCE_STRENGTH
        )

    def shown(self, read: Read) -> Shown:
        """Return what would be shown for a question."""
        best = _best(read, self.ranking)
        answerable = bool(read.question.answers)
        if best is None:
            return Shown(0.0, False, answerable)
        logit = Logistic(self.confidence).logit(best[0])
        return Shown(1 / (1 + math.exp(-logit)), best[1], answerable)


def _ranking(read: Sequence[Read]) -> dict[str, Any]:
    given = [each for each in read if each.judged]
    right = [right for each in given for right in each.right]
    names = list(given[0].judged[0].features)
    return _logistic(names, np.concatenate([each.features for each in given]), right, RANKING_STRENGTH)


def _logistic(
    names: Sequence[str], given: NDArray[np.float64], right: Sequence[bool], strength: float
) -> dict[str, Any]:
    mean, spread = given.mean(0), given.std(0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=3000).fit((given - mean) / spread, right)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ mean)
    return {"bias": bias, "weights": dict(zip(names, map(float, weights), strict=True))}


def _best(read: Read, ranking: Mapping[str, Any]) -> tuple[dict[str, float], bool] | None:
    """Return the features of the answer that ranks first of those that pass, with its rank, and whether it is right."""
    if not read.judged:
        return None
    logits = read.features @ np.array(list(ranking["weights"].values())) + ranking["bias"]
    passing = [n for n, one in enumerate(read.judged) if one.difference is None]
    ranked = sorted(passing, key=lambda n: -logits[n])
    if not ranked:
        return None
    pairs = [(float(logits[n]), read.judged[n]) for n in ranked]
    return with_rank(pairs[0][1], pairs[0][0], pairs), read.right[ranked[0]]


def _unseen_ranks(read: Sequence[Read]) -> Iterator[tuple[dict[str, float], bool] | None]:
    """Yield the best answer of each question, ranked by numbers fitted on other documents."""
    for train, test in _folds(read):
        ranking = _ranking([read[n] for n in train])
        yield from (_best(read[n], ranking) for n in test)


def _folds(read: Sequence[Read]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    groups = [each.document for each in read]
    folds = GroupKFold(min(FOLDS, len(set(groups))), shuffle=True, random_state=0)
    yield from folds.split(read, groups=groups)


def thresholds(shown: Sequence[Shown]) -> tuple[float, float]:
    """Return from which chance on to answer, and from which on without 可能."""
    surest = sorted(shown, key=lambda one: -one.chance)
    right = np.cumsum([one.right for one in surest])
    given = np.arange(1, len(surest) + 1)
    few_wrong = np.flatnonzero(given - right <= WRONG_SHOWN * len(surest))
    answers_from = surest[int(few_wrong[-1])].chance
    enough = np.flatnonzero(right / given >= CERTAIN_RIGHT)
    certain_from = surest[int(enough[-1])].chance if len(enough) else 1.0
    return answers_from, max(certain_from, answers_from)


def unseen(read: Sequence[Read]) -> list[tuple[Read, Shown, float, float]]:
    """Return what would be shown for each question by numbers fitted on other documents, and their thresholds."""
    results = []
    for train, test in _folds(read):
        known = [read[n] for n in train]
        inner = [
            shown
            for inside, outside in _folds(known)
            for fitted in [Fitted([known[n] for n in inside])]
            for shown in (fitted.shown(known[n]) for n in outside)
        ]
        answers_from, certain_from = thresholds(inner)
        fitted = Fitted(known)
        results += [(read[n], fitted.shown(read[n]), answers_from, certain_from) for n in test]
    return results


def figures(results: Sequence[tuple[Read, Shown, float, float]]) -> dict[str, float]:
    """Return the shares that README shows."""
    answerable = [one for _, one, _, _ in results if one.answerable]
    given = [(one, one.chance >= certain) for _, one, least, certain in results if one.chance >= least]
    refused = [one for _, one, least, _ in results if one.chance < least]
    certain = [one.right for one, sure in given if sure]
    count = len(results)
    return {
        "questions": count,
        "right": sum(one.right for one, _ in given) / max(1, len(answerable)),
        "abstention_precision": sum(not one.answerable for one in refused) / max(1, len(refused)),
        "abstention_recall": sum(not one.answerable for one in refused) / max(1, count - len(answerable)),
        "wrong_shown": sum(not one.right for one, _ in given) / count,
        "certain": len(certain) / count,
        "certain_right": sum(certain) / max(1, len(certain)),
    }


def main() -> None:
    """Print the figures of each folder and of all, cross-validated; write the numbers if asked to."""
    arguments = [each for each in sys.argv[1:] if not each.startswith("--")]
    reader = Reader()
    read = [each for folder in map(Path, arguments) for each in read_folder(folder, reader)]
    results = unseen(read)
    for folder in [*arguments, ""]:
        part = [one for one in results if one[0].document.startswith(Path(folder).name)]
        _print(folder or "all", part)
    if "--write" in sys.argv:
        write(read, results)
    if "--ablation" in sys.argv:
        for name in CHECKS:
            _print(f"without {name}", unseen([without(each, name) for each in read]))


def without(read: Read, name: str) -> Read:
    """Return a question read as if the guard had no such check."""
    judged = tuple(
        replace(
            one,
            verdicts={check: verdict for check, verdict in one.verdicts.items() if check != name},
            features={each: value for each, value in one.features.items() if each != f"guard_{name}"},
        )
        for one in read.judged
    )
    return replace(read, judged=judged)


def _print(label: str, results: Sequence[tuple[Read, Shown, float, float]]) -> None:
    print(
        f"{label:<20}",
        json.dumps({name: round(value, 3) for name, value in figures(results).items()}),
        flush=True,
    )


def write(read: Sequence[Read], results: Sequence[tuple[Read, Shown, float, float]]) -> None:
    """Write the numbers fitted on all questions, the thresholds set on what unseen documents gave."""
    fitted = Fitted(read)
    answers_from, certain_from = thresholds([shown for _, shown, _, _ in results])
    numbers = {
        "answers_from": round(answers_from, 4),
        "certain_from": round(certain_from, 4),
        **{name: _rounded(getattr(fitted, name)) for name in ("ranking", "confidence")},
    }
    file = BUNDLED_READER / "confidence.json"
    file.write_text(json.dumps(numbers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _rounded(numbers: Mapping[str, Any]) -> dict[str, Any]:
    weights = {name: round(weight, 4) for name, weight in numbers["weights"].items()}
    return {"bias": round(numbers["bias"], 4), "weights": weights}


if __name__ == "__main__":
    main()
