"""Make documents/frequencies.txt: `python -m embeddings.training.frequencies`.

A character's count is the sum of jieba's counts of the words it stands in; its traditional form
counts the same. Chinese punctuation and full-width forms get the count of a common character.
"""

from collections import Counter
from pathlib import Path

import jieba
import opencc

FILE = Path(__file__).parents[1] / "documents" / "frequencies.txt"
PUNCTUATION = "，。、；：？！“”‘’（）《》—…·「」『』％　＋－／"


def main() -> None:
    """Write one character and its count a line, the most frequent first."""
    to_traditional = opencc.OpenCC("s2t")
    counts: Counter[str] = Counter()
    jieba.initialize()
    for word, count in jieba.dt.FREQ.items():
        for form in {word, to_traditional.convert(word)}:
            for character in form:
                if character > "\x7f":
                    counts[character] += count
    common = counts.most_common(100)[-1][1]
    for character in PUNCTUATION + "".join(map(chr, range(0xFF01, 0xFF5F))):
        counts[character] = max(counts[character], common)
    lines = [f"{character} {count}" for character, count in counts.most_common() if count > 0]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
