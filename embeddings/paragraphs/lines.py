"""Lines → pieces: what a column, a page or a fixed width broke is put together again."""

import re
from collections.abc import Iterator, Sequence

from embeddings.documents.block import Block

_SENTENCE_END = re.compile(r"[。！？!?…；;：:.][”’」』）)\]】》\"']*$")
_STOP_INSIDE = re.compile(r"[。！？；].")
_PAUSE = re.compile(r"[，,、：:]")
_ANY_MARK = re.compile(r"[，,。；;、：:！!？?…]|[A-Za-z]{3}")
_LATIN_EDGE = re.compile(r"[A-Za-z0-9,.;:!?)\"'’”-]$")
_INDENT = re.compile(r"^(?:　|\t| {2,})")
_ITEM = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．)](?!\d)|[-*•·●■◆]|第.{1,4}[章节条款])"
)
_LONGEST_HEADING = 45
_LONGEST_PAUSED = 20  # 锚定产业主赛道，塑造发展新优势 is a heading; what is longer and pauses is a sentence
_FULL_LINE = 0.8  # of the longest line of its block: then the width broke it, not the writer
_SHORTEST_WRAPPED = 12
_NARROW = 42.0  # characters; what is wider and ends a sentence was not broken
_OPENING = re.compile(r"^(?:本报讯|本刊讯|本网讯|[□■◇◆○●△▲]|[（(](?:本报|本刊)?(?:记者|通讯员))")
# 产值：3.5亿元｜增长5%; but 要闻｜甲县办成十件实事 is a headline
_CELLS = re.compile(r"^[^：:｜|]*[：:][^\d｜|]*\d[^｜|]*[｜|]")


def joined(blocks: Sequence[Block]) -> list[Block]:
    """Return one block for each paragraph, heading or other piece, without line breaks."""
    pieces = [piece for block in blocks for piece in _unwrapped(block)]
    whole: list[Block] = []
    for piece in pieces:
        if whole and _goes_on(whole[-1], piece):
            whole[-1] = whole[-1]._replace(text=glue(whole[-1].text, piece.text))
        else:
            whole.append(piece)
    return whole


def glue(before: str, after: str) -> str:
    """Join two halves: 实现数 + 字经济 → 实现数字经济, but the quick + brown → the quick brown."""
    latin = _LATIN_EDGE.search(before) and re.match(r"[A-Za-z0-9(\"'“‘]", after)
    broken_number = re.search(r"\d$", before) and re.match(r"[\d.]", after)
    return f"{before} {after}" if latin and not broken_number else before + after


def is_prose(text: str) -> bool:
    """Tell sentences from headings, credits and ornaments."""
    if is_sentence(text):
        return True
    pauses = len(_PAUSE.findall(text))
    return len(text) > _LONGEST_HEADING or pauses > 1 or (pauses == 1 and len(text) >= _LONGEST_PAUSED)


def is_sentence(text: str) -> bool:
    """Say whether a text has the stops of a sentence, or is a row of a table."""
    return any(pattern.search(text) for pattern in (_SENTENCE_END, _STOP_INSIDE, _CELLS))


def _goes_on(before: Block, after: Block) -> bool:
    """Say whether a column or page broke a sentence between two pieces."""
    if before.kind != "text" or after.kind != "text" or _SENTENCE_END.search(before.text):
        return False
    if _CELLS.search(before.text) or any(mark.search(after.text) for mark in (_ITEM, _OPENING, _CELLS)):
        return False
    return is_prose(before.text) and is_prose(after.text)


def _unwrapped(block: Block) -> Iterator[Block]:
    """Split a block of lines into its paragraphs, joining what a fixed width broke."""
    lines = [line.rstrip() for line in block.text.split("\n") if line.strip()]
    if block.kind != "text" or len(lines) == 1:
        yield block._replace(text="".join(line.strip() for line in lines))
        return
    indented = {bool(_INDENT.match(line)) for line in lines} == {True, False}
    for stretch in _stretches(lines):
        for text in _paragraphs(stretch, indented=indented, alone=len(stretch) == len(lines)):
            yield block._replace(text=text)


def _stretches(lines: Sequence[str]) -> list[list[str]]:
    """Split lines where their width changes: whole paragraphs between narrow columns, rows, items, openings.

    甲，…（两百字）。 | 乙丙丁 / 戊己庚 / 辛。 | 产值：3｜5 → three stretches
    """
    long = [line for line in lines if _width(line) > _NARROW]
    whole = len(long) < len(lines) and 2 * sum(_ends(line) for line in long) >= len(long)
    stretches: list[list[str]] = []
    apart, listed = True, False
    for line in lines:
        alone = (whole and _width(line) > _NARROW) or _CELLS.search(line) is not None
        item = _ITEM.match(line) is not None
        if apart or alone or _OPENING.match(line) or (item and not listed):
            stretches.append([])
            listed = item
        stretches[-1].append(line)
        apart = alone
    return stretches


def _paragraphs(lines: Sequence[str], *, indented: bool, alone: bool) -> Iterator[str]:
    """Yield the paragraphs of a stretch of lines; `alone` where it is all of its block."""
    width = max(map(_width, lines))
    open_lines = sum(not _ends(line) for line in lines[:-1])
    wrapped = width >= _SHORTEST_WRAPPED and open_lines * 2 >= len(lines) - 1
    if not alone:  # headlines over one another are no column
        full = sum(_width(line) >= _FULL_LINE * width for line in lines[:-1])
        wrapped = wrapped and full * 5 >= 3 * (len(lines) - 1) and any(map(is_sentence, lines))
    text = ""
    previous = ""
    for line in lines:
        begins = not text or _begins(previous, line, width, wrapped=wrapped, indented=indented, alone=alone)
        if begins and text:
            yield text
        text = line.strip() if begins else glue(text, line.strip())
        previous = line
    yield text


def _ends(line: str) -> bool:
    return _SENTENCE_END.search(line) is not None


def _width(line: str) -> float:
    """Return how wide a line is printed, in Chinese characters: 长2.5米 → 3.5."""
    return len(line) - len(line.encode("ascii", "ignore")) / 2


def _begins(previous: str, line: str, width: float, *, wrapped: bool, indented: bool, alone: bool) -> bool:
    """Say whether a line of a block begins a paragraph."""
    if _ITEM.match(line) or _OPENING.match(line) or (indented and _INDENT.match(line)):
        return True
    if not _ANY_MARK.search(previous) and not _ANY_MARK.search(line):
        return True  # 标题 / 本报记者 某某, or 某某局 / 2024年3月8日
    full = _width(previous) >= _FULL_LINE * width
    if _ends(previous):
        return not (wrapped and full)
    return not (wrapped and full) and not (alone and is_prose(previous) and full)
