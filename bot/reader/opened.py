"""A passage laid beside a question: what the network and the words say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.reader.agreement import Agreement, agree
from bot.reader.claims import Claim, claims, claims_of_row
from bot.reader.features import Text
from bot.reader.network import LONGEST_SPAN, Network, Scores
from bot.reader.question import Asked
from bot.reader.shapes import is_quotation
from bot.reader.told_apart import Named
from bot.sentences import Span
from embeddings.terms import Token, fold_in_place
from embeddings.types import Passage

SPANS = 10  # of a passage, those that the network likes best
RARE = 0.6  # of a word's weight: a name, not 改造 of 改造小区
_MADE_OF_NOUNS = ("化", "型", "性", "式", "级", "类")
_LONGEST_QUOTED = 8  # tokens of a quotation that is part of a name
FAR = 12.0  # no answer scores less beside "nothing"


@dataclass(frozen=True)
class Opened:
    """A passage laid beside a question: what the network and the words say of it."""

    passage: Passage
    asked: Asked
    body: Text
    heading: int  # tokens in front of the body
    scores: Scores
    agreement: Agreement
    nouns: NDArray[np.bool_]  # which tokens of the body can be parts of a name
    asked_nouns: NDArray[np.bool_]  # which words of the question are nouns
    places: NDArray[np.bool_]  # and which of them names of places
    named: tuple[Named, ...]  # of the things that the question names, those with a rare name
    holds: Callable[[str], bool]  # whether a word stands anywhere in the library

    @cached_property
    def text(self) -> str:
        """The paragraph as printed."""
        return self.passage.paragraph.text

    @cached_property
    def folded(self) -> str:
        """The paragraph folded, its characters where they were."""
        return fold_in_place(self.text)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What the figures of the paragraph say."""
        of_row = self.passage.paragraph.role == "row"
        return claims_of_row(self.text) if of_row else claims(self.text)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where each token of the body starts."""
        return np.array([token.start for token in self.body.tokens], np.int64)

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Where each token of the body ends."""
        return np.array([token.end for token in self.body.tokens], np.int64)

    @cached_property
    def speaks_of(self) -> float:
        """1 when it speaks of a place or body that the question names, -1 when only of others, else 0."""
        named = self.asked.subjects
        if not named:
            return 0.0
        paragraph = self.passage.paragraph
        if any(name in fold_in_place(f"{paragraph.searched} {self.passage.document}") for name in named):
            return 1.0
        return -1.0


def open_passage(
    network: Network, asked: Asked, question: Text, passage: Passage, holds: Callable[[str], bool]
) -> Opened:
    """Lay a passage beside a question."""
    heading, body = _texts(network, passage.paragraph.context, passage.paragraph.text)
    whole_text = heading.followed_by(body)
    words = network.reading.look_up([Token(word, 0, len(word)) for word in asked.content])
    nouns = network.nouns(words)
    agreement = agree(
        asked.content,
        words.weights,
        network.likeness(words, whole_text),
        asked.wordings,
        nouns,
        whole_text,
        len(heading),
    )
    scores = network.scores(question, whole_text, len(heading))
    return Opened(
        passage,
        asked,
        body,
        len(heading),
        scores,
        agreement,
        network.nouns(body),
        nouns,
        network.places(words),
        tuple(thing for thing in asked.named if _is_rare(network, thing.name)),
        holds,
    )


def _is_rare(network: Network, name: str) -> bool:
    return bool(network.reading.text(name).weights.max(initial=0.0) > RARE)


@lru_cache(maxsize=128)
def _texts(network: Network, context: str, text: str) -> tuple[Text, Text]:
    """Return a passage's context and text as tokens; the same passages are asked again and again."""
    return network.reading.text(context), network.reading.text(text)


def liked(opened: Opened) -> list[Span]:
    """Return the spans that the network likes best, as characters."""
    spans, tokens = opened.scores.spans, opened.body.tokens
    found = []
    for place in np.argpartition(-spans.ravel(), min(SPANS, spans.size - 1))[:SPANS]:
        first, more = divmod(int(place), LONGEST_SPAN)
        first -= opened.heading
        if first >= 0 and first + more < len(tokens):
            found.append((float(-spans.ravel()[place]), (tokens[first].start, tokens[first + more].end)))
    return [span for _, span in sorted(found)]


def tokens_of(opened: Opened, span: Span) -> list[int]:
    first = int(np.searchsorted(opened.ends, span[0], "right"))
    return list(range(first, int(np.searchsorted(opened.starts, span[1], "left"))))


def exact(opened: Opened, span: Span) -> float:
    """Return the network's score of just this span."""
    inside = tokens_of(opened, span)
    if not inside or len(inside) > LONGEST_SPAN:
        return opened.scores.nothing - FAR
    return max(
        float(opened.scores.spans[inside[0] + opened.heading, len(inside) - 1]), opened.scores.nothing - FAR
    )


def figure_score(opened: Opened, span: Span) -> float:
    """Return the best score of the spans about a figure: with or without what stands right beside it."""
    inside = tokens_of(opened, span)
    if not inside:
        return opened.scores.nothing - FAR
    first, last = inside[0] + opened.heading, inside[-1] + opened.heading
    best = -np.inf
    for start in range(max(first - 2, opened.heading), min(first + 2, last + 1)):
        left, right = max(last - 1 - start, 0), min(last + 2 - start, LONGEST_SPAN)
        if left < right:
            best = max(best, float(opened.scores.spans[start, left:right].max()))
    return max(best, opened.scores.nothing - FAR)


def compound(opened: Opened, span: Span) -> Span:
    """Return the span grown to the whole compound of nouns: 海峡两岸 → 海峡两岸数字产业合作区."""
    inside = tokens_of(opened, span)
    if not inside or is_quotation(opened.text, span):
        return span
    first, last = inside[0], inside[-1]
    while first > 0 and _part_of_a_name(opened, first) and _joined(opened, first - 1):
        first = _opening_quote(opened, first - 1)
    while last + 1 < len(opened.body) and opened.nouns[last] and _joined(opened, last, forwards=True):
        last += 1
    told = [place for place in range(first, inside[0]) if opened.body.tokens[place].text == opened.asked.head]
    first = max([first, *(place + 1 for place in told)])  # 何小平艺名纳豆, asked 艺名是什么
    while first < inside[0] and _told(opened, first):
        first += 1
    return min(span[0], opened.body.tokens[first].start), max(span[1], opened.body.tokens[last].end)


def _told(opened: Opened, place: int) -> bool:
    """Say whether the question says a token itself, and does not ask for one of its kind."""
    word, head = opened.body.tokens[place].text, opened.asked.head
    return word in opened.asked.content and not (head and word.endswith(head))


def _part_of_a_name(opened: Opened, place: int) -> bool:
    """Say whether a token can have a noun in front: a noun, or 证券化 in 知识产权证券化产品."""
    return bool(opened.nouns[place]) or opened.body.tokens[place].text.endswith(_MADE_OF_NOUNS)


def _opening_quote(opened: Opened, place: int) -> int:
    """Return where the quotation opens that a token closes, else the token: “企服通”平台."""
    tokens = opened.body.tokens
    if tokens[place].text != "”":
        return place
    opens = [n for n in range(max(0, place - _LONGEST_QUOTED), place) if tokens[n].text == "“"]
    return opens[-1] if opens else place


def _joined(opened: Opened, place: int, *, forwards: bool = False) -> bool:
    """Say whether a noun stands right before (or after) a place, without a blank between."""
    tokens = opened.body.tokens
    other = place + 1 if forwards else place
    return bool(opened.nouns[other]) and tokens[place].end == tokens[place + 1].start
