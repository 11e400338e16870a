"""PDF → Blocks by the boxes of its characters; the only importer of pypdfium2."""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from embeddings.documents.blank_font import blank_font
from embeddings.documents.block import Block
from embeddings.documents.layout import Page, Piece
from embeddings.documents.ocr import has_ocr, read_picture, refuse_without_ocr
from embeddings.documents.pages import blocks_of
from embeddings.errors import DocumentError

_MOST_PAGES = 2000
_SCAN_SCALE = 2.0  # 144 dots an inch
_NEAR = 0.55  # sizes between two characters of one piece; a gutter is wider
_LONGEST_SPACE = 1.2  # sizes; what is wider is a gutter filled with spaces
_BACK = 0.6  # sizes by which a character may stand before the end of the last
_MADE = "\0"  # a space that pdfium puts where it sees a gap
_SLANTED = 0.05  # quarter turns
_LINE_END_HYPHEN = 2  # what pdfium makes of one
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u2018-\u201d]")
# 字 that a font names by the radical of the same shape; NFKC knows the other half of them.
_RADICALS = str.maketrans(
    "⻓⻔⻋⻉⻅⻚⻛⻜⻢⻥⻦⻰⻮⻩⺠⻄⻘⻆⻝⻬⻁⻣⻤⻨⻳", "长门车贝见页风飞马鱼鸟龙齿黄民西青角食齐虎骨鬼麦龟"
)
_COMPATIBLE = re.compile("[\u2f00-\u2fd5\uf900-\ufad9\ufb00-\ufb06]")  # radicals, doubles, ligatures
_CHINESE_CHARSETS = (134, 136, 128, 129)  # GB 2312, Big5, Shift JIS, Hangul
_BLANK = 0x5A17  # the blank font among those that pdfium holds
_Drawn = tuple[str, float, float, float, float, int | None]


class _Fonts:
    """Gives pdfium the blank font where it looks for a Chinese one: then no character is without extent."""

    def __init__(self) -> None:
        self._blank = blank_font()
        self._base = pypdfium2.PdfSysfontBase()
        pypdfium2.internal.set_callbacks(
            self._base.raw,
            MapFont=self._map,
            GetFontData=self._data,
            GetFaceName=self._name,
            GetFontCharset=self._charset,
            DeleteFont=self._delete,
        )
        self._base.setup()

    def _map(
        self, this: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any
    ) -> Any:
        if charset in _CHINESE_CHARSETS:
            return _BLANK
        return self._base.MapFont(this, weight, italic, charset, pitch, face, exact)

    def _data(self, this: Any, font: int | None, table: int, buffer: Any, size: int) -> int:
        if font != _BLANK:
            return int(self._base.GetFontData(this, font, table, buffer, size))
        return 0 if table else _written(self._blank, buffer, size)

    def _name(self, this: Any, font: int | None, buffer: Any, size: int) -> int:
        if font != _BLANK:
            return int(self._base.GetFaceName(this, font, buffer, size))
        return _written(b"Blank\0", buffer, size)

    def _charset(self, this: Any, font: int | None) -> int:
        return _CHINESE_CHARSETS[0] if font == _BLANK else int(self._base.GetFontCharset(this, font))

    def _delete(self, this: Any, font: int | None) -> None:
        if font != _BLANK:
            self._base.DeleteFont(this, font)


def _written(content: bytes, buffer: Any, size: int) -> int:
    """Write bytes where there is room for them, and return how many they are."""
    if size >= len(content):
        ctypes.memmove(buffer, content, len(content))
    return len(content)


_FONTS = _Fonts()


def read(content: bytes) -> list[Block]:
    """Return the text in reading order; scanned pages by OCR where that is installed.

    :raises DocumentError: encrypted, damaged, too long, or scanned and there is no OCR.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError("加了密码：去掉密码再加 · protected by a password, remove it") from error
        raise DocumentError(
            "不是完整的 PDF：重新保存或下载后再加 · not a whole PDF, save or download it again"
        ) from error
    if len(document) > _MOST_PAGES:
        raise DocumentError(f"超过 {_MOST_PAGES} 页，请拆开再加 · more than {_MOST_PAGES} pages, split it")
    pages = [_page(document, number) for number in range(len(document))]
    scanned = [
        number for number, page in enumerate(pages) if not page.pieces and _has_picture(document[number])
    ]
    if scanned and not any(page.pieces for page in pages):
        refuse_without_ocr("是扫描件")
    if scanned and has_ocr():
        for number in scanned:
            picture = document[number].render(scale=_SCAN_SCALE).to_numpy()
            pages[number] = read_picture(picture, _SCAN_SCALE)
    return blocks_of(pages)


def _page(document: Any, number: int) -> Page:
    page = document[number]
    text = page.get_textpage()
    width, height = page.get_size()
    if page.get_rotation() in (90, 270):
        width, height = height, width  # characters have their places as before the page was turned
    drawn = list(_drawn(text))
    turns = Counter(turn for *_, turn in drawn if turn is not None)
    main = max(turns, key=turns.__getitem__, default=0)
    found = Page(tuple(_pieces(_turned(drawn, main, width, height))), height if main % 2 == 0 else width)
    text.close()
    page.close()
    return found


def _has_picture(page: Any) -> bool:
    return next(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]), None) is not None


def _pieces(characters: Iterable[tuple[str, bool, Piece]]) -> Iterator[Piece]:
    """Put the characters of a page together that follow each other on a line."""
    run: list[Piece] = []
    space, reach = "", 0.0  # white space since the last character, and where it ends
    for character, generated, new in characters:
        if character.isspace():
            space = _MADE if generated and not space else character
            reach = new.right if not generated and run and run[-1].shares_line(new) else reach
            continue
        if run and _follows(run[-1], new, reach):
            if space == _MADE:
                space = "" if _HAN.search(run[-1].text + character) else " "
            run.append(replace(new, text=space + character) if space else new)
        else:
            if run:
                yield _joined(run)
            run = [new]
        space, reach = "", 0.0
    if run:
        yield _joined(run)


def _follows(last: Piece, new: Piece, reach: float) -> bool:
    size = max(last.size, new.size)
    reach = min(max(reach, last.right), last.right + _LONGEST_SPACE * size)
    return last.shares_line(new) and last.right - _BACK * size <= new.left <= reach + _NEAR * size


def _joined(run: Sequence[Piece]) -> Piece:
    """Join characters; most have the height of their font, a g or a footnote's number has not."""
    return Piece(
        "".join(piece.text for piece in run),
        run[0].left,
        max(piece.right for piece in run),
        median(piece.bottom for piece in run),
        median(piece.top for piece in run),
        median(piece.size for piece in run),
    )


def _drawn(text: Any) -> Iterator[_Drawn]:
    """Yield each character, its box, and the quarter turns it is drawn with; None where pdfium made it up."""
    box = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        unknown = not code or 0xD800 <= code <= 0xDFFF or 0xE000 <= code <= 0xF8FF
        if unknown or not pdfium.FPDFText_GetLooseCharBox(text, index, box):
            continue
        character = "-" if code == _LINE_END_HYPHEN else _plain(chr(code))
        generated = pdfium.FPDFText_IsGenerated(text, index) == 1
        turns = pdfium.FPDFText_GetCharAngle(text, index) / (math.pi / 2)
        if abs(turns - round(turns)) < _SLANTED:  # a watermark is not
            turn = None if generated else round(turns) % 4
            yield character, box.left, box.right, box.bottom, box.top, turn


def _turned(
    drawn: Iterable[_Drawn], main: int, width: float, height: float
) -> Iterator[tuple[str, bool, Piece]]:
    """Turn the characters upright that are drawn as most are, and leave the others out."""
    for character, left, right, bottom, top, turn in drawn:
        if turn not in (None, main):
            continue
        if main == 1:  # down the page
            left, right, bottom, top = -top, -bottom, left, right
        elif main == 2:
            left, right, bottom, top = -right, -left, height - top, height - bottom
        elif main == 3:  # up the page
            left, right, bottom, top = bottom, top, width - right, width - left
        if character.isspace() or top > bottom:
            yield character, turn is None, Piece(character, left, right, bottom, top, top - bottom)


def _plain(character: str) -> str:
    """Return the character that people type: ⻰ → 龙, ⼀ → 一, ﬁ → fi."""
    if character < "\u2e80" or "\u4e00" <= character <= "\u9fff":
        return character
    if _COMPATIBLE.match(character):
        return unicodedata.normalize("NFKC", character)
    return character.translate(_RADICALS)
