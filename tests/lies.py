"""How many lies of a language model would be shown: `python -m tests.lies`.

Takes each sentence with figures of the sample and of tests/ as a truthful reply, its first figure as the short
answer and its paragraph with two others as the passages; then lies in it in one place: another figure, another
name, two figures exchanged, a negation, a direction turned round, a figure or a name added.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator

from bot.faithful import departure, said
from bot.sentences import sentence_spans
from embeddings.terms import fold, tagged
from embeddings.types import Paragraph, Passage
from tests.sizing import ours

_FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")
_TURNED = (
    ("增长", "下降"),
    ("下降", "增长"),
    ("增加", "减少"),
    ("超过", "低于"),
    ("提高", "降低"),
    ("以上", "以下"),
)


def lies(sentence: str, names: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield kinds of lies and the sentence with one; the first figure stays."""
    figures = list(_FIGURE.finditer(sentence))
    if len(figures) > 1:
        last = figures[-1]
        other = str(int(float(last.group())) + chance.randint(1, 9))
        yield "another figure", sentence[: last.start()] + other + sentence[last.end() :]
    for name in said(fold(sentence)).owners:
        if name in sentence:
            stranger = chance.choice([each for each in names if each not in sentence])
            yield "another name", sentence.replace(name, stranger)
    if "不" not in sentence and (verb := re.search(r"实现|完成|建成|增长|达到|新增", sentence)):
        yield "a negation", sentence[: verb.start()] + "未" + sentence[verb.start() :]
    for word, turned in _TURNED:
        if word in sentence:
            yield "a direction", sentence.replace(word, turned)
    end = sentence.rstrip("。！？；")
    yield "a figure added", f"{end}，共{chance.randint(100, 999)}家。"
    yield "a name added", f"{end}，由{chance.choice(names)}主持。"


def main() -> None:
    """Print how many truthful replies and how many lies of each kind pass."""
    chance = random.Random(0)
    parts = [part for part in ours() if part.role == "body"]
    names = sorted(
        {word for part in parts for word, kind in tagged(fold(part.text)) if kind in ("nr", "ns", "nt")}
    )
    names = [name for name in names if len(name) > 1]
    asked: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for number, part in enumerate(parts):
        passages = [passage(part), passage(parts[number - 1]), passage(parts[number - 2])]
        for start, end in sentence_spans(part.text):
            sentence = part.text[start:end]
            if first := _FIGURE.search(sentence):
                apart = [name for name in names if not any(name in str(each) for each in passages)]
                for kind, reply in (("the truth", sentence), *lies(sentence, apart, chance)):
                    asked[kind] += 1
                    shown[kind] += not departure(reply, first.group(), passages)
    for kind, count in asked.items():
        print(f"{kind:<16} shown {shown[kind]} of {count}")


def passage(part: Paragraph) -> Passage:
    """Return a passage of a paragraph."""
    return Passage(0, "例.txt", part, 1.0)


if __name__ == "__main__":
    main()
