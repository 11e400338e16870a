"""Models in the form of the large ones, small enough to be made in a test: random weights, fixed by a seed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

CHARACTERS = (
    "一二三四五六七八九十全市县建成书屋家茶园面积万亩游客来看河石桥云湾文化增速多少几有为这个句子：。，"
)
WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "query",
    "passage",
    ":",
    "gdp",
    *dict.fromkeys(CHARACTERS),
]


def _config(folder: Path) -> BertConfig:
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(WORDS), encoding="utf-8")
    BertTokenizerFast(vocab=str(vocabulary)).save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    return BertConfig(vocab_size=len(WORDS), initializer_range=0.5, max_position_embeddings=128, **sizes)


def tiny_encoder(folder: Path, prompts: Mapping[str, str] | None = None) -> Path:
    """Make an embedding model of one layer, with prompts if they are given."""
    plain = folder / "plain"
    BertModel(_config(plain)).save_pretrained(plain)
    transformer = Transformer(str(plain))
    pooling = Pooling(transformer.get_embedding_dimension())
    model = SentenceTransformer(modules=[transformer, pooling], prompts=dict(prompts or {}), device="cpu")
    model.save(str(folder / "encoder"))
    return folder / "encoder"


def tiny_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """Make a cross-encoder of one layer."""
    config = _config(folder)
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def as_named(folder: Path, name: str) -> Path:
    """Give a model's folder the name of a large one, which says how it was trained."""
    return folder.rename(folder.with_name(name))


def declared(folder: Path) -> Sequence[str]:
    """Return the names of the prompts that a model declares."""
    text = (folder / "config_sentence_transformers.json").read_text(encoding="utf-8")
    return [name for name, prompt in json.loads(text)["prompts"].items() if prompt]
