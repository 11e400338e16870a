"""What every engine owes the search: one suite over the segments in this process and over Milvus."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest

from embeddings.engine import Asked, Engine, Indexes, Query
from embeddings.errors import EncoderError
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from embeddings.sparse import K1, B
from embeddings.terms import terms
from embeddings.types import Content, Generation, NewDocument, Paragraph, searched_hash
from tests.toy import ToyEncoder

TEXTS = {
    "茶.txt": [Paragraph("茶园面积8万亩。", (), "", "石桥"), Paragraph("茶园，茶园！")],
    "书.txt": [Paragraph("书屋12家。", ("文化",), "", "云湾"), Paragraph("书屋里有茶。", (), "", "", "note")],
    "河.txt": [Paragraph("游客来看河。", (), "", "云湾", "heading")],
}


@pytest.fixture(params=["segments", "milvus"])
def indexes(request: pytest.FixtureRequest, tmp_path: Path) -> Indexes:
    if request.param == "segments":
        return Pool(tmp_path)
    from embeddings.milvus.server import Milvus

    return Milvus(request.getfixturevalue("milvus_address"))


class Kept:
    """A library and its indexes."""

    def __init__(self, folder: Path, indexes: Indexes) -> None:
        folder.mkdir(exist_ok=True)
        self.library = Library(f"sqlite:///{folder}/wenbao.db")
        self.indexes = indexes
        self.encoder = ToyEncoder()

    def stage(self, texts: dict[str, list[Paragraph]], leaving: Sequence[str] = ()) -> Generation:
        """Write a candidate with documents beside those that are there."""
        parts = {searched_hash(part): part.searched for each in texts.values() for part in each}
        lacking = self.library.without_vector(self.encoder.name, parts)
        vectors = {key: self.encoder.encode_paragraphs([parts[key]])[0] for key in lacking}
        self.library.add_vectors(self.encoder.name, vectors)
        gone = [each.id for each in self.library.documents() if each.name in leaving]
        new = [NewDocument(name, "甲", name.encode(), each) for name, each in texts.items()]
        return self.library.stage(gone, new, self.encoder.name, "")

    def put(self, texts: dict[str, list[Paragraph]], leaving: Sequence[str] = ()) -> Generation:
        """Publish documents beside those that are there."""
        return self.library.turn_to(self.stage(texts, leaving).number)

    def open(self, generation: Generation | None = None) -> Engine:
        """Open a generation, else the current one."""
        wanted = generation or self.library.current_generation()
        assert wanted is not None
        engine = self.indexes.open(self.library, wanted, self.encoder)
        assert engine is not None
        return engine

    def query(self, question: str) -> Query:
        """Return a query of a question's terms."""
        return Query(terms(question), (), (), self.encoder.encode_question(question), 0.0, question)

    def found(self, question: str, engine: Engine | None = None) -> dict[str, float]:
        """Return BM25 by text."""
        engine = engine or self.open()
        found = engine.candidates(self.query(question), 10)
        scores = dict(zip(found.ids.tolist(), found.words.tolist(), strict=True))
        stored = self.library.read(list(scores), engine.generation.number, alone=True)
        return {stored[key][1].text: round(score, 5) for key, score in scores.items() if score}

    def search(self, question: str) -> list[str]:
        """Return the texts that the whole search finds."""
        found = Searcher(self.library, self.encoder, self.indexes).search(question, 3)
        return [passage.paragraph.text for passage in found]


@pytest.fixture
def kept(tmp_path: Path, indexes: Indexes) -> Kept:
    return Kept(tmp_path / "kept", indexes)


def test_every_paragraph_finds_itself_at_cosine_one(kept: Kept) -> None:
    kept.put(TEXTS)
    engine = kept.open()
    for _, part in kept.library.paragraphs_of(1):
        query = kept.query(part.searched)
        found = engine.candidates(query, 10)
        best = int(np.argmax(found.words))
        stored = kept.library.read([int(found.ids[best])])
        assert [paragraph.text for _, paragraph in stored.values()] == [part.text]
        assert found.meaning[best] == pytest.approx(1.0, abs=1e-5)
        assert (found.subjects[best], found.roles[best]) == (part.subject, part.role)


def test_scores_are_those_of_bm25(kept: Kept) -> None:
    kept.put(TEXTS)
    parts = [part for each in TEXTS.values() for part in each]
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index([terms(part.searched) for part in parts], show_progress=False)
    for question in ("茶园面积", "书屋里的茶", "8万亩", "云湾书屋"):
        known = [term for term in dict.fromkeys(terms(question)) if term in reference.vocab_dict]
        expected = {
            part.text: float(score) for part, score in zip(parts, reference.get_scores(known), strict=True)
        }
        assert kept.found(question) == pytest.approx({k: v for k, v in expected.items() if v}, abs=1e-4)


def test_other_wordings_and_coverage_count_alike(kept: Kept, tmp_path: Path) -> None:
    kept.put(TEXTS)
    query = Query(
        terms("茶田"),
        [[terms("茶园"), terms("书屋")]],
        [Asked("茶田", ["茶田"], [["茶园"]]), Asked("面积", ["面积"])],
        kept.encoder.encode_question("茶园"),
        0.4,
        "茶田 茶园 书屋",
    )
    engines = kept.open(), Pool(tmp_path / "other").open(kept.library, kept.open().generation, kept.encoder)
    columns = []
    for engine in engines:
        assert engine is not None
        found = engine.candidates(query, 10)
        order = np.argsort(found.ids)
        columns.append([column[order] for column in (found.ids, found.words, found.meaning, found.coverage)])
    for mine, theirs in zip(*columns, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    assert columns[0][3].max() > columns[0][3].min()


def test_nothing_is_found_where_no_term_is_shared(kept: Kept) -> None:
    kept.put(TEXTS)
    found = kept.open().candidates(kept.query("火星探测"), 10)
    assert (len(found.ids), len(found.words), len(found.subjects)) == (0, 0, 0)


def test_it_knows_the_generations_subjects_and_terms(kept: Kept) -> None:
    kept.put(TEXTS)
    engine = kept.open()
    assert engine.subjects() == {"石桥", "云湾"}
    assert (engine.holds("书屋"), engine.holds("火星")) == (True, False)
    kept.put({}, ["茶.txt"])
    engine = kept.open()
    assert engine.subjects() == {"云湾"}
    assert (engine.holds("书屋"), engine.holds("茶园")) == (True, False)


def test_a_generation_sees_only_its_documents(kept: Kept) -> None:
    first = kept.put(TEXTS)
    before = kept.open()
    candidate = kept.stage({"茶.txt": [Paragraph("茶园面积9万亩。")]})
    after = kept.open(candidate)
    assert "茶园面积8万亩。" in kept.found("茶园面积", before)
    assert "茶园面积9万亩。" not in kept.found("茶园面积", before)
    assert "茶园面积9万亩。" in kept.found("茶园面积", after)
    assert "茶园面积8万亩。" not in kept.found("茶园面积", after)
    kept.library.turn_to(candidate.number)
    assert kept.search("茶园面积")[0] == "茶园面积9万亩。"
    assert kept.library.go_back().number == first.number
    assert kept.search("茶园面积")[0] == "茶园面积8万亩。"


def test_only_what_changed_is_put_in(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"{number}.txt": [Paragraph(f"茶园第{number}片。")] for number in range(1200)}
    kept.put(many)
    kept.open()
    asked: list[int] = []
    contents = Library.contents

    def counted(library: Library, ids: Sequence[int], encoder: str) -> Iterator[Content]:
        asked.extend(ids)
        return contents(library, ids, encoder)

    monkeypatch.setattr(Library, "contents", counted)
    kept.put({"3.txt": [Paragraph("茶园第三片，1201亩。")]})
    assert kept.search("茶园1201亩")[0] == "茶园第三片，1201亩。"
    kept.open()
    assert asked == [1201]
    kept.library.go_back()
    assert kept.search("茶园第3片")[0] == "茶园第3片。"
    assert asked == [1201]


def test_what_was_removed_cannot_answer_even_before_the_engine_hears_of_it(kept: Kept) -> None:
    kept.put(TEXTS)
    searcher = Searcher(kept.library, kept.encoder, kept.indexes)
    kept.library.remove("茶.txt", lambda *_: None)
    found = {each.document for each in searcher.search("茶园书屋", 3)}
    assert ("书.txt" in found, "茶.txt" in found) == (True, False)
    assert not searcher.refresh()  # the question that met it has turned to what is left
    assert not searcher.holds("茶园")
    for name in ("书.txt", "河.txt"):
        kept.library.remove(name, lambda *_: None)
    assert searcher.refresh()
    assert searcher.search("书屋", 3) == []


def test_two_libraries_keep_apart(kept: Kept, tmp_path: Path) -> None:
    kept.put({"茶.txt": TEXTS["茶.txt"]})
    kept.open()
    other = Kept(tmp_path / "other", kept.indexes)
    other.put({"书.txt": TEXTS["书.txt"]})  # its ids are the same
    assert (other.found("茶园面积"), "书屋12家。" in other.found("书屋")) == ({}, True)
    assert "茶园面积8万亩。" in kept.found("茶园面积")


def test_another_model_is_named_and_the_old_one_answers_on(kept: Kept, tmp_path: Path) -> None:
    kept.put(TEXTS)
    searcher = Searcher(kept.library, kept.encoder, kept.indexes)
    other = Kept(tmp_path / "kept", kept.indexes)  # the same database
    other.encoder.name = "toy-2"
    with pytest.raises(EncoderError, match="wenbao index"):
        other.open()
    candidate = other.stage(TEXTS)
    assert "书屋12家。" in other.found("书屋", other.open(candidate))
    assert searcher.search("书屋几家", 1)[0].paragraph.text == "书屋12家。"


def test_what_is_kept_can_be_lost(kept: Kept) -> None:
    kept.put(TEXTS)
    kept.open()
    kept.indexes.forget(kept.library)
    assert kept.search("书屋12家")[0] == "书屋12家。"
    assert kept.open().subjects() == {"石桥", "云湾"}
