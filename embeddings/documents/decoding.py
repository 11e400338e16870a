"""Bytes → text: byte order marks, strict UTF-8, UTF-16, and GB18030 against Big5 by likelihood.

A two-byte Chinese text decodes in both families; which is right shows in its characters. The
likelihood of a character is its frequency in Chinese words (frequencies.txt, made by
`python -m embeddings.training.frequencies` from jieba's dictionary and its traditional image).
"""

import codecs
import math
from functools import cache
from pathlib import Path

from embeddings.documents.cleaning import count_controls, plain_line_ends, without_controls
from embeddings.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LIKELIEST_FROM = 20_000  # characters: more than enough to tell the encodings apart
_UNLIKELY = -14.0  # log-probability of a character that no word of the dictionary has
_TEXT_FROM = -11.0  # mean log-probability of the characters beyond ASCII from which bytes are text


def decode(data: bytes) -> str:
    """Return the text with every line end as \\n and without invisible characters.

    :raises DocumentError: the bytes are no text in any encoding known here.
    """
    text = plain_line_ends(_decoded(data))
    if count_controls(text) > len(text) / 100:
        raise _no_text()
    return without_controls(text)


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding) or _refuse(data[len(mark) :])
    if b"\0" not in data and (text := _strict(data, "utf-8")) is not None:
        return text
    # A text in GB18030 or Big5 holds no zero byte; one in UTF-16 with ASCII in it does.
    two_byte = () if b"\0" in data else ("gb18030", "big5hkscs")
    encodings = (*two_byte, "utf-16-le", "utf-16-be")
    candidates = [text for encoding in encodings if (text := _strict(data, encoding)) is not None]
    likely = max(candidates, key=_likelihood, default=None)
    if likely is None or _likelihood(likely) < _TEXT_FROM:
        raise _no_text()
    return likely


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse(rest: bytes) -> str:
    if rest:
        raise _no_text()
    return ""


def _likelihood(text: str) -> float:
    """Return the mean log-probability of the characters beyond ASCII; 0 for plain ASCII text."""
    table = _frequencies()
    telling = [character for character in text[:_LIKELIEST_FROM] if character > "\x7f"]
    if not telling:
        return 0.0 if all(c.isprintable() or c.isspace() for c in text[:_LIKELIEST_FROM]) else _UNLIKELY
    return sum(table.get(character, _UNLIKELY) for character in telling) / len(telling)


@cache
def _frequencies() -> dict[str, float]:
    lines = Path(__file__).with_name("frequencies.txt").read_text(encoding="utf-8").splitlines()
    counts = {line[0]: int(line[2:]) for line in lines}
    whole = sum(counts.values())
    return {character: math.log(count / whole) for character, count in counts.items()}


def _no_text() -> DocumentError:
    return DocumentError(
        "不是 UTF-8、UTF-16、GB18030 或 Big5 的文字：另存为 UTF-8 再加 · not text, save it as UTF-8"
    )
