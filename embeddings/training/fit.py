"""Train the static encoder: `python -m embeddings.training.fit TRAINING READING FOLDER`.

One vector a piece; a text is the mean of its pieces, unit length. The vectors are fitted so that a
question is nearer to its passage than to the others of a batch, in both directions (in-batch
contrastive loss, Henderson et al. 2017, arXiv:1705.00652). They start random, as long as the
piece's inverse document frequency. About ten minutes on two cores after the vocabulary.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, normalize

from embeddings.training.pairs import read_pairs
from embeddings.training.vocabulary import UNKNOWN, train_vocabulary

DIMENSIONS = 256
BATCH = 2048
EPOCHS = 4
SCALE = 20.0
LEARNING_RATE = 0.02
WARM_UP_STEPS = 20
LONGEST_QUESTION, LONGEST_PASSAGE = 64, 300  # pieces

Pieces = list[int]


def first_vectors(passages: Sequence[Pieces], size: int) -> np.ndarray:
    """Return random directions, shape (size, DIMENSIONS), as long as the idf of their piece."""
    frequency = Counter(chain.from_iterable(set(passage) for passage in passages))
    counts = np.array([frequency.get(piece, 0) for piece in range(size)])
    idf = np.clip(np.log((len(passages) + 1) / (1 + counts)), 0.3, 12)
    vectors = np.random.default_rng(0).standard_normal((size, DIMENSIONS))
    vectors *= (idf / idf.mean() / np.linalg.norm(vectors, axis=1))[:, None]
    return vectors.astype(np.float32)


def means(table: torch.nn.EmbeddingBag, texts: Sequence[Pieces]) -> torch.Tensor:
    """Return the unit means of the pieces' vectors, shape (len(texts), DIMENSIONS)."""
    filled = [text or [1] for text in texts]
    offsets = np.cumsum([0, *map(len, filled)][:-1])
    return normalize(table(torch.tensor(list(chain.from_iterable(filled))), torch.from_numpy(offsets)))


def fit(questions: Sequence[Pieces], passages: Sequence[Pieces], size: int) -> np.ndarray:
    """Return the fitted vectors, shape (size, DIMENSIONS)."""
    torch.manual_seed(0)
    chance = np.random.default_rng(0)
    table = torch.nn.EmbeddingBag(size, DIMENSIONS, mode="mean")
    table.weight.data[:] = torch.from_numpy(first_vectors(passages, size))
    optimizer = torch.optim.Adam(table.parameters(), lr=LEARNING_RATE)
    steps = EPOCHS * (len(questions) // BATCH)
    order: list[int] = []
    for step in range(steps):
        if len(order) < BATCH:
            order = list(chance.permutation(len(questions)))
        batch, order = order[:BATCH], order[BATCH:]
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1, (step + 1) / WARM_UP_STEPS) * (1 - step / steps)
        asked = means(table, [questions[row][:LONGEST_QUESTION] for row in batch])
        answering = means(table, [passages[row][:LONGEST_PASSAGE] for row in batch])
        scores, target = SCALE * asked @ answering.T, torch.arange(BATCH)
        loss = (cross_entropy(scores, target) + cross_entropy(scores.T, target)) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"{step}/{steps} loss {loss.item():.3f}", flush=True)
    return table.weight.detach().numpy()


def save(tokenizer: Tokenizer, vectors: np.ndarray, folder: Path) -> None:
    """Write a sentence-transformers folder that model2vec reads too.

    An unknown piece gets a zero vector: model2vec leaves such pieces out, and so both agree.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = vectors.copy()
    weights[tokenizer.token_to_id(UNKNOWN)] = 0
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    save_file({"embedding.weight": weights.astype(np.float16)}, folder / "model.safetensors")
    prefix = "sentence_transformers.models"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{prefix}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{prefix}.Normalize"},
    ]
    configuration = {"similarity_fn_name": "cosine", "wenbao_folded_text": True}
    for name, value in (("modules", modules), ("config_sentence_transformers", configuration)):
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Read, train, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("training", "reading", "folder"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.training, arguments.reading)
    tokenizer = train_vocabulary(pairs)
    questions, passages = (
        [encoding.ids for encoding in tokenizer.encode_batch(column, add_special_tokens=False)]
        for column in map(list, zip(*pairs, strict=True))
    )
    save(tokenizer, fit(questions, passages, tokenizer.get_vocab_size()), arguments.folder)


if __name__ == "__main__":
    main()
