"""Generated paragraphs in which words stand as often as in Chinese: by the counts of jieba's dictionary."""

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import jieba

PARAGRAPHS_PER_FILE = 30
_CLAUSES = (3, 9)
_WORDS = (3, 8)
_ASKED = 4  # words of the paragraph that a question names


class Texts:
    """A stream of paragraphs, the same for each seed."""

    def __init__(self, seed: int = 0) -> None:
        jieba.setLogLevel(60)
        jieba.initialize()
        counts = {word: count for word, count in jieba.dt.FREQ.items() if count and len(word) <= 4}
        self._words = list(counts)
        self._sums = list(accumulate(counts.values()))
        self._chance = random.Random(seed)

    def paragraph(self) -> str:
        """Return clauses of words, with a figure."""
        chance = self._chance
        clauses = [
            "".join(chance.choices(self._words, cum_weights=self._sums, k=chance.randint(*_WORDS)))
            for _ in range(chance.randint(*_CLAUSES))
        ]
        figure = f"{chance.randint(2, 9999)}{chance.choice('人个亩元吨户')}"
        return "，".join([*clauses, chance.choice(self._words) + figure]) + "。"

    def question(self, paragraph: str) -> str:
        """Ask with some words of a paragraph, as they stand there or in another order."""
        words = [word for word in jieba.cut(paragraph) if len(word) > 1 and word.isalpha()]
        return "".join(self._chance.sample(words, min(_ASKED, len(words)))) + "有多少"


def write(folder: Path, paragraphs: int, among: Sequence[str] = ()) -> None:
    """Write files of thirty paragraphs each: those that are given, the others generated."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = Texts(paragraphs)
    for start in range(0, paragraphs, PARAGRAPHS_PER_FILE):
        end = min(start + PARAGRAPHS_PER_FILE, paragraphs)
        some = list(among[start:end])
        some += [texts.paragraph() for _ in range(end - start - len(some))]
        name = f"{start // PARAGRAPHS_PER_FILE:06}.txt"
        (folder / name).write_text("\n\n".join(some), encoding="utf-8")


def read(folder: Path) -> Iterator[str]:
    """Yield the paragraphs again."""
    for path in sorted(folder.glob("*.txt")):
        yield from path.read_text(encoding="utf-8").split("\n\n")
