"""PDF pages as programs write them: tables among text, vertical lines, turned runs, fonts that lie."""

import io
from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from embeddings.documents import read_document
from embeddings.documents.block import Block
from embeddings.errors import DocumentError
from tests.columns import LAYOUTS
from tests.columns import made as made_columns
from tests.forms import SONG, Paper, as_pdf
from tests.fuzzed import made
from tests.garbling import GARBLINGS, garbled

Draw = Callable[[Canvas], None]


def drawn(*draw: Draw, size: tuple[float, float] = (595, 842)) -> list[Block]:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size)
    for one in draw:
        canvas.setFont(SONG, 11)
        one(canvas)
    canvas.showPage()
    canvas.save()
    return read_document("甲.pdf", stream.getvalue())


def lines(top: float, *texts: str, left: float = 70) -> Draw:
    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            canvas.drawString(left, top - 18 * number, text)

    return draw


def table(top: float, *rows: tuple[str, ...], left: float = 70, step: float = 100) -> Draw:
    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                canvas.drawString(left + step * column, top - 18 * number, cell)

    return draw


CROPS = (("乡镇", "早稻", "晚稻"), ("东坪乡", "320", "415"), ("西坪乡", "无", "388"))
ROWS = ["乡镇：东坪乡；早稻：320；晚稻：415", "乡镇：西坪乡；早稻：无；晚稻：388"]


def test_a_page_of_a_title_a_unit_and_a_table_keeps_its_columns() -> None:
    title = lines(780, "全县二〇二四年各乡镇水稻种植面积与产量情况统计总表", left=120)
    unit = lines(755, "单位：亩", left=400)
    found = drawn(title, unit, table(735, *CROPS))
    over = "【全县二〇二四年各乡镇水稻种植面积与产量情况统计总表，单位：亩】"
    assert [block.text for block in found] == [over + row for row in ROWS]


def test_lines_above_and_below_a_table_are_no_rows_and_a_paragraph_it_cuts_is_whole() -> None:
    above = lines(
        780, "　　东坪乡今年改种了早熟的品种，收割提前了十天，农户说米的味道也好了，价", "钱比去年高，"
    )
    below = lines(660, "每斤多卖两角，合作社当场结清。", "　　西坪乡没有种早稻。")
    found = drawn(above, table(735, *CROPS), below)
    assert [(block.kind, block.text.strip()) for block in found] == [
        (
            "text",
            "东坪乡今年改种了早熟的品种，收割提前了十天，农户说米的味道也好了，价钱比去年高，每斤多卖两角，合作社当场结清。",
        ),
        *(("row", row) for row in ROWS),
        ("text", "西坪乡没有种早稻。"),
    ]


def test_a_table_goes_on_on_the_next_page() -> None:
    found = drawn(
        table(200, *CROPS, step=120),
        lambda canvas: canvas.showPage(),
        lambda canvas: canvas.setFont(SONG, 11),
        table(780, ("乡镇", "早稻", "晚稻"), ("南坪乡", "51", "62"), step=120),
    )
    assert [block.text for block in found] == [*ROWS, "乡镇：南坪乡；早稻：51；晚稻：62"]


def test_a_landscape_table_turned_on_an_upright_page_is_read_beside_its_title() -> None:
    def turned(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(300, 200)
        canvas.rotate(90)
        table(0, *CROPS, left=0)(canvas)
        canvas.restoreState()

    found = drawn(turned, lines(800, "附表一"))
    assert [block.text for block in found if block.kind == "row"] == ROWS
    assert "附表一" in [block.text for block in found]


@pytest.mark.parametrize("turn", [90, 270])
def test_a_landscape_table_on_a_page_that_is_shown_turned(turn: int) -> None:
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(595 if turn == 90 else 0, 0 if turn == 90 else 842)
        canvas.rotate(90 if turn == 90 else -90)
        lines(560, "各乡镇水稻种植面积", left=200)(canvas)
        table(530, *CROPS)(canvas)

    rows = [block.text for block in drawn(turned) if block.kind == "row"]
    assert [row.split("】")[-1] for row in rows] == ROWS


def test_lines_that_run_down_the_page_are_read_from_right_to_left() -> None:
    def down(canvas: Canvas) -> None:
        for column, text in enumerate(
            ("春风吹过旧城墙，卖花的人", "挑着担子走进巷口。", "孩子们跟在后面跑。")
        ):
            for number, character in enumerate(text):
                canvas.drawString(400 - 22 * column, 700 - 13 * number, character)

    text = "".join(block.text for block in drawn(down))
    assert text == "春风吹过旧城墙，卖花的人挑着担子走进巷口。孩子们跟在后面跑。"


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the extra `ocr` where it is installed: it would read these pages."""
    monkeypatch.setattr("embeddings.documents.pdf.has_ocr", lambda: False)
    monkeypatch.setattr("embeddings.documents.ocr.has_ocr", lambda: False)


@pytest.mark.usefixtures("without_ocr")
@pytest.mark.parametrize("way", GARBLINGS)
def test_a_garbled_text_layer_is_refused_with_the_reason(way: str) -> None:
    with pytest.raises(DocumentError, match="乱码"):
        read_document("甲.pdf", garbled(way))


@pytest.mark.usefixtures("without_ocr")
def test_a_garbled_page_among_good_ones_is_left_out_and_said() -> None:
    blocks = read_document("甲.pdf", garbled("private", good_page=True))
    assert "".join(block.text for block in blocks if block.kind == "text").startswith("镇上的图书馆")
    assert [block.text for block in blocks if block.kind == "warning" and "第 1 页" in block.text] != []


def test_good_text_layers_are_taken() -> None:
    """Thirty good ones: pages of text, of a table, of names and figures only, in several scripts."""
    good = [as_pdf(Paper(f"{place}县")) for place in ("云湾", "石塘")]
    good += [made_columns(layout)[0] for layout in LAYOUTS[::6]]
    good += [made(8 * number + 7)[1] for number in range(18)]
    taken = [bool(read_document("好.pdf", content)) for content in good]
    taken += [bool(drawn(lines(780, *texts))) for texts in GOOD_TEXTS]
    assert taken == [True] * 30


GOOD_TEXTS = (
    ("赵启明　钱小婉　孙立群　李未央　周牧野", "吴冬生　郑可心　王一诺　冯远征　陈默", "褚青　卫国平　蒋沁　沈舟　韩立"),
    ("12.5  18.7  20.1", "33.0  35.2  41.8", "2021  2022  2023"),
    ("圖書館藏書三十萬冊，讀者每年超過十萬人次。",),
    ("The annual report covers five regions and twelve cities.", "Revenue grew 8.7% to $293.6 million (2023)."),
    ("子曰：“學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？”",),
    ("ΑΒΓ Ελληνικά", "Привет, мир"),
)  # fmt: skip
