"""What reading costs: `python -m tests.reading`, seconds for each form, in this process and in the child."""

import time
from collections.abc import Callable
from functools import partial

from embeddings.documents import read_document
from embeddings.documents.child import Reading
from embeddings.documents.ocr import has_ocr
from tests.columns import Layout, made
from tests.forms import FORMS, Paper
from tests.pictures import as_scan

FILES = 1000


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    paper = Paper("云湾县")
    text = FORMS["txt"](paper)
    with Reading() as reading:
        here = seconds(lambda: [read_document("年鉴.txt", text) for _ in range(FILES)])
        there = seconds(lambda: [reading.read("年鉴.txt", text) for _ in range(FILES)])
        print(f"{FILES} small text files: {here:.2f} s in this process, {there:.2f} s in the child")
        for form, make in FORMS.items():
            content = make(paper)
            read = partial(reading.read, f"年鉴.{form}", content)
            first, again = seconds(read), seconds(read)
            print(f"{form}: {1000 * first:.0f} ms the first, {1000 * again:.0f} ms each further")
        pages, _ = made(Layout(8, pages=200, running_head=True))
        print(f"200 newspaper pages in two columns: {seconds(lambda: reading.read('报.pdf', pages)):.1f} s")
        if has_ocr():
            scan = as_scan("两栏.png")
            first, again = (seconds(lambda: reading.read("扫描.pdf", scan)) for _ in range(2))
            print(f"a scanned page: {first:.1f} s the first, {again:.1f} s each further")


if __name__ == "__main__":
    main()
