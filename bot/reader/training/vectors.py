"""Word vectors of the texts alone: a singular value decomposition of shifted positive mutual information.

Levy & Goldberg 2014, Neural Word Embedding as Implicit Matrix Factorization. About six minutes on two cores.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np
from jieba.posseg import dt as tagger
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd

from bot.reader.network import NOUN, PLACE
from bot.reader.training.corpus import passages, rows
from bot.reader.vocabulary import Vocabulary, shape_of
from embeddings.terms import tokens

WORDS, CONTEXTS, CHARACTERS = 48_000, 10_000, 5_000
DIMENSIONS = 96
WINDOW = 4
TEXT_CHARACTERS = 24_000_000
# 国家级 (b), 建设 (vn), 国企 (j), 空中 (s): what stands inside names beside nouns
NOUN_TAGS = frozenset({"vn", "an", "b", "j", "s"})
NO_NAMES = frozenset(
    (
        "城市 地区 国家 全国 市区 城区 县城 山区 省城 省会 城镇 村庄 乡镇 郊区 灾区 特区 新区 "
        "街道 社区 黑市 股市 夜市"
    ).split()
)
WORDS_AT_ONCE = 2_000_000


def corpus(training: Path) -> list[list[str]]:
    """Return the texts as lists of words, numbers by their shape."""
    questions = [row["question"] for row in rows(training / "reader_open.jsonl.zst")]
    contexts = {row["context"]: None for row in rows(training / "reader_open.jsonl.zst")}
    texts = chain(contexts, questions, passages(training, TEXT_CHARACTERS))
    return [[shape_of(token.text) for token in tokens(text)] for text in texts]


def vocabulary_of(texts: Iterable[Sequence[str]]) -> tuple[Vocabulary, Counter[str]]:
    """Return the most frequent words and characters, and in how many texts each word stands."""
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for text in texts:
        words.update(text)
        documents.update(set(text))
        characters.update("".join(text))
    most = [word for word, _ in words.most_common(WORDS)]
    return Vocabulary(most, [character for character, _ in characters.most_common(CHARACTERS)]), documents


def decompose(texts: Sequence[Sequence[str]], words: Sequence[str]) -> np.ndarray:
    """Return one vector a word, shape (len(words), DIMENSIONS), of mean length 1."""
    counts = _counts(texts, words)
    rows_sum = np.asarray(counts.sum(1)).ravel() + 1e-9
    columns_sum = np.asarray(counts.sum(0)).ravel() ** 0.75 + 1e-9
    table = counts.tocoo()
    scores = np.log(table.data * columns_sum.sum() / (rows_sum[table.row] * columns_sum[table.col]))
    positive = scores > 0
    information = csr_matrix(
        (scores[positive], (table.row[positive], table.col[positive])), shape=counts.shape, dtype=np.float32
    )
    left, values, _ = randomized_svd(information, DIMENSIONS, n_iter=3, random_state=0)
    vectors = left * np.sqrt(values)
    return (vectors / np.linalg.norm(vectors, axis=1).mean()).astype(np.float32)


def _counts(texts: Sequence[Sequence[str]], words: Sequence[str]) -> csr_matrix:
    """Return how often each word stands near each frequent one, nearer counting more."""
    place = {word: row for row, word in enumerate(words)}
    total = csr_matrix((len(words), CONTEXTS), dtype=np.float32)
    stream = chain.from_iterable([*(place.get(word, -1) for word in text), *[-1] * WINDOW] for text in texts)
    while len(part := np.fromiter(islice(stream, WORDS_AT_ONCE), np.int32)):
        for distance in range(1, WINDOW + 1):
            for left, right in ((part[:-distance], part[distance:]), (part[distance:], part[:-distance])):
                kept = (left >= 0) & (right >= 0) & (right < CONTEXTS)
                ones = np.full(kept.sum(), 1 / distance, np.float32)
                total = total + csr_matrix((ones, (left[kept], right[kept])), shape=total.shape)
    return total


def classes_of(words: Sequence[str]) -> np.ndarray:
    """Return PLACE for names of places, NOUN for what else can be a part of a name, by jieba's dictionary."""
    tagger.initialize()
    tags = [tagger.word_tag_tab.get(word, "n" if len(word) > 1 else "") for word in words]
    place = [_is_place(word, tag) for word, tag in zip(words, tags, strict=True)]
    noun = [tag[:1] == "n" or tag in NOUN_TAGS for tag in tags]
    return np.array([0, NOUN, *np.where(place, PLACE, np.where(noun, NOUN, 0))], np.uint8)


def _is_place(word: str, tag: str) -> bool:
    """Say whether a word names a place: by its tag, or because 义乌市 is one and 义乌 means nothing else."""
    if len(word) < 2 or word in NO_NAMES:
        return False
    longer = any(tagger.word_tag_tab.get(word + end) == "ns" for end in "市县")
    return tag == "ns" or (longer and tag in ("n", "nz", "nr"))


def rare_places(words: Sequence[str]) -> list[str]:
    """Return jieba's names of cities and counties that the vocabulary lacks, with and without their ending."""
    tagger.initialize()
    named = {word for word, tag in tagger.word_tag_tab.items() if tag == "ns" and word[-1] in "省市县区州"}
    stems = {word[:-1] for word in named if len(word) > 2 and word[:-1] not in tagger.word_tag_tab}
    known = set(words) | NO_NAMES
    return sorted(word for word in named | stems if 2 <= len(word) <= 5 and word not in known)


def main() -> None:
    """Write words.txt, characters.txt and vectors.npz."""
    training, folder = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    texts = corpus(training)
    vocabulary, documents = vocabulary_of(texts)
    vocabulary.save(folder)
    (folder / "places.txt").write_text("\n".join(rare_places(vocabulary.words)), encoding="utf-8")
    frequency = np.array([len(texts), 0, *(documents[word] for word in vocabulary.words)])
    rarity = 1 - np.log(1 + frequency) / np.log(2 + len(texts))  # 1: in no text, 0: in all
    vectors, classes = decompose(texts, vocabulary.words), classes_of(vocabulary.words)
    np.savez(folder / "vectors.npz", vectors=vectors, rarity=rarity.astype(np.float32), classes=classes)


if __name__ == "__main__":
    main()
