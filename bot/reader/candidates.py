"""A reading → possible answers: the spans that the network likes, made whole, and its lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.reader.claims import Claim
from bot.reader.figures import figures
from bot.reader.lexicon import ASKS, VALUES
from bot.reader.network import LONGEST_ANSWER
from bot.reader.reading import Reading
from bot.reader.shapes import sentence_of, trimmed, whole, with_both_quotes
from bot.sentences import Span

SPANS = 3  # of a reading, those that the network likes best, none inside another
_INSIDE = 0.0  # logit from which a piece stands inside an answer
_JOINTS = re.compile(r"[、，,；;和及与或“”「」《》 \u3000]*(?:以及|还有)?[、，,“”「」《》 \u3000]*")
_BEGINS = re.compile(r"开[始门放幕市馆场课会]|起|从|上班")
_ENDS = re.compile(r"结束|关|闭|截止|停|散|下班|为止|收")
_ASKS_CONTENT = re.compile(r"第.{1,4}[条章款].{0,4}(?:规定|内容|讲|说|写|是什么|怎么)")


@dataclass(frozen=True)
class Candidate:
    """A possible answer: `spans` of the reading's text, the score of the network over "nothing"."""

    reading: Reading
    spans: tuple[Span, ...]
    score: float
    claim: Claim | None

    @property
    def span(self) -> Span:
        """From the first member to the last."""
        return self.spans[0][0], self.spans[-1][1]

    @cached_property
    def sentence(self) -> Span:
        """The sentences that it stands in."""
        return sentence_of(self.reading.text, self.span)

    @cached_property
    def text(self) -> str:
        """The answer as printed, members that stand apart joined by 、, a unit of the header put behind its figure."""
        text = printed(self.reading.text, self.spans)
        if self.claim is None or self.spans != ((self.claim.figure.start, self.claim.figure.end),):
            return text
        own = next(one.unit for one in figures(self.reading.text) if one.start == self.span[0])
        return text if own else text + self.claim.figure.unit


def candidates(reading: Reading) -> Iterator[Candidate]:
    """Yield the possible answers of a reading, no two alike."""
    days = VALUES["weekday"].finditer(reading.folded) if ASKS["weekday"].search(reading.asked.text) else ()
    forms = [
        (span, spans) for span in _liked(reading) for spans in _forms(reading, whole(reading.text, span))
    ]
    forms += [(day.span(), (day.span(),)) for day in days]
    seen: set[tuple[Span, ...]] = set()
    for span, spans in forms:
        if spans not in seen and spans[0][0] < spans[-1][1]:
            seen.add(spans)
            yield Candidate(reading, spans, reading.score(span), _claim_at(reading, spans))


def printed(text: str, spans: tuple[Span, ...]) -> str:
    """Return an answer as the source prints it; members with other words between them are joined: 甲、乙."""
    pieces = [spans[0]]
    for span in spans[1:]:
        if _JOINTS.fullmatch(text, pieces[-1][1], span[0]):
            pieces[-1] = (pieces[-1][0], span[1])
        else:
            pieces.append(span)
    return "、".join(text[slice(*with_both_quotes(text, span))] for span in pieces)


def _liked(reading: Reading) -> Iterator[Span]:
    """Yield the spans that the network likes best, none inside another."""
    scores, pieces = reading.scores.spans, reading.scores.pieces
    if not scores.size:
        return
    taken: list[Span] = []
    for place in np.argsort(-scores, axis=None)[: 40 * SPANS]:
        first, more = divmod(int(place), scores.shape[1])
        if first + more >= len(pieces) or more >= LONGEST_ANSWER:
            continue
        span = trimmed(reading.text, (pieces[first][0], pieces[first + more][1]))
        if span[0] < span[1] and not any(span[0] < end and start < span[1] for start, end in taken):
            taken.append(span)
            yield span
        if len(taken) == SPANS:
            return


def article(reading: Reading) -> Span | None:
    """Return the whole article whose content is asked for: 第四条规定了什么 → what stands behind 第四条."""
    if reading.asked.kind != "open" or not _ASKS_CONTENT.search(reading.asked.text):
        return None  # 第四条规定罚款多少元 asks for a figure of it
    for one in reading.asked.labels:
        match = re.match(rf"\s*{re.escape(one.text)}[\s:]+", reading.folded)
        if match and match.end() < len(reading.text):
            return trimmed(reading.text, (match.end(), len(reading.text)))
    return None


def _forms(reading: Reading, span: Span) -> Iterator[tuple[Span, ...]]:
    """Yield what a span stands for: itself, the members of the list it is in, the end of a range that is asked for."""
    if reading.asked.kind == "list" or (reading.asked.kind == "open" and "\n" in reading.text):
        yield from _members(reading, span)
    else:
        yield (_asked_end(reading, span),)


def _asked_end(reading: Reading, span: Span) -> Span:
    """Return the clock time of a value that 几点 asks for, else all of it: 几点开始, 3月1日9:30—11:00 → 9:30."""
    times = [match.span() for match in VALUES["clock"].finditer(reading.folded, *span)]
    if "几点" not in reading.asked.text or not times:
        return span
    if len(times) == 1 or _BEGINS.search(reading.asked.text):
        return times[0]
    return times[-1] if _ENDS.search(reading.asked.text) else span


def _members(reading: Reading, span: Span) -> Iterator[tuple[Span, ...]]:
    """Yield the members of a list: the runs of pieces inside an answer, and the span that holds them."""
    runs: list[Span] = []
    for place, (start, end) in enumerate(reading.scores.pieces):
        if reading.scores.inside[place] > _INSIDE:
            if runs and runs[-1][1] >= start:
                runs[-1] = (runs[-1][0], end)
            else:
                runs.append((start, end))
    members = dict.fromkeys(whole(reading.text, run) for run in runs)
    kept = tuple(sorted(member for member in members if member[1] - member[0] > 1))
    if kept and any(start < span[1] and span[0] < end for start, end in kept):
        apart = tuple(one for n, one in enumerate(kept) if n == 0 or one[0] >= kept[n - 1][1])
        yield apart
        if "\n" in reading.text[slice(*span)]:
            return  # lines of a list, with what stands between them
    yield (span,)


def _claim_at(reading: Reading, spans: tuple[Span, ...]) -> Claim | None:
    """Return the claim of the figure that makes up most of an answer."""
    if len(spans) > 1:
        return None
    start, end = spans[0]
    inside = (one for one in reading.claims if start <= one.figure.start and one.figure.end <= end)
    return next((one for one in inside if (one.figure.end - one.figure.start) * 3 >= end - start), None)
