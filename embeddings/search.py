"""Question → ranked passages: both searches, their fusion, a few ranking features, a cut-off."""

import re
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.index import Index, build_index, forget_indexes, open_index
from embeddings.library import Library
from embeddings.sparse import MEANT
from embeddings.terms import fold, terms, words
from embeddings.types import Encoder, Generation, Paragraph, Passage, Role
from embeddings.wordings import Wordings, wordings, wordings_of

# What asks for a printed title or a name; only then are headings and bylines worth as much as text.
_ASKS_TITLE = re.compile(r"标题|题目|篇名|副题|题为")
_ASKS_CREDIT = re.compile(
    r"(?:谁|哪|记者|作者|名字).*(?:写|拍|摄|整理|撰|采写|报道|作者|记者|编辑)|(?:作者|摄影|编辑).*(?:谁|哪位|名字)"
)
_ASKS_NAME = re.compile(r"谁|记者|作者|书记|市长|县长|区长|主任|负责人|整理|撰稿|摄|拍|姓名|名字")
_TITLE_OF = re.compile(r"(?:文章|发言|讲话|报道)?的?(?:标题|题目|篇名|副题)")
_BESIDE = 3  # of the best passages that lend their title or byline
# Words that ask and say nothing of what is asked for: a passage need not hold them.
_ASKING = re.compile(
    r"多少|第几|几[个家名位项次张倍年天条]?|什么|啥|哪[些个里儿家位年天种类]?|怎么样?|怎样|如何|为什么|是否|有没有|是不是"
    r"|吗|呢|呀|吧|请问|告诉我|一共|总共|到底|多大|多高|百分之"
)

DENSE = 0.35  # the weight that was best on the development page and reading sets


@dataclass(frozen=True, slots=True)
class Ranking:
    """How much each sign weighs; `python -m bot.ablation` leaves them out in turn."""

    dense: float = DENSE  # cosine, beside a BM25 score between 0 and 1
    subject: float = 0.3  # the question names the place or body that the paragraph speaks about
    other_subject: float = 0.3  # it names another one that the library speaks about
    beside: float = 0.05  # a title or byline that is asked for stands so much over or under its passage
    coverage: float = 2.0  # how much of what is asked, rare words weighing more, the passage says
    short_role: float = 0.4  # what is left of a heading's or byline's rank where no title or name is asked
    candidates: int = 50  # of each search
    covered: int = 30  # of the best of both, those whose coverage is looked at


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: int
    document: str
    paragraph: Paragraph
    rank: float
    cosine: float


def blend(
    by_words: Mapping[int, float], by_meaning: Mapping[int, float], dense: float = DENSE
) -> dict[int, float]:
    """Add up BM25, as a share of the best, and weighted cosine; both count from what each search found."""
    best = max(by_words.values(), default=1.0)
    return {
        key: by_words.get(key, 0.0) / best + dense * by_meaning.get(key, 0.0)
        for key in by_words.keys() | by_meaning.keys()
    }


class Searcher:
    """Searches the current generation; safe to call from many threads while it turns to a new one.

    With a `candidate` it searches that one instead, and leaves no trace of it on disk.

    :raises EncoderError: the library was encoded by another model.
    """

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        cache_dir: Path,
        ranking: Ranking | None = None,
        candidate: Generation | None = None,
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._cache_dir = cache_dir
        self._ranking = ranking or Ranking()
        self._turning = threading.Lock()
        self._index: Index | None = None
        self._subjects: frozenset[str] = frozenset()
        self._short: dict[tuple[Role, str], list[int]] = {}  # headings and bylines by their text
        self._candidate = candidate
        self.refresh()

    @property
    def generation(self) -> int:
        """Return the number of the generation in memory; 0 while the library is empty."""
        index = self._index
        return 0 if index is None else index.generation.number

    def subjects(self) -> frozenset[str]:
        """Return the places and bodies that the library's sections speak about."""
        return self._subjects

    def holds(self, word: str) -> bool:
        """Say whether a word stands anywhere in the library."""
        index = self._index
        return index is not None and index.sparse.holds(fold(word))

    def refresh(self) -> bool:
        """Turn to the current generation if another one is in memory; say whether it was."""
        with self._turning:
            wanted = self._candidate or self._library.current_generation()
            if wanted is None or wanted.number == self.generation:
                return False
            if wanted.paragraphs == 0:  # all was removed
                forget_indexes(self._cache_dir)
                had_one, self._index = self._index is not None, None
                return had_one
            index = self._open(wanted)
            paragraphs = self._library.paragraphs_of(wanted.number)
            self._subjects = frozenset(part.subject for _, part in paragraphs if part.subject)
            short: dict[tuple[Role, str], list[int]] = defaultdict(list)
            for key, part in paragraphs:
                if part.role in ("heading", "byline"):
                    short[part.role, part.text].append(key)
            self._short = dict(short)
            self._index = index
            return True

    def _open(self, generation: Generation) -> Index:
        if self._candidate is not None:
            return build_index(self._library, generation, self._encoder)
        return open_index(self._library, generation, self._encoder, self._cache_dir)

    def search(self, question: str, limit: int) -> list[Passage]:
        """Return at most `limit` passages, best first; none when nothing shares a term with the question."""
        index = self._index
        if index is None:
            return []
        question = fold(question)
        asked = list(dict.fromkeys(terms(_TITLE_OF.sub(" ", question)))) or list(terms(question))
        told = list(dict.fromkeys(words(_ASKING.sub(" ", question)))) or asked
        meant = wordings(question)
        found = self._candidates(index, question, asked, meant)
        best = sorted(found, key=lambda candidate: (-candidate.rank, candidate.id))[: self._ranking.covered]
        scored = [(each, self._score(index, told, meant, each)) for each in best]
        scored.sort(key=lambda pair: -self._rank(question, *pair))
        return [Passage(each.id, each.document, each.paragraph, score) for each, score in scored[:limit]]

    def _candidates(
        self, index: Index, question: str, asked: Sequence[str], meant: Wordings
    ) -> list[_Candidate]:
        most = self._ranking.candidates
        written = [[terms(other) for other in others] for others in meant.values()]
        by_words = dict(index.sparse.search(asked, most, written))
        by_meaning = dict(index.dense.search(self._encoder.encode_question(question), most))
        if not by_words:
            return []
        blended = blend(by_words, by_meaning, self._ranking.dense)
        found = [*by_words.keys() | by_meaning.keys()]
        stored = self._read(index, found)
        named = {subject for subject in self._subjects if fold(subject) in question}
        candidates = []
        for key, (document, paragraph) in stored.items():
            rank = self._share(question, paragraph) * (blended[key] + self._subject_sign(named, paragraph))
            candidates.append(_Candidate(key, document, paragraph, rank, by_meaning.get(key, 0.0)))
        return self._with_what_stands_beside(index, question, named, candidates)

    def _with_what_stands_beside(
        self, index: Index, question: str, named: set[str], found: list[_Candidate]
    ) -> list[_Candidate]:
        """Add the title or byline of the best passages where it is asked for: 那张照片是谁拍的 → 记者 某某 摄."""
        best = sorted(found, key=lambda candidate: -candidate.rank)[:_BESIDE]
        wanted: dict[int, tuple[_Candidate, float]] = {}
        for candidate in reversed(best):
            part = candidate.paragraph
            if _ASKS_TITLE.search(question) and part.headings:
                keys, sign = self._short.get(("heading", part.headings[0]), []), 1
            elif _ASKS_CREDIT.search(question) and part.byline:
                keys, sign = self._short.get(("byline", part.byline), []), -1
            else:
                continue
            rank = candidate.rank + sign * self._ranking.beside + self._subject_sign(named, part)
            wanted |= dict.fromkeys(keys, (candidate, rank))
        stored = self._read(index, list(wanted))
        added = [
            replace(wanted[key][0], id=key, paragraph=paragraph, rank=wanted[key][1])
            for key, (document, paragraph) in stored.items()
            if document == wanted[key][0].document
        ]
        fresh = {candidate.id for candidate in added}
        return [candidate for candidate in found if candidate.id not in fresh] + added

    def _read(self, index: Index, ids: Sequence[int]) -> dict[int, tuple[str, Paragraph]]:
        return self._library.read(ids, index.generation.number, alone=self._candidate is not None)

    def _rank(self, question: str, candidate: _Candidate, coverage: float) -> float:
        share = self._share(question, candidate.paragraph)
        return candidate.rank + share * self._ranking.coverage * coverage

    def _share(self, question: str, paragraph: Paragraph) -> float:
        return self._ranking.short_role if _is_beside_the_question(question, paragraph) else 1.0

    def _subject_sign(self, named: set[str], paragraph: Paragraph) -> float:
        if not named or not paragraph.subject:
            return 0.0
        if paragraph.subject in named:
            return self._ranking.subject
        folded = fold(paragraph.text)
        return 0.0 if any(fold(name) in folded for name in named) else -self._ranking.other_subject

    def _score(self, index: Index, told: Sequence[str], meant: Wordings, candidate: _Candidate) -> float:
        """Return how much of what is asked, rare terms weighing more, the passage holds; 0 … 1."""
        held = fold(candidate.paragraph.searched)
        weights = {term: index.sparse.weight(term) for term in told}
        whole = sum(weights.values())
        covered = sum(weight * _said(term, meant, held) for term, weight in weights.items())
        return max(0.0, min(1.0, 0.7 * (covered / whole if whole else 0.0) + 0.3 * candidate.cosine))


def _said(term: str, meant: Wordings, held: str) -> float:
    """Return 1 where a text holds a term, MEANT where it holds another wording of it, else 0."""
    if term in held:
        return 1.0
    return MEANT if any(other in held for other in wordings_of(term, meant)) else 0.0


def _is_beside_the_question(question: str, paragraph: Paragraph) -> bool:
    """Say whether a heading or byline, short and full of the question's words, is not what is asked for."""
    if paragraph.role == "heading":
        return not _ASKS_TITLE.search(question)
    return paragraph.role == "byline" and not _ASKS_NAME.search(question)
