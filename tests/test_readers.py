"""What each form marks in its own way."""

import io
import zipfile
from datetime import date, datetime, time

import docx
import openpyxl
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from reportlab.pdfgen.canvas import Canvas

from embeddings.documents import read_document
from embeddings.documents.block import Block
from embeddings.documents.numbering import chinese
from tests.forms import SONG, saved, zipped
from tests.hostile import word_document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(body: str) -> list[Block]:
    return read_document("甲.docx", word_document(f"<w:document {W}><w:body>{body}</w:body></w:document>"))


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_word_shows_insertions_and_hides_deletions() -> None:
    deleted = "<w:del><w:r><w:delText>旧的</w:delText></w:r></w:del>"
    body = f"<w:p>{run('书屋')}<w:ins>{run('十二家')}</w:ins>{deleted}{run('。')}</w:p>"
    assert word(body) == [Block("书屋十二家。")]


def test_word_reads_content_controls_links_and_breaks() -> None:
    body = (
        f"<w:sdt><w:sdtContent><w:p>{run('控件里的字。')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:hyperlink>{run('链接')}</w:hyperlink><w:r><w:br/><w:t>第二行</w:t></w:r></w:p>"
    )
    assert word(body) == [Block("控件里的字。"), Block("链接\n第二行")]


def test_word_reads_a_text_box_once_after_its_paragraph() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent><w:p>{run('框里的字。')}</w:p></w:txbxContent>"
    both = f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert word(f"<w:p>{run('段落。')}<w:r>{both}</w:r></w:p>") == [Block("段落。"), Block("框里的字。")]


def test_word_takes_headings_from_styles_and_outline_levels() -> None:
    document = docx.Document()
    document.add_heading("总标题", 0)
    document.add_heading("一章", 2)
    outline = docx.oxml.parse_xml(f'<w:pPr {W}><w:outlineLvl w:val="2"/></w:pPr>')
    document.add_paragraph("大纲级别")._p.insert(0, outline)
    document.add_paragraph("正文。")
    assert read_document("甲.docx", saved(document)) == [
        Block("总标题", "heading", 1),
        Block("一章", "heading", 2),
        Block("大纲级别", "heading", 3),
        Block("正文。"),
    ]


def numbered(level: int, number: int = 1) -> str:
    return f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'


def with_numbering(*lines: str) -> bytes:
    """Return a document whose lists are numbered by numbering.xml."""
    document = docx.Document()
    root = document.part.numbering_part.element
    for element in list(root):
        root.remove(element)
    levels = (("chineseCounting", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%1.%3"))
    xml = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{"<w:isLgl/>" * (at == 2)}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    bullet = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
    for abstract in (
        f'<w:abstractNum {W} w:abstractNumId="1">{xml}</w:abstractNum>',
        f'<w:abstractNum {W} w:abstractNumId="2">{bullet}</w:abstractNum>',
    ):
        root.append(docx.oxml.parse_xml(abstract))
    for number in (1, 2):
        root.append(
            docx.oxml.parse_xml(f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        )
    body = document.element.body
    for line in reversed(lines):
        body.insert(0, docx.oxml.parse_xml(f"<w:p {W}>{line}</w:p>"))
    return saved(document)


def test_automatic_numbers_of_word_are_text() -> None:
    content = with_numbering(
        numbered(0) + run("摆摊先登记。"),
        numbered(1) + run("姓名；"),
        numbered(1) + run("住址。"),
        numbered(2) + run("住址要写全。"),
        numbered(0) + run("每天收费。"),
        numbered(1) + run("晴天5元。"),
        numbered(0, 2) + run("雨鞋"),
    )
    assert read_document("办法.docx", content) == [
        Block("第一条 摆摊先登记。"),
        Block("（一）姓名；"),
        Block("（二）住址。"),
        Block("1.1 住址要写全。"),
        Block("第二条 每天收费。"),
        Block("（一）晴天5元。"),
        Block("雨鞋", "item"),
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百〇五"),
        (110, "一百一十"),
        (1024, "一千〇二十四"),
    ],
)
def test_numbers_are_counted_in_chinese(number: int, shown: str) -> None:
    assert chinese(number) == shown


RESTART, OVER_TWO = '<w:vMerge w:val="restart"/>', '<w:gridSpan w:val="2"/>'


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"


def test_rows_and_cells_in_content_controls_and_merged_cells_of_word() -> None:
    rows = (
        f"<w:tr>{cell('村', RESTART)}{cell('产量', OVER_TWO)}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('早稻')}{cell('晚稻')}</w:tr>"
        f"<w:sdt><w:sdtContent><w:tr>{cell('上村')}<w:sdt><w:sdtContent>{cell('320')}</w:sdtContent></w:sdt>{cell('415')}</w:tr></w:sdtContent></w:sdt>"
    )
    found = word(f"<w:p>{run('单位：亩')}</w:p><w:tbl>{rows}</w:tbl>")
    assert found == [Block("单位：亩"), Block("【单位：亩】村：上村；产量早稻：320；产量晚稻：415", "row")]


def test_word_reads_a_footnote_after_its_paragraph_and_page_edges_last() -> None:
    document = docx.Document()
    document.add_paragraph("亩产九百斤。")
    document.sections[0].header.paragraphs[0].text = "内部资料"
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        f'<w:footnotes {W}><w:footnote w:id="2"><w:p>{run("按干谷计算。")}</w:p></w:footnote></w:footnotes>'.encode(),
        document.part.package,
    )
    document.part.relate_to(
        part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    )
    document.paragraphs[0]._p.append(docx.oxml.parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    assert read_document("甲.docx", saved(document)) == [
        Block("亩产九百斤。"),
        Block("注：按干谷计算。"),
        Block("内部资料", "aside"),
    ]


def test_a_sheet_as_offices_write_it() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["各村道路进度表"],
        ["村", "2023年", None, "内部价"],
        [None, "计划", "完成"],
        ["上村", 1200, 0.875, 7],
        ["下村", 800, "=B5/2", 8],
        ["废村", 1, 2, 3],
    ):
        sheet.append(row)
    for merged in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(merged)
    sheet["B4"].number_format = "#,##0"
    sheet["C4"].number_format = "0.0%"
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["D"].hidden = True
    blocks = read_document("进度.xlsx", saved(workbook))
    assert [block.text for block in blocks if block.kind == "row"] == [
        "【各村道路进度表】村：上村；2023年计划：1,200；2023年完成：87.5%",
        "【各村道路进度表】村：下村；2023年计划：800",
    ]
    assert [block.text for block in blocks if block.kind == "aside"] == ["内部价", "7", "8", "废村；1；2；3"]
    (warning,) = [block.text for block in blocks if block.kind == "warning"]
    assert "1 个公式没有存下结果（C5）" in warning


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [
        (0.087, "0.0%", "8.7%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (3.14159, "0.00", "3.14"),
        (date(2024, 3, 1), "yyyy-mm-dd", "2024年3月1日"),
        (datetime.combine(date(2024, 3, 1), time(9, 30)), "yyyy-mm-dd hh:mm", "2024年3月1日 09:30"),
        (time(9, 30), "hh:mm", "09:30"),
        (True, "General", "是"),
        ("文字", "General", "文字"),
    ],
)  # fmt: skip
def test_excel_values_are_as_the_sheet_shows_them(value: object, shape: str, shown: str) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["地区", "值"])
    sheet.append(["东乡", value])
    sheet["B2"].number_format = shape
    assert read_document("甲.xlsx", saved(workbook)) == [Block(f"地区：东乡；值：{shown}", "row")]


def test_hidden_sheets_are_left_out_and_merged_labels_repeated() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["地区", "年份", "增速"], ["东乡", "2022", "5%"], ["", "2023", "6%"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    workbook.create_sheet("草稿").append(["不给看"])
    workbook["草稿"].sheet_state = "hidden"
    assert read_document("甲.xlsx", saved(workbook)) == [
        Block("地区：东乡；年份：2022年；增速：5%", "row"),
        Block("地区：东乡；年份：2023年；增速：6%", "row"),
        Block("隐藏的工作表没有读：草稿 · hidden sheet, not read", "warning"),
    ]


def test_a_sheet_that_states_a_wrong_size_is_read_whole() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["地区", "增速"], ["东乡", "8.7%"]):
        sheet.append(row)
    with zipfile.ZipFile(io.BytesIO(saved(workbook))) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet_xml = members["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet_xml, bytes)
    assert b'ref="A1:B2"' in sheet_xml
    members["xl/worksheets/sheet1.xml"] = sheet_xml.replace(b'ref="A1:B2"', b'ref="A1"')
    assert read_document("甲.xlsx", zipped(members)) == [Block("地区：东乡；增速：8.7%", "row")]


GOVERNMENT = """<html><head><meta charset="gb2312"><title>关于停车收费的通知-云湾县政府</title></head><body>
<form><table width="1000"><tr><td><a href="/">首页</a> | <a href="/a">公开</a> | <a href="/b">服务</a></td></tr></table>
<table><tr><td><ul><li><a href="/1">机构职能</a></li><li><a href="/2">政策文件</a></li><li><a href="/3">人事信息</a></li></ul></td>
<td><h1>关于停车收费的通知</h1><p>&nbsp;&nbsp;各乡镇：</p><p>收费标准
公布如下，自2024年4月1日起施行。</p>
<table border="1"><tr><td rowspan="2">区域</td><td colspan="2">小型车</td></tr><tr><td>白天</td><td>夜间</td></tr>
<tr><td>一类</td><td>5元/小时</td><td>2元/小时</td></tr></table>
<p>电话：0577-1234567。<br>邮箱：a@b.cn</p></td></tr></table>
<div class="foot">主办：云湾县政府　备案号：00000000号</div></form></body></html>"""


def test_a_page_laid_out_by_tables() -> None:
    blocks = read_document("通知.htm", GOVERNMENT.encode("gb18030"))
    assert [block for block in blocks if block.kind != "aside"] == [
        Block("关于停车收费的通知", "heading", 1),
        Block("各乡镇："),
        Block("收费标准公布如下，自2024年4月1日起施行。"),
        Block("区域：一类；小型车白天：5元/小时；小型车夜间：2元/小时", "row"),
        Block("电话：0577-1234567。\n邮箱：a@b.cn"),
    ]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        # 公众号的文章保存下来，正文标着不可见
        ('<div id="js_content" style="visibility: hidden; opacity: 0"><p>书屋12家。</p></div>', ["书屋12家。"]),
        ('<p>书屋12家，都在镇上。</p><div style="display: none">看不见的字。</div>', ["书屋12家，都在镇上。"]),
        ('<p>时刻：</p><pre>东门 06:00 06:30\n番头 06:12 06:42</pre>', ["时刻：", "东门 06:00 06:30", "番头 06:12 06:42"]),
        ('<div>　　第一段。<br>　　第二段。<br><br>第三段。</div>', ["　　第一段。\n　　第二段。", "第三段。"]),
        ("<p>茶园<b>8</b>万<a href='/x'>亩</a>。</p>", ["茶园8万亩。"]),
        ("<p>the quick\nbrown fox jumps over it.</p>", ["the quick brown fox jumps over it."]),
        ("<ul><li>渔船210艘，都已靠岸。</li><li>茶园8万亩，都已采完。</li></ul>", ["渔船210艘，都已靠岸。", "茶园8万亩，都已采完。"]),
        ("<article><header><h2>标题</h2></header><p>正文一句，正文两句。</p></article>", ["标题", "正文一句，正文两句。"]),
        ("<dl><dt>电话</dt><dd>0577-1234567，全天有人。</dd></dl>", ["电话：0577-1234567，全天有人。"]),
    ],
)  # fmt: skip
def test_web_pages(body: str, texts: list[str]) -> None:
    blocks = read_document("页.html", f"<!DOCTYPE html><html><body>{body}</body></html>".encode())
    assert [block.text for block in blocks if block.kind != "aside"] == texts


def pdf(*lines: str) -> list[Block]:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number, line in enumerate(lines):
        canvas.setFont(SONG, 10)
        canvas.drawString(80, 700 - 15 * number, line)
    canvas.showPage()
    canvas.save()
    return read_document("甲.pdf", stream.getvalue())


def test_pdf_lines_join_without_spaces_between_characters_and_with_one_between_words() -> None:
    assert pdf("全县有图书馆三座，藏书共一百二十", "万册，读者八十五万人次。") == [
        Block("全县有图书馆三座，藏书共一百二十万册，读者八十五万人次。")
    ]
    assert pdf("The quick brown fox jumps over the eco-", "nomic fence and the lazy dog sleeps on") == [
        Block("The quick brown fox jumps over the economic fence and the lazy dog sleeps on")
    ]


def test_pdf_keeps_the_spaces_that_are_written() -> None:
    assert pdf("龙港市委书记 何某某 作了 GDP 报告。") == [Block("龙港市委书记 何某某 作了 GDP 报告。")]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_and_a_watermark_across_it_is_not(turn: int) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.translate(300, 400)
    canvas.saveState()
    canvas.rotate(turn)
    for number, line in enumerate(
        ("The library has three rooms and a", "garden with benches.", "Open until nine.")
    ):
        canvas.drawString(-80, -15 * number, line)
    canvas.restoreState()
    canvas.rotate(40)
    canvas.drawString(-100, 0, "INTERNAL")
    canvas.showPage()
    canvas.save()
    assert read_document("甲.pdf", stream.getvalue()) == [
        Block("The library has three rooms and a garden with benches."),
        Block("Open until nine."),
        Block("INTERNAL", "aside"),
    ]


def test_an_epub_is_read_in_the_order_of_its_spine() -> None:
    page = "<html><body><p>{}</p></body></html>"
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="a" href="%E7%94%B2.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="n" href="n.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf"/></rootfiles></container>'
    )
    book = zipped(
        {
            "META-INF/container.xml": container,
            "book.opf": package,
            "甲.xhtml": page.format("先读。"),
            "b.xhtml": page.format("后读。"),
            "n.xhtml": page.format("目录。"),
        }
    )
    assert read_document("书.epub", book) == [Block("先读。"), Block("后读。"), Block("目录。", "aside")]
