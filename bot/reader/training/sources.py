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

_SHARE_HELD_OUT = {True: 15, False: 50}  # of 100 new documents: official prose, others
_OFFICIAL = re.compile(r"own/1[7-9]/")  # whole newspaper pages and reports, dense with figures


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the library keeps it; what is held out is measured on and never learnt from."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    group: str  # "official", "new" or "known" to the handed-over network
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
    documents = (_document(row) for row in rows(data / "authored_contexts.jsonl.zst"))
    return {document.name: document for document in documents}


def _document(row: dict[str, Any]) -> Document:
    name = row["id"]
    file_name = name if "." in name else f"{name}.txt"
    paragraphs = tuple(split_paragraphs(read_document(file_name, row["text"].encode())))
    official = bool(_OFFICIAL.match(name))
    group = "official" if official else "new" if row["unseen"] else "known"
    held_out = row["unseen"] and crc32(name.encode()) % 100 < _SHARE_HELD_OUT[official]
    return Document(name, paragraphs, group, held_out)


def read_questions(data: Path) -> list[Question]:
    """Return the questions that were written for the documents."""
    return [
        Question(row["question"], row["context"], tuple(row["answers"]), row.get("piece", ""))
        for row in rows(data / "authored_questions.jsonl.zst")
    ]


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


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
