"""E-books → the blocks of their chapters in reading order; a zip file of pages that html.py reads."""

import posixpath
import re
from urllib.parse import unquote

from embeddings.documents.archive import open_archive, read_member
from embeddings.documents.block import Block
from embeddings.documents.html import read_chapter, read_xml
from embeddings.errors import DocumentError

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_METHODS = re.compile(r"obfuscation", re.IGNORECASE)
_PAGES = ("application/xhtml+xml", "text/html")


def read(content: bytes) -> list[Block]:
    """Return the chapters that the spine names, its table of contents left out.

    :raises DocumentError: damaged, or protected against copying.
    """
    with open_archive(content) as archive:
        names = set(archive.namelist())
        if _ENCRYPTION in names and _is_protected(read_member(archive, _ENCRYPTION)):
            raise DocumentError("有防复制保护（DRM），读不了 · protected against copying")
        package = _package_name(read_member(archive, _CONTAINER))
        title, pages, contents = _spine(read_member(archive, package), posixpath.dirname(package))
        blocks = [
            block for page in pages if page in names for block in read_chapter(read_member(archive, page))
        ]
        blocks += [
            Block(block.text, "aside")
            for page in contents
            if page in names
            for block in read_chapter(read_member(archive, page))
        ]
    headed = any(block.kind == "heading" and block.level == 1 for block in blocks)
    return [Block(title, "heading", 1), *blocks] if title and blocks and not headed else blocks


def _package_name(container: bytes) -> str:
    root = read_xml(container)
    file = next(iter(root.iterfind(".//{*}rootfile")), None)
    if file is None:
        raise DocumentError("不是完整的 EPUB：重新下载后再加 · not a whole EPUB, download it again")
    return str(file.get("full-path", ""))


def _spine(package: bytes, folder: str) -> tuple[str, list[str], list[str]]:
    """Return the book's title, the names of its pages in reading order, and those of its contents."""
    root = read_xml(package)
    pages: dict[str, str] = {}
    contents: list[str] = []
    for item in root.iterfind(".//{*}manifest/{*}item"):
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        if item.get("media-type") in _PAGES and "nav" in item.get("properties", "").split():
            contents.append(name)
        elif item.get("media-type") in _PAGES:
            pages[item.get("id", "")] = name
    order = [reference.get("idref", "") for reference in root.iterfind(".//{*}spine/{*}itemref")]
    title = next((found.text or "" for found in root.iterfind(".//{*}metadata/{*}title")), "")
    return " ".join(title.split()), [pages[name] for name in dict.fromkeys(order) if name in pages], contents


def _is_protected(encryption: bytes) -> bool:
    methods = [
        method.get("Algorithm", "") for method in read_xml(encryption).iterfind(".//{*}EncryptionMethod")
    ]
    return any(not _FONT_METHODS.search(method) for method in methods)
