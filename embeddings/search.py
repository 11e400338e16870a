"""Question → ranked Passages: five signs of each candidate, added up; texts are read only of what is returned."""

import logging
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.engine import Asked, Engine, Indexes, Query
from embeddings.errors import EncoderError, EngineError
from embeddings.reranker import Reranker
from embeddings.terms import fold, pieces, terms, words
from embeddings.types import Encoder, Generation, Paragraph, Passage, Role
from embeddings.view import View
from embeddings.wordings import Wordings, wordings, wordings_of

# What asks for a printed title or a name; only then are headings and bylines worth as much as text.
_ASKS_TITLE = re.compile(r"标题|题目|篇名|副题|题为")
_ASKS_CREDIT = re.compile(
    r"(?:谁|哪|记者|作者|名字).*(?:写|拍|摄|整理|撰|采写|报道|作者|记者|编辑)|(?:作者|摄影|编辑).*(?:谁|哪位|名字)"
)
_ASKS_NAME = re.compile(r"谁|记者|作者|书记|市长|县长|区长|主任|负责人|整理|撰稿|摄|拍|姓名|名字")
_TITLE_OF = re.compile(r"(?:文章|发言|讲话|报道)?的?(?:标题|题目|篇名|副题)")
_SPARE = 10  # ranked behind those that are returned, for what was removed since
_RERANKED = 50
_NEARNESS = np.array((0.3, 0.7))  # of cosine and coverage
_BESIDE = 3  # of the best passages that lend their title or byline
# Words that ask and say nothing of what is asked for: a passage need not hold them.
_ASKING = re.compile(
    r"多少|第几|几[个家名位项次张倍年天条]?|什么|啥|哪[些个里儿家位年天种类]?|怎么样?|怎样|如何|为什么|是否|有没有|是不是"
    r"|吗|呢|呀|吧|请问|告诉我|一共|总共|到底|多大|多高|百分之"
)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How much each sign weighs beside BM25 as a share of the best; `python -m bot.ablation` tries others."""

    meaning: float = 1.5  # cosine
    coverage: float = 2.0  # how much of what is asked, rare words weighing more, the paragraph says
    subject: float = 0.5  # the question names the place or body that the paragraph speaks about
    short: float = 1.0  # taken off a heading or byline where no title or name is asked for
    wordings: float = 0.4  # what another wording counts of what the word itself would
    beside: float = 0.05  # a title or byline that is asked for stands so much over or under its passage
    candidates: int = 50  # of each search


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for each candidate: BM25 as a share of the best, cosine, coverage, its subject named, short."""

    ids: NDArray[np.int64]
    values: NDArray[np.float64]  # shape (candidates, 5)

    def ranks(self, ranking: Ranking) -> NDArray[np.float64]:
        """Add up."""
        weights = (1.0, ranking.meaning, ranking.coverage, ranking.subject, -ranking.short)
        found: NDArray[np.float64] = self.values @ np.array(weights)
        return found

    def scores(self) -> NDArray[np.float64]:
        """Say how near each comes to the question, whatever the others do; 0 … 1."""
        found: NDArray[np.float64] = (self.values[:, 1:3] @ _NEARNESS).clip(0.0, 1.0)
        return found


@dataclass(frozen=True, slots=True)
class _Ranked:
    id: int
    rank: float
    score: float


class Searcher:
    """Searches the current generation; safe to call from many threads while it turns to a new one.

    With a `candidate` it searches that one instead. A `reranker` puts the first fifty in order anew.

    :raises EncoderError: the library was encoded by another model.
    """

    def __init__(
        self,
        library: View,
        encoder: Encoder,
        indexes: Indexes,
        ranking: Ranking | None = None,
        candidate: Generation | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._indexes = indexes
        self._ranking = ranking or Ranking()
        self._turning = threading.Lock()
        self._state = _State(None)
        self._candidate = candidate
        self._reranker = reranker
        self._refused = 0  # the generation that another model encoded
        self._failed = False  # the engine did; the next refresh opens it anew
        self._lost = False  # … and could not
        self.refresh()

    @property
    def generation(self) -> int:
        """Return the number of the generation that is searched; 0 while the library is empty."""
        return self._state.number

    def subjects(self) -> frozenset[str]:
        """Return the places and bodies that the library's sections speak about."""
        return self._state.subjects

    def holds(self, word: str) -> bool:
        """Say whether a word stands anywhere in the library.

        :raises EngineError: the engine cannot be reached; the next refresh tries again.
        """
        engine = self._state.engine
        try:
            return engine is not None and engine.holds(fold(word))
        except EngineError:
            self._failed = True
            raise

    def refresh(self) -> bool:
        """Turn to the current generation if another one is searched; say whether it was."""
        with self._turning:
            wanted = self._candidate or self._library.current_generation()
            if wanted is None or (self._state.searches(wanted) and not self._failed):
                return False
            if wanted.paragraphs == 0:  # all was removed
                self._indexes.forget(self._library)
                had_one, self._state = self._state.engine is not None, _State(None)
                return had_one
            return self._turn_to(wanted)

    def _turn_to(self, wanted: Generation) -> bool:
        is_other = not self._state.searches(wanted)
        try:
            engine = self._indexes.open(self._library, wanted, self._encoder)
        except EncoderError:
            if self._state.engine is None:
                raise
            if wanted.number != self._refused:
                _log.warning(
                    "第 %d 代由另一个模型编码，仍用原来的一代回答，重启后换过去 · another model encoded the new "
                    "generation: the one before answers until the restart",
                    wanted.number,
                )
            self._refused = wanted.number
            return False
        except EngineError as error:
            if self._state.engine is None:
                raise
            if not self._lost:
                _log.warning("%s", error)
            self._failed = self._lost = True
            return False
        if self._lost:
            _log.warning("检索引擎又连上了 · the search engine is there again")
        self._state, self._failed, self._lost = _State(engine), False, False
        return is_other

    def search(self, question: str, limit: int) -> list[Passage]:
        """Return at most `limit` passages, best first; none when nothing shares a term with the question.

        :raises EngineError: the engine cannot be reached; the next refresh tries again.
        """
        state = self._state
        passages, is_whole = self._passages(state, question, limit)
        if is_whole:
            return passages
        # Something of it answers no more, so there is a new generation: that may say it in other words.
        self.refresh()
        return passages if self._state is state else self._passages(self._state, question, limit)[0]

    def _passages(self, state: "_State", question: str, limit: int) -> tuple[list[Passage], bool]:
        """Return the passages, and whether all that the index found may still answer."""
        if state.engine is None:
            return [], True
        signs = self._signs(state, question)
        ranks, scores = signs.ranks(self._ranking), signs.scores()
        order = np.lexsort((signs.ids, -ranks))[: _RERANKED if self._reranker else limit + _SPARE]
        ranked = list(map(_Ranked, *(each[order].tolist() for each in (signs.ids, ranks, scores))))
        is_whole = True
        if self._reranker and ranked:
            found = len(ranked)
            ranked = self._reranked(self._reranker, state, question, ranked)
            is_whole = len(ranked) == found
        if self._ranking.beside:
            ranked = self._with_what_stands_beside(state, fold(question), ranked)
        passages: list[Passage] = []
        while ranked and len(passages) < limit:  # what was removed since leaves its place to the next
            part, ranked = ranked[: limit - len(passages)], ranked[limit - len(passages) :]
            stored = self._read(state, [each.id for each in part])
            passages += [Passage(each.id, *stored[each.id], each.score) for each in part if each.id in stored]
            is_whole = is_whole and len(stored) == len(part)
        return passages, is_whole

    def signs(self, question: str) -> Signs:
        """Return all candidates, in no order of merit, with what speaks for each."""
        state = self._state
        if state.engine is None:
            return Signs(np.zeros(0, np.int64), np.zeros((0, 5)))
        return self._signs(state, question)

    def _signs(self, state: "_State", question: str) -> Signs:
        try:
            return _signs(state, fold(question), self._encoder, self._ranking)
        except EngineError:
            self._failed = True
            raise

    def _reranked(
        self, reranker: Reranker, state: "_State", question: str, ranked: Sequence[_Ranked]
    ) -> list[_Ranked]:
        """Put passages in the order of the reranker; how near each comes to the question stays as it is."""
        stored = self._read(state, [each.id for each in ranked])
        kept = [each for each in ranked if each.id in stored]
        scores = reranker.scores(question, [stored[each.id][1].searched for each in kept]) if kept else ()
        anew = [_Ranked(each.id, float(score), each.score) for each, score in zip(kept, scores, strict=True)]
        return sorted(anew, key=lambda each: (-each.rank, each.id))

    def _with_what_stands_beside(
        self, state: "_State", question: str, ranked: Sequence[_Ranked]
    ) -> list[_Ranked]:
        """Add the title or byline of the best passages where it is asked for: 那张照片是谁拍的 → 记者 某某 摄."""
        role: Role
        if _ASKS_TITLE.search(question):
            role, sign = "heading", 1
        elif _ASKS_CREDIT.search(question):
            role, sign = "byline", -1
        else:
            return list(ranked)
        best = ranked[:_BESIDE]
        stored = self._read(state, [each.id for each in best])
        added: dict[int, _Ranked] = {}
        for each in reversed(best):
            wanted = _text_beside(stored[each.id][1], role) if each.id in stored else ""
            for key, part in self._library.beside(each.id, role) if wanted else ():
                if part.text == wanted:
                    added[key] = _Ranked(key, each.rank + sign * self._ranking.beside, each.score)
        both = [*(each for each in ranked if each.id not in added), *added.values()]
        return sorted(both, key=lambda each: (-each.rank, each.id))

    def _read(self, state: "_State", ids: Sequence[int]) -> dict[int, tuple[str, Paragraph]]:
        return self._library.read(ids, state.number, alone=self._candidate is not None)


class _State:
    """What is searched, exchanged as one."""

    def __init__(self, engine: Engine | None) -> None:
        self.engine = engine
        self.number = 0 if engine is None else engine.generation.number
        self.made_at = None if engine is None else engine.generation.made_at
        self.subjects = frozenset[str]() if engine is None else engine.subjects()
        self.folded = {subject: fold(subject) for subject in self.subjects}

    def searches(self, generation: Generation) -> bool:
        """Say whether it is this one, not one of the same number that was restored from elsewhere."""
        return (self.number, self.made_at) == (generation.number, generation.made_at)


def _signs(state: _State, question: str, encoder: Encoder, ranking: Ranking) -> Signs:
    assert state.engine is not None
    found = state.engine.candidates(_query(question, encoder, ranking.wordings), ranking.candidates)
    named = {subject for subject, folded in state.folded.items() if folded in question}
    asks = {"heading": _ASKS_TITLE, "byline": _ASKS_NAME}
    short = {role for role, asked in asks.items() if not asked.search(question)}
    values = np.empty((len(found.ids), 5))
    values[:, 0] = found.words / max(found.words.max(initial=0.0), 1e-9)
    values[:, 1] = found.meaning
    values[:, 2] = found.coverage
    values[:, 3] = [subject in named for subject in found.subjects] if named else 0
    values[:, 4] = [role in short for role in found.roles] if short else 0
    return Signs(found.ids, values)


def _query(question: str, encoder: Encoder, other: float) -> Query:
    meant: Wordings = wordings(question) if other else {}
    asked = list(dict.fromkeys(terms(_TITLE_OF.sub(" ", question)))) or terms(question)
    told = dict.fromkeys(words(_ASKING.sub(" ", question))) or dict.fromkeys(asked)
    return Query(
        terms=asked,
        others=[[terms(written) for written in others] for others in meant.values()],
        asked=[Asked(word, pieces(word), _all_pieces(wordings_of(word, meant))) for word in told],
        vector=encoder.encode_question(question),
        other=other,
        text=" ".join((question, *(written for others in meant.values() for written in others))),
    )


def _all_pieces(texts: Iterable[str]) -> list[list[str]]:
    return [pieces(text) for text in texts]


def _text_beside(paragraph: Paragraph, role: Role) -> str:
    if role == "byline":
        return paragraph.byline
    return paragraph.headings[0] if paragraph.headings else ""
