"""Segments: what one holds, how they are joined, and what a change of the library costs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest

from embeddings import dense, pool
from embeddings.dense import LOOKED_AT, DenseIndex
from embeddings.engine import Query
from embeddings.index import Index, _best
from embeddings.keys import key_of
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.sparse import K1, B, Postings
from embeddings.terms import terms
from embeddings.types import Content, Generation, NewDocument, Paragraph, searched_hash
from tests.toy import ToyEncoder

TEXTS = {
    "茶.txt": ["茶园面积8万亩。", "茶园，茶园！"],
    "书.txt": ["书屋12家。", "书屋里有茶。"],
    "河.txt": ["游客来看河。"],
}


class Shelf:
    """A library of texts and the folder of its index."""

    def __init__(self, folder: Path) -> None:
        self.library = Library(f"sqlite:///{folder}/wenbao.db")
        self.folder = folder
        self.encoder = ToyEncoder()

    def put(self, texts: dict[str, list[str]], leaving: Sequence[str] = ()) -> Generation:
        """Publish documents beside those that are there."""
        parts = {searched_hash(Paragraph(text)): text for each in texts.values() for text in each}
        lacking = self.library.without_vector("toy-1", parts)
        vectors = {key: self.encoder.encode_paragraphs([parts[key]])[0] for key in lacking}
        self.library.add_vectors("toy-1", vectors)
        gone = [each.id for each in self.library.documents() if each.name in leaving]
        new = [
            NewDocument(name, "甲", name.encode(), list(map(Paragraph, each))) for name, each in texts.items()
        ]
        return self.library.publish(gone, new, "toy-1", "")

    def open(self, generation: Generation | None = None) -> Index:
        """Open a generation, else the current one."""
        wanted = generation or self.library.current_generation()
        assert wanted is not None
        index = Pool(self.folder).open(self.library, wanted, self.encoder)
        assert index is not None
        return index

    def found(self, question: str, index: Index | None = None) -> dict[str, float]:
        """Return BM25 by text."""
        index = index or self.open()
        vector = self.encoder.encode_question(question)
        found = index.candidates(Query(terms(question), (), (), vector, 0.0, question), 10)
        scores = dict(zip(found.ids.tolist(), found.words.tolist(), strict=True))
        stored = self.library.read(list(scores), index.generation.number, alone=True)
        return {stored[key][1].text: round(score, 5) for key, score in scores.items() if score}

    def segments(self) -> set[str]:
        """Return the names of the segments."""
        return {place.name for place in (self.folder / "index").iterdir()}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be joined for being small."""
    monkeypatch.setattr(pool, "_SMALL", 0)
    monkeypatch.setattr(pool, "_TIMES", 0)


def find(postings: Postings, terms: str) -> tuple[list[int], list[int], list[int]]:
    """Return the rows of terms of one character, how often they stand there, and how many rows each has."""
    rows, counts, lengths = postings.find(np.array(list(map(key_of, terms)), np.uint32))
    return rows.tolist(), counts.tolist(), lengths.tolist()


def test_postings_say_which_rows_hold_a_term_and_how_often(tmp_path: Path) -> None:
    built = Postings.build(["茶 园 茶", "", "园"])
    built.save(tmp_path)
    for postings in (built, Postings.load(tmp_path)):
        assert find(postings, "茶园书") == ([0, 0, 2], [2, 1, 1], [1, 2, 0])
        assert postings.lengths.tolist() == [3, 0, 1]


def test_joined_postings_are_those_of_the_rows_kept() -> None:
    first, second = Postings.build(["茶", "书 茶", "河"]), Postings.build(["书", "茶 茶"])
    kept = [(first, np.array([False, True, True])), (second, np.array([True, True]))]
    joined, anew = Postings.join(kept), Postings.build(["书 茶", "河", "书", "茶 茶"])
    assert find(joined, "茶书河园") == find(anew, "茶书河园")
    assert joined.lengths.tolist() == anew.lengths.tolist() == [2, 1, 1, 2]


def test_scores_are_those_of_bm25(shelf: Shelf) -> None:
    shelf.put(TEXTS)
    texts = [text for each in TEXTS.values() for text in each]
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index([terms(text) for text in texts], show_progress=False)
    for question in ("茶园面积", "书屋里的茶", "8万亩"):
        known = [term for term in dict.fromkeys(terms(question)) if term in reference.vocab_dict]
        expected = dict(zip(texts, reference.get_scores(known), strict=True))
        assert shelf.found(question) == pytest.approx({k: v for k, v in expected.items() if v}, abs=1e-4)


@pytest.mark.parametrize("rows", [40, 10_000])
def test_the_best_rows_are_the_highest_above_0(rows: int) -> None:
    chance = np.random.default_rng(0)
    scores = chance.random(rows) * (chance.random(rows) < 0.5)
    above = np.flatnonzero(scores)
    assert set(_best(scores, 50)) == set(above[np.argsort(-scores[above])][:50])
    assert not len(_best(np.zeros(rows), 50))


@pytest.mark.usefixtures("apart")
def test_several_segments_find_what_one_finds(shelf: Shelf, tmp_path: Path) -> None:
    for name, each in TEXTS.items():
        shelf.put({name: each})
        shelf.open()
    assert len(shelf.segments()) == 3
    (tmp_path / "other").mkdir()
    whole = Shelf(tmp_path / "other")
    whole.put(TEXTS)
    for question in ("茶园面积", "书屋里的茶", "游客", "火星"):
        assert shelf.found(question) == whole.found(question)


@pytest.mark.usefixtures("apart")
def test_a_change_makes_a_segment_of_what_changed_alone(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put({f"{number}.txt": [f"茶园第{number}片。"] for number in range(9)})
    shelf.open()
    (large,) = shelf.segments()
    asked: list[int] = []
    contents = Library.contents

    def counted(library: Library, ids: Sequence[int], encoder: str) -> Iterator[Content]:
        asked.extend(ids)
        return contents(library, ids, encoder)

    monkeypatch.setattr(Library, "contents", counted)
    second = shelf.put({"3.txt": ["茶园第三十片。"]})
    assert "茶园第3片。" not in shelf.found("第3片")
    assert "茶园第三十片。" in shelf.found("第三十片")
    assert (asked, large in shelf.segments(), len(shelf.segments())) == ([10], True, 2)
    shelf.library.go_back()  # the segments of both generations lie there: nothing is made again
    assert "茶园第3片。" in shelf.found("第3片")
    assert "茶园第三十片。" in shelf.found("第三十片", shelf.open(second))
    assert asked == [10]


def test_small_segments_are_joined_as_they_gather(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put({f"{number}.txt": [f"茶园第{number}片。"]})
        shelf.open()
        assert len(shelf.segments()) == 1
    assert len(shelf.found("茶园")) == 5


@pytest.mark.usefixtures("apart")
def test_a_segment_most_of_which_is_gone_is_written_anew(shelf: Shelf) -> None:
    shelf.put(TEXTS)
    index = shelf.open()
    assert (index.holds("书屋"), index.holds("茶园")) == (True, True)
    shelf.put({}, ["书.txt", "河.txt"])
    index = shelf.open()
    assert (index.holds("书屋"), index.holds("茶园")) == (False, True)
    assert set(shelf.found("茶园书屋")) == {"茶园面积8万亩。", "茶园，茶园！"}


@pytest.mark.usefixtures("apart")
def test_what_is_removed_is_forgotten_by_files_too(shelf: Shelf) -> None:
    shelf.put(TEXTS)
    shelf.open()

    def hold(term: str) -> bool:
        files = [path.read_bytes() for path in shelf.folder.rglob("index/*/*")]
        return any(key_of(term).to_bytes(4, "little") in file for file in files)

    assert hold("书屋")
    shelf.library.remove("书.txt", lambda *_: None)
    Pool(shelf.folder).forget_removed(shelf.library)
    assert (hold("书屋"), hold("茶园")) == (False, True)
    assert set(shelf.found("茶园书屋")) == {"茶园面积8万亩。", "茶园，茶园！"}
    shelf.library.remove("河.txt", lambda *_: None)
    shelf.open()  # a worker that turns to the new generation forgets it as well
    assert (hold("游客"), hold("茶园")) == (False, True)


def test_another_database_in_the_same_folder_gets_segments_of_its_own(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put({"茶.txt": ["茶园面积8万亩。"]})
    shelf.open()
    (tmp_path / "other").mkdir()
    other = Shelf(tmp_path / "other")
    other.folder = tmp_path
    other.put({"书.txt": ["书屋12家。"]})  # its id is 1, too
    assert (other.found("茶园"), set(other.found("书屋"))) == ({}, {"书屋12家。"})


@pytest.mark.parametrize("exact", [True, False])
def test_vectors_find_their_nearest(tmp_path: Path, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "EXACT", 5000 if exact else 100)
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(2000, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    built = DenseIndex.build(rows)
    built.save(tmp_path)
    alive = np.arange(2000) % 2 == 0
    right = []
    for index in (built, DenseIndex.load(tmp_path)):
        for row in range(0, 2000, 50):
            nearest = np.argsort(-(rows @ rows[row]))
            for mask in (None, alive):
                near, _ = index.search(rows[row], 10, 10 * LOOKED_AT, mask)
                assert not exact or len(near) == 10
                assert mask is None or mask[near].all()
                cosines = index.cosines(near, rows[row])
                np.testing.assert_allclose(cosines, index.vectors(near) @ rows[row], atol=1e-5)
                assert (near[cosines.argmax()], float(cosines.max())) == (row, pytest.approx(1, abs=1e-3))
                found = near[np.argsort(-cosines)[:10]]
                wanted = nearest if mask is None else nearest[mask[nearest]]
                right += [key in found for key in wanted[:10]]
        np.testing.assert_allclose(index.vectors(np.arange(3)), rows[:3], atol=1e-4)
    assert np.mean(right) >= (1.0 if exact else 0.99)


def test_rounding_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "EXACT", 1)
    rows = np.random.default_rng(0).normal(size=(300, 32)).astype(np.float32)
    rows[0] = 0  # a text of no known piece
    first = DenseIndex.build(rows).vectors(np.arange(300))
    np.testing.assert_allclose(DenseIndex.build(first).vectors(np.arange(300)), first, atol=1e-6)
    assert not first[0].any()
