"""Question → Answer: the one function that the terminal, Telegram and evaluation share."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.choices import Choice
from bot.conversation import readings
from bot.reader.guard import Difference
from bot.reader.reader import PASSAGES, Found, Reader
from bot.sentences import Span
from embeddings.search import Searcher
from embeddings.types import Passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage with what in it answers: the sentence, and the short answer's spans inside it."""

    passage: Passage
    sentence: Span | None = None
    answers: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question.

    `found` says whether the evidence answers at all; when it is False the evidence is only near, and
    `difference` may say in what (找到的是余杭的…). `text` is the short answer as the source prints it,
    None when nothing was found. `certain` is False where the answer should be shown with 可能.
    """

    question: str
    understood: str  # the question made whole from the conversation before it
    found: bool
    text: str | None
    confidence: float  # 0 … 1, calibrated: how often such answers are right
    certain: bool
    evidence: tuple[Evidence, ...]  # best first
    difference: Difference | None
    choices: tuple[Choice, ...]  # the readings, where the question fits several
    generation: int
    milliseconds: float


class Answering:
    """Answers questions from the current generation of a library; safe to call from many threads."""

    def __init__(self, searcher: Searcher, reader: Reader) -> None:
        self._searcher = searcher
        self._reader = reader

    @property
    def generation(self) -> int:
        """Return the generation that answers; 0 while the library is empty."""
        return self._searcher.generation

    def refresh(self) -> bool:
        """Turn to a newer generation if there is one; say whether there was."""
        return self._searcher.refresh()

    def answer(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Answer:
        """Answer a question from at most `limit` passages.

        `history` holds the earlier questions of the chat, oldest first.
        """
        began = time.perf_counter()
        answers: list[Answer] = []
        for understood in readings(question, history, self._searcher.subjects()):
            if understood == question and any(one.found for one in answers):
                break  # it points back, and was made whole to something that is answered
            answers.append(self._answer(question, understood, limit))
            if _is_sure(answers[-1]):
                break
        # The first that is sure, else the first made whole that answers, else the likeliest.
        by_worth = sorted(
            answers, key=lambda one: (not _is_sure(one), not one.found or one.understood == question)
        )
        return replace(by_worth[0], milliseconds=(time.perf_counter() - began) * 1000)

    def _answer(self, question: str, understood: str, limit: int) -> Answer:
        passages = self._searcher.search(understood, max(limit, PASSAGES))
        best = self._reader.best(understood, passages, self._searcher.subjects(), self._searcher.holds)
        found = best is not None and best.difference is None
        return Answer(
            question=question,
            understood=understood,
            found=found,
            text=best.text if found and best else None,
            confidence=best.confidence if best else 0.0,
            certain=best is not None and best.certain,
            evidence=_evidence(passages, best)[:limit],
            difference=best.difference if best else None,
            choices=(),
            generation=self._searcher.generation,
            milliseconds=0.0,
        )


def _is_sure(answer: Answer) -> bool:
    return answer.found and answer.certain and not answer.choices


def _evidence(passages: Sequence[Passage], best: Found | None) -> tuple[Evidence, ...]:
    """Return the passages, the one that answers or comes nearest first, with its sentence and answer marked."""
    if best is None:
        return tuple(map(Evidence, passages))
    answers = best.spans if best.difference is None else ()
    first = Evidence(passages[best.passage], best.sentence, answers)
    others = (Evidence(passage) for number, passage in enumerate(passages) if number != best.passage)
    return (first, *others)
