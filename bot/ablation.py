"""What each part of the search gives: `python -m bot.ablation DOCUMENT QUESTIONS [READING …]`.

Prints the share of answerable questions without history whose evidence is in the first passage and
in the first three: by the encoder alone, by words alone, and by both with all ranking features, each
with and without the context in front. For each READING file (JSONL of question and context) it prints
the share of questions that find their own context first, all contexts pooled.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.evaluation import Question, plain, read_questions
from embeddings.dense import DenseIndex
from embeddings.documents import read_document
from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.paragraphs import split_paragraphs
from embeddings.search import Searcher, blend
from embeddings.sparse import SparseIndex
from embeddings.terms import terms
from embeddings.types import Encoder, NewDocument, Paragraph, searched_hash

Rank = Callable[[str], list[int]]  # question → places of the best three, best first


def searches(texts: Sequence[str], encoder: Encoder) -> dict[str, Rank]:
    """Return the three searches over plain texts: encoder, words, and both blended."""
    places = range(len(texts))
    dense = DenseIndex.build(places, encoder.encode_paragraphs(texts))
    sparse = SparseIndex.build(places, map(terms, texts))

    def by_meaning(question: str) -> list[int]:
        return [place for place, _ in dense.search(encoder.encode_question(question), 3)]

    def by_words(question: str) -> list[int]:
        return [place for place, _ in sparse.search(terms(question), 3)]

    def by_both(question: str) -> list[int]:
        meaning = dict(dense.search(encoder.encode_question(question), 50))
        blended = blend(dict(sparse.search(terms(question), 50)), meaning)
        return sorted(blended, key=lambda place: -blended[place])[:3]

    return {"encoder": by_meaning, "words": by_words, "both": by_both}


def whole_search(paragraphs: Sequence[Paragraph], encoder: Encoder, folder: Path) -> Rank:
    """Return the product's own search, with its ranking features."""
    library = Library(f"sqlite:///{folder}/ablation.db")
    keys = {searched_hash(part): part.searched for part in paragraphs}
    library.add_vectors(
        encoder.name, dict(zip(keys, encoder.encode_paragraphs(list(keys.values())), strict=True))
    )
    library.publish([], [NewDocument("page", "", b"", paragraphs)], encoder.name, "")
    places = {key: place for place, (key, _) in enumerate(library.paragraphs_of(1))}
    searcher = Searcher(library, encoder, folder)
    return lambda question: [places[passage.paragraph_id] for passage in searcher.search(question, 3)]


def evidence_found(rank: Rank, questions: Sequence[Question], paragraphs: Sequence[Paragraph]) -> str:
    """Return hit@1 and hit@3."""
    shown = [plain("".join((*part.headings, part.byline, part.text))) for part in paragraphs]
    hits = []
    for question in questions:
        wanted = [plain(text) for text in question.evidence]
        held = [any(text in shown[place] for text in wanted) for place in rank(question.question)]
        hits.append((any(held[:1]), any(held)))
    first, three = np.mean(hits, axis=0)
    return f"{first:.3f} / {three:.3f}"


def contexts_found(path: Path, encoder: Encoder) -> None:
    """Print R@1 over the pooled contexts of a reading set."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    contexts = list(dict.fromkeys(row["context"] for row in rows))
    for name, rank in searches(contexts, encoder).items():
        found = np.mean([contexts[(rank(row["question"]) or [0])[0]] == row["context"] for row in rows])
        print(f"{path.stem:<20} {name:<10} R@1 {found:.3f}")


def main() -> None:
    """Print the tables."""
    document, questions_file, *reading = map(Path, sys.argv[1:])
    encoder = load_encoder()
    paragraphs = split_paragraphs(read_document(document.name, document.read_bytes()))
    questions = [each for each in read_questions(questions_file) if each.answers and not each.history]
    print(f"{len(questions)} questions, {len(paragraphs)} paragraphs: hit@1 / hit@3")
    for label, texts in (
        ("without context", [part.text for part in paragraphs]),
        ("with context", [part.searched for part in paragraphs]),
    ):
        for name, rank in searches(texts, encoder).items():
            print(f"{label:<20} {name:<10} {evidence_found(rank, questions, paragraphs)}")
    with tempfile.TemporaryDirectory() as folder:
        rank = whole_search(paragraphs, encoder, Path(folder))
        print(f"{'with context':<20} {'search':<10} {evidence_found(rank, questions, paragraphs)}")
    for path in reading:
        contexts_found(path, encoder)


if __name__ == "__main__":
    main()
