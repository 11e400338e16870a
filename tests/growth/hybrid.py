"""The plain hybrid: bm25s over jieba's words, FAISS flat over the same encoder, reciprocal rank fusion."""

import json
from collections import defaultdict
from pathlib import Path

import bm25s
import faiss
import jieba
import numpy as np

from embeddings.encoder import load_encoder

_FUSED = 60  # Cormack et al. 2009
_FOUND = 50
_AT_ONCE = 256


def build(texts: list[str], folder: Path) -> None:
    """Index paragraphs and save the index."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder()
    words = bm25s.BM25()
    words.index([jieba.lcut(text) for text in texts], show_progress=False)
    words.save(folder / "words", show_progress=False)
    vectors = faiss.IndexFlatIP(encoder.dimensions)
    for start in range(0, len(texts), _AT_ONCE):
        vectors.add(encoder.encode_paragraphs(texts[start : start + _AT_ONCE]))
    faiss.write_index(vectors, str(folder / "vectors"))
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")


class Hybrid:
    """Opens what build saved."""

    def __init__(self, folder: Path) -> None:
        jieba.initialize()
        self._encoder = load_encoder()
        self._words = bm25s.BM25.load(folder / "words")
        self._vectors = faiss.read_index(str(folder / "vectors"))
        self._texts: list[str] = json.loads((folder / "texts.json").read_text(encoding="utf-8"))

    def search(self, question: str, limit: int) -> list[str]:
        """Return the best paragraphs."""
        scores = self._words.get_scores(jieba.lcut(question))
        most = min(_FOUND, len(scores))
        top = np.argpartition(scores, -most)[-most:]
        by_words = top[np.argsort(-scores[top])]
        by_meaning = self._vectors.search(self._encoder.encode_question(question)[None], most)[1][0]
        fused: defaultdict[int, float] = defaultdict(float)
        for found in (by_words, by_meaning):
            for rank, row in enumerate(found):
                fused[int(row)] += 1 / (_FUSED + rank + 1)
        return [self._texts[row] for row in sorted(fused, key=lambda row: -fused[row])[:limit]]
