"""Question → Answer: the one function that the terminal, Telegram and evaluation share."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation import complete
from bot.sentences import Span, answering_sentence
from embeddings.search import Searcher
from embeddings.types import Passage

# A passage below this score is shown as near, not as the answer. The value that told apart best what
# the development page answers and what it does not; `wenbao evaluate` measures it.
ANSWERS_FROM_SCORE = 0.2


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
    `note` may say in what it differs (文中只有余杭的…). `text` is the short answer as the source
    prints it, or None. `certain` is False where the answer should be shown with 可能.
    """

    question: str
    understood: str  # the question made whole from the conversation before it
    found: bool
    text: str | None
    confidence: float  # 0 … 1, calibrated: how often such answers are right
    certain: bool
    evidence: tuple[Evidence, ...]  # best first
    note: str
    choices: tuple[str, ...]
    generation: int
    milliseconds: float


class Answering:
    """Answers questions from the current generation of a library; safe to call from many threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

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
        understood = complete(question, history, self._searcher.subjects())
        passages = self._searcher.search(understood, limit)
        found = bool(passages) and passages[0].score >= ANSWERS_FROM_SCORE
        evidence = [
            Evidence(
                passage, answering_sentence(understood, passage.paragraph) if found and not rank else None
            )
            for rank, passage in enumerate(passages)
        ]
        return Answer(
            question=question,
            understood=understood,
            found=found,
            text=None,
            confidence=passages[0].score if passages else 0.0,
            certain=found,
            evidence=tuple(evidence),
            note="",
            choices=(),
            generation=self._searcher.generation,
            milliseconds=(time.perf_counter() - began) * 1000,
        )
