"""Both searches, their caches on disk, and exact rankings over five paragraphs."""

import json
from pathlib import Path

import pytest

from embeddings.errors import EncoderError
from embeddings.keys import key_of
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from embeddings.terms import version
from embeddings.types import NewDocument, Paragraph, searched_hash
from tests.toy import ToyEncoder

PARAGRAPHS = [
    Paragraph("全市建成书屋12家。", ("文化",), "", "云湾"),
    Paragraph("全县建成书屋30家。", ("文化",), "", "石桥"),
    Paragraph("GDP增速6.1%。", ("经济",), "", "云湾"),
    Paragraph("茶园面积8万亩。", (), "", "石桥"),
    Paragraph("云湾书屋", (), "", "云湾", "heading"),
]


def fill(library: Library, encoder: ToyEncoder, paragraphs: list[Paragraph]) -> None:
    leaving = [document.id for document in library.documents()]
    missing = library.without_vector(encoder.name, map(searched_hash, paragraphs))
    vectors = {
        searched_hash(part): encoder.encode_paragraphs([part.searched])[0]
        for part in paragraphs
        if searched_hash(part) in missing
    }
    library.add_vectors(encoder.name, vectors)
    library.publish(leaving, [NewDocument("例.txt", "甲", b"1", paragraphs)], encoder.name, "rules-1")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(f"sqlite:///{tmp_path}/wenbao.db")
    fill(library, ToyEncoder(), PARAGRAPHS)
    return library


@pytest.fixture
def searcher(library: Library, tmp_path: Path) -> Searcher:
    return Searcher(library, ToyEncoder(), Pool(tmp_path))


@pytest.mark.parametrize(
    ("question", "ranking"),
    [
        ("云湾书屋几家", ["全市建成书屋12家。"]),
        ("石橋書屋幾家", ["全县建成书屋30家。"]),
        ("云湾ＧＤＰ增速", ["GDP增速6.1%。"]),
        ("茶园有多少亩", ["茶园面积8万亩。"]),
        ("经济总量", ["GDP增速6.1%。"]),  # 经济总量 is how people say GDP
    ],
)
def test_exact_rankings(searcher: Searcher, question: str, ranking: list[str]) -> None:
    found = searcher.search(question, 5)
    assert [passage.paragraph.text for passage in found][: len(ranking)] == ranking
    assert all(0 <= passage.score <= 1 for passage in found)


def test_what_says_more_of_the_question_comes_first(library: Library, tmp_path: Path) -> None:
    texts = ["书屋，书屋，书屋，书屋！", "县里建成了书屋，读者很多，夜里也开着灯，共30家。", "建成。"]
    fill(library, ToyEncoder(), [Paragraph(text) for text in texts])
    found = Searcher(library, ToyEncoder(), Pool(tmp_path)).search("建成书屋多少家", 5)
    assert found[0].paragraph.text == texts[1]


def test_what_shares_nothing_with_the_question_is_not_returned(searcher: Searcher) -> None:
    assert searcher.search("火星探测器燃料", 5) == []
    assert searcher.search("？！", 5) == []


def ask(library: Library, folder: Path, question: str = "茶园") -> list[str]:
    found = Searcher(library, ToyEncoder(), Pool(folder)).search(question, 1)
    return [passage.paragraph.text for passage in found]


def segments(folder: Path) -> list[Path]:
    return sorted((folder / "index").iterdir())


def test_the_segments_are_opened_again_and_made_again_when_they_do_not_fit(
    library: Library, tmp_path: Path
) -> None:
    assert ask(library, tmp_path) == ["茶园面积8万亩。"]
    (segment,) = segments(tmp_path)
    assert ask(library, tmp_path) == ["茶园面积8万亩。"]
    assert segments(tmp_path) == [segment]
    manifest = segment / "manifest.json"
    written = json.loads(manifest.read_text(encoding="utf-8"))
    assert written["made_for"] == {"encoder": "toy-1", "dimensions": 5, "terms": version()}
    manifest.write_text(json.dumps({**written, "made_for": {"terms": "0"}}), encoding="utf-8")
    assert ask(library, tmp_path) == ["茶园面积8万亩。"]
    (segment,) = segments(tmp_path)
    for damaged in ("vectors.faiss", "rows.npy", "manifest.json", "ids.npy"):
        (segment / damaged).write_bytes(b"rubbish")
        assert ask(library, tmp_path) == ["茶园面积8万亩。"]
        (segment,) = segments(tmp_path)
    (segment / "keys.npy").unlink()
    assert ask(library, tmp_path) == ["茶园面积8万亩。"]


def test_another_model_is_named_with_the_next_step(library: Library, tmp_path: Path) -> None:
    other = ToyEncoder()
    other.name = "toy-2"
    with pytest.raises(EncoderError, match="wenbao index"):
        Searcher(library, other, Pool(tmp_path))


def test_a_new_generation_is_taken_up_and_what_left_never_answers(
    library: Library, searcher: Searcher
) -> None:
    assert searcher.refresh() is False
    fill(library, ToyEncoder(), PARAGRAPHS[:3])
    # The index in memory is of the generation before until a question meets what has left.
    found = [passage.paragraph.text for passage in searcher.search("茶园书屋", 5)]
    assert found == ["全市建成书屋12家。", "全县建成书屋30家。", "GDP增速6.1%。"]
    assert searcher.refresh() is False
    assert searcher.generation == 2
    assert searcher.subjects() == {"云湾", "石桥"}


def test_the_index_files_forget_what_was_removed(tmp_path: Path) -> None:
    library, encoder = Library(f"sqlite:///{tmp_path}/wenbao.db"), ToyEncoder()
    documents = {"茶.txt": PARAGRAPHS[3], "书.txt": PARAGRAPHS[0]}
    for part in documents.values():
        library.add_vectors("toy-1", {searched_hash(part): encoder.encode_paragraphs([part.searched])[0]})
    new = [NewDocument(name, "甲", b"1", [part]) for name, part in documents.items()]
    library.publish([], new, "toy-1", "rules-1")
    searcher = Searcher(library, encoder, Pool(tmp_path))

    def files_hold(term: str) -> bool:
        files = [path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()]
        wanted = (term.encode(), key_of(term).to_bytes(4, "little"))
        return any(form in file for form in wanted for file in files)

    assert files_hold("茶园")
    library.remove("茶.txt", lambda *_: None)
    assert searcher.search("茶园", 3) == []  # of the new generation, which knows the word no more
    searcher.refresh()
    assert (files_hold("茶园"), files_hold("书屋")) == (False, True)
    library.remove("书.txt", lambda *_: None)
    assert searcher.refresh()
    assert (searcher.generation, files_hold("书屋")) == (0, False)
    library.close()


def test_an_empty_library_answers_nothing(tmp_path: Path) -> None:
    searcher = Searcher(Library(f"sqlite:///{tmp_path}/empty.db"), ToyEncoder(), Pool(tmp_path))
    assert (searcher.generation, searcher.search("书屋", 3)) == (0, [])
