"""The database of documents, paragraphs, vectors and generations: the truth that indexes are made from.

A generation lists the documents it holds. Making one current, going back to an earlier one and
removing a document are a single transaction each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import (
    Select,
    func,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from embeddings import generations as steps
from embeddings import removal, schema
from embeddings.errors import LibraryError
from embeddings.generations import current_number, held_by
from embeddings.locks import writing_lock
from embeddings.schema import changing, documents, holdings, insert_rows, paragraphs, vectors
from embeddings.types import Generation, NewDocument, Paragraph, StoredDocument, Vectors
from embeddings.view import AT_ONCE, View, paragraph_of, parts

_PARAGRAPH = tuple(paragraphs.c[name] for name in ("id", "text", "headings", "byline", "subject", "role"))


class Library(View):
    """Opens a database and makes its tables when it is new; safe to use from many threads.

    :raises LibraryError: it cannot be opened, or a newer version of the program made it.
    """

    def __init__(self, database_url: str) -> None:
        self._engine = schema.open_engine(database_url)
        self._hold = _hold_nothing
        try:
            schema.prepare(self._engine)
        except (SQLAlchemyError, LibraryError) as error:
            self._engine.dispose()
            if isinstance(error, LibraryError):
                raise
            raise LibraryError(
                "打不开数据库：检查 DATABASE_URL 和 DATA_DIR · cannot open the database, check these settings"
            ) from error

    @property
    def address(self) -> str:
        """Say which database it is, without user or password."""
        url = self._engine.url
        database = Path(url.database or "").resolve() if url.get_backend_name() == "sqlite" else url.database
        return f"{url.host}:{url.port}/{database}"

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _rows(self, statement: str, *values: Any) -> Sequence[Sequence[Any]]:
        if (
            self._engine.dialect.name == "sqlite"
        ):  # by its driver: SQLAlchemy takes longer over it than SQLite
            with closing(self._engine.raw_connection()) as raw:
                rows: list[Sequence[Any]] = raw.cursor().execute(statement, values).fetchall()
                return rows
        with self._engine.connect() as connection:
            return connection.exec_driver_sql(self._marked(statement), values).all()

    def _each(self, statement: str, *values: Any) -> Iterator[Sequence[Any]]:
        with self._engine.connect().execution_options(yield_per=AT_ONCE) as connection:
            yield from connection.exec_driver_sql(self._marked(statement), values)

    def _marked(self, statement: str) -> str:
        return statement if self._engine.dialect.name == "sqlite" else statement.replace("?", "%s")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock of the one writer; it falls free when the process ends, however it ends.

        :raises BusyError: another process holds it.
        """
        with writing_lock(self._engine) as hold:
            self._hold = hold
            try:
                yield
            finally:
                self._hold = _hold_nothing

    # --- generations ---

    def stage(
        self, leaving: Sequence[int], new: Sequence[NewDocument], encoder: str, rules: str
    ) -> Generation:
        """Write a candidate beside the current generation, in one transaction; it does not answer yet.

        `leaving` are ids of documents; a new document takes the place of the one of its name.

        :raises VectorsMissing: a paragraph has no vector of this encoder.
        :raises BusyError: the writer's lock was lost meanwhile, and another process has it.
        """
        self._hold()
        with changing(self._engine) as connection:
            number = steps.stage(connection, leaving, new, encoder, rules)
        return self._known(number)

    def turn_to(self, number: int) -> Generation:
        """Make a generation the one that answers, in one transaction.

        :raises LibraryError: it is gone, or another model encoded it.
        :raises BusyError: as `stage`.
        """
        self._hold()
        with changing(self._engine) as connection:
            earlier = number < current_number(connection)
            steps.turn_to(connection, number)
            if not earlier:
                steps.sweep_vectors(connection)
        return self._known(number)

    def discard_candidate(self) -> None:
        """Let a generation go that was staged and is not wanted."""
        with changing(self._engine) as connection:
            steps.discard_candidates(connection)

    def go_back(self) -> Generation:
        """Turn to the generation before the current one.

        :raises LibraryError: there is none, or another model encoded it.
        :raises BusyError: a run is at work.
        """
        with self.writing():
            current = self.current_generation()
            earlier = [each for each in self.published() if current and each.number < current.number]
            if not earlier:
                raise LibraryError("没有更早的一代可以回去 · there is no earlier generation to go back to")
            return self.turn_to(earlier[0].number)

    def publish(
        self, leaving: Sequence[int], new: Sequence[NewDocument], encoder: str, rules: str
    ) -> Generation:
        """Stage a generation and turn to it."""
        return self.turn_to(self.stage(leaving, new, encoder, rules).number)

    def _known(self, number: int) -> Generation:
        generation = self.generation(number)
        assert generation is not None
        return generation

    # --- documents ---

    def documents(self) -> list[StoredDocument]:
        """Return the documents of the current generation, by name."""
        counted = select(func.count()).where(paragraphs.c.document == documents.c.id).scalar_subquery()
        column = documents.c
        facts = (column.id, column.name, column.title, column.content_hash, column.origin)
        size = func.length(column.original)
        with self._engine.connect() as connection:
            held = held_by(current_number(connection))
            query = select(*facts, size, counted).where(held).order_by(column.name)
            return [StoredDocument(*row) for row in connection.execute(query).all()]

    def original(self, document: int) -> bytes | None:
        """Return a document's bytes as they came, None when it is gone."""
        with self._engine.connect() as connection:
            return connection.scalar(select(documents.c.original).where(documents.c.id == document))

    def removed_names(self) -> set[str]:
        """Return the names that a person removed and nobody added again."""
        with self._engine.connect() as connection:
            return set(connection.scalars(select(schema.removed_names.c.name)))

    def remove(self, name: str, erase_quotes: removal.EraseQuotes) -> removal.Removal:
        """Erase a document from every generation, and count afterwards what is left of it.

        `erase_quotes` erases in the same transaction what was quoted from its paragraphs elsewhere.
        A run under way need not end before: what it publishes leaves the document out.

        :raises LibraryError: there is no document of this name.
        """
        with changing(self._engine) as connection:
            traces = removal.find_traces(connection, name)
            number = removal.remove(connection, traces, erase_quotes)
        overwritten = schema.overwrite_deleted(self._engine, removal.TOUCHED)
        with self._engine.connect() as connection:
            paragraphs_left, vectors_left, originals_left = removal.count_left(connection, traces)
        return removal.Removal(
            name=name,
            generation=number,
            paragraphs=len(traces.paragraphs),
            paragraphs_left=paragraphs_left,
            vectors=len(traces.hashes),
            vectors_left=vectors_left,
            originals=len(traces.documents),
            originals_left=originals_left,
            same_content=traces.same_content,
            overwritten=overwritten,
        )

    # --- paragraphs and vectors ---

    def paragraphs_of(self, generation: int) -> list[tuple[int, Paragraph]]:
        """Return all paragraphs of a generation with their ids, in the order of their ids."""
        held = select(holdings.c.document).where(holdings.c.generation == generation)
        return self._paragraphs(select(*_PARAGRAPH).where(paragraphs.c.document.in_(held)))

    def paragraphs_in(self, document: int) -> list[Paragraph]:
        """Return the paragraphs of a document as they were split, in order."""
        found = self._paragraphs(select(*_PARAGRAPH).where(paragraphs.c.document == document))
        return [paragraph for _, paragraph in found]

    def _paragraphs(self, query: Select[Any]) -> list[tuple[int, Paragraph]]:
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(paragraphs.c.id))
            return [(key, paragraph_of(columns)) for key, *columns in rows]

    def without_vector(self, encoder: str, hashes: Iterable[str]) -> set[str]:
        """Return those of the hashes for which no vector of this encoder is stored."""
        wanted = list(dict.fromkeys(hashes))
        of_encoder = select(vectors.c.searched_hash).where(vectors.c.encoder == encoder)
        with self._engine.connect() as connection:
            stored = {
                key
                for part in parts(wanted)
                for key in connection.scalars(of_encoder.where(vectors.c.searched_hash.in_(part)))
            }
        return set(wanted) - stored

    def add_vectors(self, encoder: str, new: Mapping[str, Vectors]) -> None:
        """Store vectors by the hash of their text; they are used once a generation needs them."""
        rows = [(encoder, key, np.asarray(vector, "<f4").tobytes()) for key, vector in new.items()]
        with changing(self._engine, alone=False) as connection:
            insert_rows(connection, vectors, ("encoder", "searched_hash", "vector"), rows)

    def vectors_of(self, generation: int, encoder: str) -> tuple[list[int], Vectors]:
        """Return the ids of a generation's paragraphs and their vectors, shape (paragraphs, dimensions)."""
        query = (
            select(paragraphs.c.id, vectors.c.vector)
            .join(vectors, vectors.c.searched_hash == paragraphs.c.searched_hash)
            .join(holdings, holdings.c.document == paragraphs.c.document)
            .where(holdings.c.generation == generation, vectors.c.encoder == encoder)
            .order_by(paragraphs.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        matrix = np.frombuffer(b"".join(row.vector for row in rows), "<f4").reshape(len(rows), -1)
        return [row.id for row in rows], matrix.astype(np.float32)


def _hold_nothing() -> None:
    """Make sure of nothing: no run is under way here."""
