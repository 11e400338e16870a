"""How generations are written: staged beside the current one, turned to, and pruned to the last five.

Each function works inside a transaction of its caller.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from embeddings.errors import LibraryError
from embeddings.schema import (
    current_generation,
    documents,
    generations,
    holdings,
    insert_rows,
    paragraphs,
    removed_names,
    vectors,
)
from embeddings.types import ADDED, NewDocument, hash_of, searched_hash
from embeddings.view import AT_ONCE, parts

KEPT_GENERATIONS = 5
_DOCUMENTS_AT_ONCE = 10  # each with an original of up to 64 MB
_PARAGRAPH = ("document", "position", "text", "headings", "byline", "subject", "role", "searched_hash")


class VectorsMissing(Exception):  # noqa: N818 - the run encodes them and stages again
    """A removal took vectors away that a run had counted on."""


def current_number(connection: Connection) -> int:
    """Return the number of the generation that answers; 0 before the first one."""
    return connection.scalar(select(current_generation.c.generation)) or 0


def held_by(generation: int) -> ColumnElement[bool]:
    """Select the documents that a generation holds."""
    return documents.c.id.in_(select(holdings.c.document).where(holdings.c.generation == generation))


def stage(
    connection: Connection, leaving: Sequence[int], new: Sequence[NewDocument], encoder: str, rules: str
) -> int:
    """Write a candidate from what the current generation holds; return its number.

    A new document takes the place of the one of its name. What a person has removed meanwhile does not
    come in again by a folder. An earlier candidate goes.

    :raises VectorsMissing: a paragraph of it has no vector of this encoder.
    """
    discard_candidates(connection)
    number = begin_generation(connection, encoder, rules)
    removed = set(connection.scalars(select(removed_names.c.name)))
    new = [document for document in new if document.origin == ADDED or document.name not in removed]
    for part in parts(list(leaving)):
        _let_go(connection, number, holdings.c.document.in_(part))
    for names in parts([document.name for document in new]):
        of_name = select(documents.c.id).where(documents.c.name.in_(names))
        _let_go(connection, number, holdings.c.document.in_(of_name))
        connection.execute(delete(removed_names).where(removed_names.c.name.in_(names)))
    inserted = _insert(connection, new, number)
    before = connection.scalar(
        select(generations.c.encoder).where(generations.c.number == current_number(connection))
    )
    suspects = inserted if before == encoder else list(connection.scalars(_held(number)))
    if _lack_vectors(connection, suspects, encoder):
        raise VectorsMissing
    count(connection, number)
    return number


def begin_generation(connection: Connection, encoder: str, rules: str) -> int:
    """Write a candidate that holds what the current generation holds; return its number."""
    number = 1 + (connection.scalar(select(func.max(generations.c.number))) or 0)
    row = {"number": number, "made_at": datetime.now(UTC), "encoder": encoder, "rules": rules}
    connection.execute(insert(generations).values(**row, documents=0, paragraphs=0))
    same = select(literal(number), holdings.c.document).where(
        holdings.c.generation == current_number(connection)
    )
    connection.execute(insert(holdings).from_select(["generation", "document"], same))
    return number


def _let_go(connection: Connection, number: int, which: ColumnElement[bool]) -> None:
    connection.execute(delete(holdings).where(holdings.c.generation == number, which))


def _held(number: int) -> Select[int]:
    return select(holdings.c.document).where(holdings.c.generation == number)


def _insert(connection: Connection, new: Sequence[NewDocument], number: int) -> list[int]:
    """Write documents into a generation; return their ids."""
    made = insert(documents).returning(documents.c.id, sort_by_parameter_order=True)
    now = datetime.now(UTC)
    keys: list[int] = []
    for start in range(0, len(new), _DOCUMENTS_AT_ONCE):
        some = [_row(each, now) for each in new[start : start + _DOCUMENTS_AT_ONCE]]
        keys += connection.scalars(made, some)
    insert_rows(connection, holdings, ("generation", "document"), [(number, key) for key in keys])
    rows = (row for key, document in zip(keys, new, strict=True) for row in _paragraph_rows(key, document))
    while part := list(islice(rows, AT_ONCE)):
        insert_rows(connection, paragraphs, _PARAGRAPH, part)
    return keys


def _row(document: NewDocument, now: datetime) -> dict[str, Any]:
    return {
        "name": document.name,
        "title": document.title,
        "content_hash": hash_of(document.original),
        "original": document.original,
        "origin": document.origin,
        "added_at": now,
    }


def _paragraph_rows(key: int, document: NewDocument) -> Iterator[tuple[Any, ...]]:
    for position, part in enumerate(document.paragraphs):
        headings = json.dumps(part.headings)
        hashed = searched_hash(part)
        yield key, position, part.text, headings, part.byline, part.subject, part.role, hashed


def _lack_vectors(connection: Connection, ids: Sequence[int], encoder: str) -> bool:
    stored = select(vectors.c.encoder).where(
        vectors.c.encoder == encoder, vectors.c.searched_hash == paragraphs.c.searched_hash
    )
    lacking = select(paragraphs.c.id).where(~stored.exists()).limit(1)
    return any(
        connection.scalar(lacking.where(paragraphs.c.document.in_(part))) is not None for part in parts(ids)
    )


def count(connection: Connection, number: int) -> None:
    """Write down how many documents and paragraphs a generation holds."""
    of_generation = holdings.c.generation == number
    held = select(func.count()).select_from(holdings).where(of_generation).scalar_subquery()
    inside = holdings.join(paragraphs, paragraphs.c.document == holdings.c.document)
    counted = select(func.count()).select_from(inside).where(of_generation).scalar_subquery()
    row = update(generations).where(generations.c.number == number)
    connection.execute(row.values(documents=held, paragraphs=counted))


def turn_to(connection: Connection, number: int) -> None:
    """Make a generation the one that answers, and let go what is older than the last five.

    :raises LibraryError: it is gone, or going back to it needs another model.
    """
    _refuse_other_encoder(connection, number)
    published = update(generations).where(generations.c.number == number)
    now = func.coalesce(generations.c.published_at, datetime.now(UTC))
    if connection.execute(published.values(published_at=now)).rowcount == 0:
        raise LibraryError(
            f"没有第 {number} 代了：它已被更新的取代 · generation {number} is gone, newer ones took its place"
        )
    if connection.execute(update(current_generation).values(generation=number)).rowcount == 0:
        connection.execute(insert(current_generation).values(id=1, generation=number))
    prune(connection)


def _refuse_other_encoder(connection: Connection, number: int) -> None:
    current = current_number(connection)
    encoder = select(generations.c.encoder)
    answered = generations.c.published_at.is_not(None)  # a candidate brings its own encoder
    wanted = connection.scalar(encoder.where(generations.c.number == number, answered))
    answering = connection.scalar(encoder.where(generations.c.number == current))
    if number < current and wanted is not None and wanted != answering:
        raise LibraryError(
            f"第 {number} 代是用 {wanted} 编码的，回不去：换回这个 EMBEDDING_MODEL 再运行 wenbao index"
            " · another model encoded it: set that one and run `wenbao index`"
        )


def prune(connection: Connection) -> None:
    """Erase the generations before the last five, and the documents that only they held."""
    column = generations.c.number
    is_published = generations.c.published_at.is_not(None)
    kept = set(
        connection.scalars(select(column).where(is_published).order_by(column.desc()).limit(KEPT_GENERATIONS))
    )
    old = set(connection.scalars(select(column).where(is_published))) - kept - {current_number(connection)}
    delete_vectors(connection, _drop_generations(connection, sorted(old)))


def delete_vectors(connection: Connection, hashes: Sequence[str]) -> None:
    """Delete the vectors of these texts, of every encoder, but for those that a paragraph still needs."""
    # With the encoders named the key's index serves; without, each part would read the whole table.
    encoders = list(connection.scalars(select(vectors.c.encoder).distinct()))
    is_needed = select(paragraphs.c.id).where(paragraphs.c.searched_hash == vectors.c.searched_hash).exists()
    useless = delete(vectors).where(vectors.c.encoder.in_(encoders), ~is_needed)
    for part in parts(hashes):
        connection.execute(useless.where(vectors.c.searched_hash.in_(part)))


def discard_candidates(connection: Connection) -> None:
    """Erase the generations that were staged and never turned to."""
    unpublished = select(generations.c.number).where(generations.c.published_at.is_(None))
    _drop_generations(connection, list(connection.scalars(unpublished)))


def _drop_generations(connection: Connection, numbers: Sequence[int]) -> list[str]:
    """Delete generations and what only they held; return the keys of the vectors that this used."""
    if not numbers:
        return []
    connection.execute(delete(holdings).where(holdings.c.generation.in_(numbers)))
    connection.execute(delete(generations).where(generations.c.number.in_(numbers)))
    is_held = select(holdings.c.document).where(holdings.c.document == documents.c.id).exists()
    ids = list(connection.scalars(select(documents.c.id).where(~is_held)))
    hashes = select(paragraphs.c.searched_hash)
    keys = {
        key
        for part in parts(ids)
        for key in connection.scalars(hashes.where(paragraphs.c.document.in_(part)))
    }
    erase_documents(connection, ids)
    return sorted(keys)


def erase_documents(connection: Connection, ids: Sequence[int]) -> None:
    """Delete documents with their originals and paragraphs from every generation."""
    for part in parts(ids):
        connection.execute(delete(holdings).where(holdings.c.document.in_(part)))
        connection.execute(delete(paragraphs).where(paragraphs.c.document.in_(part)))
        connection.execute(delete(documents).where(documents.c.id.in_(part)))


def sweep_vectors(connection: Connection) -> None:
    """Delete the vectors that no paragraph needs, and those of encoders that no generation uses.

    A run that broke off, a candidate that was discarded and a change of the model leave such ones.
    """
    needed = select(func.count(paragraphs.c.searched_hash.distinct())).scalar_subquery()
    if not connection.scalar(select(select(func.count()).select_from(vectors).scalar_subquery() > needed)):
        return
    key = (vectors.c.encoder, vectors.c.searched_hash)
    is_needed = select(paragraphs.c.id).where(paragraphs.c.searched_hash == vectors.c.searched_hash).exists()
    is_used = vectors.c.encoder.in_(select(generations.c.encoder))
    # By the index of the keys alone: the vectors themselves are many pages.
    useless = connection.execute(select(*key).where(or_(~is_needed, ~is_used))).all()
    for part in parts(useless):
        connection.execute(delete(vectors).where(tuple_(*key).in_(part)))
