"""Which readings of a question there are, where it fits several places, years or documents; pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.reader.reader import Found
from embeddings.terms import words
from embeddings.types import Passage

MOST_CHOICES = 5
NEARLY = 0.25  # of the confidence: readings so near the best are told beside it
MOSTLY = 0.4  # and as a share of it
ENOUGH = 0.5  # of their sum: so likely one of them is what is asked for
ALIKE = 0.75  # of two clauses without their figures: they say the same of two things
_CLAUSE_ENDS = "，,；;。！？!?：:\n"
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?")


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading: `label` tells it from the others, `question` asks for it alone."""

    label: str  # 余杭 · 2023年
    question: str
    answer: str
    document: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading with what it is about, as far as its passage says."""

    answer: str
    subject: str
    year: str
    document: str
    heading: str


def choices(question: str, readings: Sequence[Found], passages: Sequence[Passage]) -> tuple[Choice, ...]:
    """Return the readings of nearly equal standing that say different things; nothing where there is one.

    `readings` are the best of each passage, best first.
    """
    near = [_reading(found, passages) for found in _of_equal_standing(question, readings, passages)]
    told = _distinct([one for one in near if _fits(question, one)])
    if len({one.answer for one in told}) < 2:
        return ()
    return tuple(
        Choice(_label(one, told), _specific(question, one, told), one.answer, one.document)
        for one in told[:MOST_CHOICES]
    )


def years_found(question: str, readings: Sequence[Found], passages: Sequence[Passage]) -> str:
    """Return for which other years the best reading and those alike answer: 2024年、2025年."""
    told = [one for one in readings if one.difference and one.difference.kind == "year"]
    given = {one.difference.given for one in _alike(question, told, passages) if one.difference}
    return "、".join(sorted(given))


def _of_equal_standing(question: str, readings: Sequence[Found], passages: Sequence[Passage]) -> list[Found]:
    """Return those nearly as sure as the best, and those that say the same of something else."""
    fitting = [
        one for one in readings if one.text and (one.difference is None or one.difference.kind == "unsure")
    ]
    best = fitting[0].confidence if fitting else 0.0
    alike = _alike(question, fitting, passages)
    near = [one for one in fitting if one.confidence >= max(best - NEARLY, best * MOSTLY) or one in alike]
    return near if sum(one.confidence for one in near) >= ENOUGH else []


def _alike(question: str, readings: Sequence[Found], passages: Sequence[Passage]) -> list[Found]:
    """Return the best reading and those whose clause says the same, with all that the question names.

    梅园加装电梯，总投资282万元 and 桃园加装电梯，总投资303万元, asked for 电梯总投资, not for 桃园电梯总投资
    """
    if not readings:
        return []

    def named(one: Found) -> set[str]:
        searched = passages[one.passage].paragraph.searched
        return {word for word in words(question) if word in searched}

    best = readings[0]
    clause, wanted = _clause(best, passages), named(best)
    return [
        one
        for one in readings
        if named(one) >= wanted
        and SequenceMatcher(None, clause, _clause(one, passages), autojunk=False).ratio() >= ALIKE
    ]


def _clause(found: Found, passages: Sequence[Passage]) -> str:
    """Return the clause that an answer stands in, its figures left out: 总投资282万元 → 总投资万元."""
    text = passages[found.passage].paragraph.text
    start, end = found.spans[0][0], found.spans[-1][1]
    first = max(text.rfind(sign, 0, start) for sign in _CLAUSE_ENDS) + 1
    last = min((at for sign in _CLAUSE_ENDS if (at := text.find(sign, end)) >= 0), default=len(text))
    return re.sub(r"[\d.,]+", "", text[first:last]).strip()


def _reading(found: Found, passages: Sequence[Passage]) -> _Reading:
    passage = passages[found.passage]
    paragraph = passage.paragraph
    heading = paragraph.headings[-1] if paragraph.headings else ""
    sentence = paragraph.text[slice(*found.sentence)]
    # The year that stands nearest to the figure: in its sentence, its paragraph, its headings, its file.
    told = (sentence, paragraph.text, *reversed(paragraph.headings), passage.document)
    years = (set(_YEAR.findall(text)) for text in told)
    year = next((only.pop() for only in years if len(only) == 1), "")
    return _Reading(found.text, paragraph.subject, year and f"{year}年", passage.document, heading)


def _fits(question: str, reading: _Reading) -> bool:
    """Say whether a reading is not of another year than the question names."""
    asked = set(_YEAR.findall(question))
    return not asked or not reading.year or reading.year.removesuffix("年") in asked


def _distinct(readings: Sequence[_Reading]) -> list[_Reading]:
    """Return the first reading of each subject, year and document, without those that say the same."""
    first: dict[tuple[str, ...], _Reading] = {}
    for one in readings:
        first.setdefault((one.subject, one.year, one.document, one.heading), one)
    said: dict[tuple[str, ...], _Reading] = {}
    for one in first.values():
        said.setdefault((one.answer, one.subject, one.year), one)
    return list(said.values())


def _label(reading: _Reading, among: Sequence[_Reading]) -> str:
    """Return what tells a reading from the others: the parts that are not the same for all."""
    parts = [part for part in _parts(reading, among) if part]
    return " · ".join(parts) or reading.document


def _parts(reading: _Reading, among: Sequence[_Reading]) -> tuple[str, ...]:
    def telling(name: str) -> str:
        return str(getattr(reading, name)) if len({getattr(one, name) for one in among}) > 1 else ""

    parts = (telling("subject"), telling("year"))
    same = [one for one in among if (one.subject, one.year) == (reading.subject, reading.year)]
    if len(same) > 1:  # two sources that disagree: named with their date
        name = reading.document if len({one.document for one in same}) > 1 else reading.heading
        return (*parts, name, "" if parts[1] else reading.year)
    return parts


def _specific(question: str, reading: _Reading, among: Sequence[_Reading]) -> str:
    """Return the question made specific: GDP增速多少 → 余杭2023年GDP增速多少."""
    wanted = [part for part in _parts(reading, among) if part and part.removesuffix("年") not in question]
    return "".join(wanted) + question
