"""The library on SQLite and on a real PostgreSQL: generations, vectors, and one writer at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from embeddings.errors import BusyError, LibraryError
from embeddings.generations import VectorsMissing
from embeddings.library import Library
from embeddings.removal import Removal
from embeddings.schema import changing, open_engine
from embeddings.types import ADDED, Generation, NewDocument, Paragraph, searched_hash
from tests.postgresql import PostgreSql

SPRING = NewDocument("春.txt", "甲", "春天。".encode(), [Paragraph("春天。", ("四季",), "记者 王一", "云湾")])
AUTUMN = NewDocument("秋.txt", "甲", "秋天。".encode(), [Paragraph("秋天。"), Paragraph("叶落。")])
WINTER = NewDocument("冬.txt", ADDED, "冬天。".encode(), [Paragraph("冬天。"), Paragraph("叶落。")])


def publish(library: Library, leaving: list[int], new: list[NewDocument]) -> Generation:
    """Publish with a vector for each paragraph."""
    keys = [searched_hash(part) for document in new for part in document.paragraphs]
    missing = library.without_vector("toy-1", keys)
    library.add_vectors("toy-1", {key: np.ones(2, np.float32) for key in missing})
    return library.publish(leaving, new, "toy-1", "rules-1")


def names(library: Library) -> list[str]:
    return [document.name for document in library.documents()]


def quote_nothing(_: Connection, __: Sequence[int]) -> None:
    """Stand in for the history, which has no quotes in these tests."""


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
    generation = publish(library, [], [SPRING, AUTUMN])
    assert (generation.number, generation.documents, generation.paragraphs) == (1, 2, 3)
    assert library.current_generation() == generation
    [(first, paragraph), *_] = library.paragraphs_of(1)
    assert paragraph == SPRING.paragraphs[0]
    assert library.read([first]) == {first: ("春.txt", paragraph)}
    assert [(each.name, each.paragraphs, each.bytes) for each in library.documents()] == [
        ("春.txt", 1, 9),
        ("秋.txt", 2, 9),
    ]
    assert library.original(library.documents()[0].id) == "春天。".encode()


def test_what_left_is_not_read_any_more(library: Library) -> None:
    publish(library, [], [SPRING, AUTUMN])
    spring = library.documents()[0].id
    [(gone, _), *_] = library.paragraphs_of(1)
    second = publish(library, [spring], [])
    assert (second.number, second.documents, second.paragraphs) == (2, 1, 2)
    assert library.read([gone]) == {}
    assert library.read([gone], generation=1) == {}
    assert len(library.paragraphs_of(1)) == 3


def test_an_index_of_the_generation_before_answers_with_what_is_still_said(library: Library) -> None:
    publish(library, [], [AUTUMN])
    (autumn, _), (leaves, _) = library.paragraphs_of(1)
    shorter = NewDocument("秋.txt", "甲", "叶落。".encode(), [Paragraph("叶落。")])
    publish(library, [], [shorter])
    assert library.read([autumn, leaves]) == {}
    assert library.read([autumn, leaves], generation=1) == {leaves: ("秋.txt", Paragraph("叶落。"))}


def test_a_failed_publication_changes_nothing(library: Library) -> None:
    publish(library, [], [SPRING])
    nameless = NewDocument(None, "甲", b"1", [])  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        publish(library, [], [AUTUMN, nameless])
    with pytest.raises(VectorsMissing):
        library.publish([], [AUTUMN], "toy-2", "rules-1")
    assert names(library) == ["春.txt"]
    generation = library.current_generation()
    assert generation is not None
    assert generation.number == 1


def test_vectors_are_kept_by_encoder_and_text(library: Library) -> None:
    keys = [searched_hash(part) for part in AUTUMN.paragraphs]
    assert library.without_vector("toy-1", keys) == set(keys)
    library.add_vectors(
        "toy-1", {keys[0]: np.array([1, 0], np.float32), keys[1]: np.array([0, 1], np.float32)}
    )
    assert library.without_vector("toy-1", keys) == set()
    assert library.without_vector("toy-2", keys) == set(keys)
    publish(library, [], [AUTUMN])
    ids, vectors = library.vectors_of(1, "toy-1")
    assert ids == [key for key, _ in library.paragraphs_of(1)]
    assert vectors.tolist() == [[1, 0], [0, 1]]


def test_going_back_and_publishing_after_it(library: Library) -> None:
    publish(library, [], [SPRING])
    publish(library, [], [AUTUMN])
    publish(library, [library.documents()[0].id], [])
    assert names(library) == ["秋.txt"]
    assert library.turn_to(1).number == 1
    assert names(library) == ["春.txt"]
    fourth = publish(library, [], [WINTER])  # from what answers, neither losing 春 nor bringing 秋 in
    assert (fourth.number, fourth.documents, fourth.paragraphs) == (4, 2, 3)
    assert names(library) == ["冬.txt", "春.txt"]
    library.turn_to(3)
    assert names(library) == ["秋.txt"]
    assert [generation.number for generation in library.published()] == [4, 3, 2, 1]


def test_the_last_five_generations_stay(library: Library) -> None:
    publish(library, [], [SPRING])
    for word in "一二三四五":
        publish(library, [], [NewDocument("数.txt", "甲", word.encode(), [Paragraph(word)])])
    assert [generation.number for generation in library.published()] == [6, 5, 4, 3, 2]
    library.turn_to(2)
    assert [paragraph.text for _, paragraph in library.paragraphs_of(2)] == ["春天。", "一"]
    with pytest.raises(LibraryError, match="第 1 代"):
        library.turn_to(1)
    publish(library, [], [AUTUMN])
    assert [generation.number for generation in library.published()] == [7, 6, 5, 4, 3]
    assert library.paragraphs_of(2) == []


def test_a_candidate_does_not_answer_until_it_is_turned_to(library: Library) -> None:
    publish(library, [], [SPRING])
    library.add_vectors("toy-1", {searched_hash(part): np.ones(2, np.float32) for part in AUTUMN.paragraphs})
    first = library.stage([], [AUTUMN], "toy-1", "rules-1")
    assert (first.number, first.documents) == (2, 2)
    assert names(library) == ["春.txt"]
    assert [generation.number for generation in library.published()] == [1]
    autumn = library.paragraphs_of(2)[1][0]
    assert library.read([autumn], 2) == {}
    assert library.read([autumn], 2, alone=True)[autumn][0] == "秋.txt"
    second = library.stage([], [], "toy-1", "rules-1")  # the one that waited goes
    assert library.paragraphs_of(2) == library.paragraphs_of(1)
    library.turn_to(second.number)
    assert names(library) == ["春.txt"]


def test_going_back_to_another_encoder_is_refused(library: Library) -> None:
    publish(library, [], [SPRING])
    library.add_vectors("toy-2", {searched_hash(SPRING.paragraphs[0]): np.ones(3, np.float32)})
    library.publish([], [SPRING], "toy-2", "rules-1")
    with pytest.raises(LibraryError, match="toy-1"):
        library.turn_to(1)
    candidate = library.stage([], [], "toy-2", "rules-2")
    library.remove("春.txt", quote_nothing)
    assert library.turn_to(candidate.number).documents == 0  # though the removal's number is higher


def test_a_removal_leaves_nothing_in_any_generation(library: Library) -> None:
    publish(library, [], [SPRING, AUTUMN])
    publish(library, [], [NewDocument("秋.txt", "甲", "深秋。".encode(), [Paragraph("深秋。")]), WINTER])
    ids = [key for number in (1, 2) for key, _ in library.paragraphs_of(number)]
    erased: list[int] = []
    removal = library.remove("秋.txt", lambda _, paragraphs: erased.extend(paragraphs))
    assert removal == Removal(
        name="秋.txt",
        generation=3,
        paragraphs=3,
        paragraphs_left=0,
        vectors=2,  # 叶落。 is said in 冬.txt too
        vectors_left=0,
        originals=2,
        originals_left=0,
        same_content=(),
        overwritten=True,
    )
    assert names(library) == ["冬.txt", "春.txt"]
    assert len(erased) == 3
    for number in (1, 2, 3):
        library.turn_to(number)
        assert "秋.txt" not in names(library)
        assert not set(library.read(ids)) & set(erased)
    assert [each.documents for each in library.published()] == [2, 2, 1]
    assert len(library.vectors_of(3, "toy-1")[0]) == 3


def test_what_was_removed_does_not_come_in_again_by_its_folder(library: Library) -> None:
    publish(library, [], [SPRING, AUTUMN])
    library.remove("秋.txt", quote_nothing)
    assert library.removed_names() == {"秋.txt"}
    publish(library, [], [AUTUMN])
    assert names(library) == ["春.txt"]
    publish(library, [], [replace(AUTUMN, origin=ADDED)])
    assert names(library) == ["春.txt", "秋.txt"]
    assert library.removed_names() == set()


def test_a_removal_names_the_copies_and_what_comes_near(library: Library) -> None:
    publish(library, [], [SPRING, replace(SPRING, name="春天.txt")])
    with pytest.raises(LibraryError, match="是不是 春"):
        library.remove("春季.txt", quote_nothing)
    assert library.remove("春.txt", quote_nothing).same_content == ("春天.txt",)


def test_a_removal_beside_a_run_that_counts_on_its_vectors(library: Library) -> None:
    publish(library, [], [AUTUMN])
    with library.writing():
        assert library.without_vector("toy-1", map(searched_hash, WINTER.paragraphs)) == {
            searched_hash(WINTER.paragraphs[0])
        }
        library.add_vectors("toy-1", {searched_hash(WINTER.paragraphs[0]): np.ones(2, np.float32)})
        library.remove("秋.txt", quote_nothing)
        with pytest.raises(VectorsMissing):
            library.stage([], [WINTER], "toy-1", "rules-1")


def test_the_bytes_of_what_was_removed_are_in_no_file(tmp_path: Path) -> None:
    """Search the database file and its log for three pieces of a long text."""
    library = Library(f"sqlite:///{tmp_path}/wenbao.db")
    texts = [f"第{number}段说的是青石渡口的旧事，编号{number:05}。" for number in range(400)]
    secret = NewDocument("密.txt", ADDED, "".join(texts).encode(), [Paragraph(text) for text in texts])
    publish(library, [], [SPRING])
    publish(library, [], [secret, AUTUMN])
    publish(library, [], [replace(secret, paragraphs=secret.paragraphs[:200]), WINTER])
    pieces = [
        "青石渡口".encode(),
        "编号00399".encode(),
        b"\\u9752\\u77f3",
        searched_hash(Paragraph(texts[7])).encode(),
    ]
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [piece in held for piece in pieces] == [True, True, False, True]
    removal = library.remove("密.txt", quote_nothing)
    assert (removal.paragraphs, removal.paragraphs_left, removal.overwritten) == (600, 0, True)
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [piece in held for piece in pieces] == [False] * 4
    assert "春天".encode() in held
    library.close()


def test_a_reader_that_needs_the_old_pages_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.schema.BUSY_MILLISECONDS", 50)
    library = Library(f"sqlite:///{tmp_path}/wenbao.db")
    publish(library, [], [SPRING, AUTUMN])
    with library._engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM paragraphs")).scalar()
        removal = library.remove("秋.txt", quote_nothing)
    assert (removal.paragraphs_left, removal.overwritten) == (0, False)
    library.close()


def test_a_run_whose_lock_went_with_its_connection_takes_it_again_or_gives_way(
    server: PostgreSql, postgres: str
) -> None:
    first, second = Library(postgres), Library(postgres)

    def restart() -> None:
        server.stop()
        server.start()

    with first.writing():
        restart()
        assert publish(first, [], [SPRING]).number == 1
        with pytest.raises(BusyError), second.writing():
            raise AssertionError
    with first.writing():
        restart()
        with second.writing():
            with pytest.raises(BusyError):
                publish(first, [], [AUTUMN])
            assert publish(second, [], [WINTER]).number == 2
    assert names(first) == ["冬.txt", "春.txt"]
    first.close()
    second.close()


def test_a_second_writer_is_told_of_the_first(url: str) -> None:
    first, second = Library(url), Library(url)
    with first.writing(), pytest.raises(BusyError), second.writing():
        pass
    with second.writing():
        pass
    first.close()
    second.close()


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    library = Library(url)
    with library._engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    library.close()
    with pytest.raises(LibraryError, match="99"):
        Library(url)


# Two generations of the first form: 甲 left and 乙 came with the second.
FIRST_FORM = """
INSERT INTO schema_version VALUES (1);
INSERT INTO generations VALUES (1, '2026-11-01 08:00:00', 'toy-1', 'r', 1, 1);
INSERT INTO generations VALUES (2, '2026-11-02 08:00:00', 'toy-1', 'r', 2, 2);
INSERT INTO current_generation VALUES (1, 2);
INSERT INTO documents VALUES (1, '甲.txt', 'h1', '1', '/d', '2026-11-01 08:00:00', 1, 2);
INSERT INTO documents VALUES (2, '乙.txt', 'h2', '2', '/d', '2026-11-02 08:00:00', 2, NULL);
INSERT INTO documents VALUES (3, '丙.txt', 'h3', '3', '/d', '2026-11-01 08:00:00', 2, NULL);
INSERT INTO paragraphs VALUES (1, 1, 0, '甲说。', '[]', '', '', 'body', 's1', 1, 2);
INSERT INTO paragraphs VALUES (2, 2, 0, '乙说。', '["题"]', '', '', 'body', 's2', 2, NULL);
INSERT INTO paragraphs VALUES (3, 3, 0, '丙说。', '[]', '', '', 'body', 's3', 2, NULL);
"""


def test_a_library_of_the_first_form_is_brought_up_to_date(url: str) -> None:
    engine = open_engine(url, foreign_keys=False)
    with changing(engine) as connection:
        first = import_module("embeddings.migrations.versions.version_1")
        with Operations.context(MigrationContext.configure(connection)):
            first.upgrade()
        for line in FIRST_FORM.strip().splitlines():
            connection.exec_driver_sql(line)
        if engine.dialect.name == "postgresql":
            for table in ("documents", "paragraphs"):
                connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', 3)")
    engine.dispose()
    library = Library(url)
    assert names(library) == ["丙.txt", "乙.txt"]
    assert library.paragraphs_of(2) == [(2, Paragraph("乙说。", ("题",))), (3, Paragraph("丙说。"))]
    library.turn_to(1)
    assert names(library) == ["甲.txt"]
    assert publish(library, [1], [SPRING]).number == 3
    assert [key for key, _ in library.paragraphs_of(3)] == [4]
    library.close()
    again = Library(url)
    assert names(again) == ["春.txt"]
    again.close()


def test_an_id_is_never_used_twice(library: Library) -> None:
    publish(library, [], [SPRING, AUTUMN])
    last = max(key for key, _ in library.paragraphs_of(1))
    library.remove("秋.txt", quote_nothing)
    publish(library, [], [WINTER])
    assert min(key for key, part in library.paragraphs_of(3) if part.text == "冬天。") > last


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="DATABASE_URL"):
        Library(f"sqlite:///{tmp_path}/missing/wenbao.db")
