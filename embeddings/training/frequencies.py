"""Make documents/frequencies.txt and bigrams.txt: `python -m embeddings.training.frequencies`.

A character's count is the sum of jieba's counts of the words it stands in; its traditional form
counts the same. Chinese punctuation and full-width forms get the count of a common character. The
bigrams are the pairs of characters that stand most often in words.
"""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import jieba
import opencc

FILE = Path(__file__).parents[1] / "documents" / "frequencies.txt"
BIGRAMS = FILE.with_name("bigrams.txt")
MOST_BIGRAMS = 12_000
PUNCTUATION = "，。、；：？！“”‘’（）《》—…·「」『』％　＋－／"


def main() -> None:
    """Write one character and its count a line, the most frequent first."""
    to_traditional = opencc.OpenCC("s2t")
    counts: Counter[str] = Counter()
    bigrams: Counter[str] = Counter()
    jieba.initialize()
    for word, count in jieba.dt.FREQ.items():
        for form in {word, to_traditional.convert(word)}:
            for character in form:
                if character > "\x7f":
                    counts[character] += count
            for first, second in pairwise(form):
                if first > "\x7f" < second:
                    bigrams[first + second] += count
    common = counts.most_common(100)[-1][1]
    for character in PUNCTUATION + "".join(map(chr, range(0xFF01, 0xFF5F))):
        counts[character] = max(counts[character], common)
    lines = [f"{character} {count}" for character, count in counts.most_common() if count > 0]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    pairs = sorted(pair for pair, _ in bigrams.most_common(MOST_BIGRAMS))
    BIGRAMS.write_text("".join(pairs), encoding="utf-8")


if __name__ == "__main__":
    main()
