"""Files that would harm a reader: made by code, never larger on disk than they must be."""

import io
import zipfile
from collections.abc import Callable

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.forms import SONG, Paper, as_docx, as_epub, as_pdf, as_xlsx, zipped

PAPER = Paper("云湾县")
_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)


def word_document(xml: str) -> bytes:
    """Return a Word file around the XML of its text."""
    return zipped(
        {"[Content_Types].xml": _CONTENT_TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": xml}
    )


def billion_laughs() -> bytes:
    """Return a Word file whose entities would swell to a billion words."""
    entities = '<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    return word_document(
        f'<?xml version="1.0"?><!DOCTYPE w [{entities}]><w:document xmlns:w="http://schemas.openxmlformats.org/'
        'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>'
    )


def outside_entity() -> bytes:
    """Return a Word file that asks for a file of the machine."""
    return word_document(
        '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="http://'
        "schemas.openxmlformats.org/wordprocessingml/2006/main"
        '"><w:body><w:p><w:r><w:t>正文&x;</w:t></w:r></w:p></w:body></w:document>'
    )


def zip_bomb() -> bytes:
    """Return a Word file that unpacks to a third of a gigabyte of spaces."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(320):
                member.write(b" " * 1024 * 1024)
    return stream.getvalue()


def many_pages(count: int = 5000) -> bytes:
    """Return a PDF of so many pages."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number in range(count):
        canvas.setFont(SONG, 12)
        canvas.drawString(80, 700, f"第{number}段，每页一句。")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def encrypted_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("打开", ownerPassword="主人", strength=128))
    canvas.drawString(80, 700, "secret")
    canvas.save()
    return stream.getvalue()


def scanned_pdf() -> bytes:
    """Return a PDF of one picture."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawImage(ImageReader(Image.new("L", (600, 800), 255)), 0, 0, 595, 842)
    canvas.save()
    return stream.getvalue()


def million_cells() -> bytes:
    """Return a workbook of a million cells, written as XML: openpyxl would take a minute."""
    row = "".join(f"<c><v>{number}</v></c>" for number in range(100))
    sheet = f"<sheetData>{''.join(f'<row>{row}</row>' for _ in range(10_000))}</sheetData>"
    return _with_sheet(sheet)


def far_row() -> bytes:
    """Return a workbook whose second row is the last that a sheet may have."""
    cell = '<c t="inlineStr"><is><t>远</t></is></c>'
    return _with_sheet(f'<sheetData><row r="1">{cell}</row><row r="1048576">{cell}</row></sheetData>')


def _with_sheet(sheet_data: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(PAPER))) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{sheet_data}</worksheet>"
    )
    return zipped(members)


def locked_zip() -> bytes:
    """Return an archive whose members claim a password."""
    content = bytearray(as_docx(PAPER))
    start = 0
    while (start := content.find(b"PK\x01\x02", start)) >= 0:
        content[start + 8] |= 1
        start += 4
    return bytes(content)


def half(content: bytes) -> bytes:
    """Return the first half of a file."""
    return content[: len(content) // 2]


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
LOCKED_OFFICE = OLD_OFFICE + "EncryptedPackage".encode("utf-16-le") + bytes(500)

# name → (how it is made, what the reason says)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "空.txt": (lambda: b"", "空的"),
    "空白.txt": (lambda: " \n\t　".encode(), "没有文字"),
    "乱.txt": (lambda: bytes(range(256)) * 40, "不是 UTF-8"),
    "程序.txt": (lambda: b"\x7fELF" + bytes(5000), "不是 UTF-8"),
    "半个.docx": (lambda: half(as_docx(PAPER)), "损坏"),
    "半个.xlsx": (lambda: half(as_xlsx(PAPER)), "损坏"),
    "半个.epub": (lambda: half(as_epub(PAPER)), "损坏"),
    "半个.pdf": (lambda: as_pdf(PAPER)[:300], "PDF"),
    "加密.pdf": (encrypted_pdf, "密码"),
    "加密.docx": (lambda: LOCKED_OFFICE, "密码"),
    "加锁.docx": (locked_zip, "密码"),
    "旧的.docx": (lambda: OLD_OFFICE, "旧式 Office"),
    "文字.docx": (lambda: "其实是文字。".encode(), "不是真正的 .docx"),
    "文字.pdf": (lambda: "其实是文字。".encode(), "不是真正的 .pdf"),
    "压缩.txt": (lambda: zipped({"甲.txt": "甲"}), "压缩包"),
    "富文本.txt": (lambda: b"{\\rtf1 text}", "RTF"),
    "解压炸弹.docx": (zip_bomb, "压缩炸弹"),
    "百万格.xlsx": (million_cells, "单元格"),
    "远行.xlsx": (far_row, "单元格"),
    "五千页.pdf": (many_pages, "页"),
    "百万格.csv": (lambda: b"1,2,3,4,5,6,7,8,9,10\n" * 100_000, "单元格"),
    "表.xyz": (lambda: b"1", "读不了这种格式"),
}
