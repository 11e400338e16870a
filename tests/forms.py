"""One page of ten facts in every form and encoding, made by code so that each byte has a reason."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import docx
import openpyxl
from docx.document import Document
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(SONG))

# 所在小节、问什么、答什么、原文那一段
FACTS = (
    ("一、文化", "图书馆藏书", "318万册", "图书馆藏书318万册，全年接待读者85万人次，其中少儿读者占四成，夜间开放到九点。"),
    ("一、文化", "梅花节门票收入", "560万元", "梅花节办了12天，梅花节门票收入560万元，镇上的旅馆住满，农家乐也要提前半个月订座。"),
    ("一、文化", "皮影戏班", "9个", "能演整本戏的皮影戏班有9个，学徒最小的十一岁，每逢集日在老街的戏台上轮流演出。"),
    ("二、农业", "茶园面积", "8.4万亩", "茶园面积8.4万亩，采茶的人有两万，清明前的头茶大多卖到省外，价钱比上年高出一成。"),
    ("二、农业", "渔船", "1260艘", "登记在册的渔船1260艘，休渔期间全部靠岸检修，船主按吨位领取油料补贴。"),
    ("三、民生", "小学", "47所", "现有小学47所，其中寄宿制小学六所，去年撤并三个教学点，校车增加到五十辆。"),
    ("三、民生", "养老院床位", "2150张", "各类养老院床位2150张，护理员持证上岗，失能老人优先入住，费用由保险分担一半。"),
    ("三、民生", "公交线路", "38条", "公交线路38条，全部换成电动车，村村通车，末班车延到晚上十点半。"),
    ("三、民生", "高铁站开通日期", "2021年9月28日", "高铁站开通日期是2021年9月28日，到省城只要五十分钟，站前广场设有长途客运站。"),
    ("四、环境", "污水处理率", "97.2%", "城区污水处理率97.2%，河里又见到了白鹭，沿岸建起二十公里步道供人散步。"),
)  # fmt: skip
SECTIONS = ("一、文化", "二、农业", "三、民生", "四、环境")
TABLE = (
    ("地区", "2023年GDP增速", "常住人口"),
    ("东乡", "8.7%", "12.6万人"),
    ("西乡", "6.1%", "9.3万人"),
    ("港口新区", "10.4%", "4.8万人"),
)


@dataclass(frozen=True)
class Paper:
    """A yearbook page of one county."""

    place: str

    @property
    def title(self) -> str:
        """Return the page's headline."""
        return f"{self.place}年鉴"

    @property
    def table_title(self) -> str:
        """Return what stands over the table."""
        return f"{self.place}各乡主要指标"

    def of(self, section: str) -> list[str]:
        """Return the paragraphs of a section."""
        return [f"{self.place}{text}" for name, _, _, text in FACTS if name == section]


def as_text(paper: Paper) -> str:
    """Return headings and indented paragraphs, a blank line between."""
    parts = [paper.title]
    for section in SECTIONS:
        parts += [section, *(f"　　{text}" for text in paper.of(section))]
    return "\n\n".join(parts) + "\n"


def as_markdown(paper: Paper) -> str:
    """Return headings, paragraphs and a table."""
    parts = [f"# {paper.title}"]
    for section in SECTIONS:
        parts += [f"## {section}", *paper.of(section)]
    lines = [f"| {' | '.join(row)} |" for row in TABLE]
    return "\n\n".join([*parts, "\n".join([lines[0], "| --- | ---: | ---: |", *lines[1:]])]) + "\n"


def as_html(paper: Paper, charset: str = "utf-8") -> str:
    """Return a page with what stands around a text on the web."""
    body = "\n".join(
        f"<h2>{section}</h2>\n" + "\n".join(f"<p>　　{text}</p>" for text in paper.of(section))
        for section in SECTIONS
    )
    first, *rest = TABLE
    table = "".join(f"<th>{cell}</th>" for cell in first)
    table = f"<tr>{table}</tr>" + "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rest
    )
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>{paper.title}_年鉴网</title>
<script>var hidden = "脚本里的字";</script><style>p {{ color: red }}</style></head><body>
<nav><ul><li><a href="/">首页</a></li><li><a href="/news">新闻中心</a></li><li><a href="/map">网站地图</a></li></ul></nav>
<div class="side-ad">广告：全场五折，买二送一，仅限今日！</div>
<div class="content"><h1>{paper.title}</h1>
{body}
<table><caption>{paper.table_title}</caption>{table}</table></div>
<div class="links"><a href="/1">友情链接一</a> <a href="/2">友情链接二</a> <a href="/3">友情链接三</a></div>
<footer>版权所有：年鉴编纂委员会。未经允许不得转载。</footer></body></html>"""


def as_epub(paper: Paper) -> bytes:
    """Return a book with one chapter a section."""
    chapters = [
        f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{section}'
        f"</title></head><body><h1>{paper.title}</h1><h2>{section}</h2>"
        + "".join(f"<p>{text}</p>" for text in paper.of(section))
        + "</body></html>"
        for section in SECTIONS
    ]
    items = "".join(
        f'<item id="c{n}" href="text/c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{paper.title}</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>"
    )
    members = {"META-INF/container.xml": container, "OEBPS/book.opf": package}
    members |= {f"OEBPS/text/c{n}.xhtml": chapter for n, chapter in enumerate(chapters)}
    return zipped({"mimetype": "application/epub+zip", **members})


def zipped(members: dict[str, str | bytes]) -> bytes:
    """Return a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def as_docx(paper: Paper) -> bytes:
    """Return a Word document with styles and a table under its caption."""
    document = docx.Document()
    document.add_heading(paper.title, 1)
    for section in SECTIONS:
        document.add_heading(section, 2)
        for text in paper.of(section):
            document.add_paragraph(text)
    document.add_paragraph(paper.table_title, style="Caption")
    _add_table(document, TABLE)
    return saved(document)


def _add_table(document: Document, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text


def saved(document: Document | openpyxl.Workbook) -> bytes:
    """Return what saving would write."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sheet_rows(paper: Paper) -> list[list[str]]:
    """Return the ten facts as rows."""
    return [["地区", "指标", "数值"], *([paper.place, name, value] for _, name, value, _ in FACTS)]


def as_csv(paper: Paper, delimiter: str = ",") -> str:
    """Return the facts as lines."""
    return "\r\n".join(delimiter.join(row) for row in sheet_rows(paper)) + "\r\n"


def as_xlsx(paper: Paper) -> bytes:
    """Return a workbook: the facts, and a sheet with figures that only their format makes readable."""
    workbook = openpyxl.Workbook()
    facts = workbook.active
    assert facts is not None
    facts.title = "年鉴"
    for row in sheet_rows(paper):
        facts.append(row)
    figures = workbook.create_sheet("主要指标")
    figures.append([paper.table_title])
    figures.append(["地区", "2023年", "", "2022年", ""])
    figures.append(["", "GDP增速", "总量（亿元）", "GDP增速", "总量（亿元）"])
    figures.append(["东乡", 0.087, 1234.5, 0.052, 1100])
    for place, shape in (("B4", "0.0%"), ("C4", "#,##0.00"), ("D4", "0.0%")):
        figures[place].number_format = shape
    return saved(workbook)


def as_pdf(paper: Paper) -> bytes:
    """Return a page of one column with larger headings, a running head and a page number."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    height = 780.0
    for text, size in [(paper.title, 20.0), *_sized(paper)]:
        for line in wrapped(text, 420, size):
            canvas.setFont(SONG, size)
            canvas.drawString(80, height, line)
            height -= size * 1.6
            if height < 80:
                canvas.drawString(290, 30, f"- {canvas.getPageNumber()} -")
                canvas.showPage()
                height = 780.0
    canvas.setFont(SONG, 10.5)
    canvas.drawString(80, height, paper.table_title)
    for number, row in enumerate(TABLE):
        for column, cell in enumerate(row):
            canvas.drawString(80 + 120 * column, height - 25 - 18 * number, cell)
    canvas.drawString(290, 30, f"- {canvas.getPageNumber()} -")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _sized(paper: Paper) -> list[tuple[str, float]]:
    return [
        sized
        for section in SECTIONS
        for sized in [(section, 14.0), *((f"　　{text}", 10.5) for text in paper.of(section))]
    ]


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines as a typesetter does: no line begins with a mark, no number is cut."""
    lines = [""]
    for part in re.findall(r"[\d.]+%?|.", text):
        if pdfmetrics.stringWidth(lines[-1] + part, SONG, size) <= width:
            lines[-1] += part
        elif part in "，。、；：！？”）":
            lines[-1], moved = lines[-1][:-1], lines[-1][-1]
            lines.append(moved + part)
        else:
            lines.append(part)
    return lines


TEXT_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "gbk",
    "gb18030",
    "big5",
    "big5hkscs",
)
FORMS: dict[str, Callable[[Paper], bytes]] = {
    "txt": lambda paper: as_text(paper).encode(),
    "md": lambda paper: as_markdown(paper).encode(),
    "html": lambda paper: as_html(paper).encode(),
    "docx": as_docx,
    "pdf": as_pdf,
    "epub": as_epub,
    "xlsx": as_xlsx,
    "csv": lambda paper: as_csv(paper).encode("utf-8-sig"),
}
