"""Training examples: questions by people, by templates, by cloze and composed, each made harder on purpose.

About three in ten have no answer: a passage that shares the question's words, the passage without its answer,
or the question with another name or year in it.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.reader.features import Reading, Text
from bot.reader.training.cloze import as_text, ask, pieces
from bot.reader.training.composed import compose
from bot.reader.training.names import Names
from bot.reader.training.network import LONGEST_SPAN
from bot.reader.training.sources import Asked, Sources

NEWS_NEIGHBOURS, COMPOSED = 20_000, 80_000
LONGEST_QUESTION, LONGEST_HEADING = 40, 40  # tokens
WINDOW, WIDE_WINDOW = 160, 300  # tokens of a passage
RARE, NAMED = 0.45, 0.6  # of a word's weight: it tells one text from another; it is a name
_KINDS = ("people", "templates", "cloze", "composed")
# The share of each kind at the beginning and at the end of training.
_FIRST, _LAST = (0.30, 0.22, 0.30, 0.18), (0.62, 0.06, 0.12, 0.20)
_SECOND_STAGE = (0.52, 0.05, 0.15, 0.28)
REWORDED, RENAMED = 0.25, 0.3  # share of questions
_ENDS = frozenset("。!?;")


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside a passage; `answer` are its first and last token in the passage, None for nothing."""

    question: Text
    heading: Text
    passage: Text
    answer: tuple[int, int] | None


class Examples:
    """Draws examples for ever, the same ones for the same seed; `names` makes those of the second stage."""

    def __init__(self, sources: Sources, reading: Reading, seed: int, names: Names | None = None) -> None:
        self._sources, self._reading = sources, reading
        self._names = names
        self._chance = random.Random(seed)
        self._kept: dict[str, Text] = {}
        self._composed = list(compose(COMPOSED, seed))
        self._contexts = list(dict.fromkeys(asked.context for asked in sources.people))
        self._people = self._index(self._contexts)
        news = dict.fromkeys(asked.context for asked in sources.templates[:NEWS_NEIGHBOURS])
        self._news = self._index(list(news))
        self._nothing = reading.text("")

    def _index(self, contexts: Sequence[str]) -> dict[str, list[str]]:
        """Return in which contexts each rare word stands."""
        holding: dict[str, list[str]] = defaultdict(list)
        for context in contexts:
            for word in _rare(self._context(context)):
                holding[word].append(context)
        return holding

    def _context(self, context: str) -> Text:
        if context not in self._kept:
            self._kept[context] = self._reading.text(context)
        return self._kept[context]

    def draw(self, progress: float) -> Example:
        """Return one example; `progress` 0 … 1 says how far the training is."""
        shares = [first + (last - first) * progress for first, last in zip(_FIRST, _LAST, strict=True)]
        shares = shares if self._names is None else list(_SECOND_STAGE)
        while True:
            kind = self._chance.choices(_KINDS, shares)[0]
            example = getattr(self, f"_from_{kind}")()
            if example is not None and len(example.passage) > 3 and len(example.question):
                return replace(
                    example,
                    question=example.question[:LONGEST_QUESTION],
                    heading=example.heading[:LONGEST_HEADING],
                )

    def shuffle(self, groups: list[list[Example]]) -> None:
        """Put groups in another order."""
        self._chance.shuffle(groups)

    def _from_people(self) -> Example | None:
        asked = self._chance.choice(self._sources.people)
        if self._names is not None and self._chance.random() < RENAMED:
            asked = self._renamed(asked)
            return self._asked(asked, self._reading.text(asked.context), self._people)
        return self._asked(asked, self._context(asked.context), self._people)

    def _renamed(self, asked: Asked) -> Asked:
        """Return a question and its passage with other names of the same length, so that none is learnt by heart."""
        told = self._reading.text(asked.question + "\n" + asked.context[slice(*asked.answers[0])])
        named = [
            token.text
            for token, weight in zip(told.tokens, told.weights, strict=True)
            if weight > NAMED and token.text in asked.context and 1 < len(token.text) < 5
        ]
        question, context = asked.question, asked.context
        for name in self._chance.sample(named, min(2, len(named))):
            other = self._like(name, self._context(asked.context).held)
            if other is not None and len(other) == len(name):
                question, context = question.replace(name, other), context.replace(name, other)
        return Asked(question, context, asked.answers)

    def _from_templates(self) -> Example | None:
        asked = self._chance.choice(self._sources.templates)
        return self._asked(asked, self._reading.text(asked.context), self._news)

    def _from_composed(self) -> Example | None:
        made = self._chance.choice(self._composed)
        passage = self._reading.text(made.context)
        answer = None if made.answer is None else _span(passage, made.answer)
        if made.answer is not None and answer is None:
            return None
        question = self._reading.text(self._roughened(made.question))
        return Example(question, self._reading.text(made.heading), passage, answer)

    def _from_cloze(self) -> Example | None:
        text = self._reading.text(self._chance.choice(self._sources.plain))
        found = pieces(text)
        if not found:
            return None
        piece = self._chance.choice(found)
        if self._names is not None:
            start, last = self._names.whole(text, (piece.start, piece.end - 1))
            piece = replace(piece, start=start, end=last + 1)
        words = ask(text, piece, self._chance)
        if words is None:
            return None
        question = as_text(words)
        if self._chance.random() < 0.2:
            return self._without_answer(question, text, (piece.start, piece.end - 1))
        return self._windowed(question, text, (piece.start, piece.end - 1))

    def _asked(self, asked: Asked, passage: Text, near: dict[str, list[str]]) -> Example | None:
        answer = _span(passage, asked.answers[0])
        if answer is None:
            return None
        if self._names is not None and near is self._news:
            answer = self._names.whole(passage, answer)
        question, way = asked.question, self._chance.random()
        if way < 0.12:
            return self._other_passage(asked, near)
        if way < 0.20:
            return self._without_answer(question, passage, answer)
        if way < 0.28:
            return self._other_name(question, passage, answer)
        if way < 0.42 and self._names is not None:
            return self._beside_another(asked, passage, answer, near)
        return self._windowed(question, passage, answer)

    def _windowed(self, question: str, passage: Text, answer: tuple[int, int]) -> Example | None:
        """Return a part of the passage that holds the answer, beginning with a sentence where it can."""
        heading = self._nothing
        first = _sentence_end(passage, 0)
        way = self._chance.random()
        if way < 0.15 and first < min(answer[0], LONGEST_HEADING):
            heading, passage = passage[:first], passage[first:]
            answer = (answer[0] - first, answer[1] - first)
        elif way < 0.30:
            other = self._context(self._chance.choice(self._contexts))
            heading = other[: self._chance.randint(2, 12)]
        start, end = self._window(passage, answer)
        spread = (answer[0] - start, answer[1] - start)
        return Example(self._reading.text(self._roughened(question)), heading, passage[start:end], spread)

    def _window(self, passage: Text, answer: tuple[int, int]) -> tuple[int, int]:
        length = WIDE_WINDOW if self._chance.random() < 0.2 else WINDOW
        if len(passage) <= length:
            return 0, len(passage)
        earliest, latest = max(0, answer[1] + 1 - length), min(answer[0], len(passage) - length)
        start = self._chance.randint(min(earliest, latest), max(earliest, latest))
        for place in range(start, max(start - 40, 0), -1):
            if passage.tokens[place - 1].text in _ENDS and answer[1] < place + length:
                return place, place + length
        return start, start + length

    def _without_answer(self, question: str, passage: Text, answer: tuple[int, int]) -> Example | None:
        """Return the passage without the sentence that answers."""
        start = max((n + 1 for n in range(answer[0]) if passage.tokens[n].text in _ENDS), default=0)
        end = _sentence_end(passage, answer[1])
        rest = passage[:start].followed_by(passage[end:])
        given = "".join(token.text for token in passage.tokens[answer[0] : answer[1] + 1])
        if len(rest) < 12 or given in "".join(token.text for token in rest.tokens):
            return None
        return Example(self._reading.text(self._roughened(question)), self._nothing, rest[:WINDOW], None)

    def _beside_another(
        self, asked: Asked, passage: Text, answer: tuple[int, int], near: dict[str, list[str]]
    ) -> Example | None:
        """Return the passage in front of or behind another one that shares most of the rare words."""
        told = self._reading.text(asked.question)
        other = self._neighbour(asked, told, near)
        if other is None:
            return None
        start, end = self._window(passage, answer)
        passage, answer = passage[start:end], (answer[0] - start, answer[1] - start)
        other = other[slice(*self._window(other, (0, 0)))]
        if self._chance.random() < 0.5:
            answer = (answer[0] + len(other), answer[1] + len(other))
            whole = other.followed_by(passage)
        else:
            whole = passage.followed_by(other)
        return Example(self._reading.text(self._roughened(asked.question)), self._nothing, whole, answer)

    def _other_passage(self, asked: Asked, near: dict[str, list[str]]) -> Example | None:
        """Return the passage of another question that shares most of the rare words."""
        best = self._neighbour(asked, self._reading.text(asked.question), near)
        if best is None:
            return None
        start, end = self._window(best, (0, 0))
        question = self._reading.text(self._roughened(asked.question))
        return Example(question, self._nothing, best[start:end], None)

    def _neighbour(self, asked: Asked, told: Text, near: dict[str, list[str]]) -> Text | None:
        given = [asked.context[slice(*span)] for span in asked.answers]
        candidates = [
            other
            for word in sorted(_rare(told))
            for other in self._chance.sample(near.get(word, []), min(6, len(near.get(word, ()))))
            if other != asked.context and not any(text in other for text in given)
        ]
        if not candidates:
            return None
        return self._context(max(candidates, key=lambda other: len(told.held & self._context(other).held)))

    def _other_name(self, question: str, passage: Text, answer: tuple[int, int]) -> Example | None:
        """Return the question with a name or year that the passage does not hold."""
        told = self._reading.text(question)
        held = passage.held
        named = [
            token
            for token, weight in zip(told.tokens, told.weights, strict=True)
            if token.text in held and len(token.text) > 1 and (weight > 0.55 or _is_year(token.text))
        ]
        if not named:
            return None
        taken = self._chance.choice(named)
        other = self._like(taken.text, held)
        if other is None:
            return None
        changed = question[: taken.start] + other + question[taken.end :]
        start, end = self._window(passage, answer)
        return Example(self._reading.text(changed), self._nothing, passage[start:end], None)

    def _like(self, word: str, held: frozenset[str]) -> str | None:
        if _is_year(word):
            return str(int(word) + self._chance.choice([-3, -2, -1, 1, 2, 3]))
        for _ in range(30):
            other = self._reading.text(self._chance.choice(self._sources.people).question)
            for token, weight in zip(other.tokens, other.weights, strict=True):
                alike = len(token.text) == len(word) and not token.text[0].isdigit()
                if weight > 0.55 and alike and token.text not in held:
                    return token.text
        return None

    def _roughened(self, question: str) -> str:
        """Return the question as people type it: without its mark, now and then with a slip."""
        way = self._chance.random()
        if way < 0.5:
            question = question.rstrip("?？。")
        if way < 0.04 and len(question) > 6:
            place = self._chance.randrange(len(question))
            other = self._chance.choice(self._chance.choice(self._sources.people).question)
            question = question[:place] + other + question[place + 1 :]
        return (
            question if self._names is None or self._chance.random() > REWORDED else self._reworded(question)
        )

    def _reworded(self, question: str) -> str:
        """Return the question with a word or two in other words of nearly the same meaning."""
        assert self._names is not None
        told = self._reading.text(question)
        changed = question
        for token, row, weight in reversed(list(zip(told.tokens, told.words, told.weights, strict=True))):
            if (
                row > 1
                and 0.25 < weight < 0.8
                and not token.text[0].isdigit()
                and self._chance.random() < 0.35
            ):
                other = self._names.near(int(row))
                if other:
                    changed = changed[: token.start] + self._chance.choice(other) + changed[token.end :]
        return changed


def batches(examples: Examples, size: int, steps: int) -> Iterator[list[Example]]:
    """Yield batches of examples of like length."""
    for first in range(0, steps, 12):
        drawn = [examples.draw(first / steps) for _ in range(12 * size)]
        drawn.sort(key=lambda example: len(example.heading) + len(example.passage))
        groups = [drawn[start : start + size] for start in range(0, len(drawn), size)]
        examples.shuffle(groups)
        yield from groups[: steps - first]


def _rare(text: Text) -> set[str]:
    return {token.text for token, weight in zip(text.tokens, text.weights, strict=True) if weight > RARE}


def _span(passage: Text, characters: tuple[int, int]) -> tuple[int, int] | None:
    """Return the first and last token of a character span."""
    inside = [
        place
        for place, token in enumerate(passage.tokens)
        if token.end > characters[0] and token.start < characters[1]
    ]
    return (inside[0], inside[-1]) if inside and len(inside) <= LONGEST_SPAN else None


def _sentence_end(passage: Text, place: int) -> int:
    return next((n + 1 for n in range(place, len(passage)) if passage.tokens[n].text in _ENDS), len(passage))


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and "1900" <= word <= "2100"
