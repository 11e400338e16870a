"""The tables of the library, and how their database is opened, brought up to date and written to."""

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    ExceptionContext,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError, ProgrammingError

from embeddings.errors import DatabaseLostError, LibraryError

SCHEMA_VERSION = 4  # of the migrations, which make the tables; below they are told to the statements
BUSY_MILLISECONDS = 10_000
_CHANGE_KEY = 0x77656E62616F32  # "wenbao2"
# For one process; what comes on top is opened and closed again. Small databases allow twenty in all.
_MOST_CONNECTIONS, _MORE_CONNECTIONS = 4, 12
_LONGEST_REASON = 200
_Reader = Callable[[Any], Any]
_CONNECTING = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "application_name": "wenbao",
}

metadata = MetaData()
schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))
generations = Table(
    "generations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True)),  # None: a candidate, which never answered yet
    Column("encoder", String, nullable=False),
    Column("rules", String, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("paragraphs", Integer, nullable=False),
)
current_generation = Table(
    "current_generation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("generation", ForeignKey("generations.number"), nullable=False),
)
# An id is never used twice: an old button or an index in memory must not point at another text.
documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("title", String, nullable=False, server_default=""),
    Column("content_hash", String, nullable=False),
    Column("origin", String, nullable=False),  # the folder or file it was read from, or ADDED
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("original", LargeBinary, nullable=False),  # last: SQLite reads through it to what follows
    sqlite_autoincrement=True,
)
holdings = Table(  # what each generation holds
    "holdings",
    metadata,
    Column("generation", ForeignKey("generations.number"), primary_key=True),
    Column("document", ForeignKey("documents.id"), primary_key=True, index=True),
)
paragraphs = Table(
    "paragraphs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document", ForeignKey("documents.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("byline", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("role", String, nullable=False),
    Column("searched_hash", String, nullable=False, index=True),
    sqlite_autoincrement=True,
)
vectors = Table(
    "vectors",
    metadata,
    Column("encoder", String, primary_key=True),
    Column("searched_hash", String, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # little-endian float32
)
removed_names = Table(  # what a person removed; a file of this name in a folder does not bring it back
    "removed_names",
    metadata,
    Column("name", String, primary_key=True),
    Column("removed_at", DateTime(timezone=True), nullable=False),
)


def open_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """Open a database; nothing is read yet. All that a process opens of one PostgreSQL share its connections."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return _open_postgresql(url)
    # hide_parameters: an error's text is logged, and must not tell what people asked.
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_pragmas(foreign_keys))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@cache
def _open_postgresql(url: str) -> Engine:
    # postgres://host/name?sslmode=require → postgresql+psycopg://host/name?sslmode=require
    address = make_url(f"postgresql+psycopg://{url.partition('://')[2]}")
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=_MOST_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
        connect_args={name: value for name, value in _CONNECTING.items() if name not in address.query},
    )
    event.listen(engine, "handle_error", _tell_lost)
    return engine


def _tell_lost(context: ExceptionContext) -> None:
    """Name the error of a server that is away (it restarts, or the network is cut) or of a wrong address."""
    if context.is_pre_ping:
        return
    connecting = context.statement is None
    if context.is_disconnect or (connecting and isinstance(context.sqlalchemy_exception, OperationalError)):
        raise DatabaseLostError(
            f"数据库连不上：检查 DATABASE_URL、网络和数据库服务（{_reason(context)}） · the database cannot be "
            "reached: check DATABASE_URL, the network and its server"
        ) from context.original_exception
    if connecting and isinstance(context.sqlalchemy_exception, ProgrammingError):
        raise LibraryError(
            f"DATABASE_URL 用不了：{_reason(context)} · DATABASE_URL cannot be used"
        ) from context.original_exception


def _reason(context: ExceptionContext) -> str:
    """Return what the server or its client says in one line, without the password."""
    lines = str(context.original_exception).strip().splitlines() or [""]
    several = lines[0].startswith("Multiple connection attempts") and len(lines) > 1
    reason = lines[1 if several else 0][:_LONGEST_REASON]
    password = context.engine.url.password if context.engine is not None else None
    return reason.replace(password, "<hidden>") if password else reason


def _sqlite_pragmas(foreign_keys: bool) -> Callable[[sqlite3.Connection, object], None]:
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # Python would leave changes of tables outside transactions
        cursor = connection.cursor()
        # WAL: readers go on while a generation is written. secure_delete: what is deleted is overwritten.
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    return prepare


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


_turns: defaultdict[str, AbstractContextManager[object]] = defaultdict(threading.RLock)  # of each SQLite file


def _turn(engine: Engine) -> AbstractContextManager[object]:
    """Let the threads of a process write one after another: SQLite lets who waits sleep longer and longer."""
    return _turns[str(engine.url)] if engine.dialect.name == "sqlite" else nullcontext()


@contextmanager
def changing(engine: Engine, *, alone: bool = True) -> Iterator[Connection]:
    """Begin a transaction that is committed whole or not at all; `alone`, no other such runs beside it.

    :raises LibraryError: the database cannot be written: the disk is full, or it is locked for long.
    """
    try:
        with _turn(engine), engine.execution_options(sqlite_begin="BEGIN IMMEDIATE").begin() as connection:
            if alone and engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_CHANGE_KEY)))
            yield connection
    except OperationalError as error:
        raise LibraryError(
            "数据库写不进去，原来的内容没有变：检查磁盘空间和 DATA_DIR 的权限 · the database cannot be written, "
            "nothing was changed: check the free space and the permissions of DATA_DIR"
        ) from error


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert many rows as the driver takes them, JSON as text: SQLAlchemy's own way takes as long as SQLite's."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(columns))
    if rows:
        statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
        connection.exec_driver_sql(statement, list(rows))


def read_rows(
    engine: Engine, statement: Select[Any], ids: Sequence[int], generation: int | None
) -> Sequence[Sequence[Any]]:
    """Return the rows of a statement about `ids` in a `generation`.

    Every question reads so: from SQLite by its driver, for SQLAlchemy takes longer over it than SQLite does.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            return connection.execute(statement, {"ids": list(ids), "generation": generation}).all()
    text, names, readers = _for_sqlite(statement, len(ids))
    values = {"generation": generation, **{f"ids_{number}": key for number, key in enumerate(ids, 1)}}
    with closing(engine.raw_connection()) as raw:
        rows = raw.cursor().execute(text, [values[name] for name in names]).fetchall()
    return [
        [read(value) if read else value for read, value in zip(readers, row, strict=True)] for row in rows
    ]


@lru_cache(maxsize=128)
def _for_sqlite(statement: Select[Any], ids: int) -> tuple[str, Sequence[str], Sequence[_Reader | None]]:
    """Return the text of a statement about so many ids, the names of its values, and how its columns are read."""
    dialect = sqlite.dialect()
    given = statement.params(ids=range(ids), generation=0)
    compiled = given.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    readers = [column.type.result_processor(dialect, None) for column in statement.selected_columns]
    return str(compiled), compiled.positiontup or (), readers


def prepare(engine: Engine) -> None:
    """Make the tables when the database is new; bring an older one's to today's form.

    Processes that do so at once do it one after another, and the first does it all.

    :raises LibraryError: a newer version of the program made it.
    """
    with engine.connect() as connection:
        version = _version(connection)
    if version is None or version < SCHEMA_VERSION:
        _bring_up_to_date(engine)
    elif version > SCHEMA_VERSION:
        raise LibraryError(
            f"数据库是第 {version} 版的，本程序只认到第 {SCHEMA_VERSION} 版：请更新程序，或换一个 DATA_DIR"
            " · the database is of a newer version: update the program or choose another DATA_DIR"
        )


def _version(connection: Connection) -> int | None:
    known = inspect(connection).has_table(schema_version.name)
    return connection.scalar(select(schema_version.c.version)) if known else None


def _bring_up_to_date(engine: Engine) -> None:
    plain = open_engine(engine.url.render_as_string(hide_password=False), foreign_keys=False)
    with changing(plain) as connection:
        version = _version(connection)
        if version is None or version < SCHEMA_VERSION:
            from embeddings.migrations import upgrade  # half a second, only where there is something to do

            upgrade(connection, version)
            # Beside Alembic's own table: also a program from before it must know what it cannot read.
            connection.execute(delete(schema_version))
            connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
    plain.dispose()


def overwrite_deleted(engine: Engine, tables: Iterable[str]) -> bool:
    """Make the files forget what was deleted from tables; False while a reader still needs the old pages.

    SQLite: deleted bytes are overwritten already, its log is emptied here, waiting up to BUSY_MILLISECONDS.
    PostgreSQL: VACUUM of these tables, which costs what changed; its own log and backups are its operator's.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
        return row is not None and row[0] == 0
    finally:
        raw.close()
