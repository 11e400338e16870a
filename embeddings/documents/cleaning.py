"""Text as the readers give it → text that can be stored and shown."""

import re

from embeddings.documents.block import Block

_LINE_ENDS = re.compile("\r\n|[\r\f\v\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain_line_ends(text: str) -> str:
    """Return the text with every line end as \\n and without invisible characters."""
    return _LINE_ENDS.sub("\n", _INVISIBLE.sub("", text))


def without_controls(text: str) -> str:
    """Return the text without what no database stores: control characters, halves of surrogate pairs."""
    return _CONTROLS.sub("", text)


def count_controls(text: str) -> int:
    """Count the characters that no text holds."""
    return len(_CONTROLS.findall(text))


def cleaned(block: Block) -> Block:
    """Return the block as it is stored."""
    if block.text.isprintable():
        return block  # nothing of all that is
    return block._replace(text=without_controls(plain_line_ends(block.text)).replace("\u00a0", " "))
