"""The sentences of a paragraph."""

import re
from functools import lru_cache

Span = tuple[int, int]  # character offsets into a paragraph's text, end exclusive

# 她说：“好。”他走了。 → 她说：“好。” | 他走了。
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)\]]*|\n|$)|[^。！？!?\n]+$")


@lru_cache(maxsize=256)
def sentence_spans(text: str) -> tuple[Span, ...]:
    """Return the sentences of a paragraph in order; closing quotes stay with their sentence."""
    return tuple(match.span() for match in _SENTENCE.finditer(text) if match.group().strip())
