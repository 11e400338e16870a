"""Word documents → headings, paragraphs, captions, table rows; the only importer of python-docx."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.exceptions import XmlchemyError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from embeddings.documents import tables
from embeddings.documents.archive import open_archive
from embeddings.documents.block import Block, BlockKind
from embeddings.documents.numbering import Numbering
from embeddings.documents.tables import Cell
from embeddings.errors import DocumentError

_HEADING = re.compile(r"^(?:heading|标题)\s*(\d)$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|标题|文档标题)$", re.IGNORECASE)
_CAPTION = re.compile(r"^(?:caption|题注)$", re.IGNORECASE)
_TRANSPARENT = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag")}
_LEFT_OUT = {qn(f"w:{name}") for name in ("del", "moveFrom", "txbxContent", "instrText", "pPr", "rPr")}
_LEFT_OUT.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), {qn("w:br"), qn("w:cr")}
_MOST_CELLS = 500_000
_MOST_SPAN = 100


def read(content: bytes) -> list[Block]:
    """Return the body in order: insertions taken, deletions not; text boxes after their paragraph.

    :raises DocumentError: damaged.
    """
    open_archive(content).close()
    try:
        return list(_Walk(docx.Document(io.BytesIO(content))).blocks())
    except (PackageNotFoundError, XmlchemyError, PythonDocxError, zipfile.BadZipFile, KeyError) as error:
        raise DocumentError("不是完整的 Word 文件：重新另存后再加 · damaged, save it anew") from error


class _Walk:
    """Goes through a document once: paragraphs counted, tables under the titles printed over them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._numbering = Numbering.read(_related(document, "numbering"))
        self._notes = {kind: _notes(_related(document, f"{kind}s")) for kind in ("footnote", "endnote")}
        self._cells = 0
        self._over: list[str] = []  # what the paragraphs right over a table say of it

    def blocks(self) -> Iterator[Block]:
        """Yield the body, then what stands at the edges of its pages."""
        yield from self._within(self._document.element.body)
        edges = [
            element
            for relation in self._document.part.rels.values()
            if relation.reltype.endswith(("/header", "/footer")) and not relation.is_external
            for element in relation.target_part.element.iter(qn("w:p"))
        ]
        yield from (Block(text, "aside") for text in dict.fromkeys(map(_text, edges)) if text.strip())

    def _within(self, parent: Any) -> Iterator[Block]:
        for element in parent:
            if element.tag == qn("w:p"):
                for block in self._paragraph(element):
                    over = tables.title_over(block)
                    self._over = [*self._over, over] if over else []
                    yield block
            elif element.tag == qn("w:tbl"):
                yield from self._table(element)
                self._over = []
            elif element.tag in _TRANSPARENT:
                yield from self._within(element)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text = _text(element)
        if text.strip():
            paragraph = Paragraph(element, self._document)
            kind, level = _kind(paragraph)
            number, is_bullet = self._number(paragraph)
            text = text.strip("\n") if not level else " ".join(text.split())
            kind = "item" if is_bullet and kind == "text" else kind
            yield Block(f"{number}{text.lstrip()}" if number else text, kind, level)
        for box in element.iter(qn("w:txbxContent")):
            if not any(parent.tag in _LEFT_OUT for parent in box.iterancestors()):
                yield from self._within(box)
        yield from self._notes_of(element)

    def _notes_of(self, element: Any) -> Iterator[Block]:
        for kind, notes in self._notes.items():
            for mark in element.iter(qn(f"w:{kind}Reference")):
                if text := notes.pop(mark.get(qn("w:id"), ""), ""):
                    yield Block(f"注：{text}")

    def _number(self, paragraph: Paragraph) -> tuple[str, bool]:
        """Count a numbered paragraph; return its number as it is printed, and whether a bullet stands there."""
        number_id, level = _list_of(paragraph)
        return self._numbering.next(number_id, level) or ("", False)

    def _table(self, table: Any) -> Iterator[Block]:
        rows = list(_through(table, "tr"))
        if any(True for _ in table.iterdescendants(qn("w:tbl"))):  # it lays out a page
            for row in rows:
                for cell in _through(row, "tc"):
                    yield from self._within(cell)
            return
        lines: list[list[Cell]] = []
        heads = 0
        for number, row in enumerate(rows):
            marks = row.find(qn("w:trPr"))
            if marks is not None and marks.find(qn("w:del")) is not None:
                continue
            line = self._line(row, lines[-1] if lines else [])
            if marks is not None and marks.find(qn("w:hidden")) is not None:
                yield Block("；".join(cell.text for cell in line if cell.text), "aside")
                continue
            heads += heads == number and marks is not None and marks.find(qn("w:tblHeader")) is not None
            self._cells += len(line)
            if self._cells > _MOST_CELLS:
                raise tables.too_many_cells(_MOST_CELLS)
            lines.append(line)
        yield from tables.rows(lines, "，".join(dict.fromkeys(self._over)), heads=heads)
        yield from self._notes_of(table)

    def _line(self, row: Any, above: list[Cell]) -> list[Cell]:
        line: list[Cell] = [Cell("") for _ in range(_count(row.find(qn("w:trPr")), "gridBefore", 0))]
        for element in _through(row, "tc"):
            properties = element.find(qn("w:tcPr"))
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            cell = above[len(line)] if goes_on and len(line) < len(above) else Cell(_cell(element))
            line += [cell] * _count(properties, "gridSpan", 1)
        return line


def _related(document: Document, name: str) -> Any:
    """Return the root of a part that belongs to the document, None where it has none."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{name}") and not relation.is_external:
            part = relation.target_part
            return part.element if hasattr(part, "element") else docx.oxml.parse_xml(part.blob)
    return None


def _notes(root: Any) -> dict[str, str]:
    """Return the texts of footnotes by their ids, the lines that set them apart left out."""
    notes = [] if root is None else [note for note in root if note.get(qn("w:type")) is None]
    return {
        note.get(qn("w:id"), ""): " ".join(
            filter(None, (_text(line).strip() for line in note.iter(qn("w:p"))))
        )
        for note in notes
    }


def _list_of(paragraph: Paragraph) -> tuple[str, int]:
    """Return the list that numbers a paragraph and its level there, as it says or as its style says."""
    numbered = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    number_id, level = _in_list(numbered)
    style = paragraph.style
    for _ in range(5):
        if style is None or (number_id and level >= 0):
            break
        numbered = style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        of_style, its_level = _in_list(numbered)
        number_id = number_id or of_style
        level = its_level if level < 0 and numbered is not None else level
        style = style.base_style
    return number_id, max(level, 0)


def _in_list(numbered: Any) -> tuple[str, int]:
    number = numbered.find(qn("w:numId")) if numbered is not None else None
    identity = "" if number is None else number.get(qn("w:val"), "")
    return identity, _count(numbered, "ilvl", -1)


def _count(parent: Any, name: str, default: int) -> int:
    found = parent.find(qn(f"w:{name}")) if parent is not None else None
    value = "" if found is None else found.get(qn("w:val"), "")
    return min(int(value), _MOST_SPAN) if value.isascii() and value.isdecimal() else default


def _through(parent: Any, name: str) -> Iterator[Any]:
    """Yield rows or cells, those in content controls too."""
    for element in parent:
        if element.tag == qn(f"w:{name}"):
            yield element
        elif element.tag in _TRANSPARENT:
            yield from _through(element, name)


def _kind(paragraph: Paragraph) -> tuple[BlockKind, int]:
    """Return what a paragraph's style says it is, styles that build on another included."""
    style = paragraph.style
    for _ in range(5):
        if style is None:
            break
        if found := _HEADING.match(style.name or ""):
            return "heading", int(found[1])
        if _TITLE.match(style.name or ""):
            return "heading", 1
        if _CAPTION.match(style.name or ""):
            return "caption", 0
        style = style.base_style
    outline = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    level = int(outline.get(qn("w:val"), "9")) + 1 if outline is not None else 10
    return ("heading", level) if level <= 9 else ("text", 0)


def _text(element: Any) -> str:
    """Return the text that the paragraph shows."""
    parts: list[str] = []
    for child in element:
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag == _TAB:
            parts.append("\t")
        elif child.tag in _BREAKS:
            parts.append("\n")
        elif child.tag not in _LEFT_OUT:
            parts.append(_text(child))
    return "".join(parts)


def _cell(element: Any) -> str:
    return " ".join(text for paragraph in element.iter(qn("w:p")) if (text := _text(paragraph).strip()))
