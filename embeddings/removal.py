"""Removing a document so that nothing of it is left, in any generation, and counting what is left.

Each function works inside a transaction of its caller.
"""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from embeddings.errors import LibraryError
from embeddings.generations import (
    begin_generation,
    count,
    current_number,
    delete_vectors,
    erase_documents,
    turn_to,
)
from embeddings.schema import documents, generations, holdings, paragraphs, removed_names, vectors
from embeddings.view import parts

# The tables that a removal deletes from, those of the quotes among them.
TOUCHED = ("documents", "holdings", "paragraphs", "vectors", "questions", "ratings", "offers")
EraseQuotes = Callable[[Connection, Sequence[int]], None]  # takes the ids of the paragraphs that go


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal and its proof: what there was, and what was counted as left after the commit."""

    name: str
    generation: int
    paragraphs: int
    paragraphs_left: int
    vectors: int
    vectors_left: int
    originals: int  # one for each version of the document that a generation still held
    originals_left: int
    same_content: tuple[str, ...]  # other documents of the same bytes: these stay
    overwritten: bool  # whether the database file and its log were made to forget the bytes at once


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a document stands in the database."""

    name: str
    documents: tuple[int, ...]
    paragraphs: tuple[int, ...]
    hashes: tuple[str, ...]  # of its vectors, but for those that another document needs too
    same_content: tuple[str, ...]


def find_traces(connection: Connection, name: str) -> Traces:
    """Look for a document in all generations.

    :raises LibraryError: none has a document of this name; the message names those that come near.
    """
    ids = tuple(connection.scalars(select(documents.c.id).where(documents.c.name == name)))
    if not ids:
        raise LibraryError(_unknown(connection, name))
    mine = paragraphs.c.document.in_(ids)
    others = paragraphs.alias()
    shared = select(others.c.id).where(
        others.c.searched_hash == paragraphs.c.searched_hash, others.c.document.not_in(ids)
    )
    own = select(paragraphs.c.searched_hash).where(mine, ~shared.exists())
    contents = select(documents.c.content_hash).where(documents.c.id.in_(ids))
    same = (
        select(documents.c.name)
        .join(holdings, holdings.c.document == documents.c.id)
        .where(documents.c.content_hash.in_(contents), documents.c.name != name)
        .where(holdings.c.generation == current_number(connection))
    )
    return Traces(
        name,
        ids,
        tuple(connection.scalars(select(paragraphs.c.id).where(mine))),
        tuple(connection.scalars(own.distinct())),
        tuple(connection.scalars(same.order_by(documents.c.name))),
    )


def _unknown(connection: Connection, name: str) -> str:
    known = list(connection.scalars(select(documents.c.name).distinct()))
    near = difflib.get_close_matches(name, known, 3, 0.4)
    hint = f"，是不是 {'、'.join(near)}？" if near else "，wenbao documents list 列出全部"
    return f"没有名为 {name} 的文档{hint} · there is no document of this name"


def remove(connection: Connection, traces: Traces, erase_quotes: EraseQuotes) -> int:
    """Erase a document from every generation, and turn to a new one without it; return its number."""
    erase_quotes(connection, traces.paragraphs)
    of_document = holdings.c.document.in_(traces.documents)
    touched = list(connection.scalars(select(holdings.c.generation).where(of_document).distinct()))
    current = current_number(connection)
    row = connection.execute(select(generations).where(generations.c.number == current)).one()
    number = begin_generation(connection, row.encoder, row.rules)
    erase_documents(connection, traces.documents)
    delete_vectors(connection, traces.hashes)
    for generation in (*touched, number):
        count(connection, generation)
    connection.execute(delete(removed_names).where(removed_names.c.name == traces.name))
    connection.execute(insert(removed_names).values(name=traces.name, removed_at=datetime.now(UTC)))
    turn_to(connection, number)
    return number


def count_left(connection: Connection, traces: Traces) -> tuple[int, int, int]:
    """Count what is there now of its paragraphs, vectors and originals."""

    def counted(column: ColumnElement[object], keys: Sequence[object]) -> int:
        return sum(
            connection.scalar(select(func.count()).where(column.in_(part))) or 0 for part in parts(keys)
        )

    return (
        counted(paragraphs.c.id, traces.paragraphs),
        counted(vectors.c.searched_hash, traces.hashes),
        counted(documents.c.id, traces.documents),
    )
