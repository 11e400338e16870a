"""Files → Blocks, one file a format."""

from pathlib import PurePath

from embeddings.documents.decoding import decode
from embeddings.documents.markdown import read_markdown
from embeddings.documents.plain import read_plain
from embeddings.errors import DocumentError
from embeddings.types import Block

RULES_VERSION = "1"  # a change of what the readers give makes `index` read everything again
LONGEST_BYTES = 64 * 1024 * 1024

_READERS = {".txt": read_plain, ".text": read_plain, ".md": read_markdown, ".markdown": read_markdown}
SUFFIXES = frozenset(_READERS)


def read_document(name: str, data: bytes) -> list[Block]:
    """Read a document by the ending of its name.

    :raises DocumentError: the format is unknown, or the bytes are empty, too many, or no text.
    """
    reader = _READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise DocumentError(f"读不了这种格式，能读的有 {'、'.join(sorted(SUFFIXES))} · unknown format")
    if len(data) > LONGEST_BYTES:
        raise DocumentError("文件超过 64 MB，请拆开再加 · larger than 64 MB, split it")
    if not data.strip():
        raise DocumentError("文件是空的 · the file is empty")
    blocks = reader(decode(data))
    if not blocks:
        raise DocumentError("里面没有文字 · there is no text in it")
    return blocks
