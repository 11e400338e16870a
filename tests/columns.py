"""Newspaper pages with known paragraphs: `python -m tests.columns` says how many come out in order and whole.

The lines of the columns are drawn row by row or in any order, as typesetting programs write them.
"""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from reportlab.pdfgen.canvas import Canvas

from embeddings.documents import read_document
from embeddings.paragraphs import split_paragraphs
from tests.forms import SONG, wrapped

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 50.0
OPENINGS = ("镇上", "去年冬天", "据村里的老人说", "到了三月", "沿河一带", "合作社", "新来的医生", "码头边上")
MIDDLES = (
    "修了{n}公里的石板路，雨天也不再泥泞",
    "种下{n}棵香樟，树荫盖住了半条街",
    "办起{n}家豆腐坊，磨豆子的声音天不亮就响",
    "有{n}个孩子上了镇里的小学，路上要走半个钟头",
    "收了{n}吨莲藕，价钱比上一年高出两成多",
    "装好{n}盏太阳能路灯，夜里行船也看得见岸",
    "登记了{n}位会编竹篮的手艺人，最年长的八十三岁",
    "把{n}间老屋改成客房，窗外就是稻田和远山",
)
ENDINGS = (
    "，大家都说好。",
    "，账目贴在祠堂门口。",
    "；明年还要再添一些。",
    "，报纸也来写过两回。",
    "，只是缺人手。",
    "，花的是集体的钱。",
)
HEADLINES = ("河边小镇这一年的新变化", "从石板路说起", "一座码头与三代船工的故事")
SUBHEADS = ("路与灯", "作坊和学堂", "老屋新客")


@dataclass(frozen=True)
class Layout:
    """How a document is set; lengths in sizes of its text."""

    seed: int
    columns: int = 2
    gutter: float = 1.5
    size: float = 10.0
    leading: float = 1.5
    pages: int = 1
    headline: bool = False
    running_head: bool = False
    subheads: bool = False
    indent: bool = True
    picture: int = 0  # lines left free over the last column
    order: str = "rows"  # rows, columns, shuffled


LAYOUTS = (
    Layout(1),
    Layout(2, gutter=1.0),
    Layout(3, gutter=3.0, headline=True),
    Layout(4, columns=3),
    Layout(5, columns=3, gutter=1.2, headline=True),
    Layout(6, columns=3, gutter=2.0, size=9, order="shuffled"),
    Layout(7, columns=4, gutter=1.2, size=8),
    Layout(8, pages=3, running_head=True),
    Layout(9, pages=4, columns=3, running_head=True, headline=True),
    Layout(10, subheads=True),
    Layout(11, subheads=True, columns=3, headline=True, order="shuffled"),
    Layout(12, indent=False),
    Layout(13, indent=False, columns=3, pages=2),
    Layout(14, picture=12),
    Layout(15, picture=9, columns=3, headline=True),
    Layout(16, leading=1.2, gutter=1.0),
    Layout(17, leading=2.0, columns=2, order="columns"),
    Layout(18, size=12, columns=2, gutter=0.9),
    Layout(19, size=7.5, columns=4, gutter=1.5, headline=True, pages=2, running_head=True),
    Layout(20, order="shuffled", pages=2, running_head=True, subheads=True),
    Layout(21, columns=1, pages=3, running_head=True, headline=True),
    Layout(22, columns=3, picture=15, order="shuffled", pages=2, running_head=True),
    Layout(23, columns=2, gutter=5.0, headline=True, subheads=True, pages=2, running_head=True),
    Layout(24, columns=3, gutter=1.0, leading=1.3, size=8.5, headline=True, subheads=True),
)  # fmt: skip


def paragraphs_of(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield kind and text without end; each paragraph has a number of its own."""
    chance = random.Random(layout.seed)
    number = 100
    while True:
        if layout.subheads and number % 4 == 0:
            yield "heading", chance.choice(SUBHEADS) + "之" + "一二三四五六七八九十"[number // 4 % 10]
        sentences = []
        for _ in range(chance.randint(1, 4)):
            number += 1
            middle = chance.choice(MIDDLES).format(n=number)
            sentences.append(chance.choice(OPENINGS) + middle + chance.choice(ENDINGS))
        yield "text", "".join(sentences)


@dataclass
class _Line:
    x: float
    y: float
    size: float
    text: str


def made(layout: Layout) -> tuple[bytes, list[str]]:
    """Return a PDF and its paragraphs (headings too) in reading order."""
    source = paragraphs_of(layout)
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT))
    expected: list[str] = []
    waiting: list[tuple[str, float]] = []  # lines of the paragraph that the last page broke
    for page in range(layout.pages):
        top = HEIGHT - MARGIN - 20
        drawn: list[_Line] = []
        if layout.running_head:
            drawn.append(_Line(MARGIN, HEIGHT - 30, 9, f"河镇周报　第{page + 3}版"))
            drawn.append(_Line(WIDTH / 2 - 10, 25, 9, f"· {page + 3} ·"))
        if layout.headline and page == 0:
            headline = HEADLINES[layout.seed % len(HEADLINES)]
            drawn.append(_Line(MARGIN + 60, top - 26, 26, headline))
            expected.append(headline)
            top -= 26 * 2
        last = page == layout.pages - 1
        drawn += _columns(layout, top, source, expected, waiting, last=last)
        if layout.order == "rows":
            drawn.sort(key=lambda line: (-line.y, line.x))
        elif layout.order == "shuffled":
            random.Random(layout.seed).shuffle(drawn)
        for line in drawn:
            canvas.setFont(SONG, line.size)
            canvas.drawString(line.x, line.y, line.text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue(), expected


def _columns(
    layout: Layout,
    top: float,
    source: Iterator[tuple[str, str]],
    expected: list[str],
    waiting: list[tuple[str, float]],
    *,
    last: bool,
) -> list[_Line]:
    size = layout.size
    width = (WIDTH - 2 * MARGIN - (layout.columns - 1) * layout.gutter * size) / layout.columns
    width -= width % size
    drawn: list[_Line] = []
    for column in range(layout.columns):
        x = MARGIN + column * (width + layout.gutter * size)
        y = top - size * (layout.picture * layout.leading if column == layout.columns - 1 else 0)
        while True:
            if not waiting:
                room = (y - MARGIN) / (size * layout.leading)
                if last and column == layout.columns - 1 and room < 14:
                    break
                kind, text = next(source)
                expected.append(text)
                indent = "　　" if layout.indent and kind == "text" else ""
                print_size = size if kind == "text" else size * 1.4
                waiting += [(line, print_size) for line in wrapped(indent + text, width, print_size)]
                if not layout.indent:
                    y -= 0.8 * size
            y -= waiting[0][1] * layout.leading
            if y < MARGIN:
                break
            line, print_size = waiting.pop(0)
            drawn.append(_Line(x, y, print_size, line))
    return drawn


def missed(layout: Layout) -> list[str]:
    """Return the paragraphs that do not come out whole and in their place."""
    content, expected = made(layout)
    found = [part.text for part in split_paragraphs(read_document("报.pdf", content))]
    matcher = SequenceMatcher(None, expected, found, autojunk=False)
    right = {block.a + n for block in matcher.get_matching_blocks() for n in range(block.size)}
    extra = len(found) - len(right)
    wrong = [text for place, text in enumerate(expected) if place not in right]
    return wrong or found[:extra]


def main() -> None:
    """Print each layout that fails, and how many paragraphs are right."""
    right = whole = 0
    for layout in LAYOUTS:
        _, expected = made(layout)
        wrong = missed(layout)
        whole += len(expected)
        right += max(len(expected) - len(wrong), 0)
        if wrong:
            print(layout, wrong[0])
    print(f"{right} of {whole} paragraphs in order and whole, {len(LAYOUTS)} documents")


if __name__ == "__main__":
    main()
