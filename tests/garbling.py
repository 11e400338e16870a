"""PDF files whose text layer lies, six ways: the glyphs look right, what they are said to be is wrong."""

import random
from collections.abc import Callable

TEXT = (
    "镇上的图书馆去年搬进了新楼，一共三层，放得下十二万册书。",
    "一楼是给孩子们看的，二楼放报纸和杂志，三楼可以安静地自习。",
    "馆里有十八个人，早上八点开门，晚上九点关门，每个星期一休息。",
    "去年来看书的人有二十六万，其中学生占了一半还多。",
    "借书不要钱，用身份证就能办卡，一次可以借十本，四个星期以内归还。",
)
_FIRST = 0x4E00
_COMMON = (
    "的一是在有人我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公"
    "同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少"
    "关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象"
    "记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革"
    "深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争"
    "究包组造落视济喜离虽坏谈"
)

Mapping = Callable[[int, int], str]  # place among the page's characters, how many → what the table says


def _shifted(place: int, count: int) -> str:
    return chr(_FIRST + (place * 97 + 5000) % 16000)


def _common(place: int, count: int) -> str:
    shuffled = list(_COMMON)
    random.Random(count).shuffle(shuffled)
    return shuffled[place % len(shuffled)]


# name → what the table of the font says; None: there is no table
GARBLINGS: dict[str, Mapping | None] = {
    "rare characters": _shifted,
    "common characters": _common,
    "none": None,
    "controls": lambda place, count: chr(1 + place % 8),
    "private": lambda place, count: chr(0xE000 + place),
    "latin": lambda place, count: chr(0xA1 + place % 90),
}


def garbled(way: str, *, good_page: bool = False) -> bytes:
    """Return a page whose font has a wrong table; with a good page after it, if asked."""
    mapping = GARBLINGS[way]
    characters = sorted(set("".join(TEXT)))
    codes = {character: 3 + place for place, character in enumerate(characters)}
    return _with_font(codes, mapping, good_page=good_page)


def mapped(way: str) -> list[str]:
    """Return the lines that such a table gives."""
    mapping = GARBLINGS[way]
    assert mapping is not None
    characters = sorted(set("".join(TEXT)))
    said = {character: mapping(place, len(characters)) for place, character in enumerate(characters)}
    return ["".join(map(said.__getitem__, line)) for line in TEXT]


def _with_font(codes: dict[str, int], mapping: Mapping | None, *, good_page: bool) -> bytes:
    """Write a file by hand: reportlab writes no wrong tables."""
    shown = "".join(
        f"BT /F1 11 Tf 70 {780 - 18 * number} Td <{''.join(f'{codes[c]:04X}' for c in line)}> Tj ET\n"
        for number, line in enumerate(TEXT)
    )
    good = "".join(
        f"BT /F2 11 Tf 70 {780 - 18 * number} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"
        for number, line in enumerate(TEXT)
    )
    pages = "5 0 R 11 0 R" if good_page else "5 0 R"
    to_unicode = "/ToUnicode 8 0 R" if mapping else ""
    fonts = "/Resources << /Font << /F1 4 0 R /F2 9 0 R >> >> /MediaBox [0 0 595 842]"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{pages}] /Count {1 + good_page} >>",
        "<< /Type /FontDescriptor /FontName /ABCDEF+Song /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0"
        " /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Song /Encoding /Identity-H"
        f" /DescendantFonts [7 0 R] {to_unicode} >>",
        f"<< /Type /Page /Parent 2 0 R {fonts} /Contents 6 0 R >>",
        _stream(shown),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Song /FontDescriptor 3 0 R /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity >>",
        _stream(_table(codes, mapping) if mapping else ""),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [10 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 3 0 R /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> >>",
        f"<< /Type /Page /Parent 2 0 R {fonts} /Contents 12 0 R >>",
        _stream(good),
    ]
    content = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + end.encode()


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _table(codes: dict[str, int], mapping: Mapping) -> str:
    lines = "".join(
        f"<{code:04X}> <{mapping(place, len(codes)).encode('utf-16-be').hex().upper()}>\n"
        for place, code in enumerate(codes.values())
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{lines}endbfchar\nendcmap end end"
    )
