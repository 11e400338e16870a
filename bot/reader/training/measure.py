"""Measure the reader: `python -m bot.reader.training.measure GRAPH.onnx TOKENIZER --reading FILE … --data DATA`.

--reading: exact match and F1 in percent with the right context given, counted as CMRC 2018 counts them (Cui et al.
2019, arXiv:1810.07366). --data: questions about documents that are held out, each with up to eight passages of its
document: how many of the answerable are answered right by the best passage's best span, and how well "answerable"
tells the others from them (area under the curve). --against: how often two graphs give the same span.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from bot.reader.training.batches import collate, encode
from bot.reader.training.examples import SENTENCE_END, Example, passage_of, told
from bot.reader.training.neighbours import Neighbours
from bot.reader.training.sources import Asked, read_documents, read_public, read_questions
from bot.reading import counted, f1

LONGEST_PART = 480  # characters of a context that are read at once; they fit into 400 pieces
LONGEST_ANSWER = 60  # pieces
PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The best span of a passage, and whether the passage answers: both as log-odds or sums of logarithms."""

    text: str
    answerable: float
    score: float  # of the span against none


class Reader:
    """The graph as the product runs it: one thread, all passages of a question in one batch."""

    def __init__(self, graph: Path, tokenizer: Path) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = 1
        self._session = InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))

    def read(self, question: str, passages: Sequence[str]) -> list[Found]:
        """Return the best span of each passage."""
        encoded = encode([Example(question, passage, (), "") for passage in passages], self._tokenizer)
        batch = collate(encoded)
        feeds = {"ids": batch.ids.numpy(), "types": batch.types.numpy()}
        spans, answerable = self._session.run(None, feeds)
        return [
            self._best(passage, span[: len(one.ids) - 1], one.passage, float(told_))
            for passage, span, one, told_ in zip(passages, spans, encoded, answerable, strict=True)
        ]

    def _best(self, passage: str, scores: np.ndarray, begin: int, answerable: float) -> Found:
        start, end = scores[begin:, 0], scores[begin:, 1]
        offsets = self._tokenizer.encode(passage).offsets[: len(start)]
        sums = start[:, None] + end[None, :]
        allowed = np.triu(np.ones(sums.shape, bool)) & np.tri(*sums.shape, LONGEST_ANSWER, dtype=bool)
        first, last = np.unravel_index(np.where(allowed, sums, -np.inf).argmax(), sums.shape)
        text = passage[offsets[first][0] : offsets[last][1]].strip()
        return Found(text, answerable, float(sums[first, last] - scores[0, 0] - scores[0, 1]))


def parts(text: str) -> list[str]:
    """Cut a context into parts of whole sentences that the network can read at once."""
    found, start, end = [], 0, 0
    for last in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        if last - start > LONGEST_PART and end > start:
            found.append(text[start:end])
            start = end
        end = last
    return [*found, text[start:]]


def with_context(reader: Reader, asked: Sequence[Asked]) -> tuple[float, float]:
    """Return exact match and F1 in percent."""
    exact, overlap = [], []
    for one in asked:
        found = reader.read(one.question, parts(one.text))
        best = max(found, key=lambda each: each.answerable + each.score).text
        start, end = one.answers[0]
        exact.append(counted(best) == counted(one.text[start:end]))
        overlap.append(f1(best, one.text[start:end]))
    return 100 * float(np.mean(exact)), 100 * float(np.mean(overlap))


def same_spans(one: Reader, other: Reader, asked: Sequence[Asked]) -> float:
    """Return for how many of 100 questions two graphs like the same span best in the first part."""
    read = (
        [graph.read(row.question, parts(row.text)[:1])[0].text for row in asked] for graph in (one, other)
    )
    return 100 * float(np.mean([first == second for first, second in zip(*read, strict=True)]))


def held_out(data: Path, most: int) -> Iterator[tuple[str, str, list[str], tuple[str, ...]]]:
    """Yield group, question, passages and accepted answers; the right passage is among them, others tempt."""
    documents = read_documents(data)
    neighbours = Neighbours(documents.values())
    questions = [one for one in read_questions(data) if documents[one.document].held_out]
    for group in ("official", "new"):
        asked = [one for one in questions if documents[one.document].group == group]
        for question in random.Random(0).sample(asked, min(most, len(asked))):
            right = told(question, documents[question.document])
            if len(question.answers) > 1 or (question.answers and right is None):
                continue
            others = neighbours.inside(question) or list(documents[question.document].paragraphs[:1])
            shown = ([right[0]] if right else []) + others
            yield group, question.text, [passage_of(one)[0] for one in shown[:PASSAGES]], question.answers


def on_documents(reader: Reader, data: Path, most: int) -> dict[str, tuple[float, float, int]]:
    """Return for each group the share answered right, the area under the curve and how many questions."""
    rows: dict[str, list[tuple[bool, bool, float]]] = {}
    for group, question, passages, answers in held_out(data, most):
        best = max(reader.read(question, passages), key=lambda one: one.answerable)
        right = bool(answers) and counted(best.text) == counted(answers[0])
        rows.setdefault(group, []).append((bool(answers), right, best.answerable))
    figures = {}
    for group, found in rows.items():
        right = [one[1] for one in found if one[0]]
        area = roc_auc_score([one[0] for one in found], [one[2] for one in found])
        figures[group] = (100 * float(np.mean(right)), float(area), len(found))
    return figures


def main(words: Sequence[str] | None = None) -> None:
    """Print one line a set; `words` are those of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("graph", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument(
        "--reading", type=Path, nargs="*", default=[], help="sets with the right context given"
    )
    parser.add_argument(
        "--data", type=Path, help="folder of the training files: their documents that are held out"
    )
    parser.add_argument("--against", type=Path, help="another graph, to count spans that are the same")
    parser.add_argument(
        "--most", type=int, default=300, help="questions of each set, drawn with a fixed seed"
    )
    arguments = parser.parse_args(words)
    reader = Reader(arguments.graph, arguments.tokenizer)
    for path in arguments.reading:
        asked = read_public(path)
        asked = random.Random(0).sample(asked, min(arguments.most, len(asked)))
        exact, overlap = with_context(reader, asked)
        print(f"{path.stem:<16} {len(asked)} questions: EM {exact:.1f} F1 {overlap:.1f}", flush=True)
        if arguments.against:
            share = same_spans(reader, Reader(arguments.against, arguments.tokenizer), asked)
            print(f"the same span: {share:.1f} %", flush=True)
    if arguments.data:
        for group, (right, area, count) in on_documents(reader, arguments.data, arguments.most).items():
            print(f"held out, {group}: {count} questions, right {right:.1f} AUC {area:.3f}", flush=True)


if __name__ == "__main__":
    main()
