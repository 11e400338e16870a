"""Running heads and page numbers taken off the pages; the rows of a table at a page's edge stay."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from embeddings.documents.piece import Page, Piece, stacked

_PAGE_NUMBER = re.compile(
    r"^[-–—―·•~\s]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6})\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[-–—―·•~\s]*$"
)
_FOLIO = re.compile(r"^.{0,24}第\s?[\dA-Z一二三四五六七八九十]{1,4}\s?[版页].{0,24}$")
_PROSE = re.compile("[，。；！？]")
_EDGE = 0.12  # of the page's height, where running heads and page numbers stand
_REPEATED_ON = 0.3  # of the pages
_APART = 1.0  # middle sizes of white between them and the text; rows of a table stand closer


def without_running_heads(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Take off what repeats at the same height of many pages, digits apart, and page numbers.

    Returns the pages without it, and what was taken off, once each.
    """
    seen = Counter(key for page in pages for key in {_key(piece) for piece in _at_edges(page)})
    often = max(2, _REPEATED_ON * len(pages))
    kept: list[Page] = []
    texts: dict[str, None] = {}
    for page in pages:
        suspects = {id(p) for p in _at_edges(page) if seen[_key(p)] >= often or _is_folio(p)}
        dropped = {
            id(piece)
            for strip in _strips(page.pieces)
            for piece in strip
            if all(id(other) in suspects for other in strip)
        }
        texts.update({piece.text: None for piece in page.pieces if id(piece) in dropped})
        kept.append(replace(page, pieces=tuple(piece for piece in page.pieces if id(piece) not in dropped)))
    return kept, list(texts)


def _strips(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut a page where white runs across it."""
    white = _APART * median([piece.size for piece in pieces] or [0.0])
    return stacked(pieces, lambda piece, bottom: bottom - piece.top <= white)


def _at_edges(page: Page) -> Iterator[Piece]:
    for piece in page.pieces:
        outer = piece.bottom > (1 - _EDGE) * page.height or piece.top < _EDGE * page.height
        if outer and not _PROSE.search(piece.text):
            yield piece


def _key(piece: Piece) -> tuple[str, int]:
    return re.sub(r"\d+|(?<=第)[〇一二三四五六七八九十百]+", "#", piece.text), round(piece.bottom / 4)


def _is_folio(piece: Piece) -> bool:
    return bool(_PAGE_NUMBER.match(piece.text) or _FOLIO.match(piece.text))
