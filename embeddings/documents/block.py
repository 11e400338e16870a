"""What a reader gives: a document, piece by piece.

Not among the other types: the child process that reads files starts without numpy, which those need.
"""

from typing import Literal, NamedTuple

BlockKind = Literal["text", "heading", "row", "caption"]


class Block(NamedTuple):
    """A piece of a document as its format marks it, line breaks of the source kept.

    A format without marks (plain text) gives "text" blocks only, split at blank lines; finding
    the headings among them is the work of paragraphs.py. `level` is a heading's, 1 outermost.
    """

    text: str
    kind: BlockKind = "text"
    level: int = 0
