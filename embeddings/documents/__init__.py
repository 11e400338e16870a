"""Files → Blocks, one file a form; what a file is shows in its bytes first, then in its name."""

import struct
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module

from embeddings.documents.block import Block
from embeddings.documents.cleaning import cleaned
from embeddings.documents.sniffing import SUFFIXES, form_of
from embeddings.errors import DocumentError, ReaderError

__all__ = ["LONGEST_BYTES", "RULES_VERSION", "SUFFIXES", "read_document", "refuse_size"]

RULES_VERSION = "7"  # a change of what the readers give makes `index` read everything again
LONGEST_BYTES = 64 * 1024 * 1024
_LONGEST_PIECE = 4000  # characters; a text without line breaks is cut at sentence ends
_BROKEN_INSIDE = (AttributeError, LookupError, SyntaxError, TypeError, ValueError)
_BROKEN_ELSE = (ArithmeticError, AssertionError, NameError, RuntimeError)
_FAULTS = (AssertionError, AttributeError, NameError, TypeError)  # raised in our own lines, a fault of ours


def read_document(name: str, content: bytes) -> list[Block]:
    """Read a document by what it is; runs in a child process, see child.py.

    :raises DocumentError: the form is unknown, or the bytes are empty, too many, damaged or no text.
    :raises ReaderError: a reader failed where no file should make it fail.
    :raises MemoryError: the file needs more memory than there is.
    """
    refuse_size(len(content))
    if not content.strip():
        raise DocumentError("文件是空的 · the file is empty")
    form = form_of(name, content)
    # A library is imported with the first file of its form: text needs none of them.
    module = import_module(f"embeddings.documents.{form}")
    read: Callable[[bytes], list[Block]] = module.read
    try:
        blocks = read(content)
    except _broken() as error:
        if _is_ours(error):
            raise ReaderError(
                "读这种文件的程序有错，不是文件的问题：把日志里的记录发给开发者"
                " · a fault of the program, not of the file: send the record in the log to its makers"
            ) from error
        raise DocumentError(
            "文件损坏，读不下去：重新保存或下载后再加 · damaged, save or download it again"
        ) from error
    pieces = [piece for block in blocks for piece in _pieces(cleaned(block))]
    if not any(piece.kind not in ("aside", "warning") for piece in pieces):
        warnings = [piece.text for piece in pieces if piece.kind == "warning"]
        raise DocumentError("；".join(["里面没有文字 · there is no text in it", *warnings]))
    return pieces


def _is_ours(error: Exception) -> bool:
    """Tell a fault of a reader from a damaged file: what no file should make a program of ours do."""
    if not isinstance(error, _FAULTS):
        return False
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and place.tb_frame.f_globals.get("__name__", "").startswith(__name__)


def _broken() -> tuple[type[Exception], ...]:
    """Return what zip files and the parser libraries raise on a file that is not as it should be."""
    from zipfile import BadZipFile

    in_archives = (BadZipFile, EOFError, OSError, struct.error, zlib.error)
    return (*in_archives, *_BROKEN_INSIDE, *_BROKEN_ELSE)


def refuse_size(size: int) -> None:
    """Refuse what is too large to be taken into memory.

    :raises DocumentError: more than 64 MB.
    """
    if size > LONGEST_BYTES:
        raise DocumentError("文件超过 64 MB，请拆开再加 · larger than 64 MB, split it")


def _pieces(block: Block) -> Iterator[Block]:
    """Cut a text of one endless line at its sentence ends, hard where it has none."""
    text, start = block.text, 0
    if "\n" not in text:
        while len(text) - start > _LONGEST_PIECE:
            end = max(text.rfind(mark, start, start + _LONGEST_PIECE) for mark in "。！？；") + 1
            end = end or start + _LONGEST_PIECE
            yield block._replace(text=text[start:end])
            start = end
    if text[start:].strip():
        yield block._replace(text=text[start:]) if start else block
