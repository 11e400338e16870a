"""Questions to tap: made from the documents, and kept only where the answer is certain and the one meant."""

import logging
import random
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.answering import Answer, Answering
from bot.suggestions import candidates
from embeddings.library import Library
from embeddings.types import Paragraph, StoredDocument

SHOWN_AT_START = 3
SHOWN_NEXT = 2
MOST_DOCUMENTS = 60  # looked into for the first suggestions
DOCUMENTS_AT_ONCE = 6
MOST_TRIES = 30
MOST_TRIES_NEXT = 4
MOST_SECONDS = 20.0

_log = logging.getLogger("wenbao.suggesting")


class Suggesting:
    """Finds questions that the library answers with certainty; safe to call from many threads."""

    def __init__(self, answering: Answering, library: Library) -> None:
        self._answering = answering
        self._library = library
        self._lock = threading.Lock()
        self._first: tuple[int, tuple[str, ...]] = (-1, ())  # of which generation

    def first(self) -> tuple[str, ...]:
        """Return questions about the library as it is now, from several documents; made once a generation."""
        with self._lock:
            if self._first[0] != self._answering.generation:
                found = tuple(self._certain(self._spread(), SHOWN_AT_START, MOST_TRIES))
                self._first = (self._answering.generation, found)
            return self._first[1]

    def of_document(self, name: str) -> tuple[str, ...]:
        """Return questions that a document answers."""
        held = next((one for one in self._library.documents() if one.name == name), None)
        if held is None:
            return ()
        made = _questions(self._library.paragraphs_in(held.id))
        return tuple(self._certain(made, SHOWN_AT_START, MOST_TRIES))

    def of_paragraphs(self, paragraphs: Iterable[Paragraph], asked: str, answer: str = "") -> tuple[str, ...]:
        """Return questions that paragraphs answer, other than the one asked and answered already."""
        made = ((question, figure) for question, figure in _questions(paragraphs) if figure not in answer)
        fresh = ((question, figure) for question, figure in made if question != asked)
        return tuple(self._certain(fresh, SHOWN_NEXT, MOST_TRIES_NEXT))

    def about(self, word: str) -> tuple[bool, tuple[str, ...]]:
        """Return whether the documents have a word at all, and questions about it that they answer."""
        evidence = self._answering.answer(word, (), 8).evidence
        saying = [one.passage.paragraph for one in evidence if word in one.passage.paragraph.searched]
        made = sorted(_questions(saying), key=lambda one: word not in one[0])
        certain: list[str] = []
        perhaps: list[str] = []
        for question, answer in self._answered(iter(made), MOST_TRIES // 3):
            (certain if answer.certain else perhaps).append(question)
            if len(certain) == SHOWN_AT_START:
                break
        return bool(saying), tuple([*certain, *perhaps][:SHOWN_AT_START])

    def _certain(self, made: Iterator[tuple[str, str]], wanted: int, tries: int) -> Iterator[str]:
        answered = self._answered(made, tries)
        return islice((question for question, answer in answered if answer.certain), wanted)

    def _answered(self, made: Iterator[tuple[str, str]], tries: int) -> Iterator[tuple[str, Answer]]:
        """Yield the questions that are answered, by the figure that they were made from."""
        until, seen = time.monotonic() + MOST_SECONDS, set[str]()
        for question, figure in made:
            if question in seen:  # thirty bulletins make the same one
                continue
            seen.add(question)
            if len(seen) > tries or time.monotonic() > until:
                return
            answer = self._answering.answer(question)
            if answer.found and not answer.choices and figure in (answer.text or ""):
                yield question, answer

    def _spread(self) -> Iterator[tuple[str, str]]:
        """Yield questions of several documents by turns, then of further ones, the same for each worker."""
        held = self._library.documents()
        chance = random.Random(self._answering.generation)
        chosen = chance.sample(held, min(MOST_DOCUMENTS, len(held)))
        for start in range(0, len(chosen), DOCUMENTS_AT_ONCE):
            yield from self._by_turns(chosen[start : start + DOCUMENTS_AT_ONCE], chance)

    def _by_turns(self, chosen: Iterable[StoredDocument], chance: random.Random) -> Iterator[tuple[str, str]]:
        turns = [_scattered(self._library.paragraphs_in(one.id), chance) for one in chosen]
        while turns:
            for turn in list(turns):
                made = next(turn, None)
                if made is None:
                    turns.remove(turn)
                else:
                    yield made


def _scattered(paragraphs: list[Paragraph], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield one question of each paragraph, the paragraphs in a random order."""
    for paragraph in chance.sample(paragraphs, len(paragraphs)):
        made = list(candidates(paragraph))
        if made:
            yield min(made, key=lambda one: len(one[0]))


def _questions(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, str]]:
    for paragraph in paragraphs:
        yield from candidates(paragraph)
