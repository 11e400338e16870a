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
    if _SENTENCE_END.search(text) or _STOP_INSIDE.search(text):
        return True
    pauses = len(_PAUSE.findall(text))
    return len(text) > _LONGEST_HEADING or pauses > 1 or (pauses == 1 and len(text) >= _LONGEST_PAUSED)


def _goes_on(before: Block, after: Block) -> bool:
    """Say whether a column or page broke a sentence between two pieces."""
    if before.kind != "text" or after.kind != "text" or _SENTENCE_END.search(before.text):
        return False
    return is_prose(before.text) and is_prose(after.text) and not _ITEM.match(after.text)


def _unwrapped(block: Block) -> Iterator[Block]:
    """Split a block of lines into its paragraphs, joining what a fixed width broke."""
    lines = [line.rstrip() for line in block.text.split("\n") if line.strip()]
    if block.kind != "text" or len(lines) == 1:
        yield block._replace(text="".join(line.strip() for line in lines))
        return
    width = max(map(len, lines))
    indented = {bool(_INDENT.match(line)) for line in lines} == {True, False}
    ends_open = sum(not _SENTENCE_END.search(line) for line in lines[:-1])
    wrapped = width >= _SHORTEST_WRAPPED and ends_open * 2 >= len(lines) - 1
    text = ""
    previous = ""
    for line in lines:
        begins = not text or _begins(previous, line, width, wrapped=wrapped, indented=indented)
        if begins and text:
            yield block._replace(text=text)
        text = line.strip() if begins else glue(text, line.strip())
        previous = line
    yield block._replace(text=text)


def _begins(previous: str, line: str, width: int, *, wrapped: bool, indented: bool) -> bool:
    """Say whether a line of a block begins a paragraph."""
    if _ITEM.match(line) or (indented and _INDENT.match(line)):
        return True
    if not _ANY_MARK.search(previous) and not _ANY_MARK.search(line):
        return True  # 标题 / 本报记者 某某, or 某某局 / 2024年3月8日
    full = len(previous) >= _FULL_LINE * width
    if _SENTENCE_END.search(previous):
        return not (wrapped and full)
    return not (wrapped and full) and not (is_prose(previous) and full)
