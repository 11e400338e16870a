"""Weigh the signs of an answer: `python -m bot.reader.training.weigh FOLDER DOCUMENT QUESTIONS …`.

FOLDER holds the reader; every DOCUMENT with its QUESTIONS (as `wenbao evaluate` reads them) is development data.
Composed questions stand beside them. Writes weights.json: a softmax over the candidates of each question, then
a logistic regression of how often the best one is right, and where certainty and an answer begin.
"""

import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from bot.conversation import complete
from bot.evaluation import Question, is_right, read_questions
from bot.reader.guard import difference
from bot.reader.reader import CONFIDENCE_SIGNS, Ranked, Reader, confidence_signs, printed
from bot.reader.signs import SIGNS
from bot.reader.training.composed import compose
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.search import Searcher
from embeddings.types import Paragraph, Passage

# What was found by trying; the regression starts from it and stays near.
FIRST = {
    "network": 6.0, "metric": 6.0, "aspect": 1.5, "unit": 2.0, "year": 1.0, "goal": 1.5, "subject": 1.5, "form": 1.2,
    "repeats": -2.5, "passage": 2.0, "length": -0.3, "figure": 0.0, "elsewhere": -5.0, "number": 0.8, "edges": 1.5,
    "former": -2.0, "head": 1.0, "settled": -2.0,
}  # fmt: skip
COMPOSED, COMPOSED_SEED = 400, 1  # the reader was trained on seed 0
COMPOSED_WEIGHT = 0.25
STIFFNESS = 0.3  # how strongly the weights are held to the first ones
RIGHT_WHEN_CERTAIN = 0.95
WRONG_PERHAPS, NOTHING_PERHAPS = 0.15, 0.6  # beside a right answer, that does 1.0 of good


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all candidates: their signs and whether they are right."""

    signs: np.ndarray  # shape (candidates, len(SIGNS))
    right: np.ndarray  # shape (candidates,)
    weight: float
    opened: list
    candidates: list
    answerable: bool


def from_documents(reader: Reader, document: Path, questions: Path) -> Iterator[Asked]:
    """Yield the questions on a document, searched as the product searches."""
    with tempfile.TemporaryDirectory() as folder:
        library, encoder = Library(f"sqlite:///{folder}/weigh.db"), load_encoder()
        for _ in bring_in_step(library, encoder, [document]):
            pass
        searcher = Searcher(library, encoder, Path(folder))
        for question in read_questions(questions):
            whole = complete(question.question, question.history, searcher.subjects())
            passages = searcher.search(whole, 3)
            yield _laid_out(reader, question, whole, passages, searcher, 1.0)


def from_composed(reader: Reader) -> Iterator[Asked]:
    """Yield composed questions, each over its own paragraph and two others."""
    made = list(compose(COMPOSED * 2, COMPOSED_SEED))
    chance = random.Random(COMPOSED_SEED)
    for example in chance.sample(made, COMPOSED):
        others = [other for other in chance.sample(made, 2) if other.context != example.context]
        passages = [
            Passage(
                number, "", Paragraph(one.context, (one.heading,) if one.heading else ()), 0.6 - 0.15 * number
            )
            for number, one in enumerate([example, *others])
        ]
        answers = (example.context[slice(*example.answer)],) if example.answer else ()
        yield _laid_out(
            reader, Question(example.question, answers), example.question, passages, None, COMPOSED_WEIGHT
        )


def _laid_out(
    reader: Reader,
    question: Question,
    whole: str,
    passages: Sequence[Passage],
    searcher: Searcher | None,
    weight: float,
) -> Asked:
    opened = (
        reader.open(whole, passages, searcher.subjects(), searcher.holds)
        if searcher is not None
        else reader.open(whole, passages)
    )
    candidates = [one.candidate for one in reader.rank(opened)]
    signs = np.array([one.signs for one in candidates], np.float64).reshape(-1, len(SIGNS))
    right = [is_right(question, printed(opened[one.passage].text, one.spans)) for one in candidates]
    return Asked(signs, np.array(right, bool), weight, opened, candidates, bool(question.answers))


def weigh(asked: Sequence[Asked]) -> np.ndarray:
    """Return the weights of the signs that put right candidates first."""
    first = np.array([FIRST[name] for name in SIGNS])
    useful = [one for one in asked if one.right.any() and not one.right.all()]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros_like(weights)
        for one in useful:
            scores = one.signs @ weights
            powers = np.exp(scores - scores.max())
            every, good = powers / powers.sum(), powers * one.right / (powers * one.right).sum()
            total -= one.weight * np.log((every * one.right).sum() + 1e-12)
            slope += one.weight * (every - good) @ one.signs
        apart = weights - first
        return total + STIFFNESS * (apart**2).sum(), slope + 2 * STIFFNESS * apart

    return np.asarray(minimize(loss, first, jac=True, method="L-BFGS-B").x)


def judge(
    asked: Sequence[Asked], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return for every question the signs of confidence, whether its best candidate is right, its weight, and
    whether it has an answer.
    """
    signs, right, weight, answerable = [], [], [], []
    for one in asked:
        if not one.candidates:
            continue
        scores = one.signs @ weights
        order = np.argsort(-scores, kind="stable")
        ranked = [Ranked(float(scores[place]), one.candidates[place]) for place in order]
        differs = difference(one.opened[ranked[0].candidate.passage], ranked[0].candidate)
        signs.append(confidence_signs(one.opened, ranked, differs))
        right.append(one.right[order[0]])
        weight.append(one.weight)
        answerable.append(one.answerable)
    return np.array(signs, np.float64), np.array(right, bool), np.array(weight), np.array(answerable, bool)


def regress(signs: np.ndarray, right: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression, the bias last."""
    rows = np.column_stack([signs, np.ones(len(signs))])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        chance = 1 / (1 + np.exp(-rows @ weights))
        log = np.where(right, np.log(chance + 1e-12), np.log(1 - chance + 1e-12))
        slope = rows.T @ (weight * (chance - right)) + 0.2 * weights
        return float(-(weight * log).sum() + 0.1 * (weights**2).sum()), slope

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def thresholds(confidence: np.ndarray, right: np.ndarray, answerable: np.ndarray) -> tuple[float, float]:
    """Return where certainty begins (19 of 20 right), and where showing an answer does more good than harm.

    Shown with 可能 in its sentence, a wrong answer does a little harm, and one where there is none more.
    """
    order = np.argsort(-confidence)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    kept = np.nonzero(precision >= RIGHT_WHEN_CERTAIN)[0]
    certain = float(confidence[order][kept[-1]]) if len(kept) else 1.0
    gain = np.cumsum(np.where(right, 1.0, np.where(answerable, -WRONG_PERHAPS, -NOTHING_PERHAPS))[order])
    return certain, float(confidence[order][int(gain.argmax())])


def main() -> None:
    """Weigh, judge, write."""
    folder, *files = map(Path, sys.argv[1:])
    write(folder, FIRST, dict.fromkeys(CONFIDENCE_SIGNS, 0.0), 0.0, 1.0, 0.0)
    reader = Reader(folder)
    developed = [
        one for pair in zip(files[::2], files[1::2], strict=True) for one in from_documents(reader, *pair)
    ]
    asked = [*developed, *from_composed(reader)]
    weights = weigh(asked)
    signs, right, weight, answerable = judge(asked, weights)
    sure = regress(signs, right, weight)
    own = weight == 1.0
    confidence = 1 / (1 + np.exp(-signs @ sure[:-1] - sure[-1]))
    certain, answers = thresholds(confidence[own], right[own], answerable[own])
    write(
        folder,
        dict(zip(SIGNS, weights, strict=True)),
        dict(zip(CONFIDENCE_SIGNS, sure[:-1], strict=True)),
        sure[-1],
        certain,
        answers,
    )
    print(
        f"best candidate right: {right[own].sum()} of {answerable[own].sum()} answerable; certain from {certain:.2f}"
    )


def write(folder: Path, signs: dict, confidence: dict, bias: float, certain: float, answers: float) -> None:
    """Write weights.json."""
    rounded = [
        {name: round(float(value), 3) for name, value in table.items()} for table in (signs, confidence)
    ]
    judged = {
        "signs": rounded[0],
        "confidence": rounded[1],
        "bias": round(float(bias), 3),
        "certain_from": round(certain, 3),
        "answers_from": round(answers, 3),
    }
    text = json.dumps(judged, ensure_ascii=False, indent=2) + "\n"
    (folder / "weights.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
