"""Every letter, digit and 汉字 of a source stands in some paragraph, or among what was set aside."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.documents import read_document
from embeddings.documents.decoding import decode
from embeddings.errors import DocumentError
from embeddings.paragraphs import split_document
from tests.columns import LAYOUTS
from tests.columns import made as made_columns
from tests.forms import FACTS, FORMS, TABLE, Paper
from tests.fuzz_documents import mutated
from tests.fuzzed import made

TEXTS = sorted(Path(__file__).parent.joinpath("development").glob("*.*"))
_CELLS = re.compile(r"\n|\t+|　+| {3,}|\|")
_MARKS = re.compile(r"[\W_]+")
_LINK = re.compile(r"\]\([^)]*\)")


def letters(text: str) -> str:
    """Return the letters, digits and 汉字 of a text."""
    return _MARKS.sub("", text)


def lost(name: str, content: bytes, told: list[str]) -> list[str]:
    """Return which of the lines and cells of a document stand nowhere, and which letters stand less often than told."""
    understood = split_document(read_document(name, content))
    shown = [part.text for part in understood.paragraphs] + list(understood.set_aside)
    found = "\n".join(map(letters, shown))
    fewer = Counter(letters("".join(told))) - Counter(found)
    return [line for line in told if letters(line) not in found] + sorted(fewer)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_yearbook_is_lost(form: str) -> None:
    told = (
        [text for *_, text in FACTS] if form not in ("csv", "xlsx") else [value for _, _, value, _ in FACTS]
    )
    if form in ("md", "html", "docx", "pdf"):
        told += [cell for row in TABLE for cell in row]
    assert lost(f"年鉴.{form}", FORMS[form](Paper("云湾县")), told) == []


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if path.suffix in (".txt", ".md")], ids=lambda path: path.stem
)
def test_nothing_of_a_development_text_is_lost(path: Path) -> None:
    told = _CELLS.split(_LINK.sub("]", path.read_text(encoding="utf-8")))
    assert lost(path.name, path.read_bytes(), told) == []


def test_nothing_of_newspaper_pages_is_lost() -> None:
    for layout in LAYOUTS[::4]:
        content, told = made_columns(layout)
        assert lost("报.pdf", content, told[:-1]) == []  # the page's end may cut the last


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_nothing_of_documents_put_together_by_chance_is_lost(first: int) -> None:
    gone = {seed: some for seed in range(first, first + 50) if (some := lost(*made(seed)))}
    assert gone == {}


def test_nothing_of_damaged_texts_is_lost() -> None:
    for seed in range(400):
        name, content = mutated(seed)
        if not name.endswith(".txt"):
            continue
        try:
            told = _CELLS.split(decode(content))
            assert lost(name, content, told) == []
        except DocumentError:
            continue


@given(
    st.lists(
        st.text("春夏秋冬雨AAb12：，。、-（）一第条　\n", max_size=12)
        | st.sampled_from(["名单：", "第一条 雨", "- 春", "花花花", "1. 夏"]),
        max_size=12,
    )
)
def test_nothing_of_short_lines_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    if letters(text):
        assert lost("行.txt", text.encode("utf-8-sig"), _CELLS.split(text)) == []
