"""Pictures of text → pieces with their boxes; the only importer of rapidocr, the extra `ocr`."""

from importlib.util import find_spec
from typing import Any

from embeddings.documents.layout import Piece
from embeddings.documents.pages import Page
from embeddings.errors import DocumentError

_LEAST_SCORE = 0.5
_engine: Any = None


def read_picture(picture: Any, scale: float = 1.0) -> Page:
    """Return what is printed on a picture: its bytes, or an array of height × width × 3.

    :raises DocumentError: the extra is not installed, or the bytes are no picture.
    """
    found = _recognised(picture)
    if found.boxes is None or found.txts is None:
        return Page((), 1.0)
    pieces = [
        _piece(text, [(x / scale, y / scale) for x, y in box.tolist()])
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if score >= _LEAST_SCORE and text.strip()
    ]
    return Page(tuple(pieces), found.img.shape[0] / scale)


def has_ocr() -> bool:
    """Say whether the extra is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def refuse_without_ocr(what: str) -> None:
    """Refuse a picture where the extra is not installed.

    :raises DocumentError: naming the command that adds it.
    """
    if not has_ocr():
        raise DocumentError(
            f"{what}，要先装文字识别：pip install 'wenbao[ocr]' · a picture of text, install the extra `ocr`"
        )


def _recognised(picture: Any) -> Any:
    global _engine
    if _engine is None:
        from rapidocr import RapidOCR  # the extra may not be there

        _engine = RapidOCR()
    return _engine(picture)


def _piece(text: str, corners: list[tuple[float, float]]) -> Piece:
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = -min(y for _, y in corners), -max(y for _, y in corners)
    return Piece(text, left, right, bottom, top, top - bottom)
