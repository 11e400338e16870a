"""The database of documents, paragraphs, vectors and generations: the truth that indexes are made from.

A row of documents or paragraphs carries the generation it appeared in and the one it left in; a
generation is what had appeared and not left. Publishing one is a single transaction.
"""

import fcntl
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import ColumnElement

from embeddings.errors import BusyError, LibraryError
from embeddings.types import Paragraph, Vectors

SCHEMA_VERSION = 1
_LOCK_KEY = 0x77656E62616F  # "wenbao"
_Item = TypeVar("_Item")
_AT_ONCE = 500  # rows or keys of one statement

_metadata = MetaData()
_schema = Table("schema_version", _metadata, Column("version", Integer, primary_key=True))
_generations = Table(
    "generations",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("encoder", String, nullable=False),
    Column("rules", String, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("paragraphs", Integer, nullable=False),
)
_current = Table(
    "current_generation",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("generation", ForeignKey("generations.number"), nullable=False),
)
_documents = Table(
    "documents",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("content_hash", String, nullable=False),
    Column("original", LargeBinary, nullable=False),
    Column("origin", String, nullable=False),  # the folder or file it was read from
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("appeared", Integer, nullable=False),
    Column("left", Integer),
)
_paragraphs = Table(
    "paragraphs",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("document", ForeignKey("documents.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("byline", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("role", String, nullable=False),
    Column("searched_hash", String, nullable=False),
    Column("appeared", Integer, nullable=False),
    Column("left", Integer),
)
_vectors = Table(
    "vectors",
    _metadata,
    Column("encoder", String, primary_key=True),
    Column("searched_hash", String, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # little-endian float32
)


@dataclass(frozen=True, slots=True)
class Generation:
    """A published state of the library; `rules` names how its documents were read and split."""

    number: int
    encoder: str
    rules: str
    documents: int
    paragraphs: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the current generation."""

    id: int
    name: str
    content_hash: str
    origin: str
    bytes: int
    paragraphs: int


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be published, read and split."""

    name: str
    origin: str
    original: bytes
    paragraphs: Sequence[Paragraph]


def hash_of(content: bytes) -> str:
    """Return the name of a content: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def searched_hash(paragraph: Paragraph) -> str:
    """Return the key of a paragraph's vector: the same searched text is never encoded twice."""
    return hash_of(paragraph.searched.encode())


class Library:
    """Opens a database and makes its tables when it is new; safe to use from many threads.

    :raises LibraryError: it cannot be opened, or another version of the program made it.
    """

    def __init__(self, database_url: str) -> None:
        self._url = database_url.replace("postgres://", "postgresql://", 1).replace(
            "postgresql://", "postgresql+psycopg://", 1
        )
        try:
            self._engine = _open(self._url)
            self._check_schema()
        except SQLAlchemyError as error:
            raise LibraryError(
                "打不开数据库：检查 DATABASE_URL 和 DATA_DIR · cannot open the database, check these settings"
            ) from error

    def _check_schema(self) -> None:
        _metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            version = connection.scalar(select(_schema.c.version))
            if version is None:
                connection.execute(insert(_schema).values(version=SCHEMA_VERSION))
        if version not in (None, SCHEMA_VERSION):
            self._engine.dispose()
            raise LibraryError(
                f"数据库是第 {version} 版的，本程序要第 {SCHEMA_VERSION} 版：换一个 DATA_DIR 后运行 wenbao index"
                " · the database is of another version: choose another DATA_DIR and run `wenbao index`"
            )

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one place of a writer; it falls free when the process ends, however it ends.

        :raises BusyError: another process holds it.
        """
        if self._engine.dialect.name == "sqlite":
            with _file_lock(Path(f"{self._engine.url.database}.lock")):
                yield
            return
        with self._engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK_KEY}):
                raise _busy()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})

    def current_generation(self) -> Generation | None:
        """Return the generation that answers, or None while nothing was published."""
        query = select(_generations).join(_current, _current.c.generation == _generations.c.number)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        return Generation(row["number"], row["encoder"], row["rules"], row["documents"], row["paragraphs"])

    def documents(self) -> list[StoredDocument]:
        """Return the documents of the current generation, by name."""
        with self._engine.connect() as connection:
            number = _current_number(connection)
            count = (
                select(func.count())
                .where(_paragraphs.c.document == _documents.c.id, _alive(_paragraphs, number))
                .scalar_subquery()
            )
            columns = (_documents.c.id, _documents.c.name, _documents.c.content_hash, _documents.c.origin)
            size = func.length(_documents.c.original)
            query = (
                select(*columns, size, count).where(_alive(_documents, number)).order_by(_documents.c.name)
            )
            return [StoredDocument(*row) for row in connection.execute(query)]

    def without_vector(self, encoder: str, hashes: Iterable[str]) -> set[str]:
        """Return those of the hashes for which no vector of this encoder is stored."""
        wanted = list(dict.fromkeys(hashes))
        with self._engine.connect() as connection:
            stored = {
                key
                for part in _parts(wanted)
                for key in connection.scalars(
                    select(_vectors.c.searched_hash).where(
                        _vectors.c.encoder == encoder, _vectors.c.searched_hash.in_(part)
                    )
                )
            }
        return set(wanted) - stored

    def add_vectors(self, encoder: str, vectors: Mapping[str, Vectors]) -> None:
        """Store vectors by the hash of their text; they are used once a generation needs them."""
        rows = [
            {"encoder": encoder, "searched_hash": key, "vector": np.asarray(vector, "<f4").tobytes()}
            for key, vector in vectors.items()
        ]
        with self._engine.begin() as connection:
            for part in _parts(rows):
                connection.execute(insert(_vectors), part)

    def publish(
        self, removed: Sequence[int], added: Sequence[NewDocument], encoder: str, rules: str
    ) -> Generation:
        """Make a new generation current, in one transaction.

        `removed` are ids of documents that leave; a changed document leaves and is added.
        """
        with self._engine.begin() as connection:
            number = 1 + (connection.scalar(select(func.max(_generations.c.number))) or 0)
            for part in _parts(list(removed)):
                for table, key in ((_documents, _documents.c.id), (_paragraphs, _paragraphs.c.document)):
                    leaving = update(table).where(key.in_(part), table.c.left.is_(None))
                    connection.execute(leaving.values(left=number))
            for document in added:
                _insert_document(connection, document, number)
            counts = [
                connection.scalar(select(func.count()).select_from(table).where(_alive(table, number))) or 0
                for table in (_documents, _paragraphs)
            ]
            row = {"number": number, "made_at": datetime.now(UTC), "encoder": encoder, "rules": rules}
            connection.execute(insert(_generations), {**row, "documents": counts[0], "paragraphs": counts[1]})
            if connection.execute(update(_current).values(generation=number)).rowcount == 0:
                connection.execute(insert(_current).values(id=1, generation=number))
        return Generation(number, encoder, rules, *counts)

    def paragraphs_of(self, generation: int) -> list[tuple[int, Paragraph]]:
        """Return all paragraphs of a generation with their ids, in the order of their ids."""
        with self._engine.connect() as connection:
            query = select(_paragraphs).where(_alive(_paragraphs, generation)).order_by(_paragraphs.c.id)
            return [(row["id"], _paragraph(row)) for row in connection.execute(query).mappings()]

    def vectors_of(self, generation: int, encoder: str) -> tuple[list[int], Vectors]:
        """Return the ids of a generation's paragraphs and their vectors, shape (paragraphs, dimensions)."""
        query = (
            select(_paragraphs.c.id, _vectors.c.vector)
            .join(_vectors, _vectors.c.searched_hash == _paragraphs.c.searched_hash)
            .where(_alive(_paragraphs, generation), _vectors.c.encoder == encoder)
            .order_by(_paragraphs.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        matrix = np.frombuffer(b"".join(row.vector for row in rows), "<f4").reshape(len(rows), -1)
        return [row.id for row in rows], matrix.astype(np.float32)

    def read(self, ids: Sequence[int]) -> dict[int, tuple[str, Paragraph]]:
        """Return document name and paragraph for those ids that are in the current generation."""
        with self._engine.connect() as connection:
            number = _current_number(connection)
            query = (
                select(_paragraphs, _documents.c.name)
                .join(_documents, _documents.c.id == _paragraphs.c.document)
                .where(_paragraphs.c.id.in_(list(ids)), _alive(_paragraphs, number))
            )
            rows = connection.execute(query).mappings()
            return {row["id"]: (row["name"], _paragraph(row)) for row in rows}


def _open(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # WAL: readers go on while a generation is written.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy() from error
        yield


def _busy() -> BusyError:
    return BusyError(
        "文档库正在更新，请等这一次结束再试 · another indexing run is at work, try again after it"
    )


def _alive(table: Table, generation: int) -> ColumnElement[bool]:
    return (table.c.appeared <= generation) & (table.c.left.is_(None) | (table.c.left > generation))


def _current_number(connection: Connection) -> int:
    return connection.scalar(select(_current.c.generation)) or 0


def _insert_document(connection: Connection, document: NewDocument, number: int) -> None:
    result = connection.execute(
        insert(_documents).values(
            name=document.name,
            content_hash=hash_of(document.original),
            original=document.original,
            origin=document.origin,
            added_at=datetime.now(UTC),
            appeared=number,
        )
    )
    assert result.inserted_primary_key is not None
    rows = [
        {
            "document": result.inserted_primary_key[0],
            "position": position,
            "text": paragraph.text,
            "headings": list(paragraph.headings),
            "byline": paragraph.byline,
            "subject": paragraph.subject,
            "role": paragraph.role,
            "searched_hash": searched_hash(paragraph),
            "appeared": number,
        }
        for position, paragraph in enumerate(document.paragraphs)
    ]
    for part in _parts(rows):
        connection.execute(insert(_paragraphs), part)


def _paragraph(row: RowMapping) -> Paragraph:
    return Paragraph(row["text"], tuple(row["headings"]), row["byline"], row["subject"], row["role"])


def _parts(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
