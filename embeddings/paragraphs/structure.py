"""Pieces → sections: headings, bylines, notes, captions and ornaments told apart, each where it belongs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from embeddings.documents.block import Block
from embeddings.paragraphs.lines import is_prose, is_sentence
from embeddings.types import Paragraph, Role

_JUMP = re.compile(r"^[(（【]?\s*(?:上接|下转|紧接|转)第?.{1,8}版.{0,6}[)）】]?$")
_NOTE = re.compile(r"^[【\[(（]?(?:编者按|编者的话|编前语?|编后语?|按语|开栏的话)")
_CAPTION = re.compile(r"^(?:[上下左右]?图[为①②③④⑤:：\d]|图片说明)")
_CREDIT = re.compile(
    r"^[(（□■○●◎△▲]?\s*(?:本报|本刊|本台|本网|新华社|中新社|通讯员|特约|见习|记者|作者|撰稿|撰文|摄影|编辑|责编|文|图|来源|供稿|拍友)"
    r"[^。！？]{0,45}[)）]?$"
)
_LEAD = re.compile(
    r"^本[报刊台网]讯[ 　]*(?:[（(]((?:本[报刊])?(?:记者|通讯员|见习|特约)[^）)]{2,40})[）)])?"
)
_PHOTO = re.compile(r"摄|拍友|供图|图片|图[/／:：]|制图")
_OFFICE = (
    r"(?:书记|省长|市长|县长|区长|镇长|乡长|州长|主任|局长|厅长|部长|处长|科长|院长|校长|所长|行长|社长|厂长|董事长|总经理|经理"
    r"|总裁|主席|会长|理事长|秘书长|教授|研究员|院士|主编|总编辑|记者|委员|代表)"
)
_OFFICIAL = re.compile(rf"^[^，,。；;：:]{{1,30}}{_OFFICE}[ 　]+[一-鿿·]{{2,8}}(?:[ 　][一-鿿])?$")
_LETTERS = re.compile(r"[一-鿿A-Za-z]")
_REPEATED = re.compile(r"^(.)\1+$")
_DATE_OR_NUMBER = re.compile(
    r"^[(（]?\d{2,4}年\d{1,2}月(?:\d{1,2}日)?[)）]?$|[〔\[【]\d{4}[〕\]】].{0,4}\d+号$"
)
_LEVELS = (
    (3, re.compile(r"^第[一二三四五六七八九十百\d]+[章编部篇]")),
    (4, re.compile(r"^第[一二三四五六七八九十百\d]+[节条]")),
    (4, re.compile(r"^[一二三四五六七八九十]+、")),
    (5, re.compile(r"^[（(][一二三四五六七八九十]+[）)]")),
    (6, re.compile(r"^\d+[.、．]\s*(?!\d)")),
    (7, re.compile(r"^\d+\.\d+")),
)
_TITLE, _SUBTITLE, _SUBHEAD = 1, 2, 3
_LONGEST_FLOATING = 5
_TOLD = re.compile(r"[：:\d]")  # 甲：12 is no ornament
_LONGEST_HEADLINE = 30


@dataclass(slots=True)
class Section:
    """Paragraphs that speak about the same; every article, speech and caption is one."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    byline: str = ""

    def close_with(self, byline: str) -> None:
        """Give a byline printed at the end to paragraphs that have none."""
        self.paragraphs = [
            part if part.byline or part.role == "heading" else replace(part, byline=byline)
            for part in self.paragraphs
        ]


@dataclass(frozen=True, slots=True)
class _Piece:
    block: Block
    kind: str  # prose, heading, byline, note, caption, row, floating
    level: int = 0


def sections(blocks: Sequence[Block]) -> list[Section]:
    """Return the sections of a document in order."""
    return list(_Walk().over(_headlines(_without_ornaments([_piece(block) for block in blocks]))))


def _piece(block: Block) -> _Piece:
    text = block.text.strip()
    if block.kind in ("heading", "row", "caption"):
        return _Piece(block, block.kind, block.level)
    if _JUMP.match(text) or not re.search(r"\w", text) or (_REPEATED.match(text) and len(text) < 8):
        return _Piece(block, "ornament")
    if _NOTE.match(text) and is_prose(text):
        return _Piece(block, "note")
    if _CAPTION.match(text):
        return _Piece(block, "caption")
    if _OFFICIAL.match(text) or (
        _CREDIT.match(text) and re.search(r"[ 　:：/／]|^[(（]", text) and len(text) < 46
    ):
        return _Piece(block, "byline")
    if _DATE_OR_NUMBER.search(text) or is_prose(text) or not _LETTERS.search(text):
        return _Piece(block, "prose")
    return _Piece(block, "heading", next((level for level, shape in _LEVELS if shape.match(text)), 0))


def _without_ornaments(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Set ornaments aside; a run of floating words stands for a headline that cannot be read.

    争争争 / 三支 / 建设 / 排头兵 → one mark where a section without headline begins
    """
    kept: list[_Piece] = []
    for number, piece in enumerate(pieces):
        neighbours = [pieces[i] for i in (number - 1, number + 1) if 0 <= i < len(pieces)]
        floating = _floats(piece) and any(_floats(other) or other.kind == "ornament" for other in neighbours)
        if floating or (piece.kind == "ornament" and any(_floats(other) for other in neighbours)):
            if not kept or kept[-1].kind != "floating":
                kept.append(_Piece(piece.block, "floating"))
        elif piece.kind != "ornament":
            kept.append(piece)
    return kept


def _headlines(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Take what pauses like a sentence for the headline that it is, right over other headlines and an opening.

    上半年“成绩单”揭晓：我县GDP增速全市第二 / 总量前移一位 / 本报讯（记者 某某）…
    """
    found: list[_Piece] = []
    opens = False  # whether what stands below the headlines opens an article
    for piece in reversed(pieces):
        text = piece.block.text
        pauses = piece.kind == "prose" and is_prose(text) and not is_sentence(text)
        if opens and pauses and len(text) <= _LONGEST_HEADLINE:
            piece = replace(piece, kind="heading")
        if piece.kind != "heading":
            opens = _opens_article(piece)
        found.append(piece)
    return found[::-1]


def _opens_article(piece: _Piece) -> bool:
    return piece.kind == "byline" or _LEAD.match(piece.block.text) is not None


def _floats(piece: _Piece) -> bool:
    text = piece.block.text
    short = len(text) <= _LONGEST_FLOATING and not _TOLD.search(text)
    return piece.kind == "heading" and not piece.level and short


def _tells(piece: _Piece) -> bool:
    """Say whether a piece is text that a heading may stand over; a lone date or number is not."""
    return piece.kind in ("row", "note") or (piece.kind == "prose" and is_prose(piece.block.text))


class _Walk:
    """Goes through the pieces once, with the headings that stand at each."""

    def __init__(self) -> None:
        self._section = Section()
        self._headings: list[tuple[int, str]] = []
        self._ended = True  # an article ended: the next heading is a title

    def over(self, pieces: Sequence[_Piece]) -> Iterator[Section]:
        """Yield each section when it ends."""
        last_prose = max((n for n, piece in enumerate(pieces) if _tells(piece)), default=-1)
        for number, piece in enumerate(pieces):
            following = pieces[number + 1] if number + 1 < len(pieces) else None
            if self._starts_section(piece, pieces[number + 1 :]):
                yield from self._end()
            dated = following is not None and bool(_DATE_OR_NUMBER.search(following.block.text))
            if piece.kind == "heading" and (number > last_prose or (dated and not self._ended)):
                self._add(piece.block.text, "body")  # 落款: who signs after the last sentence is no heading
            elif piece.kind == "heading":
                self._head(piece)
            elif piece.kind == "byline":
                yield from self._byline(piece)
            elif piece.kind == "note":
                self._add(piece.block.text, "note")
                yield from self._end()
            elif piece.kind == "row":
                self._add(piece.block.text, "row")
            elif piece.kind == "caption" or self._is_photo(following, piece):
                self._add(piece.block.text, "caption")
            elif piece.kind == "prose":
                if lead := _LEAD.match(piece.block.text):
                    self._section.byline = lead[1] or ""
                self._add(piece.block.text, "body")
                self._ended = False
        yield from self._end()

    def _starts_section(self, piece: _Piece, rest: Sequence[_Piece]) -> bool:
        if piece.kind == "floating":
            self._headings = []
            self._ended = False
            return True
        if piece.kind == "heading":
            # 标题 / ——副题 / 某市委书记 某某: a headline with a byline under it begins an article.
            under = next((other for other in rest if other.kind != "heading"), None)
            opens = under is not None and _opens_article(under)
            return bool(self._section.paragraphs) and not piece.block.level and (self._ended or opens)
        if self._is_photo(rest[0] if rest else None, piece):
            self._headings = []
            return True
        return False

    def _is_photo(self, following: _Piece | None, piece: _Piece) -> bool:
        credited = (
            following is not None and following.kind == "byline" and bool(_PHOTO.search(following.block.text))
        )
        return piece.kind == "prose" and credited

    def _head(self, piece: _Piece) -> None:
        self._ended = False
        fresh = not any(part.role != "heading" for part in self._section.paragraphs)
        level = piece.block.level or piece.level
        if not level:
            level = _TITLE if fresh and not self._headings else _SUBHEAD
            if piece.block.text.startswith(("—", "－", "-")) and self._headings:
                level = _SUBTITLE
        if fresh and not self._section.paragraphs and not piece.block.level and not piece.level:
            self._headings, level = [], _TITLE
        above = tuple(text for other, text in self._headings if other < level)
        self._headings = [(other, text) for other, text in self._headings if other < level]
        self._headings.append((level, piece.block.text))
        self._section.paragraphs.append(
            Paragraph(piece.block.text, above, self._section.byline, "", "heading")
        )

    def _byline(self, piece: _Piece) -> Iterator[Section]:
        text = piece.block.text
        closes = any(part.role in ("body", "caption") for part in self._section.paragraphs)
        if closes:
            self._section.close_with(text)
        else:
            self._section.byline = text
            self._section.close_with(text)
        self._section.paragraphs.append(Paragraph(text, self._path(), text, "", "byline"))
        if closes:
            yield from self._end()
            self._headings, self._ended = [], True

    def _add(self, text: str, role: Role) -> None:
        self._section.paragraphs.append(Paragraph(text, self._path(), self._section.byline, "", role))

    def _path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._headings)

    def _end(self) -> Iterator[Section]:
        if self._section.paragraphs:
            yield self._section
        self._section = Section()
