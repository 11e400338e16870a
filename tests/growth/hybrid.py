"""The plain hybrid, as anyone would write it: bm25s over jieba's words, FAISS flat, reciprocal rank fusion.

The vectors are of the bundled model, loaded by sentence-transformers as its card says.
"""

import json
from collections import defaultdict
from pathlib import Path

import bm25s
import faiss
import jieba
import numpy as np
from sentence_transformers import SentenceTransformer

from embeddings.encoder import BUNDLED_MODEL

_FUSED = 60  # Cormack et al. 2009
_FOUND = 50


def build(texts: list[str], folder: Path) -> None:
    """Index paragraphs and save the index."""
    folder.mkdir(parents=True, exist_ok=True)
    words = bm25s.BM25()
    words.index([jieba.lcut(text) for text in texts], show_progress=False)
    words.save(folder / "words", show_progress=False)
    encoded = _encoder().encode(texts, normalize_embeddings=True, show_progress_bar=False)
    vectors = faiss.IndexFlatIP(encoded.shape[1])
    vectors.add(encoded)
    faiss.write_index(vectors, str(folder / "vectors"))
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")


def _encoder() -> SentenceTransformer:
    return SentenceTransformer(str(BUNDLED_MODEL), device="cpu").float()


class Hybrid:
    """Opens what build saved."""

    def __init__(self, folder: Path) -> None:
        jieba.initialize()
        self._encoder = _encoder()
        self._words = bm25s.BM25.load(folder / "words")
        self._vectors = faiss.read_index(str(folder / "vectors"))
        self._texts: list[str] = json.loads((folder / "texts.json").read_text(encoding="utf-8"))

    def search(self, question: str, limit: int) -> list[str]:
        """Return the best paragraphs."""
        scores = self._words.get_scores(jieba.lcut(question))
        most = min(_FOUND, len(scores))
        top = np.argpartition(scores, -most)[-most:]
        by_words = top[np.argsort(-scores[top])]
        vector = self._encoder.encode([question], normalize_embeddings=True, show_progress_bar=False)
        by_meaning = self._vectors.search(vector, most)[1][0]
        fused: defaultdict[int, float] = defaultdict(float)
        for found in (by_words, by_meaning):
            for rank, row in enumerate(found):
                fused[int(row)] += 1 / (_FUSED + rank + 1)
        return [self._texts[row] for row in sorted(fused, key=lambda row: -fused[row])[:limit]]
