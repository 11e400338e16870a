"""How many lies of a language model would be shown: `python -m tests.lies [-v]`.

Takes each sentence with figures of the sample and of tests/ as a truthful reply, its first figure as the short
answer and its paragraph with two others as the passages; then lies in it in one place: another figure, another
name, two figures exchanged, another unit, a sign, a figure in Chinese numerals, a negation put in or left out, a
plan made a fact, a direction turned round or left out, another deed, a figure or a name added.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator

from bot.assertions import said
from bot.faithful import departure
from bot.sentences import sentence_spans
from embeddings.terms import fold, tagged
from embeddings.types import Paragraph, Passage
from tests.sizing import ours

_FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")
_NOT = re.compile(r"没有|尚未|未能|不得|不[能会得予]|未|没")
_PLANNED = re.compile(r"预计|计划|力争|争取|有望|拟|将")
_UNITS = (
    ("亿元", "万元"),
    ("万", "亿"),
    ("%", "‰"),
    ("平方米", "平方公里"),
    ("人", "人次"),
    ("公里", "米"),
    ("家", "个"),
)
_DEEDS = ("取消", "否决", "亏损", "拆除", "放弃")
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
        if figures[0].group() != last.group():
            first = figures[0]
            between = sentence[first.end() : last.start()]
            yield (
                "two exchanged",
                sentence[: first.start()] + last.group() + between + first.group() + sentence[last.end() :],
            )
    for unit, other in _UNITS:
        if (place := re.search(rf"(?<=\d){unit}(?!次)", sentence)) is not None:
            yield "another unit", sentence[: place.start()] + other + sentence[place.end() :]
    if figures and sentence[figures[-1].end() :].startswith("%"):
        yield "a sign", sentence[: figures[-1].start()] + "负" + sentence[figures[-1].start() :]
    yield "in Chinese numerals", f"{sentence.rstrip('。！？；')}，其中{chance.choice('三五七')}成在城里。"
    if (lost := _NOT.search(sentence)) is not None:
        yield "a negation lost", sentence[: lost.start()] + sentence[lost.end() :]
    if (lost := _PLANNED.search(sentence)) is not None:
        yield "a plan as a fact", sentence[: lost.start()] + "已" + sentence[lost.end() :]
    for word in ("下降", "减少", "降低"):
        if word in sentence:
            yield "a fall lost", sentence.replace(word, "为")
    if (verb := re.search(r"实现|完成|建成|新增|通过|引进|建设", sentence)) is not None:
        yield "another deed", sentence[: verb.start()] + chance.choice(_DEEDS) + sentence[verb.end() :]
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
                    passed = not departure(reply, first.group(), passages)
                    shown[kind] += passed
                    if passed != (kind == "the truth") and "-v" in sys.argv:
                        print(f"  {kind}: {departure(reply, first.group(), passages)} {reply}")
    for kind, count in asked.items():
        print(f"{kind:<20} shown {shown[kind]} of {count}")
    lies_told = sum(asked.values()) - asked["the truth"]
    print(f"{'lies':<20} shown {sum(shown.values()) - shown['the truth']} of {lies_told}")


def passage(part: Paragraph) -> Passage:
    """Return a passage of a paragraph."""
    return Passage(0, "例.txt", part, 1.0)


if __name__ == "__main__":
    main()
