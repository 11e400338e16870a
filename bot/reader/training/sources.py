"""What the network learns from: questions by people, with the documents as the product would hand them over."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import zstandard

from embeddings.documents import read_document
from embeddings.paragraphs import split_paragraphs
from embeddings.types import Paragraph

Span = tuple[int, int]  # characters, the end not counted

OURS = Path(__file__).with_name("written")  # documents with their questions, in plain text
_SHARE_HELD_OUT = {"official": 15, "new": 50, "ours": 10}  # of 100 documents
_OFFICIAL = re.compile(r"own/1[7-9]/")  # whole newspaper pages and reports, dense with figures
_WRITTEN = re.compile(r"^=== *(.+)\n((?:.*\n)*?)--- 问答\n", re.MULTILINE)
_LABELLED = re.compile(r"^(问|答|处)：(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the library keeps it; what is held out is measured on and never learnt from."""

    name: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    group: str  # "official", "new" or "known" to the handed-over network, or "ours"
    held_out: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a document; no answers: the document does not say."""

    text: str
    document: str
    answers: tuple[str, ...]  # a list's members in their order
    stretch: str  # where the answer stands, if it stands more than once


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on one text, with the spans of its answer."""

    question: str
    text: str
    answers: tuple[Span, ...]
    source: str


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a .jsonl or .jsonl.zst file."""
    packed = path.suffix == ".zst"
    with zstandard.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_documents(data: Path) -> dict[str, Document]:
    """Return the documents that questions were written for, repaired and split as the product does."""
    documents = [_handed_over(row) for row in rows(data / "authored_contexts.jsonl.zst")]
    documents += [document for document, _ in our_documents(OURS)]
    return {document.name: document for document in documents}


def _handed_over(row: dict[str, Any]) -> Document:
    official = "official" if _OFFICIAL.match(row["id"]) else "new"
    return _document(row["id"], row["text"], official if row["unseen"] else "known")


def _document(name: str, text: str, group: str) -> Document:
    file_name = name if "." in name else f"{name}.txt"
    paragraphs = tuple(split_paragraphs(read_document(file_name, text.encode())))
    held_out = crc32(name.encode()) % 100 < _SHARE_HELD_OUT.get(group, 0)
    return Document(name, text, paragraphs, group, held_out)


def read_questions(data: Path) -> list[Question]:
    """Return the questions that were written for the documents."""
    questions = [
        Question(row["question"], row["context"], tuple(row["answers"]), row.get("piece", ""))
        for row in rows(data / "authored_questions.jsonl.zst")
    ]
    return questions + [one for _, asked in our_documents(OURS) for one in asked]


def our_documents(folder: Path) -> Iterator[tuple[Document, list[Question]]]:
    """Yield the documents of our own with their questions."""
    for name, text, asked in _written(folder):
        yield _document(name, text, "ours"), list(_asked(name, asked))


def _written(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, text and questions of each document: === 通知.txt … --- 问答 … 问：几点开门 答：8:30."""
    for file in sorted(folder.glob("*.txt")):
        parts = _WRITTEN.split(file.read_text(encoding="utf-8"))
        for name, text, asked in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            yield f"{file.stem}/{name.strip()}", text, asked


def _asked(document: str, text: str) -> Iterator[Question]:
    """Yield questions: 问 begins one, each 答 is a member of its answer (无: not told), 处 is where it stands."""
    lines = [(label, words.strip()) for label, words in _LABELLED.findall(text)]
    starts = [place for place, (label, _) in enumerate(lines) if label == "问"]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        told = [(label, words) for label, words in lines[start + 1 : end]]
        answers = tuple(words for label, words in told if label == "答" and words != "无")
        stretch = "".join(words for label, words in told if label == "处")
        yield Question(lines[start][1], document, answers, stretch)


def read_public(path: Path) -> list[Asked]:
    """Return the rows of a public reading set; of several answers to one question the first."""
    asked = []
    for row in rows(path):
        start, text = row["answers"][0]["start"], row["answers"][0]["text"]
        spans = ((start, start + len(text)),)
        asked.append(Asked(row["question"], row["context"], spans, row.get("source", path.stem)))
    return asked


def find_answers(question: Question, text: str) -> tuple[Span, ...]:
    """Return where a text tells the answers, blanks and line breaks aside; empty: it does not tell all.

    >>> find_answers(Question("几家", "", ("3家",), "净增1家、3家"), "共3家，净增1家、 3家")
    ((10, 12),)
    """
    places = [place for place, character in enumerate(text) if not character.isspace()]
    bare = "".join(text[place] for place in places)
    if "|" in question.stretch:
        found = _find_cell(question, bare)
        return ((places[found[0]], places[found[1] - 1] + 1),) if found else ()
    stretch = _bare(question.stretch)
    start = bare.find(stretch)
    if start < 0 or not question.answers:
        return ()
    spans, after = [], start
    for answer in map(_bare, question.answers):
        found = bare.find(answer, after)
        if found < 0 and (found := bare.find(answer)) < 0:
            return ()
        spans.append((places[found], places[found + len(answer) - 1] + 1))
        after = found + len(answer)
    return tuple(spans)


def _find_cell(question: Question, bare: str) -> Span | None:
    """Return the only cell that is the answer in a row given as | 甲楼 | 9 |, read as 楼：甲楼；层：9."""
    cells = [_bare(cell) for cell in question.stretch.split("|")]
    if len(question.answers) != 1 or not all(cell in bare for cell in cells):
        return None
    found = list(re.finditer(rf"(?<=[：:])({re.escape(_bare(question.answers[0]))})(?=；|$)", bare))
    return found[0].span() if len(found) == 1 else None


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
