"""Text → unit vectors, by a model in sentence-transformers form.

A static model (one vector a piece, averaged) is read from the same folder without torch: it loads in
a tenth of a second and answers in a millisecond. Any other model goes through sentence-transformers.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.errors import EncoderError
from embeddings.pieces import Dictionary, Model, Pieces, Vocabulary, load_model
from embeddings.terms import fold
from embeddings.types import Encoder, Vectors

BUNDLED_MODEL = Path(__file__).parent / "model"
_WEIGHTS = "model.safetensors"
_CONFIG = "config_sentence_transformers.json"
# A folder whose configuration says so was trained on folded text (fold in terms.py).
_FOLDED = "wenbao_folded_text"
_MANY = 64  # texts that are worth a table in full precision and a trie of the pieces, a tenth of a second
_KINDS = {"F16": "<f2", "F32": "<f4"}


class StaticEncoder:
    """A static model: the mean of its pieces' vectors, unit length; texts of any length are averaged whole.

    Half precision is mapped into memory and widened text by text, for many texts as a whole: a fraction of what
    model2vec takes for the same folder, whose vectors these equal.
    """

    def __init__(self, folder: Path) -> None:
        self._weights = folder if (folder / _WEIGHTS).is_file() else folder / "0_StaticEmbedding"
        self._table = _mapped(self._weights / _WEIGHTS)
        self._folded = bool(_configuration(folder).get(_FOLDED))
        model = self._model()
        self._dictionary = Dictionary(*model) if model else None
        self.dimensions = int(self._table.shape[1])
        self.name = f"{folder.name}-{_fingerprint(folder)}"

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row for each text; a text without any known piece gets a zero row."""
        prepared = [fold(text) if self._folded else text for text in texts]
        many = len(texts) >= _MANY
        known = self._vocabulary if many else self._dictionary
        found = known.split(prepared) if known else [None] * len(texts)
        strange = [text for text, some in zip(prepared, found, strict=True) if some is None]
        others = iter(self._tokenized(strange) if strange else ())
        table = self._wide if many else self._table
        return _means(table, [next(others) if some is None else some for some in found])

    def encode_question(self, text: str) -> Vectors:
        """Return one unit vector, shape (dimensions,)."""
        row: Vectors = self.encode_paragraphs([text])[0]
        return row

    def _tokenized(self, prepared: Sequence[str]) -> list[Pieces]:
        found = self._tokenizer.encode_batch_fast(prepared, add_special_tokens=False)
        return [np.array(encoding.ids, np.int32) for encoding in found]

    def _model(self) -> Model | None:
        # Of unfolded text, some may be a special token: [UNK].
        return load_model(self._weights / "tokenizer.json") if self._folded else None

    @cached_property
    def _vocabulary(self) -> Vocabulary | None:
        model = self._model()
        return Vocabulary(*model) if model else None

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._weights / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _wide(self) -> Vectors:
        return self._table.astype(np.float32)


def _means(table: NDArray[Any], texts: Sequence[Pieces]) -> Vectors:
    """Return the mean of each text's pieces at unit length."""
    rows = np.empty((len(texts), table.shape[1]), np.float32)
    for row, pieces in zip(rows, texts, strict=True):
        np.add.reduce(table.take(pieces, axis=0).astype(np.float32, copy=False), out=row)
    rows /= np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), 1e-12)[:, None]
    return rows


class TransformerEncoder:
    """Any model that sentence-transformers loads, with the prompts it was trained with.

    Those it declares itself come first; families that declare none in their files are known by their names.
    """

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer  # imports torch: seconds and half a GB
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # of loading the weights
        self._model = SentenceTransformer(model, device="cpu")
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        folder = Path(model)
        self.name = f"{folder.name}-{_fingerprint(folder)}" if folder.is_dir() else model
        self.prompts = _prompts_of(model, self._model.prompts)
        if self.prompts.known_by_name:
            self.name += f"-{self.prompts.fingerprint}"

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row for each text, shape (len(texts), dimensions)."""
        return self._encoded(self._model.encode_document, list(texts), self.prompts.passage)

    def encode_question(self, text: str) -> Vectors:
        """Return one unit vector, shape (dimensions,)."""
        row: Vectors = self._encoded(self._model.encode_query, [text], self.prompts.question)[0]
        return row

    def _encoded(self, encode: Callable[..., Any], texts: list[str], prompt: str) -> Vectors:
        vectors = encode(texts, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimensions)


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put before a question and before a passage."""

    question: str = ""
    passage: str = ""
    known_by_name: bool = False

    @property
    def fingerprint(self) -> str:
        """Return what changes whenever the prompts do."""
        return hashlib.sha256(f"{self.question}\n{self.passage}".encode()).hexdigest()[:6]


# From the models' cards; Qwen3-Embedding and others declare theirs in their files.
_FAMILIES = (
    (
        re.compile(r"e5.*instruct", re.IGNORECASE),
        "Instruct: Given a question, retrieve passages that answer the question\nQuery: ",
        "",
    ),
    (re.compile(r"(?:^|[-_])e5-", re.IGNORECASE), "query: ", "passage: "),
    (re.compile(r"bge-(?:small|base|large)-zh", re.IGNORECASE), "为这个句子生成表示以用于检索相关文章：", ""),
    (
        re.compile(r"bge-(?:small|base|large)-en", re.IGNORECASE),
        "Represent this sentence for searching relevant passages: ",
        "",
    ),
)


def _prompts_of(model: str, declared: Mapping[str, str]) -> Prompts:
    """Return a model's prompts: BAAI/bge-small-zh-v1.5, {} → 为这个句子生成表示以用于检索相关文章：."""
    passage = next((declared[name] for name in ("document", "passage", "corpus") if declared.get(name)), "")
    if passage or declared.get("query"):
        return Prompts(declared.get("query", ""), passage)
    for family, question, before in _FAMILIES:
        if family.search(Path(model).name):
            return Prompts(question, before, known_by_name=True)
    return Prompts()


def load_encoder(model: str | None = None) -> Encoder:
    """Load a model from a folder or by its hub name; None is the bundled one.

    :raises EncoderError: the model is not there, or its files cannot be read as one.
    """
    folder = BUNDLED_MODEL if model is None else Path(model)
    try:
        if folder.is_dir() and _is_static(folder):
            return StaticEncoder(folder)
        return TransformerEncoder(str(model))
    except ModuleNotFoundError as error:
        raise EncoderError(
            f"模型 {model} 需要 sentence-transformers：pip install 'wenbao[models]'，托管平台上装 "
            "requirements-models.txt · the model needs sentence-transformers: install the extra `models`"
        ) from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise EncoderError(
            f"载入不了向量模型 {model or folder.name}：检查 EMBEDDING_MODEL 是否是一个完整的 "
            "sentence-transformers 文件夹 · the embedding model cannot be loaded: check EMBEDDING_MODEL"
        ) from error


def _is_static(folder: Path) -> bool:
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    return str(modules[0]["type"]).endswith("StaticEmbedding")


def _configuration(folder: Path) -> dict[str, Any]:
    path = folder / _CONFIG
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return loaded


def _mapped(path: Path) -> NDArray[Any]:
    """Open the one matrix of a safetensors file: the length of its header, the header, the numbers."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    tensor = header["embedding.weight"] if "embedding.weight" in header else header["embeddings"]
    kind, start = _KINDS[tensor["dtype"]], 8 + length + tensor["data_offsets"][0]
    return np.asarray(np.memmap(path, kind, "r", start, tuple(tensor["shape"])))


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".safetensors", ".bin"):
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                hashlib.file_digest(file, lambda: digest)
    return digest.hexdigest()[:12]
