"""PDF → Blocks by the boxes of its characters; with rules.py the only importer of pypdfium2."""

import ctypes
import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from embeddings.documents.blank_font import blank_font
from embeddings.documents.block import Block
from embeddings.documents.garbled import Evidence, evidence_of, is_garbled
from embeddings.documents.ocr import has_ocr, is_no_text, read_picture, refuse_without_ocr
from embeddings.documents.pages import blocks_of
from embeddings.documents.piece import Page, Piece, Rule
from embeddings.documents.rules import rules_of
from embeddings.errors import DocumentError

_MOST_PAGES = 2000
_SCAN_SCALE = 2.0  # 144 dots an inch
_NEAR = 0.55  # sizes between two characters of one piece; a gutter is wider
_LONGEST_SPACE = 1.2  # sizes; what is wider is a gutter filled with spaces
_BACK = 0.6  # sizes by which a character may stand before the end of the last
_LEAN = 0.3  # sizes by which a character may reach over the line of its cell
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
_IN_LINE, _NEXT_BELOW = 0.35, 1.8  # sizes between two characters of a line that runs down
_UNREADABLE = "\ufffd"
_SLANTED_TURN = 9  # of what is not drawn in quarter turns


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
    leaves = [_leaf(document, number) for number in range(len(document))]
    unread = _unread(document, leaves)
    if unread and not any(leaf.pages for leaf in leaves):
        refuse_without_ocr("文字层是乱码（字体没有对的编码表）" if leaves[unread[0]].garbled else "是扫描件")
    pages, refused = _read_by_ocr(document, leaves, unread)
    asides = dict.fromkeys(text for leaf in leaves for text in leaf.aside)
    warnings = _warnings(leaves, refused if has_ocr() else unread)
    return [*blocks_of(pages), *(Block(text, "aside") for text in asides), *warnings]


class _Leaf(NamedTuple):
    """A page of the document: its text in each direction that it is drawn in, most first."""

    pages: list[Page]
    aside: list[str]  # what is drawn slanted: a watermark
    evidence: Evidence
    garbled: bool = False


def _unread(document: Any, leaves: list[_Leaf]) -> list[int]:
    """Return the pages of which no text can be taken: scanned ones, and those whose text is none."""
    whole = Evidence()
    for leaf in leaves:
        whole = whole.plus(leaf.evidence)
    unread: list[int] = []
    for number, leaf in enumerate(leaves):
        garbled = is_garbled(leaf.evidence)
        if garbled or (garbled is None and leaf.evidence.unreadable and is_garbled(whole)):
            leaves[number] = leaf._replace(pages=[], aside=[], garbled=True)
            unread.append(number)
        elif not leaf.pages and _has_picture(document[number]):
            unread.append(number)
    return unread


def _read_by_ocr(
    document: Any, leaves: Sequence[_Leaf], unread: Sequence[int]
) -> tuple[list[Page], list[int]]:
    """Return all pages, and by OCR those that give no text, where it is installed; and which gave none so either."""
    pages: list[Page] = []
    refused: list[int] = []
    for number, leaf in enumerate(leaves):
        if number not in unread or not has_ocr():
            pages += leaf.pages
            continue
        page = read_picture(document[number].render(scale=_SCAN_SCALE).to_numpy(), _SCAN_SCALE)
        if is_no_text(page):
            refused.append(number)
        else:
            pages.append(page)
    return pages, refused


def _warnings(leaves: Sequence[_Leaf], unread: Sequence[int]) -> Iterator[Block]:
    install = "：要装文字识别 pip install 'wenbao[ocr]'"
    chinese, english = (
        ("，识别出来的也不成文字", "what OCR gives is no text")
        if has_ocr()
        else (install, "install the extra `ocr`")
    )
    for garbled, what, said in (
        (True, "文字层是乱码（字体没有对的编码表）", "garbled text layer"),
        (False, "是扫描的图片", "scanned"),
    ):
        pages = [str(number + 1) for number in unread if leaves[number].garbled is garbled]
        if pages:
            named = "、".join(pages[:10]) + ("……" if len(pages) > 10 else "")
            yield Block(
                f"第 {named} 页{what}，没有读{chinese} · {len(pages)} pages not read, {said}: {english}",
                "warning",
            )


def _leaf(document: Any, number: int) -> _Leaf:
    page = document[number]
    text = page.get_textpage()
    width, height = page.get_size()
    if page.get_rotation() in (90, 270):
        width, height = height, width  # characters have their places as before the page was turned
    drawn = list(_drawn(text))
    unreadable = sum(character.text == _UNREADABLE for character in drawn)
    drawn = [character for character in drawn if character.text != _UNREADABLE]
    turns = Counter(character.turn for character in drawn if character.turn is not None)
    rules = rules_of(page)
    pages: list[Page] = []
    for turn, _ in turns.most_common():
        if turn == _SLANTED_TURN or turn is None:
            continue
        upright = list(_turned(drawn, turn, width, height))
        if _runs_down(upright):
            told = (character for character in upright if not character[1])  # pdfium breaks at each
            pages.append(Page(tuple(_pieces(map(_laid_down, told))), width))
        else:
            lines = tuple(_turned_rule(rule, turn, width, height) for rule in rules)
            pages.append(Page(tuple(_pieces(upright, lines)), height if turn % 2 == 0 else width, lines))
    slanted = "".join(character.text for character in drawn if character.turn == _SLANTED_TURN)
    evidence = evidence_of("".join(character.text for character in drawn), unreadable)
    text.close()
    page.close()
    return _Leaf([page for page in pages if page.pieces], [slanted] if slanted.strip() else [], evidence)


def _has_picture(page: Any) -> bool:
    return next(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]), None) is not None


def _pieces(characters: Iterable[tuple[str, bool, Piece]], rules: Iterable[Rule] = ()) -> Iterator[Piece]:
    """Put the characters of a page together that follow each other on a line, with no wall between."""
    walls = _Walls(rules)
    run: list[Piece] = []
    space, reach = "", 0.0  # white space since the last character, and where it ends
    for character, generated, new in characters:
        if character.isspace():
            space = _MADE if generated and not space else character
            reach = new.right if not generated and run and run[-1].shares_line(new) else reach
            continue
        if run and _follows(run[-1], new, reach) and not walls.part(run[-1], new):
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


class _Walls:
    """The lines down a page that cells end at."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = sorted((rule for rule in rules if not rule.is_across), key=lambda rule: rule.left)
        self._places = [rule.left for rule in self._rules]

    def part(self, last: Piece, new: Piece) -> bool:
        """Say whether one stands between two characters of a line."""
        height = (new.bottom + new.top) / 2
        start = bisect_right(self._places, last.right - _LEAN * last.size)
        end = bisect_left(self._places, new.left + _LEAN * new.size)
        return any(rule.bottom < height < rule.top for rule in self._rules[start:end])


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


class _Character(NamedTuple):
    """A character as it is drawn; `turn` in quarter turns, None where pdfium made it up."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    turn: int | None


def _drawn(text: Any) -> Iterator[_Character]:
    """Yield the characters of a page in the order in which it draws them."""
    box = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        generated = pdfium.FPDFText_IsGenerated(text, index) == 1
        if not generated and _is_unreadable(text, index, code):
            yield _Character(_UNREADABLE, 0, 0, 0, 0, 0)
        elif not _is_left_out(code) and pdfium.FPDFText_GetLooseCharBox(text, index, box):
            character = "-" if code == _LINE_END_HYPHEN else _plain(chr(code))
            turns = pdfium.FPDFText_GetCharAngle(text, index) / (math.pi / 2)
            turn = round(turns) % 4 if abs(turns - round(turns)) < _SLANTED else _SLANTED_TURN
            yield _Character(character, box.left, box.right, box.bottom, box.top, None if generated else turn)


def _is_unreadable(text: Any, index: int, code: int) -> bool:
    """Say whether no table of the font says which character this is."""
    control = code < 0x20 and code not in (_LINE_END_HYPHEN, 0x09, 0x0A, 0x0D)
    return control or _is_left_out(code) or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1


def _is_left_out(code: int) -> bool:
    return not code or 0xD800 <= code <= 0xDFFF or 0xE000 <= code <= 0xF8FF or code == 0xFFFD


def _turned(
    drawn: Iterable[_Character], main: int, width: float, height: float
) -> Iterator[tuple[str, bool, Piece]]:
    """Turn the characters upright that are drawn with so many quarter turns, and leave the others out."""
    for character, left, right, bottom, top, turn in drawn:
        if turn not in (None, main):
            continue
        left, right, bottom, top = _turned_box((left, right, bottom, top), main, width, height)
        if character.isspace() or top > bottom:
            yield character, turn is None, Piece(character, left, right, bottom, top, top - bottom)


def _turned_box(
    box: tuple[float, float, float, float], main: int, width: float, height: float
) -> tuple[float, float, float, float]:
    left, right, bottom, top = box
    if main == 1:  # down the page
        return -top, -bottom, left, right
    if main == 2:
        return -right, -left, height - top, height - bottom
    if main == 3:  # up the page
        return bottom, top, width - right, width - left
    return box


def _turned_rule(rule: Rule, main: int, width: float, height: float) -> Rule:
    return Rule(*_turned_box((rule.left, rule.right, rule.bottom, rule.top), main, width, height))


def _runs_down(characters: Sequence[tuple[str, bool, Piece]]) -> bool:
    """Say whether the lines run down the page: each character stands right below the last."""
    pieces = [piece for text, _, piece in characters if not text.isspace()]
    down = across = 0
    for last, new in pairwise(pieces):
        if abs(new.left - last.left) < _IN_LINE * last.size:
            down += 0 < last.bottom - new.bottom < _NEXT_BELOW * last.size
        else:
            across += last.shares_line(new)
    return down > across and down * 2 > len(pieces)


def _laid_down(character: tuple[str, bool, Piece]) -> tuple[str, bool, Piece]:
    """Turn a character of a line that runs down so that it runs across: the rightmost line comes first."""
    text, generated, piece = character
    laid = Piece(text, -piece.top, -piece.bottom, piece.left, piece.right, piece.right - piece.left)
    return text, generated, laid


def _plain(character: str) -> str:
    """Return the character that people type: ⻰ → 龙, ⼀ → 一, ﬁ → fi."""
    if character < "\u2e80" or "\u4e00" <= character <= "\u9fff":
        return character
    if _COMPATIBLE.match(character):
        return unicodedata.normalize("NFKC", character)
    return character.translate(_RADICALS)
