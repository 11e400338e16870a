"""A whole library with history goes into a file and comes back, in any database, to the row."""

import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from bot import history_tables
from bot import inbox as inbox_tables
from bot.history import History
from bot.history_tables import Place
from bot.inbox import Inbox, Received
from embeddings.dumping import LIBRARY_TABLES, dump, restore
from embeddings.errors import LibraryError
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.schema import changing, open_engine
from embeddings.search import Searcher
from embeddings.types import NewDocument, Paragraph
from tests.test_cli import Shell, shell
from tests.test_history import answer
from tests.test_library import AUTUMN, SPRING, WINTER, publish, quote_nothing
from tests.toy import ToyEncoder

TABLES = (*LIBRARY_TABLES, *history_tables.TABLES, *inbox_tables.TABLES)
PLACE = Place(7, 7, 40)
IN_A_TOPIC = Place(-1001234567890, 2**40, 41, topic_id=2**33)
BINARY = NewDocument(
    "报表/年报（定稿）“一”😀.pdf",
    "甲",
    bytes(range(256)) * 50,
    [Paragraph("𠮷林\t'😀\\u0000\"", ("标题",))],
    "标题",
)
__all__ = ["shell"]  # fixture


@pytest.fixture(params=["sqlite → sqlite", "sqlite → postgresql", "postgresql → sqlite"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Return where the file is written from and where it is restored."""
    names = request.param.split(" → ")
    places = {
        "sqlite": lambda number: f"sqlite:///{tmp_path}/{number}.db",
        "postgresql": lambda _: request.getfixturevalue("postgres"),
    }
    one, other = (places[name](number) for number, name in enumerate(names))
    return one, other


def fill(url: str) -> None:
    """Let a library have a past: generations, a removal, questions, ratings, an update that waits."""
    library, history, inbox = Library(url), History(url), Inbox(url)
    publish(library, [], [SPRING, AUTUMN, BINARY])
    publish(library, [], [WINTER])
    library.remove("冬.txt", quote_nothing)
    asked = history.record(PLACE, answer("春天吗"), [])
    history.rate(asked, 7, good=False, why="wrong")
    history.record(IN_A_TOPIC, answer("𠮷林的'年报'\u2028呢"), [])
    history.begin_anew(IN_A_TOPIC)
    history.offer(["夏天呢"], user_id=7)
    inbox.keep([Received(5, {"update_id": 5, "message": {"text": "秋天吗 \u0022"}})])
    for each in (library, history, inbox):
        each.close()


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [
                {name: plain(value) for name, value in row.items()}
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in TABLES
        }
    engine.dispose()
    return found


def plain(value: object) -> object:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def test_every_row_comes_back(databases: tuple[str, str], tmp_path: Path) -> None:
    source, target = databases
    fill(source)
    counted = dump(source, TABLES, tmp_path / "all.gz")
    assert (tmp_path / "all.gz").stat().st_mode & 0o077 == 0
    assert restore(target, TABLES, tmp_path / "all.gz") == counted
    assert rows(target) == rows(source)
    assert {
        "documents",
        "questions",
        "ratings",
        "offers",
        "conversations",
        "inbox",
        "removed_names",
    } <= counted.keys()
    library, history = Library(target), History(target)
    assert library.go_back().number == 2
    publish(library, [], [NewDocument("夏.txt", "甲", "夏".encode(), [Paragraph("夏天。")])])
    ids = [document.id for document in library.documents()]
    assert max(ids) == 5  # 4 was the removed one's
    assert history.record(PLACE, answer("夏天吗"), []) == 3
    (binary,) = [document for document in library.documents() if document.name == BINARY.name]
    assert library.original(binary.id) == BINARY.original
    assert library.paragraphs_in(binary.id) == list(BINARY.paragraphs)
    library.close()
    history.close()


def test_a_full_database_is_only_replaced_when_told_so(databases: tuple[str, str], tmp_path: Path) -> None:
    source, target = databases
    fill(source)
    file = tmp_path / "all.gz"
    dump(source, TABLES, file)
    library = Library(target)
    for document in (WINTER, SPRING, AUTUMN):  # the third generation is another one in the file
        publish(library, [], [document])
    inbox = Inbox(target)
    inbox.keep([Received(9, {"update_id": 9})])
    before = rows(target)
    with pytest.raises(LibraryError, match="--replace"):
        restore(target, TABLES, file, kept=inbox_tables.TABLES)
    assert rows(target) == before
    searcher = Searcher(library, ToyEncoder(), Pool(tmp_path / "cache"))
    restore(target, TABLES, file, replace=True, kept=inbox_tables.TABLES)
    after = rows(target)
    assert [row["update_id"] for row in after.pop("inbox")] == [5, 9]  # what waited here is not lost
    assert after == {name: found for name, found in rows(source).items() if name != "inbox"}
    assert (searcher.generation, searcher.refresh(), searcher.generation) == (3, True, 3)
    assert not searcher.refresh()
    library.close()
    inbox.close()


@pytest.mark.parametrize("broken", ["cut", "short", "other", "newer"])
def test_a_file_that_is_not_whole_changes_nothing(tmp_path: Path, broken: str) -> None:
    source, target = f"sqlite:///{tmp_path}/0.db", f"sqlite:///{tmp_path}/1.db"
    fill(source)
    file = tmp_path / "all.gz"
    dump(source, TABLES, file)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    spoiled = {
        "cut": file.read_bytes()[:-200],
        "short": gzip.compress(b"".join([*lines[:5], lines[-1]])),
        "other": "问报".encode(),
        "newer": gzip.compress(lines[0].replace(b'"schema": 4', b'"schema": 5') + b"".join(lines[1:])),
    }
    file.write_bytes(spoiled[broken])
    with pytest.raises(LibraryError, match="版" if broken == "newer" else "nothing was changed"):
        restore(target, TABLES, file)
    assert not any(rows(target).values())


@pytest.fixture
def many(tmp_path: Path) -> Iterator[str]:
    """Return a database of more rows than one statement takes."""
    url = f"sqlite:///{tmp_path}/many.db"
    Library(url).close()
    engine = open_engine(url)
    table: Table = LIBRARY_TABLES[[one.name for one in LIBRARY_TABLES].index("vectors")]
    values = [{"encoder": "e", "searched_hash": str(number), "vector": b"1"} for number in range(1234)]
    with changing(engine) as connection:
        connection.execute(insert(table), values)
    engine.dispose()
    yield url


def test_many_rows(many: str, postgres: str, tmp_path: Path) -> None:
    dump(many, TABLES, tmp_path / "all.gz")
    assert restore(postgres, TABLES, tmp_path / "all.gz") == {"vectors": 1234}
    assert rows(postgres) == rows(many)


def test_the_commands_move_a_library_to_postgresql_and_back(shell: Shell, postgres: str) -> None:
    shell.run("index")
    assert "1 份文档" in shell.run("dump", "all.gz")
    here = shell.json_lines("ask", "云湾GDP增速多少", "--json")[0]
    shell.environment["DATABASE_URL"] = postgres
    assert "1 份文档" in shell.run("restore", "all.gz")
    there = shell.json_lines("ask", "云湾GDP增速多少", "--json")[0]
    for each in (here, there):
        del each["milliseconds"]
    assert there == here
    assert here["answer"] == "6.1%"
    assert "--replace" in shell.run("restore", "all.gz", code=1)
    shell.run("dump", "back.gz")
    del shell.environment["DATABASE_URL"]
    shell.run("restore", "back.gz", "--replace")
    back = shell.json_lines("ask", "云湾GDP增速多少", "--json")[0]
    assert back["passages"] == here["passages"]
