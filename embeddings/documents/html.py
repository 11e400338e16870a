"""Web pages → headings, paragraphs, captions, table rows; the only importer of lxml and trafilatura.

What stands around the text is left out: navigation, advertisements, footers by their tags and names,
lists of links by their density, and short scraps that trafilatura does not count to the main text.
"""

import re
from collections.abc import Iterator
from typing import Any

import lxml.etree
import lxml.html
import trafilatura

from embeddings.documents import tables
from embeddings.documents.block import Block, BlockKind
from embeddings.documents.decoding import decode
from embeddings.documents.tables import Cell

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_SILENT = {"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "button", "select"}
_SILENT |= {"textarea", "rt", "rp", "input", "audio", "video", "canvas", "map"}
_AROUND = {"nav", "footer", "aside", "menu", "dialog"}
_AROUND_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "menu"}
_AROUND_NAME = re.compile(
    r"nav(?:bar|igation)?|menu|(?:bread)?crumbs?|foot(?:er)?|sidebar|adv?s?|advert(?:isement)?|guanggao|banner"
    r"|qr|tools?|shar(?:e|ing)|comments?|related|recommend|copyright|cookies?|toolbar|pag(?:ination|er)|login|popup|modal",
    re.IGNORECASE,
)
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+")
_INLINE_TAGS = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby s samp small span strike"
    " strong sub sup time tt u var wbr img rb"
)
_INLINE = frozenset(_INLINE_TAGS.split())
_IN_DEFINITION = {"table", "ul", "ol", "p", "dl", "pre", "blockquote"}
_IN_CELL = {"table", "h1", "h2", "h3", "ul", "ol", "form"}
_BETWEEN_HAN = re.compile(
    "(?<=[\u2e80-\u9fff\uff00-\uffef\u201d])[ \t]*\n\\s*(?=[\u2e80-\u9fff\uff00-\uffef\u201c])"
)
_BLANK_LINE = re.compile("\v(?:[ \t\n\r\f\u00a0\u3000]*\v)+")  # <br><br>
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TITLE_END = re.compile(r"\s*[_|｜—–]\s*|\s+-\s+")
_TELLS = re.compile(r"[。！？；]|.{30}", re.DOTALL)
_STOP = re.compile(r"[。！？]")
_FEWEST_STOPS, _MOST_OF_TEXT = 2, 0.8
_LONGEST_SCRAP = 120
# 来源：某报　2024-03-05, who wrote it and when, and what is attached
_SIGNED = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}|^[(（\s]*(?:来源|作者|记者|编辑|责编|撰文|文|附件)\s*\d*[ 　:：]"
)
# 长按识别二维码关注我们, 点击阅读原文: wherever they stand
_FOLLOW = re.compile(
    r"^[^。！？]{0,6}(?:长按|扫描|扫一扫|扫码|识别|点击)[^。！？]{0,14}(?:二维码|关注|阅读原文|蓝字|公众号)[^。！？]{0,12}$"
)
_META_NAME = re.compile(r"meta|info|source|author|publish|pub|byline|subtitle", re.IGNORECASE)
_HOLDS_LINKS = {"ul", "ol", "div", "section", "p", "table", "td"}
_LINKS_FROM, _LINK_SHARE = 3, 0.7
_MOST_SPAN = 100


def read(content: bytes) -> list[Block]:
    """Return the main text of a saved page."""
    tree = _tree(content)
    if tree is None:
        return []
    title = " ".join((tree.findtext(".//head/title") or "").split())
    whole = list(_Walk().over(tree))
    around = [Block(text, "aside") for text in _prune(tree)]
    main = _main_text(tree)
    walk = _Walk(_container(tree))
    blocks = [
        block if _belongs(block, main, outside=walk.is_outside) else block._replace(kind="aside")
        for block in walk.over(tree)
    ]
    if all(block.kind == "aside" for block in blocks):
        blocks, around = whole, []
    headed = any(block.kind == "heading" and block.level == 1 for block in blocks)
    if title and blocks and not headed:
        name, *rest = _TITLE_END.split(title, maxsplit=1)
        told = next((at for at, block in enumerate(blocks) if block.text.strip() == name), None)
        if told is not None:
            blocks[told] = Block(name, "heading", 1)
            return [*blocks, *(Block(part, "aside") for part in rest), *around]
        return [Block(name, "heading", 1), *blocks, *(Block(part, "aside") for part in rest), *around]
    return [*blocks, *around]


def read_chapter(content: bytes) -> list[Block]:
    """Return everything that a page of a book shows."""
    tree = _tree(content)
    return [] if tree is None else list(_Walk().over(tree))


def read_xml(content: bytes) -> Any:
    """Return the root of an XML file, entities left as they are: none can swell or fetch anything."""
    return lxml.etree.fromstring(content, lxml.etree.XMLParser(resolve_entities=False, no_network=True))


def _tree(content: bytes) -> Any:
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(_text(content).encode("utf-8", "replace"), parser=parser)
    except lxml.etree.ParserError:
        return None  # a page without any element


def _text(content: bytes) -> str:
    """Decode by mark, strict UTF-8, what the page declares, and at last by likelihood."""
    declared = _DECLARED.search(content[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    codec = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"}.get(name)
    codec = codec or {"big5-hkscs": "big5hkscs", "iso-8859-1": "cp1252", "windows-1252": "cp1252"}.get(name)
    for encoding in filter(None, ("utf-8-sig", codec)):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # UTF-16 of plain ASCII is valid UTF-8
            return text
    return decode(content)


def _prune(tree: Any) -> list[str]:
    """Take out what stands around the main text, and return its lines."""
    body = tree.find("body")
    if body is None:
        return []
    half = len(body.text_content()) / 2
    around: list[str] = []
    gone: set[Any] = set()
    for element in list(body.iterdescendants()):
        if element in gone:
            continue
        beside = _is_around(element) and len(element.text_content()) < half
        if element.tag not in _SILENT and not beside and not _is_links(element):
            continue
        if element.tag not in _SILENT:
            around += [block.text for block in _Walk().within(element)]
        gone.update(element.iterdescendants())
        element.drop_tree()
    return around


def _is_around(element: Any) -> bool:
    if element.tag in _AROUND or element.get("role") in _AROUND_ROLES or element.get("hidden") is not None:
        return True
    if _HIDDEN.search(element.get("style", "")):
        return True
    if element.tag == "header" and element.find(".//h1") is None and not _inside(element, "article", "main"):
        return True
    names = _NAME_PARTS.findall(f"{element.get('class', '')} {element.get('id', '')}")
    return any(map(_AROUND_NAME.fullmatch, names))


def _inside(element: Any, *tags: str) -> bool:
    return next(element.iterancestors(*tags), None) is not None


def _is_links(element: Any) -> bool:
    if element.tag not in _HOLDS_LINKS:
        return False
    links = [link.text_content().strip() for link in element.iter("a")]
    if len(links) < _LINKS_FROM:
        return False
    text = "".join(element.text_content().split())
    return sum(len("".join(link.split())) for link in links) > _LINK_SHARE * len(text)


def _main_text(tree: Any) -> str:
    """Return what trafilatura takes for the main text, without white space."""
    document = trafilatura.bare_extraction(tree, fast=True, include_comments=False, favor_recall=True)
    body = getattr(document, "body", None)
    return "".join("".join(body.itertext()).split()) if body is not None else ""


def _belongs(block: Block, main: str, *, outside: bool) -> bool:
    if block.kind not in ("text", "item"):
        return True
    if _FOLLOW.match(block.text):
        return False
    if outside and len(block.text) <= _LONGEST_SCRAP and not _STOP.search(block.text):
        return (
            _SIGNED.search(block.text) is not None
        )  # 扫一扫关注、当前位置、主办单位 are no part of the text
    scrap = block.kind == "text" and not _TELLS.search(block.text)
    return not scrap or not main or "".join(block.text.split()) in main


def _container(tree: Any) -> Any:
    """Return the element that holds nearly all sentences and least besides; None where that is the page."""
    body = tree.find("body")
    whole = _count_stops(body) if body is not None else 0
    if whole < _FEWEST_STOPS:
        return None
    found = body
    while (inner := next((c for c in found if _count_stops(c) >= _MOST_OF_TEXT * whole), None)) is not None:
        if inner.tag in _INLINE or inner.tag == "p":
            break
        found = inner
    return None if found is body else found


def _count_stops(element: Any) -> int:
    return len(_STOP.findall(element.text_content())) if isinstance(element.tag, str) else 0


class _Walk:
    """Goes through the elements once and gathers the text between two block elements."""

    def __init__(self, container: Any = None) -> None:
        self._container = container
        self.is_outside = container is not None  # whether the last block stands beside the container
        self._gathered: list[str] = []
        self._last = Block("")
        self._mark = ""  # the number of the item that begins

    def over(self, tree: Any) -> Iterator[Block]:
        """Yield the blocks of a page in order."""
        body = tree.find("body")
        if body is not None:
            yield from self.within(body)

    def within(self, element: Any) -> Iterator[Block]:
        """Yield the blocks of one element."""
        yield from self._within(element, "text", 0)
        yield from self._flush()

    def _within(self, element: Any, kind: BlockKind, level: int) -> Iterator[Block]:
        self._gathered.append(element.text or "")
        for child in element:
            yield from self._element(child, kind, level)
            self._gathered.append(child.tail or "")

    def _element(self, element: Any, kind: BlockKind, level: int) -> Iterator[Block]:
        tag = element.tag
        if tag in _SILENT:
            return
        if tag == "br":
            self._gathered.append("\v")
        elif tag in _INLINE:
            apart = _is_meta(element.getparent())  # 作者<span>某某</span><em>3月5日</em>
            self._gathered.append(" " if apart else "")
            yield from self._within(element, kind, level)
            self._gathered.append(" " if apart else "")
        elif tag == "pre":
            yield from self._flush(kind, level)
            lines = element.text_content().split("\n")
            yield from (Block(line.strip(), "item") for line in lines if line.strip())
        elif tag == "table" and _is_data(element):
            yield from self._flush(kind, level)
            yield from _rows(element, tables.title_over(self._last))
        elif tag == "dl" and not any(True for _ in element.iterdescendants(*_IN_DEFINITION)):
            yield from self._flush(kind, level)
            yield from _definitions(element)
        else:
            yield from self._flush(kind, level)
            inner: tuple[BlockKind, int] = ("item" if tag == "li" or kind == "item" else "text", 0)
            if re.fullmatch(r"h[1-6]", str(tag)):
                inner = ("heading", int(tag[1]))
            elif tag in ("figcaption", "caption"):
                inner = ("caption", 0)
            self._mark = _mark_of(element) or self._mark
            enters = element is self._container
            self.is_outside = self.is_outside and not enters
            yield from self._within(element, *inner)
            yield from self._flush(*inner)
            self._mark = "" if tag == "li" else self._mark  # of an item without text
            self.is_outside = self.is_outside or enters

    def _flush(self, kind: BlockKind = "text", level: int = 0) -> Iterator[Block]:
        whole = "".join(self._gathered)
        self._gathered.clear()
        for text in map(_spaced, _BLANK_LINE.split(whole) if kind == "text" else [whole]):
            if text.strip():
                text, self._mark = self._mark + text, ""
                self._last = Block(text if kind in ("text", "item") else " ".join(text.split()), kind, level)
                yield self._last


def _definitions(element: Any) -> Iterator[Block]:
    """Yield the rows of a list of terms: <dt>电话<dd>5501<dd>5502 → 电话：5501；5502."""
    terms: list[str] = []
    told: list[str] = []
    for part in [*element.iterdescendants("dt", "dd"), None]:
        if (part is None or part.tag == "dt") and told:
            yield Block("：".join(filter(None, ["、".join(terms), "；".join(told)])), "row")
            terms, told = [], []
        text = " ".join(_spaced(part.text_content()).split()) if part is not None else ""
        if text:
            (terms if part.tag == "dt" else told).append(text.rstrip("：:") if part.tag == "dt" else text)
    yield from (Block(term, "item") for term in terms)


def _mark_of(element: Any) -> str:
    """Return what a browser prints before an item and no text holds: 3. before the third of an <ol>."""
    parent = element.getparent()
    if element.tag != "li" or parent is None or parent.tag != "ol":
        return ""
    before = sum(1 for _ in element.itersiblings("li", preceding=True))
    number = _integer(parent.get("start", ""), 1) + before
    return f"{_integer(element.get('value', ''), number)}. "


def _integer(text: str, otherwise: int) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else otherwise


def _is_meta(element: Any) -> bool:
    """Say whether an element says who wrote a page and when, by its names."""
    names = _NAME_PARTS.findall(f"{element.get('class', '')} {element.get('id', '')}")
    return any(map(_META_NAME.fullmatch, names))


def _spaced(text: str) -> str:
    """Fold white space as a browser does, but put no space between 汉字; \\v marks a <br>."""
    lines = _BETWEEN_HAN.sub("", text).replace("\u00a0", " ").split("\v")
    folded = [re.sub(r"[ \t\n\r\f]+", " ", line).strip(" ") for line in lines]
    return "\n".join(line for line in folded if line.strip())


def _is_data(table: Any) -> bool:
    """Tell a table of data from one that lays out a page."""
    if any(True for inner in table.iterdescendants(*_IN_CELL)):
        return False
    cells = list(table.iter("td", "th"))
    long = sum(len(cell.text_content()) > 200 for cell in cells)
    return bool(cells) and len(cells) > len(list(table.iter("tr"))) and long * 4 <= len(cells)


def _rows(table: Any, title: str = "") -> list[Block]:
    """Return the rows of a table, cells that stretch the same in every row and column they cover."""
    caption = " ".join(" ".join(found.text_content().split()) for found in table.iterchildren("caption"))
    covered: dict[tuple[int, int], Cell] = {}
    lines: list[list[Cell]] = []
    heads = 0
    for number, row in enumerate(table.iter("tr")):
        line: list[Cell] = []
        for element in row.iterchildren("td", "th"):
            while (number, len(line)) in covered:
                line.append(covered.pop((number, len(line))))
            cell = Cell(_spaced(element.text_content()))
            for column in range(len(line), len(line) + _span(element, "colspan")):
                line.append(cell)
                for below in range(1, _span(element, "rowspan")):
                    covered[number + below, column] = cell
        while (number, len(line)) in covered:
            line.append(covered.pop((number, len(line))))
        if heads == number and _is_head(row):
            heads += 1
        lines.append(line)
    return tables.rows(lines, caption or title, heads=heads)


def _is_head(row: Any) -> bool:
    return row.getparent().tag == "thead" or (row.find("th") is not None and row.find("td") is None)


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(int(value), _MOST_SPAN) if value.isascii() and value.isdecimal() and int(value) else 1
