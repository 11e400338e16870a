"""Photos and scans → Blocks by the extra `ocr`."""

from embeddings.documents.block import Block
from embeddings.documents.ocr import is_no_text, read_picture, refuse_without_ocr
from embeddings.documents.pages import blocks_of
from embeddings.errors import DocumentError


def read(content: bytes) -> list[Block]:
    """Return the text of a picture.

    :raises DocumentError: the extra `ocr` is not installed, or gives what is no text.
    """
    refuse_without_ocr("是图片")
    page = read_picture(content)
    if is_no_text(page):
        raise DocumentError(
            "认出来的不成文字：换一张清楚的、正着的图片 · what was recognised is no text, take a sharper picture"
        )
    return blocks_of([page])
