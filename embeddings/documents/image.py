"""Photos and scans → Blocks by the extra `ocr`."""

from embeddings.documents.block import Block
from embeddings.documents.ocr import read_picture, refuse_without_ocr
from embeddings.documents.pages import blocks_of


def read(content: bytes) -> list[Block]:
    """Return the text of a picture.

    :raises DocumentError: the extra `ocr` is not installed.
    """
    refuse_without_ocr("是图片")
    return blocks_of([read_picture(content)])
