"""The chart of /stats as a picture: what each day brought."""

from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO

from bot.history import Day
from bot.library_words import LibraryWords

WIDTH, HEIGHT, MARGIN, LEFT = 900, 420, 50, 60
FOUND, MISSED, INK, PAPER = "#3b7dd8", "#e0a030", "#333333", "#ffffff"


def draw_days(days: Sequence[Day], dates: Sequence[str], words: LibraryWords) -> bytes:
    """Return a PNG with a bar for each date: answered below, not answered above."""
    # They take 30 MB together and only admins need them.
    from PIL import Image, ImageDraw, ImageFont

    font = str(files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc")
    by_day = {day.day: day for day in days}
    most = max((day.asked for day in days), default=0) or 1
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    large, small = (ImageFont.truetype(font, size) for size in (22, 15))
    draw.text((LEFT, 12), words.chart_title.format(days=len(dates)), INK, large)
    base, top = HEIGHT - MARGIN, MARGIN + 20
    for level in (0, most):
        height = base - (base - top) * level / most
        draw.line((LEFT, height, WIDTH - 20, height), "#dddddd")
        draw.text((10, height - 9), str(level), INK, small)
    step = (WIDTH - LEFT - 20) / len(dates)
    for number, date in enumerate(dates):
        day = by_day.get(date)
        left, right = LEFT + step * number + 6, LEFT + step * (number + 1) - 6
        draw.text((left, base + 6), date[5:].replace("-", "."), INK, small)
        if day is not None:
            middle = base - (base - top) * day.found / most
            draw.rectangle((left, middle, right, base), FOUND)
            draw.rectangle((left, base - (base - top) * day.asked / most, right, middle), MISSED)
    for number, (colour, text) in enumerate(((FOUND, words.chart_found), (MISSED, words.chart_missed))):
        left = WIDTH - 260 + 130 * number
        draw.rectangle((left, 18, left + 16, 34), colour)
        draw.text((left + 22, 15), text, INK, small)
    stored = BytesIO()
    picture.save(stored, "PNG", optimize=True)
    return stored.getvalue()
