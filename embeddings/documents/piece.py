"""Text and drawn lines with their places on a page; lengths in points or pixels, y grows upwards."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from embeddings.documents.cells import Cell

_SAME_LINE = 0.5  # of the lower height that two pieces of one line share
_WORD_GAP = 1.5  # sizes between two pieces of a line that no space belongs between
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HAN_EDGE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u2018-\u201d]")
_HYPHEN = re.compile(r"[A-Za-z]-$")
_CODE_HYPHEN = re.compile(r"[A-Z0-9]-$")
TableRow = tuple[str | Cell, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text on one line; `size` is the height of its characters.

    A table within drawn lines is one, too: its box, all its words, and its `rows`.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    rows: tuple[TableRow, ...] = ()

    def shares_line(self, other: "Piece") -> bool:
        """Say whether the two stand on the same line."""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        return shared > _SAME_LINE * min(self.top - self.bottom, other.top - other.bottom)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that is drawn across or down the page."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def is_across(self) -> bool:
        """Say which way it runs."""
        return self.right - self.left > self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page, in any order."""

    pieces: tuple[Piece, ...]
    height: float
    rules: tuple[Rule, ...] = ()


def bands_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Group what overlaps in height, from top to bottom; boxes of two lines may touch."""
    return stacked(pieces, lambda piece, bottom: piece.top - bottom > 0.2 * piece.size)


def stacked(pieces: Sequence[Piece], joins: Callable[[Piece, float], bool]) -> list[list[Piece]]:
    """Group pieces from top to bottom; `joins` says whether one joins a group with its lowest bottom."""
    groups: list[list[Piece]] = []
    bottom = 0.0
    for piece in sorted(pieces, key=lambda piece: -piece.top):
        if groups and joins(piece, bottom):
            groups[-1].append(piece)
            bottom = min(bottom, piece.bottom)
        else:
            groups.append([piece])
            bottom = piece.bottom
    return groups


def lines_of(pieces: Sequence[Piece]) -> list[Piece]:
    """Join the pieces of each line, from top to bottom."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -(piece.top + piece.bottom)):
        if lines and lines[-1][0].shares_line(piece):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_joined(sorted(line, key=lambda piece: piece.left)) for line in lines]


def _joined(line: Sequence[Piece]) -> Piece:
    first = line[0]
    for piece in line[1:]:
        # 通　　知 set wide is one word; 甲    乙 are two
        near = piece.left - first.right < _WORD_GAP * piece.size and _HAN.search(
            first.text[-1] + piece.text[0]
        )
        wide = len(piece.text) == 1 and len(first.text) < 12 and piece.text > "⺀"
        space = "" if near or wide else " "
        first = replace(
            first,
            text=first.text + space + piece.text,
            right=max(first.right, piece.right),
            bottom=min(first.bottom, piece.bottom),
            top=max(first.top, piece.top),
            size=max(first.size, piece.size),
        )
    return first


def words_of(pieces: Sequence[Piece]) -> str:
    """Return what a cell says, its lines joined."""
    text = ""
    for line in lines_of(pieces):
        text = glued(text, line.text) if text else line.text
    return text


def glued(before: str, after: str) -> str:
    """Join two lines: no space between 汉字, one between words, a word or code cut by a hyphen made whole."""
    if _HYPHEN.search(before) and after[:1].islower():
        return before[:-1] + after
    if _HAN_EDGE.search(before[-1:]) or _HAN_EDGE.search(after[:1]):
        return before + after
    if re.search(r"\d[.,]?$", before) and re.match(r"[\d%.,]", after):
        return before + after
    if _CODE_HYPHEN.search(before) and after[:1].isdigit():
        return before + after
    return f"{before} {after}"


def length_of(text: str) -> float:
    """Return how many 汉字 a text is wide."""
    return sum(1.0 if _HAN.match(character) else 0.5 for character in text)
