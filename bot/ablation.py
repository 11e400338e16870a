"""What each part of the search gives: `python -m bot.ablation [QUESTIONS[=DOCUMENT] | READING] …`.

QUESTIONS is JSONL as `wenbao evaluate` takes it, over DOCUMENT or else the documents beside it; READING is JSONL
of question and context, all contexts pooled. Without arguments: the sample and the three sets of tests/. Prints,
for each set, how often the evidence is in the first passage and in the first three: by words and bigrams alone,
by the whole search, without each of its signs, and with weights chosen from a small grid on all other sets.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.evaluation import plain, read_questions
from embeddings.documents import SUFFIXES, read_document
from embeddings.encoder import load_encoder
from embeddings.engine import Indexes, Query
from embeddings.library import Library
from embeddings.paragraphs import split_paragraphs
from embeddings.pool import Pool
from embeddings.search import Ranking, Searcher
from embeddings.terms import fold, pieces, words
from embeddings.types import Encoder, NewDocument, Paragraph, searched_hash

ROOT = Path(__file__).parents[1]
SETS = ("bot/sample", "tests/questions", "tests/development", "tests/heldout")
MEANING, COVERAGE, SUBJECT, SHORT = (1.0, 1.5, 2.0), (1.5, 2.0, 2.5), (0.25, 0.5, 0.75), (0.5, 1.0, 1.5)
Hits = NDArray[np.bool_]  # for each question: in the first passage, in the first three
Rank = Callable[[str], Sequence[int]]  # question → ids of paragraphs, best first


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question and the paragraphs that hold its evidence."""

    question: str
    ids: frozenset[int]


class Measured:
    """One set of questions over a library of its own."""

    def __init__(
        self, name: str, documents: Mapping[str, Sequence[Paragraph]], encoder: Encoder, folder: Path
    ):
        self.name = name
        self._encoder, self._folder = encoder, folder
        self._library = Library(f"sqlite:///{folder}/ablation.db")
        parts = {searched_hash(part): part.searched for each in documents.values() for part in each}
        vectors = encoder.encode_paragraphs(list(parts.values()))
        self._library.add_vectors(encoder.name, dict(zip(parts, vectors, strict=True)))
        new = [NewDocument(title, "", title.encode(), each) for title, each in documents.items()]
        self._generation = self._library.publish([], new, encoder.name, "")
        self.paragraphs = self._library.paragraphs_of(self._generation.number)
        self.wanted: list[Wanted] = []

    def searcher(self, ranking: Ranking, indexes: Indexes | None = None) -> Searcher:
        """Return the product's search with other weights or another engine."""
        return Searcher(self._library, self._encoder, indexes or Pool(self._folder), ranking)

    def hits(self, rank: Rank) -> Hits:
        """Return where the evidence was found."""
        found = [[key in each.ids for key in rank(each.question)[:3]] for each in self.wanted]
        return np.array([(any(three[:1]), any(three)) for three in found])

    def by_search(self, ranking: Ranking) -> Hits:
        """Return what the whole search finds."""
        searcher = self.searcher(ranking)
        return self.hits(lambda question: [each.paragraph_id for each in searcher.search(question, 3)])

    def by_words_and_bigrams(self) -> Hits:
        """Return what BM25 over nothing but words and bigrams of Chinese characters finds."""
        index = Pool(self._folder).open(self._library, self._generation, self._encoder)
        assert index is not None

        def rank(question: str) -> list[int]:
            folded = fold(question)
            terms = [term for word in words(folded) for term in dict.fromkeys((word, *pieces(word)))]
            query = Query(
                [*terms, *pieces(folded)], (), (), self._encoder.encode_question(folded), 0.0, folded
            )
            found = index.candidates(query, 50)
            best: list[int] = found.ids[np.lexsort((found.ids, -found.words))].tolist()
            return best

        return self.hits(rank)

    def firsts(self, rankings: Sequence[Ranking]) -> NDArray[np.float64]:
        """Return, for each ranking, the share of first passages that hold the evidence, by the signs alone."""
        searcher = self.searcher(rankings[0])
        right = np.zeros(len(rankings))
        for each in self.wanted:
            signs = searcher.signs(each.question)
            if len(signs.ids):
                held = np.array([key in each.ids for key in signs.ids.tolist()])
                right += held[[signs.ranks(ranking).argmax() for ranking in rankings]]
        return right / len(self.wanted)


def of_questions(questions: Path, document: Path | None, encoder: Encoder, folder: Path) -> Measured:
    """Measure questions about documents, those without an answer or with a history left out."""
    beside = sorted(path for path in questions.parent.iterdir() if path.suffix in SUFFIXES)
    paths = [document] if document else beside
    read = {path.name: split_paragraphs(read_document(path.name, path.read_bytes())) for path in paths}
    measured = Measured(questions.parent.name, read, encoder, folder)
    shown = {
        key: plain("".join((*part.headings, part.byline, part.text))) for key, part in measured.paragraphs
    }
    for each in read_questions(questions):
        if each.answers and not each.history:
            wanted = [plain(text) for text in each.evidence]
            held = frozenset(key for key, text in shown.items() if any(part in text for part in wanted))
            measured.wanted.append(Wanted(each.question, held))
    return measured


def of_reading(path: Path, encoder: Encoder, folder: Path) -> Measured:
    """Measure questions that each have one context among all."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    contexts = [Paragraph(context) for context in dict.fromkeys(row["context"] for row in rows)]
    measured = Measured(path.stem, {path.stem: contexts}, encoder, folder)
    keys = {part.text: key for key, part in measured.paragraphs}
    measured.wanted += [Wanted(row["question"], frozenset({keys[row["context"]]})) for row in rows]
    return measured


def opened(arguments: Sequence[str], folder: Path) -> Iterator[Measured]:
    """Open the sets named."""
    encoder = load_encoder()
    for number, argument in enumerate(arguments):
        place = folder / str(number)
        place.mkdir()
        path, _, document = argument.partition("=")
        with Path(path).open(encoding="utf-8") as file:
            is_reading = "context" in json.loads(file.readline())
        if is_reading:
            yield of_reading(Path(path), encoder, place)
        else:
            yield of_questions(Path(path), Path(document) if document else None, encoder, place)


def show(label: str, sets: Sequence[Measured], hits: Sequence[Hits]) -> None:
    """Print one line: the mean over the sets, and each."""
    shares = np.array([each.mean(axis=0) for each in hits])
    first, three = shares.mean(axis=0)
    each = "  ".join(f"{name.name} {a:.3f}/{b:.3f}" for name, (a, b) in zip(sets, shares, strict=True))
    print(f"{label:<28} mean {first:.4f}/{three:.4f}  {each}", flush=True)


def left_out(sets: Sequence[Measured]) -> None:
    """Print what weights chosen on the other sets give on each."""
    grid = product(MEANING, COVERAGE, SUBJECT, SHORT)
    rankings = [Ranking(meaning, coverage, subject, short) for meaning, coverage, subject, short in grid]
    firsts = np.array([each.firsts(rankings) for each in sets])
    shipped = rankings.index(Ranking())
    for number, each in enumerate(sets):
        chosen = int(np.delete(firsts, number, axis=0).mean(axis=0).argmax())
        best = rankings[chosen]
        print(
            f"{each.name:<20} shipped {firsts[number, shipped]:.3f}, with weights of the others "
            f"{firsts[number, chosen]:.3f}: meaning {best.meaning}, coverage {best.coverage}, "
            f"subject {best.subject}, short {best.short}"
        )


def main() -> None:
    """Print the tables."""
    arguments = sys.argv[1:] or [str(ROOT / name / "questions.jsonl") for name in SETS]
    shipped = Ranking()
    lines = {
        "the whole search": shipped,
        "without the cosine": replace(shipped, meaning=0.0),
        "without the coverage": replace(shipped, coverage=0.0),
        "without the subject": replace(shipped, subject=0.0),
        "headings as good as text": replace(shipped, short=0.0),
        "without other wordings": replace(shipped, wordings=0.0),
        "without what stands beside": replace(shipped, beside=0.0),
    }
    with tempfile.TemporaryDirectory() as folder:
        sets = list(opened(arguments, Path(folder)))
        show("words and bigrams alone", sets, [each.by_words_and_bigrams() for each in sets])
        for label, ranking in lines.items():
            show(label, sets, [each.by_search(ranking) for each in sets])
        left_out(sets)


if __name__ == "__main__":
    main()
