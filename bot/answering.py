"""Question → Answer: the one function that the terminal, Telegram and evaluation share."""

import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.choices import Choice, choices, years_found
from bot.comparing import Entry, OfTwo, asks_for_most, most, of_two, says_so, value_of
from bot.conversation import readings
from bot.reader.guard import Difference
from bot.reader.question import asks_for_list, understand
from bot.reader.reader import Found, Reader
from bot.reader.reading import said
from bot.sentences import Span, sentence_spans
from bot.smalltalk import kind_of
from embeddings.documents import SUFFIXES
from embeddings.search import Searcher
from embeddings.terms import fold_in_place
from embeddings.types import Passage

ROW_SHARE = 0.3  # of the best row's confidence: what a row of the same column needs to be of the same list
SEARCHED = 20  # passages; the reader reads the first of them, the rest only if these do not answer
SEARCHED_FOR_FILE = 200  # passages, where a question names the file they must stand in
COMPARED = 30  # passages whose figures are compared
COMPARED_CONFIDENCE = 0.7  # of what is the most of all: some may stand where the search did not look
_NAMES_FILE = re.compile("|".join(map(re.escape, SUFFIXES)))


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
    rephrased: str = ""  # the same in a language model's words, where one is set and stays with the passages


Rephrase = Callable[[str, str, Sequence[Passage]], str]  # question, short answer, passages


@dataclass(frozen=True, slots=True)
class _Reading:
    """The best answer, the evidence, best first, and the readings where there are several."""

    best: Found | None
    evidence: tuple[Evidence, ...]
    choices: tuple[Choice, ...] = ()


class Answering:
    """Answers questions from the current generation of a library; safe to call from many threads."""

    def __init__(self, searcher: Searcher, reader: Reader, rephrase: Rephrase | None = None) -> None:
        self._searcher = searcher
        self._reader = reader
        self._rephrase = rephrase

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
            if _is_sure(answers[-1]) and understood != question:
                break
        best = min(answers, key=lambda one: _worth(one, question))
        return replace(best, milliseconds=(time.perf_counter() - began) * 1000)

    def answer_in_words(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Answer:
        """Answer as above, for a person to read: in a language model's words, where one is set."""
        answer = self.answer(question, history, limit)
        if self._rephrase is None or not answer.found or answer.text is None or answer.choices:
            return answer
        passages = [one.passage for one in answer.evidence]
        return replace(answer, rephrased=self._rephrase(answer.understood, answer.text, passages))

    def _answer(self, question: str, understood: str, limit: int) -> Answer:
        subjects = self._searcher.subjects()
        reading = _Reading(None, ())
        if kind_of(question) in (None, "bare"):  # 利润总额 alone may stand in a document, 红烧肉好吃不 never
            reading = self._compare(understood, subjects) or self._read(understood, subjects)
        best = reading.best
        found = best is not None and best.difference is None
        return Answer(
            question=question,
            understood=understood,
            found=found,
            text=best.text if found and best else None,
            confidence=best.confidence if best else 0.0,
            certain=best is not None and best.certain,
            evidence=reading.evidence[:limit],
            difference=best.difference if best else None,
            choices=reading.choices if found else (),
            generation=self._searcher.generation,
            milliseconds=0.0,
        )

    def _read(self, question: str, subjects: Collection[str]) -> _Reading:
        question, passages = self._find(question)
        found = self._reader.read(question, passages, subjects, self._searcher.holds)
        best = found[0] if found else None
        if best and asks_for_list(question) and (rows := _same_column(question, found, passages)):
            evidence = tuple(Evidence(passages[one.passage], one.sentence, one.spans) for one in rows)
            return _Reading(replace(best, text="、".join(one.text for one in rows)), evidence)
        offered = choices(question, found, passages)
        if best and best.difference and offered:  # unsure only which of them is meant
            best = replace(best, difference=None)
        if best and best.difference and best.difference.kind == "year":
            years = years_found(question, found, passages)
            best = replace(best, difference=replace(best.difference, given=years))
        return _Reading(best, _evidence(passages, best), offered)

    def _find(self, question: str) -> tuple[str, list[Passage]]:
        """Return the question with its passages; one that names a file is asked of that file, without the name.

        简报07.txt电梯总投资多少 → 电梯总投资多少, of 简报07.txt
        """
        if not _NAMES_FILE.search(question.lower()):
            return question, list(self._searcher.search(question, SEARCHED))
        passages = self._searcher.search(question, SEARCHED_FOR_FILE)
        name = max((one.document for one in passages if one.document in question), key=len, default="")
        inside = [one for one in passages if one.document == name]
        return question.replace(name, ""), (inside or list(passages))[:SEARCHED]

    def _compare(self, question: str, subjects: Collection[str]) -> _Reading | None:
        """Answer a question that compares; None where it does not compare."""
        if two := of_two(question, subjects):
            return self._compare_two(two, subjects)
        return self._compare_all(question, subjects) if asks_for_most(question) else None

    def _compare_two(self, two: OfTwo, subjects: Collection[str]) -> _Reading:
        """Ask for each of two names apart; the answer is the name whose figure is asked for."""
        readings = [self._read(question, subjects) for question in two.questions]
        evidence = tuple(reading.evidence[0] for reading in readings if reading.evidence)
        bests = [reading.best for reading in readings if reading.best and reading.best.difference is None]
        values = [value for best in bests if (value := value_of(best.text)) is not None]
        if len(values) < len(two.names) or values[0] == values[1] or values[0][1] != values[1][1]:
            return _Reading(None, evidence)  # one is missing, they are equal, or 公里 stands against 亩
        first = (values[0] < values[1]) == two.least
        best = replace(
            bests[not first],
            text=two.names[not first],
            confidence=min(one.confidence for one in bests),
            certain=all(one.certain for one in bests) and not any(one.choices for one in readings),
        )
        return _Reading(best, evidence if first else evidence[::-1])

    def _compare_all(self, question: str, subjects: Collection[str]) -> _Reading:
        """Take what a sentence itself says to be the most; else compare the figures of all."""
        direct = self._read(question, subjects)
        if direct.best and direct.best.difference is None and direct.evidence[0].sentence:
            text = direct.evidence[0].passage.paragraph.text
            if says_so(question, text[slice(*direct.evidence[0].sentence)]):
                return direct
        passages = self._searcher.search(question, COMPARED)
        entries = most(question, passages, subjects)
        evidence = tuple(_entry_evidence(passages, entry) for entry in entries)
        if not entries or entries[0].value == entries[1].value:
            return _Reading(None, direct.evidence)
        span = entries[0].owner or entries[0].figure
        sentence = evidence[0].sentence or span
        best = Found(entries[0].passage, (span,), sentence, entries[0].name, COMPARED_CONFIDENCE, False, None)
        return _Reading(best, evidence)


def _same_column(question: str, found: Sequence[Found], passages: Sequence[Passage]) -> list[Found]:
    """Return the answers that stand in the best one's column of the same table; none where it stands in no row.

    信息学院有哪些专业 → 软件工程, 网络空间安全, of three rows with 学院：信息学院
    """

    def column(one: Found) -> tuple[str, ...]:
        passage = passages[one.passage]
        before = passage.paragraph.text[: one.spans[0][0]]
        cells = re.split(r"[；;】]", before)
        return passage.document, *passage.paragraph.headings, cells[-1]

    def says(one: Found) -> float:
        return said(words, fold_in_place(passages[one.passage].paragraph.text))

    best, words = found[0], understand(question).content
    if passages[best.passage].paragraph.role != "row" or best.difference is not None:
        return []
    alike = [
        one
        for one in found
        if passages[one.passage].paragraph.role == "row"
        and column(one) == column(best)
        and (one.difference is None or one.difference.kind == "unsure")
        and one.confidence >= ROW_SHARE * best.confidence
        and says(one) >= says(best)
    ]
    rows = sorted(alike, key=lambda one: passages[one.passage].paragraph_id)
    return rows if len(rows) > 1 else []


def _entry_evidence(passages: Sequence[Passage], entry: Entry) -> Evidence:
    passage = passages[entry.passage]
    spans = [span for span in sentence_spans(passage.paragraph.text) if span[0] <= entry.figure[0] < span[1]]
    return Evidence(passage, spans[0] if spans else None, (entry.owner or entry.figure,))


def _worth(answer: Answer, question: str) -> tuple[float, bool]:
    """Order answers: the surest one that is sure, else one made whole that answers, else the likeliest reading."""
    return -answer.confidence if _is_sure(answer) else 0.0, not answer.found or answer.understood == question


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
