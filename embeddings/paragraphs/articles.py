"""Pieces → pieces: an article of a statute, 第三条, with all its lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from embeddings.paragraphs.kinds import DATE_OR_NUMBER, Piece

_ARTICLE = re.compile(
    r"^(第[〇零一二三四五六七八九十百千\d]{1,7}条(?:之[一二三四五六七八九十]{1,2})?)(?!(?:第.{1,3}[款项]|规定|款|和|及|或|与|、|的|至|到|中|之))"
)
_FEWEST = 2  # a text that names one article is no statute
_LONGEST = 1500  # characters; what a longer one says further stands under its number
_WITHIN = ("prose", "list", "item", "label")
_ITEM_LEVEL = 4  # 一、 within an article


def with_articles(pieces: Sequence[Piece]) -> list[Piece]:
    """Put the lines of each article together: 第三条 材料： / （一）执照； / （二）报表。 → one piece."""
    if sum(_number_of(piece) is not None for piece in pieces) < _FEWEST:
        return list(pieces)
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        if _number_of(pieces[place]) is None:
            found.append(pieces[place])
            place += 1
            continue
        end = place + 1
        while end < len(pieces) and _is_within(pieces, end):
            end += 1
        found += _article(pieces[place:end])
        place = end
    return found


def _number_of(piece: Piece) -> str | None:
    numbered = piece.kind in ("prose", "heading", "list") and _ARTICLE.match(piece.text)
    return numbered[1] if numbered else None


def _is_within(pieces: Sequence[Piece], place: int) -> bool:
    piece = pieces[place]
    if _number_of(piece) is not None or DATE_OR_NUMBER.search(piece.text):
        return False
    if piece.kind == "heading":  # （一）总体要求 within an article, no 第二章 and no title
        opened = pieces[place - 1].text.endswith(("：", ":", "；", ";"))
        return piece.level > _ITEM_LEVEL or (piece.level == _ITEM_LEVEL and opened)
    return piece.kind in _WITHIN


def _article(pieces: Sequence[Piece]) -> Iterator[Piece]:
    first = pieces[0]
    number = _number_of(first) or ""
    lines: list[str] = []
    whole = first
    for piece in pieces:
        if lines and sum(map(len, lines)) + len(piece.text) > _LONGEST:
            yield _closed(whole, lines)
            whole, lines = replace(whole, under=(*first.under, number)), []
        lines.append(piece.text)
    if len(pieces) == 1 and first.kind == "heading":
        yield first
    else:
        yield _closed(whole, lines)


def _closed(piece: Piece, lines: Sequence[str]) -> Piece:
    block = piece.block._replace(text="\n".join(lines), kind="text", level=0)
    return replace(piece, block=block, kind="list", level=0)
