"""A passage read for a question: its text, what the network says of it, and what its figures say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.reader.claims import Claim, claims, claims_of_row
from bot.reader.network import LONGEST_ANSWER, LONGEST_TEXT, Network, Scores
from bot.reader.question import Asked
from bot.reader.shapes import STOP
from bot.sentences import Span
from embeddings.terms import fold_in_place, simplified
from embeddings.types import Passage

_LONGEST = 380  # characters that are read at once
_EXCERPTS = 2  # of a longer paragraph: they take under three times as long as one paragraph of 300
_SHARED = 60  # characters that two parts share where no stop is near
_MARKS = " 　?？。"  # at the end of a question, that change nothing
_NOTHING = -12.0  # no span scores less over "nothing"


@dataclass(frozen=True)
class Reading:
    """A passage, or an excerpt of a long one, as read for a question; `offset` is where the excerpt starts."""

    number: int  # of the passage
    passage: Passage
    asked: Asked
    text: str
    offset: int
    scores: Scores

    @cached_property
    def folded(self) -> str:
        """The text folded, its characters where they were."""
        return fold_in_place(self.text)

    @cached_property
    def above(self) -> str:
        """What stands around the paragraph and names what it is about, folded: document, title, headings, byline."""
        return fold_in_place(f"{self.passage.document} {self.passage.paragraph.context}")

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What the figures of the text say."""
        of_row = self.passage.paragraph.role == "row" and not self.offset
        return claims_of_row(self.text) if of_row else claims(self.text)

    def pieces_of(self, span: Span) -> range:
        """Return the network's pieces that a span covers."""
        inside = [n for n, (start, end) in enumerate(self.scores.pieces) if start < span[1] and span[0] < end]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def score(self, span: Span) -> float:
        """Return the network's score of just this span over "nothing"."""
        pieces = self.pieces_of(span)
        if not pieces or len(pieces) > LONGEST_ANSWER:
            return _NOTHING
        return max(float(self.scores.spans[pieces[0], len(pieces) - 1]), _NOTHING)

    def inside(self, span: Span) -> float:
        """Return how far a span stands inside an answer, mean logit."""
        pieces = self.pieces_of(span)
        return float(self.scores.inside[pieces[0] : pieces[-1] + 1].mean()) if pieces else _NOTHING


def read_passages(
    network: Network, asked: Asked, question: str, passages: Iterable[tuple[int, Passage]]
) -> list[Reading]:
    """Return a reading of each numbered passage, and of a long one's most promising excerpts."""
    readings = []
    for number, passage in passages:
        for start, end in excerpts(passage.paragraph.text, asked):
            text = passage.paragraph.text[start:end]
            above = passage.paragraph.context[: LONGEST_TEXT // 4]
            (scores,) = network.read(_in_script_of(text, question.rstrip(_MARKS)), [(above, text)])
            readings.append(Reading(number, passage, asked, text, start, scores))
    return readings


def _in_script_of(text: str, question: str) -> str:
    """Return a question in simplified characters where the text is in these: the network seldom saw both beside."""
    return simplified(question) if simplified(text) == text else question


def excerpts(text: str, asked: Asked) -> list[Span]:
    """Return the parts of a text to read: all of a short one, those of a long one that say most of the question.

    A part ends at a stop where there is one, and each begins with the last clause of the one before.
    """
    if len(text) <= _LONGEST:
        return [(0, len(text))] if text.strip() else []
    folded = fold_in_place(text)
    best = sorted(_parts(text), key=lambda part: -said(asked.content, folded[slice(*part)]))
    return sorted(best[:_EXCERPTS])


def _parts(text: str) -> Iterator[Span]:
    """Yield the parts of a text that is longer than one; two where two can hold it."""
    start = 0
    while start + _LONGEST < len(text):
        least = start + _LONGEST // 2
        if len(text) - start <= 2 * _LONGEST:
            least = max(least, len(text) - _LONGEST)
        stops = [match.end() for match in STOP.finditer(text, least, start + _LONGEST)]
        end = stops[-1] if stops else start + _LONGEST
        yield start, end
        start = stops[-2] if len(stops) > 1 else end - _SHARED
    yield len(text) - _LONGEST, len(text)


def said(words: Iterable[str], text: str) -> float:
    """Return how much of some words a folded text says, by their pairs of characters, 0 … 1.

    固定资产 投资, beside 固定资产增长 → 0.6
    """
    held = whole = 0.0
    for word in words:
        pairs = {word[n : n + 2] for n in range(len(word) - 1)} or {word}
        weight = 1.0 if len(word) > 1 else 0.4
        whole += weight
        held += weight * (1.0 if word in text else 0.7 * sum(pair in text for pair in pairs) / len(pairs))
    return held / whole if whole else 0.0
