"""What flows through the program, in the order in which it flows."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # unit length, one row a text

Role = Literal["body", "note", "caption", "row", "heading", "byline"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A repaired paragraph: the source's own characters, without the line breaks of its columns.

    Headings and bylines are also paragraphs of their own (role "heading", "byline"): people ask
    for titles and authors too.
    """

    text: str
    headings: tuple[str, ...] = ()  # outermost first
    byline: str = ""
    subject: str = ""  # the place or body this section speaks about: 龙港
    role: Role = "body"

    @property
    def context(self) -> str:
        """What stands around the paragraph and says what it is about, in one line."""
        return " ".join(part for part in (self.subject, *self.headings, self.byline) if part)

    @property
    def searched(self) -> str:
        """What is encoded and split into terms: the text with its context in front."""
        return f"{self.context} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document as it was understood: its paragraphs, the lines set aside, what could not be taken."""

    paragraphs: tuple[Paragraph, ...]
    set_aside: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph found for a question; score is within 0 … 1, higher is better."""

    paragraph_id: int
    document: str
    paragraph: Paragraph
    score: float


ADDED = "added"  # the origin of a document that a person added: no folder takes it away


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be published, read and split; `origin` is its folder or file, or ADDED."""

    name: str
    origin: str
    original: bytes
    paragraphs: Sequence[Paragraph]
    title: str = ""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the current generation."""

    id: int
    name: str
    title: str
    content_hash: str
    origin: str
    bytes: int
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Content:
    """What an index is made from: a document's paragraphs with their ids and vectors, row for row.

    `added` is when the document came, in microseconds: with the id it names the document for good.
    """

    document: int
    added: int
    paragraphs: Sequence[tuple[int, Paragraph]]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Generation:
    """A state of the library; `rules` names how its documents were read and split."""

    number: int
    made_at: datetime
    encoder: str
    rules: str
    documents: int
    paragraphs: int


def hash_of(content: bytes) -> str:
    """Return the name of a content: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def searched_hash(paragraph: Paragraph) -> str:
    """Return the key of a paragraph's vector: the same searched text is never encoded twice."""
    return hash_of(paragraph.searched.encode())


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work is: `done` of `total` in the stage named."""

    stage: str
    done: int
    total: int


class Encoder(Protocol):
    """Text → unit vectors. `name` changes whenever the same text would get another vector."""

    name: str
    dimensions: int

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row for each text, shape (len(texts), dimensions)."""
        ...

    def encode_question(self, text: str) -> Vectors:
        """Return one unit vector, shape (dimensions,)."""
        ...
