"""Markdown → Blocks: headings with their level, list items and paragraphs, table rows with column names."""

import re
from collections.abc import Iterator, Sequence

from embeddings.documents import tables
from embeddings.documents.block import Block
from embeddings.documents.decoding import decode

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|(?=\d{1,9}[.)]\s))")  # a number is kept: 1. 报名
_RULE = re.compile(r"^ {0,3}(?:[-*_]\s*){3,}$")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_QUOTE = re.compile(r"^\s*>(?:\s?>)*\s?")
_TABLE_LINE = re.compile(r"^\s*\|.*\|\s*$")
_TABLE_RULE = re.compile(r"^\s*(?=[^|]*\|)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")  # not \|, a bar within a cell
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![*\w])\*(?=\S)([^*]+?)(?<=\S)\*(?![*\w])")


def read(content: bytes) -> list[Block]:
    """Return the blocks of a Markdown file."""
    return read_markdown(decode(content))


def read_markdown(text: str) -> list[Block]:
    """Return the blocks in order, marks of emphasis and links taken off."""
    matter = _FRONT_MATTER.match(text)
    before = [Block(line, "aside") for line in matter[0].split("\n")[1:-2]] if matter else []
    lines = text[matter.end() if matter else 0 :].split("\n")
    return [block for block in (*before, *_blocks(lines)) if block.text.strip()]


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    gathered: list[str] = []
    table: list[str] = []
    fenced = item = quoted = False
    before = ""  # the last line of text
    for line in [*_with_bars(lines), ""]:
        if fenced and gathered:
            yield from (Block(code, "item") for code in gathered)
            gathered.clear()
        if _FENCE.match(line):
            fenced = not fenced
            yield from _text(gathered, item=item)
            yield Block(line.strip("`~ "), "aside")
            item = False
            continue
        if table and not _TABLE_LINE.match(line):
            yield from _rows(table, tables.unit_over(before))
            table = []
        quotes = not fenced and _QUOTE.match(line) is not None
        if quotes != quoted and not item:
            yield from _text(gathered, item=item)
        quoted = quotes
        line = _QUOTE.sub("", line) if quoted else line
        heading = None if fenced else _HEADING.match(line)
        underline = None if fenced or len(gathered) != 1 else _UNDERLINE.match(line)
        if underline:
            yield Block(_plain(gathered.pop()), "heading", 1 if "=" in underline[1] else 2)
        elif heading:
            yield from _text(gathered, item=item)
            item = False
            yield Block(_plain(heading[2]), "heading", len(heading[1]))
        elif not fenced and _TABLE_LINE.match(line):
            yield from _text(gathered, item=item)
            item = False
            table.append(line)
        elif not line.strip() or (not fenced and _RULE.match(line)):
            yield from _text(gathered, item=item)
            item = False
        elif not fenced and _ITEM.match(line):
            yield from _text(gathered, item=item)
            item = True
            gathered.append(_ITEM.sub("", line))
        else:
            gathered.append(line)
        before = gathered[-1] if gathered else before
    yield from _text(gathered, item=item)


def _text(gathered: list[str], *, item: bool) -> Iterator[Block]:
    if gathered:
        yield Block(_plain("\n".join(line.strip(" ") for line in gathered)), "item" if item else "text")
        gathered.clear()


def _with_bars(lines: Sequence[str]) -> Iterator[str]:
    """Put the outer bars on tables written without them: 村 | 户数 → | 村 | 户数 |."""
    ruled = False
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        ruled = (ruled and "|" in line) or bool("|" in line and _TABLE_RULE.match(below))
        bare = ruled and not _TABLE_LINE.match(line)
        yield f"|{line.strip().removeprefix('|').removesuffix('|')}|" if bare else line


def _rows(table: Sequence[str], title: str) -> list[Block]:
    grid = [_cells(line) for line in table if not _TABLE_RULE.match(line)]
    ruled = len(table) > 1 and _TABLE_RULE.match(table[1]) is not None
    return tables.rows(grid, title, heads=int(ruled and not tables.is_grid(grid)))


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [_plain(_BREAK.sub("，", cell).replace("\\|", "|").strip()) for cell in _CELL_END.split(inner)]


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"\1", _MARKS.sub(r"\2", _LINK.sub(r"\1", text)))
