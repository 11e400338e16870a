"""Documents put together by chance, as people write them, in every form: `made(seed)` and what stands in it."""

import html
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import docx
import openpyxl
from reportlab.pdfgen.canvas import Canvas

from tests.forms import SONG, saved, zipped

_NAMES = "邹望 祖安宁 鲁小满 柯南星 阮知秋 蒲英 翟晓波 闻人远 巫山雨 莫问津".split()
_THINGS = "雨鞋 手电筒 饮用水 折叠椅 急救包 充电宝 地图 绳索 干粮 哨子".split()
_PLACES = "上河村 下河村 北坡 南屏社区 码头街 老城".split()
_LABELS = "项目名称 负责人 联系电话 办公地点 开工日期 合同编号 甲方 乙方 邮编".split()
_VALUES = ["桥头公园", "邹望", "0571-8800 2210", "河东路12号", "2024年5月8日", "HT-2024-017", "第三建筑公司"]
_SENTENCES = (
    "今年雨水足，稻子长得比往年都好。",
    "村里修了一座水泥桥，桥长26米，两边装了栏杆。",
    "图书室每天开到晚上九点，周一休息。",
    "新来的医生会看牙，一天能看三十个人。",
)
_ORNAMENTS = ("＊＊＊", "◆◆◆", "——", "花花花")
_HEADS = ("一、基本情况", "（一）道路", "工作安排", "报名须知", "1. 准备", "第二章 附则")


@dataclass(frozen=True)
class Part:
    """A part of a document: its kind and its lines, or the rows of a table."""

    kind: str  # heading, text, list, bullets, labels, table, ornament
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def parts_of(seed: int) -> list[Part]:
    """Return the parts of one document, the same for the same seed."""
    chance = random.Random(seed)
    return [_part(chance) for _ in range(chance.randint(2, 8))]


def _part(chance: random.Random) -> Part:
    kind = chance.choice(
        ("heading", "text", "text", "list", "bullets", "labels", "table", "ornament", "signed")
    )
    if kind == "heading":
        return Part(kind, (chance.choice(_HEADS),))
    if kind == "text":
        return Part(kind, tuple(chance.sample(_SENTENCES, chance.randint(1, 3))))
    if kind in ("list", "bullets"):
        items = chance.sample(chance.choice((_NAMES, _THINGS, _PLACES)), chance.randint(1, 6))
        opener = (
            [chance.choice(("请带以下物品：", "名单如下：", "获奖人员"))] if chance.random() < 0.7 else []
        )
        return Part(kind, (*opener, *items))
    if kind == "labels":
        labels = chance.sample(_LABELS, chance.randint(1, 5))
        return Part(kind, tuple(f"{label}：{chance.choice(_VALUES)}" for label in labels))
    if kind == "table":
        return Part(kind, rows=_table(chance))
    if kind == "ornament":
        return Part(kind, (chance.choice(_ORNAMENTS),))
    return Part("text", (chance.choice(_PLACES) + "村民委员会", "2024年6月3日"))


def _table(chance: random.Random) -> tuple[tuple[str, ...], ...]:
    columns = chance.sample(("户数", "人口（人）", "耕地", "备注", "2023年", "负责人"), chance.randint(1, 4))
    rows = [("地区", *columns)]
    if chance.random() < 0.3:
        rows.insert(0, ("各村情况表", *[""] * len(columns)))
    if chance.random() < 0.3:
        rows.insert(1, ("单位：亩", *[""] * len(columns)))
    for place in chance.sample(_PLACES, chance.randint(1, 4)):
        rows.append((place, *(chance.choice(("", "12", "3,405", "8.5%", "鲁小满", "无")) for _ in columns)))
    if chance.random() < 0.3:
        rows.append(("合计", *(str(chance.randint(10, 999)) for _ in columns)))
    return tuple(rows)


def _as_text(parts: list[Part]) -> bytes:
    return "\n\n".join(
        "\n".join(part.lines) if not part.rows else "\n".join("\t".join(row).rstrip() for row in part.rows)
        for part in parts
    ).encode()


def _as_markdown(parts: list[Part]) -> bytes:
    blocks: list[str] = []
    for part in parts:
        if part.rows:
            lines = [f"| {' | '.join(row)} |" for row in part.rows]
            blocks.append("\n".join([lines[0], "|" + " --- |" * len(part.rows[0]), *lines[1:]]))
        elif part.kind == "heading":
            blocks.append(f"## {part.lines[0]}")
        elif part.kind == "bullets":
            blocks.append("\n".join(f"- {line}" for line in part.lines))
        else:
            blocks.append("\n".join(part.lines))
    return "\n\n".join(blocks).encode()


def _as_html(parts: list[Part]) -> bytes:
    blocks: list[str] = []
    for part in parts:
        if part.rows:
            rows = "".join(
                "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
                for row in part.rows
            )
            blocks.append(f"<table>{rows}</table>")
        elif part.kind == "heading":
            blocks.append(f"<h2>{part.lines[0]}</h2>")
        elif part.kind == "bullets":
            blocks.append("<ul>" + "".join(f"<li>{line}</li>" for line in part.lines) + "</ul>")
        else:
            blocks.append("<p>" + "<br>".join(part.lines) + "</p>")
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{''.join(blocks)}</body></html>".encode()


def _as_epub(parts: list[Part]) -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    return zipped({"META-INF/container.xml": container, "book.opf": package, "a.xhtml": _as_html(parts)})


def _as_docx(parts: list[Part]) -> bytes:
    document = docx.Document()
    for part in parts:
        if part.rows:
            table = document.add_table(len(part.rows), len(part.rows[0]))
            for number, row in enumerate(part.rows):
                for column, cell in enumerate(row):
                    table.cell(number, column).text = cell
        elif part.kind == "heading":
            document.add_heading(part.lines[0], 2)
        else:
            style = "List Bullet" if part.kind == "bullets" else None
            for line in part.lines:
                document.add_paragraph(line, style=style)
    return saved(document)


def _as_xlsx(parts: list[Part]) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for part in parts:
        for row in part.rows or [(line,) for line in part.lines]:
            sheet.append(list(row))
        sheet.append([])
    return saved(workbook)


def _as_csv(parts: list[Part]) -> bytes:
    lines = [row for part in parts for row in (*(part.rows or [(line,) for line in part.lines]), ("",))]
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in lines).encode()


def _as_pdf(parts: list[Part]) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    height = 760.0
    for part in parts:
        size = 16 if part.kind == "heading" else 10.5
        for row in part.rows or [(line,) for line in part.lines]:
            canvas.setFont(SONG, size)
            for column, cell in enumerate(row):
                canvas.drawString(80 + 110 * column, height, cell)
            height -= size * 1.6
        height -= 12
        if height < 200:
            canvas.showPage()
            height = 760.0
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


MADE_AS: dict[str, Callable[[list[Part]], bytes]] = {
    "txt": _as_text,
    "md": _as_markdown,
    "html": _as_html,
    "epub": _as_epub,
    "docx": _as_docx,
    "xlsx": _as_xlsx,
    "csv": _as_csv,
    "pdf": _as_pdf,
}


def made(seed: int) -> tuple[str, bytes, list[str]]:
    """Return a document's name, its bytes, and every line and cell that stands in it."""
    form = list(MADE_AS)[seed % len(MADE_AS)]
    parts = parts_of(seed)
    told = [line for part in parts for line in part.lines]
    told += [cell for part in parts for row in part.rows for cell in row if cell]
    return f"{seed}.{form}", MADE_AS[form](parts), told
