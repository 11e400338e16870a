"""Pages of pieces → Blocks: running heads dropped, lines joined into paragraphs across columns and pages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from embeddings.documents import tables
from embeddings.documents.block import Block
from embeddings.documents.layout import Region, regions
from embeddings.documents.piece import Page, Piece, TableRow, glued
from embeddings.documents.running_heads import without_running_heads

_INDENT = (0.8, 5.0)  # sizes by which the first line of a paragraph is moved in
_OTHER_SIZE = 0.12
_HEADING_SIZE = 1.15
_LONGEST_HEADING = 60
_SHORT_BY = 2.2  # sizes that a line ends before the column does: the paragraph ended
_WORD = re.compile(r"[^\s\u2e80-\U0010ffff]+")
_LETTER = 0.7  # sizes, as wide as one gets in justified text
_SENTENCE_END = re.compile(r"[。！？!?…；;：:.][”’」』）)\]】》\"']*$")
_PROSE = re.compile("[，。；！？]")
_NUMBERED = re.compile(r"^(?:第.{1,4}[章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])")
_MOST_TITLES = 2
_LONGEST_TITLE = 40
_TITLE_WITHIN = 3.5  # sizes over the first row


@dataclass(slots=True)
class _Paragraph:
    text: str
    size: float
    last: Piece
    slack: float  # from the end of its last line to the edge of the column
    lines: int = 1
    tables: list[tuple[str, list[TableRow]]] = field(default_factory=list)  # below it, or that cut it


def blocks_of(pages: Sequence[Page]) -> list[Block]:
    """Return the blocks of a document in reading order."""
    kept, heads = without_running_heads(pages)
    placed = [
        (number, region) for number, page in enumerate(kept) for region in regions(page.pieces, page.rules)
    ]
    found = [region for _, region in placed]
    weights: Counter[float] = Counter()
    for region in found:
        for line in region.lines:
            weights[_rounded(line.size)] += len(line.text)
    body = max(weights, key=weights.__getitem__, default=0.0)
    levels = sorted((size for size in weights if size > _HEADING_SIZE * body), reverse=True)
    edges = _edges(found)
    indents = _uses_indents(found, edges)
    gathered = [_Paragraph("", body, Piece("", 0, 0, 0, 0, body), 1e9)]  # what stands over the first line
    last: tuple[int, Region] = (-1, Region())
    table: list[TableRow] = []
    for (number, region), edge in zip(placed, edges, strict=True):
        if region.rows and _goes_on_from(last, number, region):
            table += region.rows
        elif region.rows:
            table = list(region.rows)
            title = _titles(gathered, region, levels)
            gathered[-1].tables.append((title, table))
        else:
            _gather(region.lines, edge, gathered, indents=indents)
        last = (number, region)
    return [*_closed(gathered, levels), *(Block(text, "aside") for text in heads)]


def _goes_on_from(last: tuple[int, Region], page: int, table: Region) -> bool:
    """Say whether a table goes on with the one that ended the page before."""
    return bool(last[1].rows) and page == last[0] + 1 and len(last[1].rows[0]) == len(table.rows[0])


def _titles(gathered: list[_Paragraph], table: Region, levels: Sequence[float]) -> str:
    """Take the lines right over a table, which say its title and unit."""
    titles: list[str] = []
    below = table.top
    while len(gathered) > 1 and len(titles) < _MOST_TITLES and not gathered[-1].tables:
        last = gathered[-1]
        near = 0 <= last.last.bottom - below < _TITLE_WITHIN * last.size
        plain = last.lines == 1 and len(last.text) <= _LONGEST_TITLE and not _PROSE.search(last.text)
        if not (near and plain) or _rounded(last.size) in levels or _NUMBERED.match(last.text):
            break
        titles.insert(0, last.text)
        below = last.last.top
        gathered.pop()
    return "，".join(titles)


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _uses_indents(found: Sequence[Region], edges: Sequence[tuple[float, float]]) -> bool:
    """Say whether paragraphs begin with an indent; then a line without one goes on."""
    lines = indented = 0
    for region, (edge, _) in zip(found, edges, strict=True):
        lines += len(region.lines)
        indented += sum(_is_indented(line, edge) for line in region.lines)
    return indented * 25 >= lines


def _left_edge(lines: Sequence[Piece]) -> float:
    """Return where the lines of a column begin: the leftmost place where several do."""
    places = Counter(round(line.left / max(line.size, 1) * 2) for line in lines)
    often = min(max(2, len(lines) // 10), max(places.values(), default=0))
    place = min((place for place, count in places.items() if count >= often), default=0)
    return min(
        (line.left for line in lines if round(line.left / max(line.size, 1) * 2) == place), default=0.0
    )


def _edges(found: Sequence[Region]) -> list[tuple[float, float]]:
    """Return the edges of each region; one indented line takes them from its column elsewhere."""
    edges = [
        (_left_edge(region.lines), max((line.right for line in region.lines), default=0.0))
        for region in found
    ]
    size = median([line.size for region in found for line in region.lines] or [1.0])
    wider = [
        min(
            other
            for other in edges
            if -1 < (left - other[0]) / size < _INDENT[1] and abs(right - other[1]) < 1.5 * size
        )
        for left, right in edges
    ]
    return [(left, right) for (left, _), (_, right) in zip(wider, edges, strict=True)]


def _is_indented(line: Piece, edge: float) -> bool:
    least, most = _INDENT
    return least * line.size <= line.left - edge <= most * line.size


def _gather(
    lines: Sequence[Piece], edges: tuple[float, float], gathered: list[_Paragraph], *, indents: bool
) -> None:
    """Add the lines of a column to the paragraphs so far; the first may go on with the last of those."""
    left, right = edges
    pitches = [above.bottom - below.bottom for above, below in pairwise(lines)]
    pitch = sorted(pitches)[len(pitches) // 4] if pitches else 0.0
    closing = _closing(lines, right)
    for number, line in enumerate(lines):
        last = gathered[-1]
        begins = not last.text or abs(line.size - last.size) > _OTHER_SIZE * last.size
        begins = begins or _stands_over_table(line.text) or _stands_over_table(last.text)
        if not begins:
            full = last.slack < _room_for(line)
            ended = bool(_SENTENCE_END.search(last.text))
            moved = ended and _is_indented(line, left)
            if number:
                wide = last.last.bottom - line.bottom > max(1.3 * pitch, 1.2 * line.size)
                begins = moved or not full or wide or number > closing or (ended and number == closing)
            elif last.tables:  # a table stands between
                begins = ended or not _PROSE.search(last.text) or _is_indented(line, left)
            else:
                begins = moved or not full or (ended and not indents)
        if begins:
            gathered.append(_Paragraph(line.text, line.size, line, right - line.right))
        else:
            last.text = glued(last.text, line.text)
            last.last, last.slack = line, right - line.right
            last.lines += 1


def _stands_over_table(text: str) -> bool:
    """Say whether a line says of a table its number or unit: 表1 主要指标, 单位：吨."""
    return bool(tables.title_over(Block(text)))


def _closing(lines: Sequence[Piece], right: float) -> int:
    """Return where the short lines without a mark begin that end a region: the title of a table, who signs."""
    place = len(lines)
    while place and not _PROSE.search(lines[place - 1].text):
        if right - lines[place - 1].right < _SHORT_BY * lines[place - 1].size:
            break
        place -= 1
    return place


def _room_for(line: Piece) -> float:
    """Return the width that the line above may leave free and still be full: a word is not broken."""
    word = _WORD.match(line.text)
    return line.size * max(_SHORT_BY, _LETTER * len(word[0]) if word else 0.0)


def _closed(gathered: list[_Paragraph], levels: Sequence[float]) -> list[Block]:
    """Return the paragraphs gathered as blocks, larger print as headings; lines of one headline together."""
    blocks: list[Block] = []
    for paragraph in gathered:
        rows = [block for title, table in paragraph.tables for block in tables.rows(table, title)]
        if not paragraph.text:
            blocks += rows
            continue
        size = _rounded(paragraph.size)
        heading = size in levels and len(paragraph.text) <= _LONGEST_HEADING
        if heading and not _SENTENCE_END.search(paragraph.text):
            blocks.append(Block(paragraph.text, "heading", min(levels.index(size) + 1, 6)))
        else:
            blocks.append(Block(paragraph.text))
        blocks += rows
    gathered.clear()
    return blocks
