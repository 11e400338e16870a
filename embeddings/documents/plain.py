"""Plain text → Blocks, split at blank lines."""

import re

from embeddings.documents.decoding import decode
from embeddings.types import Block

_BLANK_LINES = re.compile(r"\n(?:[ \t　]*\n)+")


def read(content: bytes) -> list[Block]:
    """Return the pieces of a text file."""
    return read_plain(decode(content))


def read_plain(text: str) -> list[Block]:
    """Return the pieces between blank lines, line breaks within kept: indents tell paragraphs apart."""
    pieces = (piece.strip("\n").rstrip() for piece in _BLANK_LINES.split(text))
    return [Block(piece) for piece in pieces if piece.strip()]
