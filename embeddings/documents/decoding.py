"""Bytes → text: byte order marks, strict UTF-8, and else the likeliest of what the bytes may be.

The same bytes may be text in GB18030, Big5, UTF-16 and even ASCII: "中文" in UTF-16 is "-N\x87e". Which
they are shows in the characters: a Chinese one is as likely as it is frequent in Chinese words
(frequencies.txt, made by `python -m embeddings.training.frequencies` from jieba's dictionary and its
traditional image), one of ASCII as likely as it is where it stands in a word.
"""

import codecs
import math
import re
from collections import Counter
from functools import cache

from embeddings.documents.cleaning import count_controls, plain_line_ends, without_controls
from embeddings.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TELLING_BYTES = 40_000  # more than enough to tell the encodings apart
UNLIKELY = -14.0  # log-probability of a character that no word of the dictionary has
_TEXT_FROM = -11.0  # mean log-probability of the characters beyond ASCII from which bytes are text
_RARE_WORD = 3.0  # by which a whole text may be less likely
_ALL_ASCII = -2.0  # what is to be read here is Chinese
_CHINESE = re.compile("[\u3001-\u3015\u3400-\u9fff\uff00-\uffef]")
# 字母接着字母、词首大写、数字，都是平常的，别的少见 · log-probabilities, set by hand
_ASCII_KINDS = (
    (r"""(?<![^A-Za-z\s/'("@._\x80-\U0010ffff-])[a-z]""", -3.2),
    (r"[a-z]", -5.0),
    (r"""(?<![^A-Z\s("\x80-\U0010ffff-])[A-Z]""", -4.0),
    (r"[A-Z]", -6.5),
    (r"[ \r\n]", -2.5),
    (r"[0-9]", -3.5),
    (r"""(?<=[A-Za-z0-9 \x80-\U0010ffff])[,.;:'"()!?/\t_@%-]""", -5.0),
    (r"[!-~\t]", -7.5),
    (r"[\x00-\x7f]", UNLIKELY),
)
_ASCII = "|".join(f"({kind})" for kind, _ in _ASCII_KINDS)  # compiled with the first text that needs it


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
    text = None if b"\0" in data else _strict(data, "utf-8")
    if text is not None and (_CHINESE.search(text) or len(data) > _TELLING_BYTES):
        return text
    # A text in GB18030 or Big5 holds no zero byte; one in UTF-16 with ASCII in it does.
    two_byte = () if b"\0" in data else ("gb18030", "big5hkscs")
    encodings = [name for name in (*two_byte, "utf-16-le", "utf-16-be") if _strict(data, name) is not None]
    others = [name for name in encodings if _beginning(data, name) != text]
    likely = max(others, key=lambda name: _likelihood(_beginning(data, name)), default="utf-8")
    if text is not None and _likelihood(text) >= _likelihood(_beginning(data, likely)):
        return text
    found = _strict(data, likely)
    if found is None or not _is_likely(found[:_TELLING_BYTES]):
        raise _no_text()
    return found


def _beginning(data: bytes, encoding: str) -> str:
    """Decode as many bytes as tell the encodings apart."""
    return data[:_TELLING_BYTES].decode(encoding, "ignore")


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
    """Return the log-probability of a text."""
    table = frequencies()
    chinese = sum(table.get(character, UNLIKELY) for character in text if character > "\x7f")
    kinds = Counter(found.lastindex or 0 for found in re.finditer(_ASCII, text))
    ascii_ = sum(_ASCII_KINDS[kind - 1][1] * count for kind, count in kinds.items())
    return chinese + ascii_ + (_ALL_ASCII if text.isascii() else 0)


def _is_likely(text: str) -> bool:
    """Say whether the characters beyond ASCII are of a text; two rare ones still may be a word: 柑橘."""
    table = frequencies()
    telling = [table.get(character, UNLIKELY) for character in text if character > "\x7f"]
    return sum(telling) >= _TEXT_FROM * len(telling) - _RARE_WORD


@cache
def frequencies() -> dict[str, float]:
    """Return the log-probability of each character that stands in Chinese words."""
    from pathlib import Path

    lines = Path(__file__).with_name("frequencies.txt").read_text(encoding="utf-8").splitlines()
    counts = {line[0]: int(line[2:]) for line in lines}
    whole = sum(counts.values())
    return {character: math.log(count / whole) for character, count in counts.items()}


def _no_text() -> DocumentError:
    return DocumentError(
        "不是 UTF-8、UTF-16、GB18030 或 Big5 的文字：另存为 UTF-8 再加 · not text, save it as UTF-8"
    )
