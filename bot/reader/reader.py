"""Question and passages → the short answer, its sentence and how sure it is; or nothing.

question → network → candidates → guard → confidence
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.reader.candidates import article, candidates
from bot.reader.confidence import Confidence, Judged, features
from bot.reader.guard import Difference, Holds, lacking, speaks_of, verdicts
from bot.reader.network import Network
from bot.reader.question import Asked, understand
from bot.reader.reading import Reading, read_passages
from bot.sentences import Span
from embeddings.types import Passage

BUNDLED_READER = Path(__file__).parent / "model"
STEPS = (3, 8, 20)  # passages: so many are read, then so many in all if the first do not settle it
ARTICLE_CONFIDENCE = 0.98  # 第四条规定了什么 is looked up, not read


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that a passage holds, and in what it differs from what was asked."""

    passage: int
    spans: tuple[Span, ...]  # one, or the members of a list
    sentence: Span
    text: str  # as printed; members of a list that stand apart are joined by 、
    confidence: float  # 0 … 1: how often such answers are right
    certain: bool
    difference: Difference | None


class Reader:
    """Reads answers out of passages; safe to call from many threads."""

    def __init__(self, folder: Path = BUNDLED_READER) -> None:
        self._network = Network(folder)
        self._confidence = Confidence(folder / "confidence.json")

    def read(
        self,
        question: str,
        passages: Sequence[Passage],
        subjects: Collection[str] = (),
        holds: Holds = lambda word: False,
    ) -> tuple[Found, ...]:
        """Return the best answer of each passage that is read, those that may be shown first, the best first.

        The first three are read, eight if these hold no certain answer, the rest if those hold none to show.
        `subjects` are the places and bodies that the library speaks about, `holds` tells whether a word
        stands anywhere in it.
        """
        steps = STEPS if asks_for_one(understand(question, subjects)) else STEPS[1:]
        readings: list[Reading] = []
        found: tuple[Found, ...] = ()
        for first, count in zip((0, *steps), steps, strict=False):
            readings += self.readings(question, passages[:count], subjects, first)
            found = self._of_each(readings, holds)
            settled = found and (found[0].certain if count == STEPS[0] else found[0].difference is None)
            if settled or count >= len(passages):
                break
        return found

    def readings(
        self, question: str, passages: Sequence[Passage], subjects: Collection[str] = (), first: int = 0
    ) -> list[Reading]:
        """Return the passages from the `first` on as the network reads them."""
        numbered = list(enumerate(passages))[first:]
        return read_passages(self._network, understand(question, subjects), question, numbered)

    def _of_each(self, readings: Sequence[Reading], holds: Holds) -> tuple[Found, ...]:
        fitting = (one for one in readings if not isinstance(speaks_of(one), Difference))
        articles = [(one, span) for one in fitting if (span := article(one))]
        if articles:  # one of several laws may be meant
            return tuple(_whole_article(one, span, certain=len(articles) == 1) for one, span in articles)
        best: dict[int, Judged] = {}
        for judged in self.judge(readings, holds):
            best.setdefault(judged.candidate.reading.number, judged)
        absent = lacking(readings, holds)
        return tuple(self._found(judged, absent) for judged in best.values())

    def judge(self, readings: Sequence[Reading], holds: Holds) -> list[Judged]:
        """Return all possible answers, those that may be shown first, the best first."""
        return self._confidence.judge(list(weighed(readings, holds)))

    def _found(self, judged: Judged, absent: str) -> Found:
        one, offset = judged.candidate, judged.candidate.reading.offset
        differs = judged.difference
        if differs is None and not self._confidence.shows(judged):
            differs = Difference("absent", absent) if absent else Difference("unsure")
        return Found(
            passage=one.reading.number,
            spans=tuple((start + offset, end + offset) for start, end in one.spans),
            sentence=(one.sentence[0] + offset, one.sentence[1] + offset),
            text=one.text,
            confidence=judged.confidence,
            certain=self._confidence.is_certain(judged),
            difference=differs,
        )


def asks_for_one(asked: Asked) -> bool:
    """Say whether one passage can settle a question: neither a list nor what may stand in several laws."""
    return asked.kind != "list" and not asked.labels


def _whole_article(reading: Reading, span: Span, *, certain: bool) -> Found:
    start, end = span[0] + reading.offset, span[1] + reading.offset
    text = reading.text[slice(*span)]
    return Found(reading.number, ((start, end),), (start, end), text, ARTICLE_CONFIDENCE, certain, None)


def weighed(readings: Sequence[Reading], holds: Holds) -> Iterator[Judged]:
    """Yield every possible answer of the readings with what the guard says of it and its features."""
    found = sorted((one for reading in readings for one in candidates(reading)), key=lambda one: -one.score)
    for one in found:
        said = verdicts(one, holds)
        yield Judged(one, said, features(one, said, found))
