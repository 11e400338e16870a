"""What searching asks of the library: plain statements, which both databases take.

SQLite answers them without SQLAlchemy, whose import takes longer than a search of a hundred thousand paragraphs.
"""

import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from embeddings.types import Content, Generation, Paragraph, Role

SCHEMA_VERSION = 4  # of the migrations, which make the tables
BUSY_MILLISECONDS = 10_000
AT_ONCE = 500  # rows or keys of one statement
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Item = TypeVar("_Item")

_GENERATIONS = "SELECT number, made_at, encoder, rules, documents, paragraphs FROM generations WHERE "
_CURRENT = "(SELECT generation FROM current_generation)"
_FOUND = (
    "SELECT d.name, p.id, p.text, p.headings, p.byline, p.subject, p.role"
    " FROM paragraphs p JOIN documents d ON d.id = p.document WHERE p.id IN "
)
_IS_IN = " AND EXISTS (SELECT 1 FROM holdings h WHERE h.document = p.document AND h.generation = {})"
_IS_SAID_NOW = (
    " AND ({0} = ? OR EXISTS (SELECT 1 FROM paragraphs s JOIN documents o ON o.id = s.document"
    " JOIN holdings h ON h.document = o.id WHERE s.searched_hash = p.searched_hash AND o.name = d.name"
    " AND h.generation = {0}))"
)
_BESIDE = (
    "SELECT id, text, headings, byline, subject, role FROM paragraphs"
    " WHERE document = (SELECT document FROM paragraphs WHERE id = ?) AND role = ? ORDER BY id"
)
# Outer: SQLite would begin an inner join with all the vectors of the encoder, for each part anew.
_CONTENTS = (
    "SELECT d.id, d.added_at, v.vector, p.id, p.text, p.headings, p.byline, p.subject, p.role"
    " FROM paragraphs p JOIN documents d ON d.id = p.document"
    " LEFT JOIN vectors v ON v.searched_hash = p.searched_hash AND v.encoder = ?"
    " WHERE p.document IN {} ORDER BY p.document, p.id"
)


def parts(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Cut what one statement cannot take: 1,200 ids → 500, 500, 200."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


class View(ABC):
    """Reads the library; each kind of database says how a statement is run."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Say which database it is, without user or password."""

    @abstractmethod
    def close(self) -> None:
        """Give the connections back."""

    @abstractmethod
    def _rows(self, statement: str, *values: Any) -> Sequence[Sequence[Any]]:
        """Return what a statement selects; ? stands for a value."""

    @abstractmethod
    def _each(self, statement: str, *values: Any) -> Iterator[Sequence[Any]]:
        """Yield it row by row, where it is too much to be held."""

    def current_generation(self) -> Generation | None:
        """Return the generation that answers, or None while nothing was published."""
        return self._generation(f"number = {_CURRENT}")

    def generation(self, number: int) -> Generation | None:
        """Return a generation that is kept, published or not, or None."""
        return self._generation("number = ?", number)

    def _generation(self, which: str, *values: Any) -> Generation | None:
        rows = self._rows(_GENERATIONS + which, *values)
        return _generation(rows[0]) if rows else None

    def published(self) -> list[Generation]:
        """Return the generations that can be gone back to, the current one among them, newest first."""
        rows = self._rows(_GENERATIONS + "published_at IS NOT NULL ORDER BY number DESC")
        return [_generation(row) for row in rows]

    def read(
        self, ids: Sequence[int], generation: int | None = None, *, alone: bool = False
    ) -> dict[int, tuple[str, Paragraph]]:
        """Return document name and paragraph for those ids that may answer: the current generation's.

        An index of another `generation` answers until it is exchanged, but only with what the current
        one says too, word for word in the document of that name; `alone` reads a candidate as it is.
        """
        if not ids:
            return {}
        found, values = _FOUND + marks(ids), list(ids)
        if generation is None:
            found += _IS_IN.format(_CURRENT)
        else:
            found += _IS_IN.format("?") + ("" if alone else _IS_SAID_NOW.format(_CURRENT))
            values += [generation] if alone else [generation, generation]
        return {key: (name, paragraph_of(columns)) for name, key, *columns in self._rows(found, *values)}

    def beside(self, id: int, role: Role) -> list[tuple[int, Paragraph]]:
        """Return the paragraphs of one role, headings or bylines, in the document of a paragraph."""
        return [(key, paragraph_of(columns)) for key, *columns in self._rows(_BESIDE, id, role)]

    # --- what indexes are made from ---

    def held(self, generation: int) -> list[tuple[int, int]]:
        """Return id and time of adding, in microseconds, of the documents that a generation holds."""
        return self.held_and_known(generation)[0]

    def known(self) -> list[tuple[int, int]]:
        """Return the same of the documents that any generation holds."""
        rows = self._rows("SELECT id, added_at FROM documents")
        return [(key, _microseconds(added)) for key, added in rows]

    def held_and_known(self, generation: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Return both, for the cost of one."""
        known = self.known()
        rows = self._rows("SELECT document FROM holdings WHERE generation = ?", generation)
        held = {document for (document,) in rows}
        return [each for each in known if each[0] in held], known

    def last_removal(self) -> datetime | None:
        """Return when a person last removed a document that nobody added again."""
        [(at,)] = self._rows("SELECT max(removed_at) FROM removed_names")
        return None if at is None else _moment(at)

    def contents(self, ids: Sequence[int], encoder: str) -> Iterator[Content]:
        """Yield paragraphs and vectors of some documents, one after another."""
        for part in parts(ids):
            found = self._each(_CONTENTS.format(marks(part)), encoder, *part)
            encoded = (row for row in found if row[2] is not None)
            for _, rows in groupby(encoded, itemgetter(0)):
                yield _content(list(rows))


class SqliteView(View):
    """Reads a SQLite file in one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")

    @property
    def address(self) -> str:
        """Say which database it is."""
        return f"None:None/{self._path.resolve()}"

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self, statement: str, *values: Any) -> Sequence[Sequence[Any]]:
        return self._connection.execute(statement, values).fetchall()

    def _each(self, statement: str, *values: Any) -> Iterator[Sequence[Any]]:
        with closing(self._connection.execute(statement, values)) as cursor:
            yield from cursor


def open_sqlite(url: str) -> SqliteView | None:
    """Open a SQLite file whose tables are those of today; None if it is another database, or they have to be made."""
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or not path.is_file():
        return None
    view = SqliteView(path)
    try:
        [(version,)] = view._rows("SELECT version FROM schema_version")
    except (sqlite3.Error, ValueError):  # Library makes them, or says what is wrong
        version = None
    if version == SCHEMA_VERSION:
        return view
    view.close()
    return None


def marks(values: Sequence[Any]) -> str:
    """Return a place for each value: 1, 2, 3 → (?, ?, ?)."""
    return f"({', '.join('?' * len(values))})"


def paragraph_of(columns: Sequence[Any]) -> Paragraph:
    """Return the paragraph of a row, without its id; SQLite gives headings as they are written."""
    text, headings, byline, subject, role = columns
    told = json.loads(headings) if isinstance(headings, str) else headings
    return Paragraph(text, tuple(told), byline, subject, role)


def _generation(row: Sequence[Any]) -> Generation:
    number, made_at, *others = row
    return Generation(number, _moment(made_at), *others)


def _moment(given: str | datetime) -> datetime:
    """Return a moment as a database gives it: SQLite keeps UTC without saying so."""
    moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _content(rows: Sequence[Any]) -> Content:
    """Take rows of a document, when it was added, a vector, a key and the columns of a paragraph."""
    joined = b"".join([vector for _, _, vector, *_ in rows])
    matrix = np.frombuffer(joined, "<f4").reshape(len(rows), -1).astype(np.float32, copy=False)
    found = [(key, paragraph_of(columns)) for _, _, _, key, *columns in rows]
    document, added, *_ = rows[0]
    return Content(document, _microseconds(added), found, matrix)


def _microseconds(given: str | datetime) -> int:
    passed = _moment(given) - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
