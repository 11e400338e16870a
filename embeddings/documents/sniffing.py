"""What a file is: its first bytes say it, whatever its name; a text's form is told by its name."""

import codecs
from posixpath import splitext

from embeddings.errors import DocumentError

_FORMS = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".epub": "epub",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".eml": "eml",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".webp": "image",
    ".tif": "image",
    ".tiff": "image",
}
SUFFIXES = frozenset(_FORMS)
_TEXT_FORMS = {"plain", "markdown", "html", "csv", "eml"}
_PDF_WITHIN = 1024  # bytes; a mail or web server may have put lines in front
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_HTML = (b"<!doctype html", b"<html")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_INSIDE = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("META-INF/container.xml", "epub"))
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def form_of(name: str, content: bytes) -> str:
    """Return the name of the reader that reads these bytes.

    :raises DocumentError: the name or the bytes are of nothing that can be read.
    """
    suffix = splitext(name)[1].lower()
    named = _FORMS.get(suffix)
    if named is None:
        raise DocumentError(f"读不了这种格式，能读的有 {'、'.join(sorted(SUFFIXES))} · unknown format")
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return "pdf"
    if content.startswith(_IMAGES) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return "image"
    if content.startswith(_OLE):
        raise _old_office(content)
    if content.startswith(b"{\\rtf"):
        raise DocumentError("是 RTF 文件：另存为 .docx 再加 · an RTF file, save it as .docx")
    if content.startswith(_PACKED):
        return _packed(content)
    if _is_html(content):
        return "html"
    if named not in _TEXT_FORMS:
        raise DocumentError(
            f"不是真正的 {suffix} 文件：损坏了，或改过名字 · not a real {suffix} file, damaged or renamed"
        )
    return named


def _packed(content: bytes) -> str:
    if content.startswith(b"PK"):
        from embeddings.documents.archive import names_inside

        names = names_inside(content)
        for inside, form in _INSIDE:
            if inside in names:
                return form
    raise DocumentError("是压缩包：解开后把里面的文件加进来 · an archive, unpack it and add what is inside")


def _is_html(content: bytes) -> bool:
    head = content[:4096].removeprefix(codecs.BOM_UTF8).removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    head = head.replace(b"\0", b"").lstrip().lower()
    return head.startswith(_HTML) or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head)


def _old_office(content: bytes) -> DocumentError:
    if _ENCRYPTED in content:
        return DocumentError("加了密码：去掉密码再加 · protected by a password, remove it")
    return DocumentError(
        "是旧式 Office 文件（.doc、.xls、.ppt）：另存为 .docx 或 .xlsx 再加 · an old Office file, save it anew"
    )
