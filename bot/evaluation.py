"""How often the answers are right: questions with known answers, and five-line metrics."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.answering import Answer
from embeddings.errors import WenbaoError
from embeddings.types import Passage

_NOT_COUNTED = re.compile(r"[\s“”‘’\"'「」『』《》]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its accepted answers; none means that the answer must be: not in the documents."""

    question: str
    answers: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()  # each must be answered by one of its variants
    form: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question and what came of it; `hit` is the rank of the evidence, 1 the first, 0 not found."""

    question: Question
    answer: Answer
    hit: int
    right: bool


@dataclass(slots=True)
class Score:
    """The counts of a group of questions."""

    questions: int = 0
    answerable: int = 0
    hit_1: int = 0
    hit_3: int = 0
    right: int = 0
    certain: int = 0  # shown without 可能
    rightly_certain: int = 0
    abstained: int = 0
    rightly_abstained: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        answerable = bool(outcome.question.answers)
        abstained = not outcome.answer.found
        self.questions += 1
        self.answerable += answerable
        self.hit_1 += answerable and outcome.hit == 1
        self.hit_3 += answerable and 1 <= outcome.hit <= 3
        self.right += answerable and outcome.right
        certain = outcome.answer.found and outcome.answer.certain
        self.certain += certain
        self.rightly_certain += certain and outcome.right
        self.abstained += abstained
        self.rightly_abstained += abstained and not answerable

    def figures(self) -> dict[str, float | int | None]:
        """Return the shares, None where there is nothing to count."""
        return {
            "questions": self.questions,
            "answerable": self.answerable,
            "hit@1": _share(self.hit_1, self.answerable),
            "hit@3": _share(self.hit_3, self.answerable),
            "answer_accuracy": _share(self.right, self.answerable),
            "certain": _share(self.certain, self.questions),
            "certain_right": _share(self.rightly_certain, self.certain),
            "certain_wrong_of_all": _share(self.certain - self.rightly_certain, self.questions),
            "abstention_precision": _share(self.rightly_abstained, self.abstained),
            "abstention_recall": _share(self.rightly_abstained, self.questions - self.answerable),
        }


@dataclass(frozen=True, slots=True)
class Reliability:
    """The answers shown with a confidence from `low` to `high`, and how many of them were right."""

    low: float
    high: float
    answers: int
    right: int


@dataclass(slots=True)
class Evaluation:
    """The scores of all questions, by form and by kind."""

    overall: Score = field(default_factory=Score)
    standalone: Score = field(default_factory=Score)  # without the follow-ups
    by_form: dict[str, Score] = field(default_factory=dict)
    by_kind: dict[str, Score] = field(default_factory=dict)
    _shown: list[tuple[float, bool]] = field(default_factory=list)  # confidence, right

    def add(self, outcome: Outcome) -> None:
        """Count one outcome under all its heads."""
        self.overall.add(outcome)
        if not outcome.question.history:
            self.standalone.add(outcome)
        if outcome.answer.found:
            self._shown.append((outcome.answer.confidence, outcome.right))
        self.by_form.setdefault(outcome.question.form or "—", Score()).add(outcome)
        self.by_kind.setdefault(outcome.question.kind or "—", Score()).add(outcome)

    def reliability(self) -> list[Reliability]:
        """Return the tenths of confidence in which answers were shown, and how often these were right."""
        tenths: dict[int, list[bool]] = {}
        for confidence, right in self._shown:
            tenths.setdefault(min(int(confidence * 10), 9), []).append(right)
        return [
            Reliability(tenth / 10, (tenth + 1) / 10, len(shown), sum(shown))
            for tenth, shown in sorted(tenths.items())
        ]

    def figures(self) -> dict[str, object]:
        """Return everything as plain values for JSON."""
        return {
            **self.overall.figures(),
            "standalone": self.standalone.figures(),
            "reliability": [asdict(part) for part in self.reliability()],
            "by_form": {name: score.figures() for name, score in sorted(self.by_form.items())},
            "by_kind": {name: score.figures() for name, score in sorted(self.by_kind.items())},
        }


def read_questions(path: Path) -> list[Question]:
    """Read a JSONL file of questions.

    :raises WenbaoError: the file is missing, or a line is not such an object; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WenbaoError(
            f"读不了 {path.name}：请给一个 UTF-8 的 JSONL 文件 · not a readable file"
        ) from error
    return [
        _question(line, f"{path.name} 第 {number} 行") for number, line in enumerate(lines, 1) if line.strip()
    ]


def judge(question: Question, answer: Answer) -> Outcome:
    """Compare an answer with what was expected."""
    passages = [evidence.passage for evidence in answer.evidence]
    return Outcome(question, answer, _rank(question.evidence, passages), is_right(question, answer.text))


def is_right(question: Question, text: str | None) -> bool:
    """Say whether a short answer is one of the accepted ones.

    Width, quotes and blanks are folded. A number must stand free (5 is not in 15), and an answer may
    be at most twice as long as the one expected. With groups, each must be answered.
    """
    if text is None or not question.answers:
        return False
    given = plain(text)
    if question.groups:
        allowed = 2 * sum(max(len(plain(variant)) for variant in group) for group in question.groups)
        return len(given) <= allowed and all(
            any(_holds(given, plain(variant)) for variant in group) for group in question.groups
        )
    return any(
        _holds(given, plain(expected))
        and len(given) <= max(2 * len(plain(expected)), len(plain(expected)) + 4)
        for expected in question.answers
    )


def plain(text: str) -> str:
    """Fold width, case, quotes and blanks away: ＧＤＰ “增速” → gdp增速."""
    return _NOT_COUNTED.sub("", unicodedata.normalize("NFKC", text)).lower()


def _holds(given: str, expected: str) -> bool:
    pattern = re.escape(expected)
    if expected[:1].isdigit():
        pattern = r"(?<![\d.])" + pattern
    if expected[-1:].isdigit():
        pattern += r"(?!\d|\.\d)"
    return re.search(pattern, given) is not None


def _rank(evidence: Sequence[str], passages: Iterable[Passage]) -> int:
    wanted = [plain(text) for text in evidence if text]
    for rank, passage in enumerate(passages, 1):
        paragraph = passage.paragraph
        shown = plain("".join((*paragraph.headings, paragraph.byline, paragraph.text)))
        if any(text in shown for text in wanted):
            return rank
    return 0


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _question(line: str, where: str) -> Question:
    try:
        row = json.loads(line)
        answers = tuple(row["answers"])
        more = [item["text"] for item in row.get("evidence_more", ())]
        groups = row.get("groups") or ([[answer] for answer in answers] if row.get("all") else [])
        return Question(
            question=row["question"],
            answers=answers,
            evidence=tuple(text for text in (row.get("evidence", ""), *more) if text),
            history=tuple(row.get("history", ())),
            groups=tuple(tuple(group) for group in groups),
            form=row.get("form", ""),
            kind=row.get("kind", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WenbaoError(
            f"{where} 不是一个带 question 和 answers 的 JSON 对象 · each line needs question and answers"
        ) from error
