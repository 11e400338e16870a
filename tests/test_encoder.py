"""The bundled encoder: two readers of one folder agree, and neither needs torch at question time."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from embeddings.encoder import BUNDLED_MODEL, load_encoder
from embeddings.errors import EncoderError
from embeddings.terms import fold

TEXTS = ["龙港GDP增速8.7%。", "紹興新增市場主體12萬戶。", "The quick brown fox"]


def test_it_agrees_with_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(BUNDLED_MODEL), device="cpu").float()
    expected = model.encode([fold(text) for text in TEXTS], show_progress_bar=False)
    np.testing.assert_allclose(load_encoder().encode_paragraphs(TEXTS), expected, atol=1e-5)


def test_it_agrees_with_model2vec() -> None:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(BUNDLED_MODEL, normalize=True, max_length=None, quantize_to="float32")
    expected = model.encode([fold(text) for text in TEXTS])
    np.testing.assert_allclose(load_encoder().encode_paragraphs(TEXTS), expected, atol=1e-5)


def test_a_text_finds_its_like() -> None:
    encoder = load_encoder()
    paragraphs = encoder.encode_paragraphs(
        ["全年接待游客120万人次。", "小学今年新招教师30名。", "河水涨了两米。"]
    )
    assert paragraphs.shape == (3, encoder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(paragraphs, axis=1), 1, atol=1e-5)
    assert (paragraphs @ encoder.encode_question("接待游客多少人")).argmax() == 0
    assert (paragraphs @ encoder.encode_question("學校招了幾位老師")).argmax() == 1


def test_no_text_and_an_empty_text() -> None:
    encoder = load_encoder()
    assert encoder.encode_paragraphs([]).shape == (0, encoder.dimensions)
    assert not encoder.encode_paragraphs([""]).any()


def test_a_question_gets_the_vector_of_the_same_paragraph() -> None:
    encoder = load_encoder()
    rows = encoder.encode_paragraphs([*TEXTS, ""])
    np.testing.assert_allclose(rows, [encoder.encode_question(text) for text in [*TEXTS, ""]], atol=1e-6)


def test_a_long_text_is_averaged_whole() -> None:
    encoder = load_encoder()
    long = "天气晴朗。" * 800
    assert not np.allclose(encoder.encode_question(long), encoder.encode_question(long + "财政收入" * 800))


def test_torch_stays_out() -> None:
    code = "import sys; from embeddings.encoder import load_encoder; load_encoder().encode_question('甲'); " \
        "sys.exit('torch' in sys.modules)"  # fmt: skip
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False).returncode
        == 0
    )


def test_weights_of_either_precision_are_read_where_they_stand(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED_MODEL, tmp_path / "model")
    weights = tmp_path / "model" / "model.safetensors"
    table = load_file(weights)["embedding.weight"]
    save_file({"embeddings": table.astype(np.float32)}, weights)
    wide = load_encoder(str(tmp_path / "model"))
    np.testing.assert_allclose(
        wide.encode_paragraphs(TEXTS), load_encoder().encode_paragraphs(TEXTS), atol=1e-6
    )
    save_file({"embeddings": table.astype(np.int8)}, weights)
    with pytest.raises(EncoderError, match="EMBEDDING_MODEL"):
        load_encoder(str(tmp_path / "model"))


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="EMBEDDING_MODEL"):
        load_encoder(str(tmp_path))


def test_the_model_is_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLED_MODEL.rglob("*") if path.is_file()) <= 24 * 1024 * 1024
