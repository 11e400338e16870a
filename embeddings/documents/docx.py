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
from docx.table import Table
from docx.text.paragraph import Paragraph

from embeddings.documents import tables
from embeddings.documents.archive import open_archive
from embeddings.documents.block import Block, BlockKind
from embeddings.errors import DocumentError

_HEADING = re.compile(r"^(?:heading|标题)\s*(\d)$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|标题|文档标题)$", re.IGNORECASE)
_CAPTION = re.compile(r"^(?:caption|题注)$", re.IGNORECASE)
_TABLE_TITLE = re.compile(r"^表\s*[\d一二三四五六七八九十]")
_TRANSPARENT = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag")}
_LEFT_OUT = {qn(f"w:{name}") for name in ("del", "moveFrom", "txbxContent", "instrText", "pPr", "rPr")}
_LEFT_OUT.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), {qn("w:br"), qn("w:cr")}
_MOST_CELLS = 500_000


def read(content: bytes) -> list[Block]:
    """Return the body in order: insertions taken, deletions not; text boxes after their paragraph.

    :raises DocumentError: damaged.
    """
    open_archive(content).close()
    try:
        document = docx.Document(io.BytesIO(content))
        return list(_with_table_titles(_blocks(document.element.body, document)))
    except (PackageNotFoundError, XmlchemyError, PythonDocxError, zipfile.BadZipFile, KeyError) as error:
        raise DocumentError("不是完整的 Word 文件：重新另存后再加 · damaged, save it anew") from error


def _blocks(parent: Any, document: Document) -> Iterator[Block | Table]:
    for element in parent:
        if element.tag == qn("w:p"):
            yield from _paragraph(element, document)
        elif element.tag == qn("w:tbl"):
            yield Table(element, document)
        elif element.tag in _TRANSPARENT:
            yield from _blocks(element, document)


def _paragraph(element: Any, document: Document) -> Iterator[Block | Table]:
    text = _text(element)
    if text.strip():
        kind, level = _kind(Paragraph(element, document))
        yield Block(text.strip("\n") if not level else " ".join(text.split()), kind, level)
    for box in element.iter(qn("w:txbxContent")):
        if not any(parent.tag in _LEFT_OUT for parent in box.iterancestors()):
            yield from _blocks(box, document)


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


def _with_table_titles(blocks: Iterator[Block | Table]) -> Iterator[Block]:
    """Turn tables into rows under the title printed over them: 表1 各县主要指标."""
    title = ""
    cells = 0
    for block in blocks:
        if isinstance(block, Table):
            lines = [[_cell(cell) for cell in row.cells] for row in block.rows]
            cells += sum(map(len, lines))
            if cells > _MOST_CELLS:
                raise tables.too_many_cells(_MOST_CELLS)
            yield from tables.rows(lines, title)
            title = ""
        else:
            titled = block.kind == "caption" or _TABLE_TITLE.match(block.text)
            title = block.text.strip() if titled and len(block.text) < 60 else ""
            yield block


def _cell(cell: Any) -> str:
    """Return a cell's text; a table inside it is read as part of it."""
    return " ".join(text for paragraph in cell._tc.iter(qn("w:p")) if (text := _text(paragraph).strip()))
