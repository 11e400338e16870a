"""PDF tables whose cells break into lines, in every way that offices set them, for `python -m tests.tables`.

Right is a table that comes out as its cells say: the rows that the same cells give unbroken.
"""

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from embeddings.documents import read_document, tables
from embeddings.documents.block import Block
from tests.forms import SONG, wrapped

LEFT, TOP, BOTTOM = 60.0, 770.0, 70.0
INSET = 5.0  # between a cell's edge and its words


@dataclass(frozen=True)
class Style:
    """How a table is set: which lines are drawn, where the words of a cell stand, lengths in sizes."""

    rules: str = (
        "none"  # none, all, across: between rows alone, three: over and under the names, under the table
    )
    upright: str = "top"  # top, middle, bottom
    level: str = "left"  # left, centre
    padding: float = 0.6
    leading: float = 1.2
    size: float = 9.0


@dataclass(frozen=True)
class Broken:
    """A table whose columns are too narrow for its cells."""

    name: str
    widths: tuple[float, ...]  # of the columns, in sizes
    rows: tuple[tuple[str, ...], ...]
    over: str = ""


PROJECTS = Broken(
    "项目",
    (4, 11, 15, 8, 10),
    (
        ("序号", "项目名称", "建设内容和规模", "投资（万元）", "责任单位"),
        ("1", "松岙港区防波堤加固", "加固防波堤一千二百米，新建灯塔两座，疏浚航道三公里", "3,860", "松岙港务管理站"),
        ("2", "梅溪老街", "修缮骑楼四十六间", "915", "梅溪镇政府、住建办公室"),
        ("3", "桐里至沙湾的乡村公路改造提升工程", "路面拓宽到六米五", "12,400", "公路段"),
        ("4", "石浦污水处理厂二期", "日处理能力增加八千吨，管网延伸到十一个自然村", "7,052.5", "石浦水务公司"),
    ),
    "2024年重点项目安排表",
)  # fmt: skip
OFFICES = Broken(
    "部门",
    (9, 6, 10, 12),
    (
        ("科室名称", "负责人", "联系电话", "办公地点"),
        ("规划和自然资源综合服务科", "祖安", "0577-66881203", "老街三号院东楼二层二〇六室"),
        ("执法队", "鲁小满", "0577-66881377", "渡口路十八号"),
        ("档案科", "容知微", "0577-66881402", "老街三号院西楼地下一层库房旁"),
        ("海岛和海岸带修复管理科", "楚川", "0577-66881555", "灯塔路九号"),
    ),
)
HEADED = Broken(
    "表头",
    (7, 7, 7, 8, 7),
    (
        ("乡镇（街道）名称", "年末常住人口（人）", "粮食播种面积（亩）", "农村居民人均可支配收入（元）", "比上年增长（%）"),
        ("云和镇", "21,304", "8,650", "36,412", "7.1"),
        ("泽雅镇", "18,027", "11,204", "33,908", "6.4"),
        ("枫桥街道", "40,655", "1,970", "41,276", "5.8"),
        ("竹源畲族乡", "5,183", "4,416", "28,730", "8.3"),
    ),
    "各乡镇主要指标",
)  # fmt: skip
MATERIALS = Broken(
    "材料",
    (10, 17, 8),
    (
        ("事项", "要交的材料", "办理时限"),
        ("渔船过户登记", "买卖合同、双方身份证、渔船检验证书和所有权登记证书原件", "七个工作日"),
        ("渔船停航", "停航申请书", "当场办结"),
        ("休渔期外海作业许可续期", "上年度捕捞日志、船位监控记录和燃油补贴发放凭证复印件", "十五个工作日，复杂的延长十日"),
        ("船员证补发", "遗失声明、近期照片两张", "三个工作日"),
    ),
)  # fmt: skip
GOODS = Broken(
    "货物",
    (11, 5, 6, 13),
    (
        ("货物名称及规格", "单位", "数量", "备注"),
        ("热镀锌钢绞线", "吨", "38", "分三批到货"),
        ("高密度聚乙烯双壁波纹管（DN400）", "米", "2,600", "含橡胶圈，随货附出厂检验报告"),
        ("球墨铸铁井盖", "套", "145", "重型"),
        ("球墨铸铁井盖", "套", "60", "轻型，用在人行道和绿化带里"),
        ("太阳能警示桩", "个", "88", "高一米二"),
    ),
)
TABLES = (PROJECTS, OFFICES, HEADED, MATERIALS, GOODS)
STYLES = tuple(
    Style(rules, upright, level, padding)
    for rules, upright, level, padding in product(
        ("none", "all", "across", "three"), ("top", "middle", "bottom"), ("left", "centre"), (0.6, 0.1)
    )
)


_PLACES = "松岙 梅溪 桐里 沙湾 石浦 云和 泽雅 枫桥 竹源 柳市 苍坡 芙蓉 岩头 大若 鹤盛 碧莲 巽宅 桥下 瓯北 霞关".split()
_WORKS = (
    "防波堤加固工程 老街修缮 乡村公路改造提升 污水处理厂二期 管网延伸到十一个自然村 路面拓宽 新建灯塔两座 疏浚航道三公里"
    " 日处理能力增加八千吨 卫生院迁建 小学运动场 渔港避风锚地 海塘安澜 茶叶加工厂 冷链仓库 农贸市场改造 充电桩 文化礼堂"
).split()
_NAMES = "项目名称 建设地点 主要内容 责任单位 联系人 完成时限 备注说明 所在乡镇 验收情况 资金来源".split()
_FIGURES = (
    "投资（万元） 面积（亩） 户数 数量 比上年增长（%） 计划总投资（万元） 本年度完成投资（万元）".split()
)


def made(seed: int) -> tuple[Broken, Style]:
    """Return a table of two to six columns of works, places and figures, and a style, by chance."""
    chance = random.Random(seed)
    kinds = [chance.choice("wwwffp") for _ in range(chance.randint(2, 6))]
    kinds[0] = "w" if "w" not in kinds else chance.choice("wp")
    names, figures = chance.sample(_NAMES, len(_NAMES)), chance.sample(_FIGURES, len(_FIGURES))
    head = tuple(figures.pop() if kind == "f" else names.pop() for kind in kinds)
    wide = {"w": (7, 9, 11, 13, 15), "f": (5, 6, 7, 9), "p": (5, 6, 8)}
    widths = tuple(float(chance.choice(wide[kind])) for kind in kinds)
    rows = [tuple(_cell_of(kind, chance) for kind in kinds) for _ in range(chance.randint(3, 9))]
    style = Style(
        chance.choice(("none", "none", "all", "across", "three")),
        chance.choice(("top", "middle", "bottom")),
        chance.choice(("left", "centre")),
        chance.choice((0.1, 0.2, 0.4, 0.8)),
        chance.choice((1.05, 1.2, 1.4)),
        min(chance.choice((7.5, 9.0, 10.5)), 480 / sum(widths)),
    )
    return Broken(str(seed), widths, (head, *rows), chance.choice(("", "2024年重点项目安排表"))), style


def _cell_of(kind: str, chance: random.Random) -> str:
    if kind == "f":
        return chance.choice((f"{chance.randint(1, 99999):,}", f"{chance.randint(1, 999) / 10}"))
    place = chance.choice(_PLACES)
    if kind == "p" or chance.random() < 0.2:
        return place + chance.choice(("镇", "乡", ""))
    work = place + chance.choice(_WORKS)
    return work if chance.random() < 0.65 else f"{work}，{chance.choice(_WORKS)}"


def drawn(table: Broken, style: Style) -> bytes:
    """Return the table as a PDF, on further pages where it is long."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    height = TOP
    edges = [LEFT, *(LEFT + end * style.size for end in accumulate(table.widths))]
    if table.over:
        canvas.setFont(SONG, style.size + 1)
        canvas.drawCentredString((edges[0] + edges[-1]) / 2, height, table.over)
        height -= 1.5 * style.size
    top = height
    pitch = style.leading * style.size
    for number, row in enumerate(table.rows):
        broken = [
            wrapped(cell, right - left - 2 * INSET, style.size)
            for cell, left, right in _with_edges(row, edges)
        ]
        tall = max(map(len, broken)) * pitch + 2 * style.padding * style.size
        if height - tall < BOTTOM:
            _verticals(canvas, style, edges, top, height)
            canvas.showPage()
            top = height = TOP
        if style.rules in ("all", "across") or (style.rules == "three" and number < 2):
            canvas.line(edges[0], height, edges[-1], height)
        canvas.setFont(SONG, style.size)
        for lines, (_, left, right) in zip(broken, _with_edges(row, edges), strict=True):
            _cell(canvas, style, lines, (left, right), (height, height - tall))
        height -= tall
    if style.rules != "none":
        canvas.line(edges[0], height, edges[-1], height)
    _verticals(canvas, style, edges, top, height)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _with_edges(row: Sequence[str], edges: Sequence[float]) -> Iterator[tuple[str, float, float]]:
    return zip(row, edges, edges[1:], strict=False)


def _cell(
    canvas: Canvas,
    style: Style,
    lines: Sequence[str],
    across: tuple[float, float],
    down: tuple[float, float],
) -> None:
    pitch = style.leading * style.size
    free = down[0] - down[1] - 2 * style.padding * style.size - len(lines) * pitch
    start = (
        down[0] - style.padding * style.size - {"top": 0.0, "middle": free / 2, "bottom": free}[style.upright]
    )
    for number, line in enumerate(lines):
        base = start - number * pitch - (pitch + 0.7 * style.size) / 2
        wide = pdfmetrics.stringWidth(line, SONG, style.size)
        middle = (across[0] + across[1] - wide) / 2
        canvas.drawString(across[0] + INSET if style.level == "left" else middle, base, line)


def _verticals(canvas: Canvas, style: Style, edges: Sequence[float], top: float, bottom: float) -> None:
    if style.rules == "all":
        for edge in edges:
            canvas.line(edge, top, edge, bottom)


def expected(table: Broken) -> list[Block]:
    """Return the rows that the cells give."""
    return tables.rows(table.rows, table.over)


def boxed(
    over: Sequence[str],
    rows: Sequence[Sequence[str]],
    merged: Sequence[tuple[int, int, int, int]],
    width: float,
) -> bytes:
    """Return a table of boxes, so wide each, of which some stretch: (row, column, rows, columns)."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    style = Style("all", "middle", "centre")
    canvas.setFont(SONG, style.size)
    for number, line in enumerate(reversed(over)):
        canvas.drawCentredString(LEFT + len(rows[0]) * width / 2, TOP + 6 + 14 * number, line)
    spans = {(top, left): (down, across) for top, left, down, across in merged}
    hidden = {
        (top + row, left + column)
        for top, left, down, across in merged
        for row in range(down)
        for column in range(across)
        if row or column
    }
    broken = [[wrapped(cell, width - 2 * INSET, style.size) for cell in row] for row in rows]
    tall = [
        (max(len(lines) for lines in row) * style.leading + 2 * style.padding) * style.size for row in broken
    ]
    heights = [TOP - down for down in accumulate(tall, initial=0.0)]
    for number, row in enumerate(broken):
        for column, lines in enumerate(row):
            if (number, column) in hidden:
                continue
            down, across = spans.get((number, column), (1, 1))
            left, right = LEFT + column * width, LEFT + (column + across) * width
            top, bottom = heights[number], heights[number + down]
            canvas.rect(left, bottom, right - left, top - bottom)
            canvas.setFont(SONG, style.size)
            if down > 1 or across > 1:
                lines = wrapped(rows[number][column], right - left - 2 * INSET, style.size)
            _cell(canvas, style, lines, (left, right), (top, bottom))
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def missed(table: Broken, style: Style) -> list[str]:
    """Return the rows that do not come out whole, or what came out beside them."""
    found = [block.text for block in read_document("表.pdf", drawn(table, style)) if block.kind == "row"]
    wanted = [block.text for block in expected(table)]
    return [row for row in wanted if row not in found] or [row for row in found if row not in wanted]
