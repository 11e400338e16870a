"""Fit how sure an answer is: `python -m bot.reader.training.calibrate FOLDER … [--data DATA] [--write] [--ablation]`.

Each FOLDER holds documents and questions.jsonl, where `document` names what a question was written on. All of a
folder's documents are indexed together, and every question is searched and read. One logistic regression learns
from every possible answer whether it is right, another the same from those that the guard lets pass and from how
the first ranks them, a third from the surest of each question whether the question is answered at all. What is
printed was measured on documents that the numbers were not fitted on: five folds over documents, the two thresholds
of each fold set on its other documents too. With --data, what was fitted is then measured on the written documents
that are held out from the network's training, with --every 4 on a quarter of their questions: learning from them,
too, was tried and changes nothing.
With --write the numbers fitted on all of it go to bot/reader/model/confidence.json; with --ablation each check of
the guard is left out in turn.
"""

import argparse
import itertools
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from bot.reader.confidence import REGRESSIONS, Judged, Logistic, with_rank, worth
from bot.reader.guard import CHECKS, Holds
from bot.reader.reader import BUNDLED_READER, STEPS, Reader, asks_for_one, weighed
from bot.reader.reading import Reading
from bot.reader.training import sources
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher

FOLDS = 5
STRENGTH = 0.1  # the regularisation's inverse: little data, many features
CERTAIN_RIGHT = 0.96  # of what is shown without 可能
TOGETHER = 8  # written documents that are searched at once, as many as a small library holds
SURELY_SHOWN = 0.7  # confidence by the numbers in place from which on an answer will be shown by others too
WRONG_SHOWN = 0.1165  # of all questions, at most so many get a wrong answer


@dataclass(frozen=True)
class Step:
    """The possible answers of the passages read so far, and which of them are right."""

    judged: tuple[Judged, ...]
    right: tuple[bool, ...]

    @cached_property
    def features(self) -> NDArray[np.float64]:
        """The features of the possible answers, shape (answers, features)."""
        return np.array([list(one.features.values()) for one in self.judged])


@dataclass(frozen=True, slots=True)
class Read:
    """A question as it is read in steps; `document` is what it was written on."""

    question: Question
    document: str
    steps: tuple[Step | None, Step, Step]  # the first None where one passage cannot settle it

    @property
    def learnt(self) -> Step:
        """The step that numbers are fitted on."""
        return self.steps[1]


@dataclass(frozen=True, slots=True)
class Shown:
    """What comes of a question: the answer that would be shown, its chance, its worth, and whether it is right."""

    chance: float
    worth: float  # what decides whether it is shown
    right: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What would be shown for a question by numbers fitted on other documents, and the thresholds set there."""

    read: Read
    shown: Shown
    answers_from: float
    certain_from: float


def read_folder(folder: Path, reader: Reader) -> list[Read]:
    """Search and read all questions of a folder."""
    file = folder / "questions.jsonl"
    names = [json.loads(line).get("document", "") for line in file.read_text("utf-8").splitlines()]
    documents = [f"{folder.name}/{name}" for name in names]
    paths = sorted(path for path in folder.iterdir() if path.suffix != ".jsonl")
    return _read_all(paths, zip(read_questions(file), documents, strict=True), reader)


def read_held_out(data: Path, reader: Reader, every: int = 1) -> Iterator[Read]:
    """Search and read each `every`th question on written documents that the network never saw."""
    documents = [one for one in sources.read_documents(data).values() if one.held_out]
    asked, count = sources.read_questions(data), itertools.count()
    random.Random(0).shuffle(documents)
    for start in range(0, len(documents), TOGETHER):
        with tempfile.TemporaryDirectory() as place:
            written: dict[str, Path] = {}
            for one in documents[start : start + TOGETHER]:
                path = Path(place) / one.name.replace("/", " ")
                written[one.name] = path if path.suffix else path.with_suffix(".txt")
                written[one.name].write_text(one.text, encoding="utf-8")
            told = [one for one in asked if one.document in written and next(count) % every == 0]
            questions = [(_as_evaluated(one), one.document) for one in told]
            yield from _read_all(list(written.values()), questions, reader)


def _as_evaluated(one: sources.Question) -> Question:
    groups = tuple((answer,) for answer in one.answers) if len(one.answers) > 1 else ()
    return Question(one.text, one.answers, groups=groups)


def _read_all(paths: Sequence[Path], asked: Iterable[tuple[Question, str]], reader: Reader) -> list[Read]:
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as place:
        library = Library(f"sqlite:///{place}/library.db")
        for _ in bring_in_step(library, encoder, paths):
            pass
        searcher = Searcher(library, encoder, Pool(Path(place)))
        return [read_question(question, document, searcher, reader) for question, document in asked]


def read_question(question: Question, document: str, searcher: Searcher, reader: Reader) -> Read:
    """Return every possible answer to a question, as the product finds them."""
    understood = readings(question.question, question.history, searcher.subjects())[0]
    passages = searcher.search(understood, STEPS[-1])
    read = reader.readings(understood, passages[: STEPS[1]], searcher.subjects())
    second = _step(question, read, searcher.holds)
    first = _step(question, [one for one in read if one.number < STEPS[0]], searcher.holds)
    surest = max((one.confidence for one in reader.judge(read, searcher.holds)), default=0.0)
    if surest < SURELY_SHOWN:  # else nobody will look at the third
        read = reader.readings(understood, passages, searcher.subjects())
    one_will_do = read and asks_for_one(read[0].asked)
    return Read(
        question, document, (first if one_will_do else None, second, _step(question, read, searcher.holds))
    )


def _step(question: Question, read: Sequence[Reading], holds: Holds) -> Step:
    judged = tuple(weighed(read, holds))
    return Step(judged, tuple(is_right(question, one.candidate.text) for one in judged))


class Fitted:
    """The three regressions, as bot/reader/confidence.py takes them."""

    def __init__(self, read: Sequence[Read]) -> None:
        self.ranking = _ranking(read)
        asked = list(_unseen_ranks(read))
        passing = [each for _, answers in asked for each in answers]
        self.right = _logistic(*_table([given for given, _ in passing]), [right for _, right in passing])
        logit = Logistic(self.right).logit
        surest = [max((given for given, _ in answers), key=logit) for _, answers in asked]
        self.answerable = _logistic(*_table(surest), [bool(one.question.answers) for one, _ in asked])

    def shown(self, read: Read, limits: tuple[float, float] | None = None) -> Shown:
        """Return what would be shown for a question: with all steps if the thresholds are known, else of the second."""
        if limits is None:
            return self._shown(read, read.learnt)
        answers_from, certain_from = limits
        for step in filter(None, read.steps):
            shown = self._shown(read, step, answers_from)
            settled = shown.chance >= certain_from or step is not read.steps[0]
            if shown.worth >= answers_from and settled:
                break
        return shown

    def _shown(self, read: Read, step: Step, answers_from: float = 0.0) -> Shown:
        right, answerable = Logistic(self.right), Logistic(self.answerable)
        found = [Shown(0.0, 0.0, False, bool(read.question.answers))]
        for given, fits in _passing(step, self.ranking):
            chance = right.chance(given)
            found.append(Shown(chance, worth(chance, answerable.chance(given)), fits, found[0].answerable))
        return max(found, key=lambda one: (one.worth >= answers_from, one.chance))


def _ranking(read: Sequence[Read]) -> dict[str, Any]:
    given = [each.learnt for each in read if each.learnt.judged]
    right = [right for each in given for right in each.right]
    names = list(given[0].judged[0].features)
    return _logistic(names, np.concatenate([each.features for each in given]), right)


def _table(rows: Sequence[Mapping[str, float]]) -> tuple[list[str], NDArray[np.float64]]:
    return list(rows[0]), np.array([list(row.values()) for row in rows])


def _logistic(names: Sequence[str], given: NDArray[np.float64], right: Sequence[bool]) -> dict[str, Any]:
    mean, spread = given.mean(0), given.std(0) + 1e-6
    model = LogisticRegression(C=STRENGTH, solver="newton-cholesky").fit((given - mean) / spread, right)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ mean)
    return {"bias": bias, "weights": dict(zip(names, map(float, weights), strict=True))}


def _passing(step: Step, ranking: Mapping[str, Any]) -> Iterator[tuple[dict[str, float], bool]]:
    """Yield each answer that the guard lets pass, its features with its rank and whether it is right."""
    passing = [n for n, one in enumerate(step.judged) if one.difference is None]
    if not passing:
        return
    logits = step.features @ np.array(list(ranking["weights"].values())) + ranking["bias"]
    passing.sort(key=lambda n: -logits[n])
    ranked = [(float(logits[n]), step.judged[n]) for n in passing]
    for n, (logit, one) in zip(passing, ranked, strict=True):
        yield with_rank(one, logit, ranked), step.right[n]


def _unseen_ranks(read: Sequence[Read]) -> Iterator[tuple[Read, list[tuple[dict[str, float], bool]]]]:
    """Yield the questions with their passing answers, if any, ranked by numbers fitted on other documents."""
    for train, test in _folds(read):
        ranking = _ranking([read[n] for n in train])
        for n in test:
            if passing := list(_passing(read[n].learnt, ranking)):
                yield read[n], passing


def _folds(read: Sequence[Read]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    groups = [each.document for each in read]
    folds = GroupKFold(min(FOLDS, len(set(groups))), shuffle=True, random_state=0)
    yield from folds.split(read, groups=groups)


def thresholds(shown: Sequence[Shown]) -> tuple[float, float]:
    """Return from which worth on to answer, and from which chance on without 可能."""
    by_worth = sorted(shown, key=lambda one: -one.worth)
    wrong = np.cumsum([not one.right for one in by_worth])
    answers_from = by_worth[int(np.flatnonzero(wrong <= WRONG_SHOWN * len(shown))[-1])].worth
    surest = sorted((one for one in shown if one.worth >= answers_from), key=lambda one: -one.chance)
    right = np.cumsum([one.right for one in surest]) / np.arange(1, len(surest) + 1)
    enough = np.flatnonzero(right >= CERTAIN_RIGHT)
    return answers_from, surest[int(enough[-1])].chance if len(enough) else 1.0


def unseen(read: Sequence[Read]) -> list[Result]:
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
        limits = thresholds(inner)
        fitted = Fitted(known)
        results += [Result(read[n], fitted.shown(read[n], limits), *limits) for n in test]
    return results


def figures(results: Sequence[Result]) -> dict[str, float]:
    """Return the shares that README shows."""
    given = [one for one in results if one.shown.worth >= one.answers_from]
    certain = [one.shown.right for one in given if one.shown.chance >= one.certain_from]
    refused = [one.shown.answerable for one in results if one.shown.worth < one.answers_from]
    answerable = sum(one.shown.answerable for one in results)
    count = len(results)
    return {
        "questions": count,
        "right": sum(one.shown.right for one in given) / max(1, answerable),
        "abstention_precision": (len(refused) - sum(refused)) / max(1, len(refused)),
        "abstention_recall": (len(refused) - sum(refused)) / max(1, count - answerable),
        "wrong_shown": sum(not one.shown.right for one in given) / count,
        "certain": len(certain) / count,
        "certain_right": sum(certain) / max(1, len(certain)),
    }


def main() -> None:
    """Print the figures of each folder and of all folders, cross-validated; write the numbers if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, help="folder of the training files")
    parser.add_argument("--every", type=int, default=1, help="of the questions there, only each Nth")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--ablation", action="store_true")
    arguments = parser.parse_args()
    reader = Reader()
    read = [each for folder in arguments.folders for each in read_folder(folder, reader)]
    results = unseen(read)
    for folder in arguments.folders:
        _print(folder.name, [one for one in results if one.read.document.split("/")[0] == folder.name])
    _print("all", results)
    if arguments.data:
        fitted, limits = Fitted(read), thresholds([one.shown for one in results])
        held_out = read_held_out(arguments.data, reader, arguments.every)
        _print("held out", [Result(one, fitted.shown(one, limits), *limits) for one in held_out])
    if arguments.write:
        write(read, results)
    if arguments.ablation:
        for name in CHECKS:
            _print(f"without {name}", unseen([without(each, name) for each in read]))


def without(read: Read, name: str) -> Read:
    """Return a question read as if the guard had no such check."""
    return replace(read, steps=tuple(step and _step_without(step, name) for step in read.steps))


def _step_without(step: Step, name: str) -> Step:
    judged = (
        replace(
            one,
            verdicts={check: verdict for check, verdict in one.verdicts.items() if check != name},
            features={each: value for each, value in one.features.items() if each != f"guard_{name}"},
        )
        for one in step.judged
    )
    return Step(tuple(judged), step.right)


def _print(label: str, results: Sequence[Result]) -> None:
    print(
        f"{label:<20}",
        json.dumps({name: round(value, 3) for name, value in figures(results).items()}),
        flush=True,
    )


def write(read: Sequence[Read], results: Sequence[Result]) -> None:
    """Write the numbers fitted on all questions, the thresholds set on what unseen documents gave."""
    fitted = Fitted(read)
    answers_from, certain_from = thresholds([one.shown for one in results])
    numbers = {
        "answers_from": round(answers_from, 4),
        "certain_from": round(certain_from, 4),
        **{name: _rounded(getattr(fitted, name)) for name in REGRESSIONS},
    }
    file = BUNDLED_READER / "confidence.json"
    file.write_text(json.dumps(numbers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _rounded(numbers: Mapping[str, Any]) -> dict[str, Any]:
    weights = {name: round(weight, 4) for name, weight in numbers["weights"].items()}
    return {"bias": round(numbers["bias"], 4), "weights": weights}


if __name__ == "__main__":
    main()
