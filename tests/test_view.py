"""What searching asks of the library, read from a SQLite file without SQLAlchemy: the same as the library says."""

from pathlib import Path

from bot.opening import open_view
from config.settings import Settings
from embeddings.library import Library
from embeddings.view import SqliteView, open_sqlite
from tests.test_library import AUTUMN, SPRING, WINTER, publish, quote_nothing


def test_a_view_says_what_the_library_says(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/wenbao.db"
    library = Library(url)
    publish(library, [], [SPRING, AUTUMN])
    library.remove("秋.txt", quote_nothing)
    second = publish(library, [], [WINTER])
    view = open_sqlite(url)
    assert view is not None
    assert view.address == library.address
    assert view.current_generation() == library.current_generation() == second
    assert (view.generation(1), view.published()) == (library.generation(1), library.published())
    ids = [key for key, _ in library.paragraphs_of(second.number)]
    assert view.read(ids) == library.read(ids) == view.read(ids, 1) | view.read(ids, second.number)
    assert view.read([]) == {}
    assert view.held_and_known(1) == library.held_and_known(1) == (view.held(1), view.known())
    assert view.last_removal() == library.last_removal() is not None
    [spring] = [each.id for each in library.documents() if each.name == "春.txt"]
    [content] = view.contents([spring], "toy-1")
    [same] = library.contents([spring], "toy-1")
    assert (content.document, content.added, content.paragraphs) == (
        same.document,
        same.added,
        same.paragraphs,
    )
    assert content.vectors.tolist() == same.vectors.tolist() == [[1, 1]]
    view.close()


def test_the_library_opens_what_is_no_sqlite_file_of_today(tmp_path: Path) -> None:
    assert open_sqlite("postgresql://localhost/wenbao") is None
    assert open_sqlite(f"sqlite:///{tmp_path}/wenbao.db") is None
    (tmp_path / "wenbao.db").write_bytes(b"")
    assert open_sqlite(f"sqlite:///{tmp_path}/wenbao.db") is None
    settings = Settings(data_dir=tmp_path)
    assert isinstance(open_view(settings), Library)
    assert isinstance(open_view(settings), SqliteView)
