"""Forty tables in six forms: `python -m tests.tables` asks for cells by place, year and column in other words.

Right is a cell whose row comes out with its labels, and is what the search finds first among all forty.
The tables vary what offices vary: header rows, merged cells, units, year columns, forms, groups, totals.
Then PDF tables whose cells break into lines, see wrapped.py.
"""

import html
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import docx
import openpyxl
from reportlab.pdfgen.canvas import Canvas

from embeddings.documents import read_document
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.paragraphs import split_paragraphs
from embeddings.pool import Pool
from embeddings.search import Searcher
from tests import wrapped
from tests.forms import SONG, saved

PLACES = (
    "松岙 梅溪 桐里 沙湾 石浦 云和 泽雅 枫桥 竹源 柳市 苍坡 芙蓉 岩头 大若 鹤盛 碧莲 巽宅 沙头 桥下 瓯北"
    " 霞关 马站 矾山 赤溪 灵溪 藻溪 望里 炎亭 金乡 钱库 宜山 凤阳 岱岭 莒溪 南宋 桥墩 观美 腾蛟 山门 顺溪"
).split()

RANDOM = 300  # tables made by chance


@dataclass(frozen=True)
class Table:
    """A table as it is meant: lines over it, rows, merged ranges (row, column, rows, columns), questions.

    A question goes with the words that the row which answers it must hold.
    """

    over: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    asked: tuple[tuple[str, tuple[str, ...]], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def plain(p: str) -> Table:
    """One header row with units in it."""
    return Table(
        (),
        (
            ("村名", "户数（户）", "常住人口（人）", "耕地面积（亩）"),
            (f"{p}东村", "312", "1,024", "865"),
            (f"{p}西村", "208", "733", "1,290"),
        ),
        (
            (f"{p}西村住了多少人", (f"{p}西村", "常住人口", "733")),
            (f"{p}东村的耕地有几亩", (f"{p}东村", "耕地面积", "865")),
        ),
    )


def two_headers(p: str) -> Table:
    """Years over indicators."""
    return Table(
        (),
        (
            ("单位名称", "2022年", "", "2023年", ""),
            ("", "营业收入（万元）", "职工人数", "营业收入（万元）", "职工人数"),
            (f"{p}茶厂", "4,310", "87", "4,956", "92"),
            (f"{p}粮站", "2,075", "31", "2,118", "29"),
        ),
        (
            (f"{p}茶厂2023年营收是多少", (f"{p}茶厂", "2023年营业收入", "4,956")),
            (f"2022年{p}粮站有多少职工", (f"{p}粮站", "2022年职工人数", "31")),
        ),
        ((0, 0, 2, 1), (0, 1, 1, 2), (0, 3, 1, 2)),
    )


def three_headers(p: str) -> Table:
    """Crops over figures over units."""
    return Table(
        (),
        (
            ("乡镇", "早稻", "", "油菜", ""),
            ("", "面积", "产量", "面积", "产量"),
            ("", "亩", "吨", "亩", "吨"),
            (f"{p}镇", "1260", "504", "830", "116"),
            (f"{p}乡", "940", "371", "415", "58"),
        ),
        (
            (f"{p}镇种了多少亩油菜", (f"{p}镇", "油菜面积（亩）", "830")),
            (f"{p}乡早稻收了多少吨", (f"{p}乡", "早稻产量（吨）", "371")),
        ),
        ((0, 0, 3, 1), (0, 1, 1, 2), (0, 3, 1, 2)),
    )


def titled(p: str) -> Table:
    """A title and a unit over the table."""
    return Table(
        (f"{p}街道各社区财政支出情况表", "单位：万元"),
        (
            ("社区", "教育支出", "卫生支出", "道路养护"),
            (f"{p}桥东社区", "186.5", "92.0", "47.3"),
            (f"{p}桥西社区", "203.1", "88.4", "51.9"),
        ),
        (
            (f"{p}桥西社区教育花了多少钱", (f"{p}桥西社区", "教育支出", "203.1", "万元")),
            (f"{p}桥东社区养护道路用了多少", (f"{p}桥东社区", "道路养护", "47.3", "万元")),
        ),
    )


def labelled(p: str) -> Table:
    """Labels of rows that stretch downwards, and a subtotal."""
    return Table(
        (),
        (
            ("学校", "年级", "班级数", "学生数"),
            (f"{p}小学", "一年级", "3", "118"),
            ("", "二年级", "4", "152"),
            ("", "小计", "7", "270"),
            (f"{p}中学", "初一", "6", "281"),
            ("", "初二", "5", "239"),
        ),
        (
            (f"{p}小学二年级有多少个学生", (f"{p}小学", "二年级", "152")),
            (f"{p}中学初二有几个班", (f"{p}中学", "初二", "5")),
        ),
        ((1, 0, 3, 1), (4, 0, 2, 1)),
    )


def by_year(p: str) -> Table:
    """A column of bare years."""
    return Table(
        (),
        (
            ("年份", "港区", "货物吞吐量（万吨）", "集装箱（万标箱）"),
            ("2021", f"{p}港", "318", "12.4"),
            ("2022", f"{p}港", "345", "13.9"),
            ("2023", f"{p}港", "371", "15.2"),
        ),
        (
            (f"{p}港2022年货物吞吐量多少", ("2022年", f"{p}港", "345")),
            (f"2023年{p}港集装箱有多少标箱", ("2023年", f"{p}港", "15.2")),
        ),
    )


def form(p: str) -> Table:
    """Label and value side by side, as on government pages."""
    return Table(
        (),
        (
            ("索引号", f"{p}-2024-0031", "发布机构", f"{p}区水利局"),
            ("主题分类", "农业、水利", "成文日期", "2024年5月6日"),
            ("文件编号", f"{p}水〔2024〕17号", "有效期至", "2027年5月6日"),
        ),
        (
            (f"{p}区水利局文件的索引号是什么", ("索引号", f"{p}-2024-0031", "发布机构")),
            (f"{p}水利局这份文件的编号", ("文件编号", f"{p}水〔2024〕17号")),
        ),
    )


def grouped(p: str) -> Table:
    """Lines of one cell that stand over the rows below, a total, a note."""
    return Table(
        (f"{p}集团固定资产一览",),
        (
            ("设备", "数量（台）", "原值（万元）", "启用日期"),
            (f"{p}一车间", "", "", ""),
            ("注塑机", "12", "384", "2019年3月"),
            (f"{p}二车间", "", "", ""),
            ("冲床", "9", "217", "2020年7月"),
            ("合计", "21", "601", ""),
            ("注：原值不含税。", "", "", ""),
        ),
        (
            (f"{p}二车间有几台冲床", (f"{p}二车间", "冲床", "9")),
            (f"{p}一车间的注塑机原值多少", (f"{p}一车间", "注塑机", "384")),
        ),
        ((1, 0, 1, 4), (3, 0, 1, 4), (6, 0, 1, 4)),
    )


def several(p: str) -> Table:
    """Two tables on one sheet, an empty row between."""
    return Table(
        (),
        (
            ("车站", "日发送旅客（人次）", "候车座位"),
            (f"{p}南站", "5,620", "480"),
            (f"{p}北站", "3,145", "260"),
            ("", "", ""),
            ("岗位", "值班员", "电话"),
            (f"{p}南站问讯处", "祖安", "0577-6688 1203"),
            (f"{p}北站行李房", "鲁小满", "0577-6688 1377"),
        ),
        (
            (f"{p}北站候车室有多少座位", (f"{p}北站", "候车座位", "260")),
            (f"{p}南站问讯处的电话", (f"{p}南站问讯处", "电话", "0577-6688 1203")),
        ),
    )


def dated(p: str) -> Table:
    """A title, then unit and date in one line, monthly columns."""
    return Table(
        (f"{p}电厂二〇二三年发电量统计表", "单位：万千瓦时　　制表日期：2024年1月8日"),
        (
            ("机组", "1月", "2月", "3月"),
            (f"{p}一号机", "132.6", "118.9", "140.2"),
            (f"{p}二号机", "205.3", "190.4", "211.8"),
        ),
        (
            (f"{p}二号机2月发了多少电", (f"{p}二号机", "2月", "190.4", "万千瓦时")),
            (f"{p}一号机三月份的发电量", (f"{p}一号机", "3月", "140.2", "万千瓦时")),
        ),
    )


SHAPES = (plain, two_headers, three_headers, titled, labelled, by_year, form, grouped, several, dated)


def _over(table: Table) -> Iterator[list[str]]:
    width = len(table.rows[0])
    for line in table.over:
        cells = line.split("　　")
        yield [cells[0], *[""] * (width - len(cells)), *cells[1:]]


def as_csv(table: Table) -> bytes:
    """Return the table as a spreadsheet program saves it."""
    rows = [*_over(table), *table.rows]
    return "\r\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows).encode(
        "gbk"
    )


def as_xlsx(table: Table) -> bytes:
    """Return a sheet with merged cells."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    over = list(_over(table))
    for row in [*over, *table.rows]:
        sheet.append([cell or None for cell in row])
    for top, left, rows, columns in table.merged:
        first = top + 1 + len(over)
        sheet.merge_cells(
            start_row=first, start_column=left + 1, end_row=first + rows - 1, end_column=left + columns
        )
    if len(over) > 1 and not any(over[0][1:]):
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(table.rows[0]))
    return saved(workbook)


def as_docx(table: Table) -> bytes:
    """Return a Word table under its lines."""
    document = docx.Document()
    for line in table.over:
        document.add_paragraph(line)
    grid = document.add_table(len(table.rows), len(table.rows[0]))
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            grid.cell(number, column).text = cell
    for top, left, rows, columns in table.merged:
        text = table.rows[top][left]
        whole = grid.cell(top, left).merge(grid.cell(top + rows - 1, left + columns - 1))
        whole.text = text
    return saved(document)


def as_html(table: Table) -> bytes:
    """Return a page with a table whose cells stretch."""
    spans = {(top, left): (rows, columns) for top, left, rows, columns in table.merged}
    hidden = {
        (top + down, left + across)
        for top, left, rows, columns in table.merged
        for down in range(rows)
        for across in range(columns)
        if down or across
    }
    lines = ""
    for number, row in enumerate(table.rows):
        cells = ""
        for column, cell in enumerate(row):
            if (number, column) not in hidden:
                rows, columns = spans.get((number, column), (1, 1))
                cells += f'<td rowspan="{rows}" colspan="{columns}">{html.escape(cell)}</td>'
        lines += f"<tr>{cells}</tr>"
    over = "".join(f"<p>{line}</p>" for line in table.over)
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{over}<table border='1'>{lines}</table></body></html>".encode()


def as_markdown(table: Table) -> bytes:
    """Return lines with bars."""
    lines = [f"| {' | '.join(row)} |" if any(row) else "" for row in table.rows]
    rule = "|" + " --- |" * len(table.rows[0])
    if "" in lines:
        at = lines.index("")
        lines.insert(at + 2, rule)
    return "\n\n".join([*table.over, "\n".join([lines[0], rule, *lines[1:]])]).encode()


def as_pdf(table: Table) -> bytes:
    """Return a page with the table drawn cell by cell, its lines centred over it."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    height = 760
    for line in table.over:
        canvas.setFont(SONG, 11)
        canvas.drawCentredString(300, height, line)
        height -= 20
    for row in table.rows:
        canvas.setFont(SONG, 10.5)
        for column, cell in enumerate(row):
            canvas.drawString(70 + 115 * column, height, cell)
        height -= 18
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


MADE_AS: dict[str, Callable[[Table], bytes]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "docx": as_docx,
    "html": as_html,
    "md": as_markdown,
    "pdf": as_pdf,
}


def tables() -> Iterator[tuple[str, Table, bytes]]:
    """Yield the forty: each shape in four forms, the forms in turn."""
    forms = list(MADE_AS)
    for number, place in enumerate(PLACES):
        shape = SHAPES[number % len(SHAPES)]
        form = forms[(number + number // len(SHAPES)) % len(forms)]
        table = shape(place)
        yield f"{place}-{shape.__name__}.{form}", table, MADE_AS[form](table)


def holds(text: str, words: Sequence[str]) -> bool:
    """Say whether a row holds its labels and the cell."""
    return all(word in text for word in words)


def missed(folder: Path) -> tuple[list[str], list[str], int]:
    """Return the questions whose row does not come out, those whose row is not found first, and how many there are."""
    sources = folder / "表"
    sources.mkdir()
    made = list(tables())
    for name, _, content in made:
        (sources / name).write_bytes(content)
    library, encoder = Library(f"sqlite:///{folder}/wenbao.db"), load_encoder(None)
    for _ in bring_in_step(library, encoder, [sources]):
        pass
    searcher = Searcher(library, encoder, Pool(folder))
    broken: list[str] = []
    unfound: list[str] = []
    asked = 0
    for name, table, content in made:
        shown = [part.text for part in split_paragraphs(read_document(name, content)) if part.role == "row"]
        for question, words in table.asked:
            asked += 1
            if not any(holds(text, words) for text in shown):
                broken.append(f"{name}: {words} in none of {shown}")
            first = next(iter(searcher.search(question, 1)), None)
            if first is None or first.document != name or not holds(first.paragraph.text, words):
                unfound.append(f"{name}: {question} → {first.paragraph.text if first else None}")
    return broken, unfound, asked


def boxed_tables() -> Iterator[tuple[str, Table, bytes]]:
    """Yield each shape once more as a PDF of narrow boxes, of which the merged ones stretch."""
    for place, shape in zip(PLACES, SHAPES, strict=False):
        table = shape(place)
        yield (
            f"{place}-{shape.__name__}.boxes.pdf",
            table,
            wrapped.boxed(table.over, table.rows, table.merged, 76),
        )


def main() -> None:
    """Print what is missed, and the counts."""
    with tempfile.TemporaryDirectory() as folder:
        broken, unfound, asked = missed(Path(folder))
    for line in (*broken, *unfound):
        print(line)
    print(f"{asked - len(broken)} of {asked} cells come out in a row with their labels")
    print(f"{asked - len(unfound)} of {asked} rows are found first, 40 tables")
    whole = wanted = 0
    for given, style in product(wrapped.TABLES, wrapped.STYLES):
        lost = wrapped.missed(given, style)
        if lost:
            print(given.name, style, lost[0])
        wanted += len(wrapped.expected(given))
        whole += max(len(wrapped.expected(given)) - len(lost), 0)
    print(
        f"{whole} of {wanted} rows of broken cells come out whole, {len(wrapped.TABLES)} tables in {len(wrapped.STYLES)} styles"
    )
    given = [wrapped.made(seed) for seed in range(RANDOM)]
    right = [not wrapped.missed(table, style) for table, style in given]
    for rules in ("all", "across", "three", "none"):
        some = [whole for whole, (_, style) in zip(right, given, strict=True) if style.rules == rules]
        print(f"{sum(some)} of {len(some)} made by chance come out whole, lines: {rules}")


if __name__ == "__main__":
    main()
