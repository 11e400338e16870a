"""The whole database in one file, and back into any database: JSON, one row a line, compressed.

The first line says what it is, the last one how many rows there are, so that a file cut short is known:

{"wenbao": 1, "schema": 4, "made_at": "2026-11-27T10:00:00+00:00"}
["documents", {"id": 1, "name": "例会.txt", "original": "5L6L5Lya", …}]
{"rows": {"documents": 1, …}, "last_ids": {"documents": 1, …}}
"""

import base64
import gzip
import json
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, Connection, DateTime, Insert, LargeBinary, Table, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from embeddings import schema
from embeddings.errors import LibraryError
from embeddings.locks import writing_lock
from embeddings.schema import changing, open_engine, prepare
from embeddings.view import SCHEMA_VERSION

FORMAT = 1
LIBRARY_TABLES = tuple(table for table in schema.metadata.sorted_tables if table.name != "schema_version")
_ROWS_AT_ONCE = 500
_BYTES_AT_ONCE = 8 * 1024 * 1024
_NUMBERED = ("documents", "paragraphs", "questions", "offers")  # whose ids buttons and indexes remember
_SEQUENCE = text("SELECT pg_get_serial_sequence(:name, 'id')")
_BROKEN = (
    "这不是 wenbao dump 写的文件，或者不完整，什么也没有改 · this is no file of `wenbao dump`, or not all of it; "
    "nothing was changed"
)


def dump(url: str, tables: Sequence[Table], file: Path) -> dict[str, int]:
    """Write all rows as they are at one moment; return how many of each table. The file appears when it is whole.

    :raises LibraryError: the database or the file cannot be used.
    """
    engine = open_engine(url)
    try:
        prepare(engine)
        with _whole_file(file) as out, engine.connect() as connection:
            if engine.dialect.name == "postgresql":  # SQLite's transactions see one moment by themselves
                connection.execution_options(isolation_level="REPEATABLE READ")
            return _write(connection, tables, out)
    finally:
        engine.dispose()


def restore(
    url: str, tables: Sequence[Table], file: Path, *, replace: bool = False, kept: Collection[Table] = ()
) -> dict[str, int]:
    """Put the rows of a file into an empty database, all or none; return how many of each table.

    `replace` erases first what is there, but for the `kept` tables, whose rows stay beside those of the file.

    :raises LibraryError: the file is none, is of another version, or the database is not empty.
    :raises BusyError: a run is at work.
    """
    engine = open_engine(url)
    try:
        prepare(engine)
        with gzip.open(file, "rt", encoding="utf-8") as lines, writing_lock(engine), changing(engine) as held:
            _refuse_others(_parsed(next(lines, "")))
            emptied = [table for table in tables if table not in kept]
            if not replace and any(held.execute(select(table).limit(1)).first() for table in emptied):
                raise LibraryError(
                    "数据库里已经有内容：换一个 DATABASE_URL，或用 --replace 先抹掉它 · the database is not empty: "
                    "choose another DATABASE_URL, or --replace what it holds"
                )
            for table in reversed(emptied):
                held.execute(delete(table))
            return _read(held, {table.name: table for table in tables}, lines)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise LibraryError(_BROKEN) from error
    finally:
        engine.dispose()


@contextmanager
def _whole_file(file: Path) -> Iterator[IO[str]]:
    """Write beside, and put into its place at the end; nobody else may read it, for it holds what people asked."""
    part: Path | None = None
    try:
        number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        part = Path(name)
        with os.fdopen(number, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8", compresslevel=5) as out:
            yield out
        part.replace(file)
    except OSError as error:
        raise LibraryError(f"写不了 {file}：{error.strerror} · the file cannot be written") from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _write(connection: Connection, tables: Sequence[Table], out: IO[str]) -> dict[str, int]:
    first = {"wenbao": FORMAT, "schema": SCHEMA_VERSION, "made_at": datetime.now(UTC).isoformat()}
    out.write(json.dumps(first) + "\n")
    rows: Counter[str] = Counter()
    for table in tables:
        few = 1 if table.name == "documents" else _ROWS_AT_ONCE  # an original may have many megabytes
        query = select(table).order_by(*table.primary_key).execution_options(yield_per=few)
        for row in connection.execute(query).mappings():
            value = {column.name: _as_json(row[column.name]) for column in table.columns}
            out.write(json.dumps([table.name, value], ensure_ascii=False) + "\n")
            rows[table.name] += 1
    last_ids = {table.name: _last_id(connection, table) for table in tables if table.name in _NUMBERED}
    out.write(json.dumps({"rows": rows, "last_ids": last_ids}) + "\n")
    return dict(rows)


def _read(connection: Connection, tables: Mapping[str, Table], lines: Iterator[str]) -> dict[str, int]:
    rows: Counter[str] = Counter()
    waiting: list[dict[str, Any]] = []
    table, size = "", 0
    for line in lines:
        value = _parsed(line)
        ends = isinstance(value, dict)
        if waiting and (ends or value[0] != table or len(waiting) == _ROWS_AT_ONCE or size > _BYTES_AT_ONCE):
            connection.execute(_insert(connection, tables[table]), waiting)
            waiting, size = [], 0
        if ends:
            if value["rows"] != rows:
                break
            for name, last in value["last_ids"].items():
                _go_on_from(connection, tables[name], last)
            return dict(rows)
        table, row = value
        rows[table] += 1
        size += len(line)
        waiting.append({column.name: _of_json(column, row[column.name]) for column in tables[table].columns})
    raise LibraryError(_BROKEN)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise LibraryError(_BROKEN) from error


def _refuse_others(first: Any) -> None:
    if not isinstance(first, dict) or first.get("wenbao") != FORMAT:
        raise LibraryError(_BROKEN)
    if first["schema"] != SCHEMA_VERSION:
        raise LibraryError(
            f"文件是第 {first['schema']} 版数据库的，本程序用第 {SCHEMA_VERSION} 版：用写它的版本恢复，再更新程序 · "
            "the file is of another version of the tables: restore it with the program that wrote it, then update that"
        )


def _insert(connection: Connection, table: Table) -> Insert:
    # What came while the file was read, into a table that is kept, is the same update.
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing() if table.name == "inbox" else insert(table)


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value


def _of_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    return datetime.fromisoformat(value) if isinstance(column.type, DateTime) else value


def _last_id(connection: Connection, table: Table) -> int:
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return connection.scalar(query, {"name": table.name}) or 0
    sequence = connection.scalar(_SEQUENCE, {"name": table.name})
    last, used = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608
    return int(last) if used else 0


def _go_on_from(connection: Connection, table: Table, last: int) -> None:
    """Let no id be used again that a row had here or where the file was written."""
    last = max(last, _last_id(connection, table))
    if not last:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        new = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
        connection.execute(new, {"name": table.name, "last": last})
    else:
        sequence = connection.scalar(_SEQUENCE, {"name": table.name})
        connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
