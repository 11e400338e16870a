"""Passages that a search would bring beside the right one: they share words with the question and do not answer it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import bm25s
import numpy as np

from bot.reader.training.sources import Document, Question, find_answers
from embeddings.types import Paragraph

_NEAREST = 6
_RARE = 3  # documents


class Neighbours:
    """Every paragraph of the documents, by BM25 over pairs of characters (Robertson & Zaragoza 2009)."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._paragraphs = [(document.name, one) for document in documents for one in document.paragraphs]
        self._places: dict[str, list[int]] = defaultdict(list)
        self._homes: dict[str, set[str]] = defaultdict(set)
        texts = []
        for place, (name, paragraph) in enumerate(self._paragraphs):
            self._places[name].append(place)
            texts.append(pairs(paragraph.searched))
            for pair in texts[-1]:
                self._homes[pair].add(name)
        self._search = bm25s.BM25()
        self._search.index(texts, show_progress=False)

    def inside(self, question: Question) -> list[Paragraph]:
        """Return the document's own paragraphs that do not answer, the nearest first."""
        scores = self._scores(question)
        places = sorted(self._places[question.document], key=lambda place: -scores[place])
        return [self._paragraphs[place][1] for place in places if not self._answers(question, place)]

    def outside(self, question: Question) -> list[Paragraph]:
        """Return the nearest paragraphs of other documents, where the question names what they lack."""
        home = question.document
        rare = [pair for pair in pairs(question.text) if self._rare(pair, home)]
        found = np.argsort(-self._scores(question), kind="stable")[: _NEAREST * 3]
        paragraphs = [
            self._paragraphs[place][1]
            for place in found
            if self._paragraphs[place][0] != home and not self._answers(question, int(place))
        ]
        return [one for one in paragraphs if any(pair not in one.searched for pair in rare)][:_NEAREST]

    def _scores(self, question: Question) -> np.ndarray:
        return self._search.get_scores(pairs(question.text))

    def _rare(self, pair: str, home: str) -> bool:
        homes = self._homes.get(pair, set())
        return home in homes and len(homes) <= _RARE

    def _answers(self, question: Question, place: int) -> bool:
        """Say whether a paragraph, or what stands above it, holds any of the answers."""
        text = self._paragraphs[place][1].searched
        alone = (Question("", "", (answer,), "") for answer in question.answers)
        return any(find_answers(one, text) for one in alone)


def pairs(text: str) -> Sequence[str]:
    """Return the pairs of neighbouring characters: 龙港市 → 龙港, 港市."""
    bare = re.sub(r"\s", "", text).casefold()
    return list(dict.fromkeys(bare[place : place + 2] for place in range(len(bare) - 1))) or [bare]
