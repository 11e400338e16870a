"""PDF pages as programs write them: tables among text, vertical lines, turned runs, fonts that lie."""

import io
import random
from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from embeddings.documents import read_document
from embeddings.documents.block import Block
from embeddings.errors import DocumentError
from tests.columns import LAYOUTS
from tests.columns import made as made_columns
from tests.forms import SONG, Paper, as_pdf, wrapped
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


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 只有第二列的下一行，是另一行
        (
            (("班组", "成员", "工龄"), ("甲组", "祖安", "12"), ("", "楚川", "8"), ("乙组", "容知微", "3")),
            ["班组：甲组；成员：祖安；工龄：12", "班组：甲组；成员：楚川；工龄：8", "班组：乙组；成员：容知微；工龄：3"],
        ),
        # 每一格都一样长
        (
            (("姓名", "科室", "职务"), ("祖安", "外科", "主任"), ("楚川", "内科", "医师"), ("陆离", "儿科", "护士")),
            ["姓名：祖安；科室：外科；职务：主任", "姓名：楚川；科室：内科；职务：医师", "姓名：陆离；科室：儿科；职务：护士"],
        ),
        (
            (("路段", "起点", "终点"), ("滨海大道", "石浦码头", "沙湾大桥"), ("环岛公路", "沙湾大桥", "灯塔公园")),
            ["路段：滨海大道；起点：石浦码头；终点：沙湾大桥", "路段：环岛公路；起点：沙湾大桥；终点：灯塔公园"],
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", [56, 90])
def test_two_rows_stay_two(rows: tuple[tuple[str, ...], ...], expected: list[str], step: float) -> None:
    assert [block.text for block in drawn(table(780, *rows, step=step))] == expected


def test_a_table_between_lines_that_is_open_at_its_sides_stands_among_text() -> None:
    def lined(canvas: Canvas) -> None:
        table(735, *CROPS)(canvas)
        for height in (750, 730, 712, 694):
            canvas.rect(60, height, 300, 0.5, fill=1)
        for edge in (160, 260):
            canvas.line(edge, 694, edge, 750)

    found = drawn(
        lines(780, "　　东坪乡今年改种了早熟的品种，收割提前了十天。"),
        lined,
        lines(660, "　　西坪乡没有种早稻。"),
    )
    assert [block.text.strip() for block in found] == [
        "东坪乡今年改种了早熟的品种，收割提前了十天。",
        *ROWS,
        "西坪乡没有种早稻。",
    ]


@pytest.mark.parametrize("seed", range(40))
def test_lines_drawn_anywhere_lose_no_word(seed: int) -> None:
    chance = random.Random(seed)
    places = [(60 + 80 * column, 100 + 20 * row) for column in range(6) for row in range(34)]
    words = {f"岸边{number}号": place for number, place in enumerate(chance.sample(places, 60), 100)}

    def scattered(canvas: Canvas) -> None:
        for _ in range(chance.randint(5, 60)):
            left, bottom = chance.choice(places)
            across, up = 80 * chance.randint(1, 4), 20 * chance.randint(1, 6)
            if chance.random() < 0.3:
                canvas.rect(left, bottom, across, up)
            else:
                canvas.line(
                    left, bottom, *((left + across, bottom) if chance.random() < 0.5 else (left, bottom + up))
                )
        for word, (left, bottom) in words.items():
            canvas.drawString(left + 4, bottom + 6, word)

    said = "\n".join(block.text for block in drawn(scattered))
    assert [word for word in words if word not in said] == []


def test_articles_in_boxes_are_no_table() -> None:
    article = "镇上的图书馆去年搬进了新楼，一共三层，放得下十二万册书，一楼给孩子们看。" * 5

    def boxed(canvas: Canvas) -> None:
        for left, top in ((60, 780), (310, 780), (60, 480), (310, 480)):
            canvas.rect(left, top - 280, 240, 295)
            lines(top, *wrapped(article, 220, 11), left=left + 8)(canvas)

    assert [(block.kind, block.text) for block in drawn(boxed)] == [("text", article)] * 4


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
