"""What a piece is by its own words: prose, heading, byline, label and value, item of a list, ornament."""

import re
from dataclasses import dataclass

from embeddings.documents.block import Block
from embeddings.paragraphs.lines import Line, is_item, is_label, is_prose, is_signature

_JUMP = re.compile(r"^[(（【]?\s*(?:上接|下转|紧接|转)第?.{1,8}版.{0,6}[)）】]?$")
_NOTE = re.compile(r"^[【\[(（]?(?:编者按|编者的话|编前语?|编后语?|按语|开栏的话)")
_CAPTION = re.compile(r"^(?:[上下左右]?图[为①②③④⑤:：\d]|图片说明)")
_CREDIT = re.compile(
    r"^[(（□■○●◎△▲]?\s*(?:本报|本刊|本台|本网|新华社|中新社|通讯员|特约|见习|记者|作者|撰稿|撰文|摄影|编辑|责编|文|图|来源|供稿|拍友)"
    r"[^。！？]{0,45}[)）]?$"
)
LEAD = re.compile(r"^本[报刊台网]讯[ 　]*(?:[（(]((?:本[报刊])?(?:记者|通讯员|见习|特约)[^）)]{2,40})[）)])?")
_OFFICE = (
    r"(?:书记|省长|市长|县长|区长|镇长|乡长|州长|主任|局长|厅长|部长|处长|科长|院长|校长|所长|行长|社长|厂长|董事长|总经理|经理"
    r"|总裁|主席|会长|理事长|秘书长|教授|研究员|院士|主编|总编辑|记者|委员|代表)"
)
_OFFICIAL = re.compile(rf"^[^，,。；;：:]{{1,30}}{_OFFICE}[ 　]+[一-鿿·]{{2,8}}(?:[ 　][一-鿿])?$")
# 河镇发布 2024-03-05 09:30
_DATED = re.compile(r"^[^，。；！？：:\d]{2,24} \d{4}[-/]\d{1,2}[-/]\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)?$")
_WORD = re.compile(r"\w")
_LETTERS = re.compile(r"[一-鿿A-Za-z]")
REPEATED = re.compile(r"^([^\x00-\x7f])\1{2,6}$")  # 争争争, not AAA or 妈妈
DATE_OR_NUMBER = re.compile(
    r"^[(（]?\d{2,4}年\d{1,2}月(?:\d{1,2}日)?[)）]?$|[〔\[【]\d{4}[〕\]】].{0,4}\d+号$"
)
_NUMBERED = re.compile(r"^[第一二三四五六七八九十百（(\d]")
_LEVELS = (
    (3, re.compile(r"^第[一二三四五六七八九十百\d]+[章编部篇]")),
    (4, re.compile(r"^第[一二三四五六七八九十百\d]+[节条]")),
    (4, re.compile(r"^[一二三四五六七八九十]+、")),
    (5, re.compile(r"^[（(][一二三四五六七八九十]+[）)]")),
    (6, re.compile(r"^\d+[.、．]\s*(?!\d)")),
    (7, re.compile(r"^\d+\.\d+")),
)
_FROM_FORMAT = {"heading": "heading", "row": "row", "caption": "caption", "item": "item"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a document and what it is; `under` are lines that it stands under beside headings."""

    block: Block
    kind: str  # prose, heading, byline, note, caption, row, label, item, list, floating, ornament
    level: int = 0  # that its numbering shows: 一、 → 4
    apart: bool = True  # whether white stands above it in the source
    under: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the piece's words."""
        return self.block.text


def piece_of(line: Line) -> Piece:
    """Tell what a line is."""
    kind, level = _kind(line.block)
    return Piece(line.block, kind, level, line.apart)


def _kind(block: Block) -> tuple[str, int]:
    text = block.text.strip()
    if block.kind in _FROM_FORMAT:
        return _FROM_FORMAT[block.kind], 0
    if _JUMP.match(text) or not _WORD.search(text) or REPEATED.match(text):
        return "ornament", 0
    if _NOTE.match(text) and is_prose(text):
        return "note", 0
    if _CAPTION.match(text):
        return "caption", 0
    if (
        _OFFICIAL.match(text)
        or _DATED.match(text)
        or is_signature(text)
        or (_CREDIT.match(text) and re.search(r"[ 　:：/／]|^[(（]", text) and len(text) < 46)
    ):
        return "byline", 0
    if is_label(text):
        return "label", 0
    level = next((level for level, shape in _LEVELS if shape.match(text)), 0) if _NUMBERED.match(text) else 0
    if DATE_OR_NUMBER.search(text) or is_prose(text) or not _LETTERS.search(text):
        return "prose", 0
    return ("heading", level) if level or not is_item(text) else ("item", 0)
