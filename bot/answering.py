"""Question → Answer: the one function that the terminal, Telegram and evaluation share."""

from dataclasses import dataclass

from embeddings.types import Passage

Span = tuple[int, int]  # character offsets into a paragraph's text, end exclusive


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
