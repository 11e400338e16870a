"""What a reader gives: a document, piece by piece.

Not among the other types: the child process that reads files starts without numpy, which those need.
"""

from typing import Literal, NamedTuple

BlockKind = Literal["text", "heading", "row", "caption", "item", "aside", "warning"]


class Block(NamedTuple):
    """A piece of a document as its format marks it, line breaks of the source kept.

    A format without marks (plain text) gives "text" blocks only, split at blank lines; finding
    the headings among them is the work of paragraphs/. `level` is a heading's, 1 outermost. An
    "aside" is text that its place shows to be no part of the document (a running head, a page's
    navigation, a hidden row); a "warning" says what of the file could not be taken.
    """

    text: str
    kind: BlockKind = "text"
    level: int = 0
