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

from bot.conversation import readings
from bot.evaluation import Question, is_right, read_questions
from bot.reader.guard import difference
from bot.reader.reader import CONFIDENCE_SIGNS, PASSAGES, Ranked, Reader, confidence_signs, printed
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
    "former": -2.0, "head": 1.0, "settled": -2.0, "rival": -1.0, "office": 1.0,
}  # fmt: skip
COMPOSED, COMPOSED_SEED = 400, 1  # the reader was trained on seed 0
COMPOSED_WEIGHT = 0.25
NEARLY = 0.99  # of the best gain is as good
RIDGE = 0.1  # how strongly the regressions are held to nothing
STIFFNESS = 0.3  # how strongly the weights are held to the first ones
RIGHT_WHEN_CERTAIN = 0.95
# Beside a right answer, that does 1.0 of good, how much harm one shown with 可能 does: a wrong one, and one where there
# is none; so much that four in five of these are refused.
WRONG_PERHAPS, NOTHING_PERHAPS = 0.2, 1.42


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
            whole = readings(question.question, question.history, searcher.subjects())[0]
            passages = searcher.search(whole, PASSAGES)
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


def judge(asked: Sequence[Asked], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for every question the signs of confidence, whether its best candidate is right, and whether it has
    an answer.
    """
    signs, right, answerable = [], [], []
    for one in asked:
        if not one.candidates:
            continue
        scores = one.signs @ weights
        order = np.argsort(-scores, kind="stable")
        ranked = [Ranked(float(scores[place]), one.candidates[place]) for place in order]
        differs = difference(one.opened[ranked[0].candidate.passage], ranked[0].candidate)
        signs.append(confidence_signs(one.opened, ranked, differs))
        right.append(one.right[order[0]])
        answerable.append(one.answerable)
    return np.array(signs, np.float64), np.array(right, bool), np.array(answerable, bool)


def regress(signs: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression, the bias last."""
    rows = np.column_stack([signs, np.ones(len(signs))])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        chances = 1 / (1 + np.exp(-rows @ weights))
        log = np.where(true, np.log(chances + 1e-12), np.log(1 - chances + 1e-12))
        slope = rows.T @ (chances - true) + 2 * RIDGE * weights
        return float(-log.sum() + RIDGE * (weights**2).sum()), slope

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def chance(signs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return what a regression says, 0 … 1."""
    return np.asarray(1 / (1 + np.exp(-signs @ weights[:-1] - weights[-1])))


def certain_from(confidence: np.ndarray, right: np.ndarray) -> float:
    """Return where certainty begins: from there on 19 of 20 are right."""
    order = np.argsort(-confidence)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    kept = np.nonzero(precision >= RIGHT_WHEN_CERTAIN)[0]
    return float(confidence[order][kept[-1]]) if len(kept) else 1.0


def answers_from(answered: np.ndarray, right: np.ndarray, answerable: np.ndarray) -> float:
    """Return where showing an answer does more good than harm.

    Shown with 可能 in its sentence, a wrong answer does a little harm, and one where there is none more.
    """
    order = np.argsort(-answered)
    gain = np.cumsum(np.where(right, 1.0, np.where(answerable, -WRONG_PERHAPS, -NOTHING_PERHAPS))[order])
    as_good = gain >= NEARLY * gain.max()  # the middle of the flat top is where another text will do best
    return float(np.median(answered[order][as_good]))


def main() -> None:
    """Weigh, judge, write."""
    folder, *files = map(Path, sys.argv[1:])
    nothing = dict.fromkeys((*CONFIDENCE_SIGNS, "bias"), 0.0)
    write(folder, {"signs": FIRST, "right": nothing, "answered": nothing}, 1.0, 0.0)
    reader = Reader(folder)
    developed = [
        one for pair in zip(files[::2], files[1::2], strict=True) for one in from_documents(reader, *pair)
    ]
    asked = [*developed, *from_composed(reader)]
    weights = weigh(asked)
    signs, right, answerable = judge(developed, weights)
    sure, answered = regress(signs, right), regress(signs, answerable)
    certain = certain_from(chance(signs, sure), right)
    answers = answers_from(chance(signs, answered), right, answerable)
    tables = {
        "signs": dict(zip(SIGNS, weights, strict=True)),
        "right": dict(zip((*CONFIDENCE_SIGNS, "bias"), sure, strict=True)),
        "answered": dict(zip((*CONFIDENCE_SIGNS, "bias"), answered, strict=True)),
    }
    write(folder, tables, certain, answers)
    print(
        f"best candidate right: {right.sum()} of {answerable.sum()} answerable; certain from {certain:.2f}, "
        f"answers from {answers:.2f}"
    )


def write(folder: Path, tables: dict[str, dict[str, float]], certain: float, answers: float) -> None:
    """Write weights.json."""
    rounded = {
        name: {sign: round(float(value), 3) for sign, value in table.items()}
        for name, table in tables.items()
    }
    judged = {**rounded, "certain_from": round(certain, 3), "answers_from": round(answers, 3)}
    text = json.dumps(judged, ensure_ascii=False, indent=2) + "\n"
    (folder / "weights.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
