"""Questions beside passages that answer them and passages that do not; the same seed gives the same examples."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.reader.training.neighbours import Neighbours, pairs
from bot.reader.training.sources import Asked, Document, Question, Span, find_answers
from embeddings.types import Paragraph

SHORTEST_WINDOW, LONGEST_WINDOW = 80, 300  # characters
HEADLINE = 25  # characters; what is shorter seldom tempts
SENTENCE_END = re.compile(r"[。！？；!?\n]+[”’」』]?")
_NUMBER = re.compile(r"(?<![\d.])\d+(?![\d.]*%)")


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage as the network sees it, and the spans of the answer; none: not told there."""

    question: str
    passage: str
    answers: tuple[Span, ...]
    source: str


def passage_of(paragraph: Paragraph) -> tuple[str, int]:
    """Return the passage as the network sees it, and where the paragraph itself begins in it.

    >>> passage_of(Paragraph("共3家。", ("旅游",), subject="龙港"))
    ('【龙港 旅游】共3家。', 7)
    """
    above = f"【{paragraph.context}】" if paragraph.context else ""
    return above + paragraph.text, len(above)


def told(question: Question, document: Document) -> tuple[Paragraph, tuple[Span, ...]] | None:
    """Return the paragraph that answers, the one nearest to the question where several do."""
    asked = set(pairs(question.text))
    found = [(one, find_answers(question, one.text)) for one in document.paragraphs]
    found = [(one, answers) for one, answers in found if answers]
    return max(found, key=lambda pair: len(asked & set(pairs(pair[0].searched))), default=None)


def from_documents(
    questions: Sequence[Question], documents: Mapping[str, Document], neighbours: Neighbours, seed: int
) -> Iterator[Example]:
    """Yield each question with its passage, with others of the document, and with something swapped."""
    chance = random.Random(seed)
    for question in questions:
        document = documents[question.document]
        right = told(question, document)
        if question.answers and right is None:
            continue  # its members stand in several paragraphs
        if right is not None:
            passage, start = passage_of(right[0])
            spans = tuple((first + start, last + start) for first, last in right[1])
            answered = Example(question.text, passage, spans, document.group)
            yield answered
            others = (
                [other for other in document.paragraphs if other.subject] if chance.random() < 0.5 else []
            )
            yield from _swapped(answered, right[0].subject, [one.subject for one in others], chance)
        for paragraph in _silent(question, document, neighbours, chance):
            yield Example(question.text, passage_of(paragraph)[0], (), document.group)


def _silent(
    question: Question, document: Document, neighbours: Neighbours, chance: random.Random
) -> list[Paragraph]:
    """Return passages that do not answer: more for what the document never tells, few as short as a headline."""
    own = neighbours.inside(question)
    long = [one for one in own if len(one.text) >= HEADLINE or chance.random() < 0.15] or own
    few = 1 if question.answers else 2
    others = neighbours.outside(question) if chance.random() < 0.2 else []
    return chance.sample(long[:3], min(few, len(long[:3]))) + others[:1]


def _swapped(
    example: Example, subject: str, subjects: Sequence[str], chance: random.Random
) -> Iterator[Example]:
    """Yield the question about another year, number or place, of which the passage says nothing."""
    numbers = [one for one in _NUMBER.findall(example.question) if one in example.passage]
    if numbers and chance.random() < 0.5:
        number = chance.choice(numbers)
        other = str(int(number) + chance.choice((-3, -2, -1, 1, 2, 10)))
        if other not in example.passage:
            yield replace(example, question=example.question.replace(number, other), answers=())
    places = [one for one in dict.fromkeys(subjects) if one not in example.passage]
    if subject and subject in example.question and places:
        other = chance.choice(places)
        yield replace(example, question=example.question.replace(subject, other), answers=())


def from_texts(asked: Sequence[Asked], seed: int) -> Iterator[Example]:
    """Yield each question with a window of whole sentences that answers it, some with one that does not."""
    chance = random.Random(seed)
    for one in asked:
        first, last = window(one.text, one.answers[0][0], one.answers[-1][1], chance)
        spans = tuple((start - first, end - first) for start, end in one.answers)
        yield Example(one.question, one.text[first:last], spans, one.source)
        start, end = one.answers[0]
        rest = one.text[:first] + one.text[last:]
        if len(rest) > SHORTEST_WINDOW and one.text[start:end] not in rest and chance.random() < 0.3:
            place = chance.randrange(len(rest))
            first, last = window(rest, place, place + 1, chance)
            yield Example(one.question, rest[first:last], (), one.source)


def window(text: str, start: int, end: int, chance: random.Random) -> Span:
    """Return the bounds of whole sentences around a span, of a length drawn by chance."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    starts = [0, *(place for place in ends if place < len(text))]
    ends.append(len(text))
    first = max(place for place in starts if place <= start)
    last = min(place for place in ends if place >= end)
    wanted = chance.randint(SHORTEST_WINDOW, LONGEST_WINDOW)
    while last - first < min(wanted, len(text)):
        left = [place for place in starts if place < first]
        right = [place for place in ends if place > last]
        if left and (not right or chance.random() < 0.5):
            first = left[-1]
        elif right:
            last = right[0]
        else:
            break
    return first, last
