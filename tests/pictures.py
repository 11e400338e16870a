"""Pictures of text in tests/pictures/: made with `python -m tests.pictures FONT`, a font file with 汉字."""

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).with_name("pictures")
HEADLINE = "云湾县文化与农业年报"
LEFT = (
    "　　全县有图书馆三座，藏",
    "书共一百二十万册，全年接",
    "待读者八十五万人次。",
    "　　新建书屋十二家，都在",
    "镇上的老街两边，晚上九点",
)
RIGHT = (
    "才关门，周末还有讲座。",
    "　　茶园八万亩，采茶的人",
    "有两万，头茶卖到省外去，",
    "价钱比上年高出一成多。",
    "　　渔船二百一十艘。",
)
VERTICAL = ("全县有图书馆三座，藏书共", "一百二十万册，全年接待读", "者八十五万人次，比上年多")
PARAGRAPHS = (
    "全县有图书馆三座，藏书共一百二十万册，全年接待读者八十五万人次。",
    "新建书屋十二家，都在镇上的老街两边，晚上九点才关门，周末还有讲座。",
    "茶园八万亩，采茶的人有两万，头茶卖到省外去，价钱比上年高出一成多。",
    "渔船二百一十艘。",
)


def as_scan(name: str) -> bytes:
    """Return a PDF of one page that is a picture."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawImage(ImageReader(FOLDER / name), 20, 500, 555, 244)
    canvas.save()
    return stream.getvalue()


def two_columns(font: str) -> Image.Image:
    """Draw a headline over two columns."""
    picture = Image.new("1", (1000, 440), 1)
    draw = ImageDraw.Draw(picture)
    draw.text((220, 30), HEADLINE, font=ImageFont.truetype(font, 48), fill=0)
    body = ImageFont.truetype(font, 30)
    for number, lines in enumerate(zip(LEFT, RIGHT, strict=True)):
        for column, line in enumerate(lines):
            draw.text((60 + 470 * column, 140 + 50 * number), line, font=body, fill=0)
    return picture


def vertical(font: str) -> Image.Image:
    """Draw lines that run down, the first at the right; marks in the upper right of their square."""
    picture = Image.new("1", (340, 600), 1)
    draw = ImageDraw.Draw(picture)
    body = ImageFont.truetype(font, 30)
    for number, line in enumerate(VERTICAL):
        for place, character in enumerate(line):
            moved = 18 if character in "，。" else 0
            draw.text((250 - 90 * number + moved, 30 + 44 * place - moved), character, font=body, fill=0)
    return picture


def main() -> None:
    """Write the pictures."""
    FOLDER.mkdir(exist_ok=True)
    two_columns(sys.argv[1]).save(FOLDER / "两栏.png", optimize=True)
    vertical(sys.argv[1]).save(FOLDER / "竖排.png", optimize=True)


if __name__ == "__main__":
    main()
