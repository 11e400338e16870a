"""Pictures of text → pieces with their boxes; the only importer of rapidocr, the extra `ocr`."""

import re
from dataclasses import replace
from importlib.util import find_spec
from statistics import median
from typing import Any

from embeddings.documents.garbled import evidence_of, is_garbled
from embeddings.documents.piece import Page, Piece
from embeddings.errors import DocumentError

_LEAST_SCORE = 0.5
_LONGEST_SIDE = 1700  # pixels; an A4 page in 600 MB, and its small print still read
_SAME_SIZE = 0.25
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\ue000-\uf8ff\ufffd]")
_Corners = list[tuple[float, float]]
_engine: Any = None


def read_picture(picture: Any, scale: float = 1.0) -> Page:
    """Return what is printed on a picture: its bytes, or an array of height × width × 3.

    :raises DocumentError: the extra is not installed, or the bytes are no picture.
    """
    found = _recognised(picture)
    if found.boxes is None or found.txts is None:
        return Page((), 1.0)
    lines = [
        (text, [(x / scale, y / scale) for x, y in box.tolist()])
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if score >= _LEAST_SCORE and text.strip()
    ]
    tall = sum(_is_tall(corners) * len(text) for text, corners in lines)
    vertical = tall * 2 > sum(len(text) for text, _ in lines)
    pieces = _evened([_vertical(*line) if vertical else _horizontal(*line) for line in lines])
    return Page(tuple(pieces), found.img.shape[0] / scale)


def is_no_text(page: Page) -> bool:
    """Say whether what was recognised is nothing that people wrote, by the statistics of its characters."""
    text = "\n".join(piece.text for piece in page.pieces)
    readable = _UNREADABLE.sub("", text)
    return is_garbled(evidence_of(readable, len(text) - len(readable))) is True


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
    import rapidocr  # the extra may not be there
    from rapidocr.utils.load_image import LoadImageError

    if _engine is None:
        _engine = rapidocr.RapidOCR(
            params={"Global.max_side_len": _LONGEST_SIDE, "Global.log_level": "error"}
        )
    try:
        return _engine(picture)
    except LoadImageError as error:
        raise DocumentError("图片打不开：重新保存后再加 · not a whole picture, save it again") from error


def _is_tall(corners: _Corners) -> bool:
    (left, right), (top, bottom) = _spans(corners)
    return bottom - top > 1.5 * (right - left)


def _horizontal(text: str, corners: _Corners) -> Piece:
    (left, right), (top, bottom) = _spans(corners)
    return Piece(text, left, right, -bottom, -top, bottom - top)


def _vertical(text: str, corners: _Corners) -> Piece:
    """Turn a line that runs down the page, the rightmost first, so that it runs as others do."""
    (left, right), (top, bottom) = _spans(corners)
    # 竖排的逗号常认成撇号
    return Piece(text.replace("’", "，"), top, bottom, left, right, right - left)


def _spans(corners: _Corners) -> tuple[tuple[float, float], tuple[float, float]]:
    across, down = zip(*corners, strict=True)
    return (min(across), max(across)), (min(down), max(down))


def _evened(pieces: list[Piece]) -> list[Piece]:
    """Give lines of about the same height one size: boxes are drawn around what ink there is."""
    middle = median(piece.size for piece in pieces) if pieces else 0.0
    return [
        replace(piece, size=middle) if abs(piece.size - middle) < _SAME_SIZE * middle else piece
        for piece in pieces
    ]
