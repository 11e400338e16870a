"""The reliability diagram, read back as XML."""

import xml.etree.ElementTree as ElementTree

import pytest

from bot.evaluation import Reliability
from bot.picture import SIDE, reliability_svg

SVG = "{http://www.w3.org/2000/svg}"


def bars(parts: list[Reliability]) -> list[dict[str, float]]:
    """Return the numbers of each bar; the first rectangle is the ground."""
    found = ElementTree.fromstring(reliability_svg(parts)).findall(f"{SVG}rect")[1:]
    return [{name: float(bar.attrib[name]) for name in ("x", "y", "width", "height")} for bar in found]


def test_a_part_has_a_bar_as_high_as_its_share_right() -> None:
    parts = [Reliability(0.0, 0.5, 10, 0), Reliability(0.5, 0.75, 8, 2), Reliability(0.75, 1.0, 5, 5)]
    assert bars(parts) == [
        {"x": 49, "y": 368, "width": 158, "height": 0},
        {"x": 209, "y": 288, "width": 78, "height": 80},  # 2 of 8: a quarter of 320 pixels
        {"x": 289, "y": 48, "width": 78, "height": 320},
    ]


def test_the_number_of_answers_stands_above_its_bar() -> None:
    drawn = ElementTree.fromstring(reliability_svg([Reliability(0.5, 0.75, 8, 2)]))
    (label,) = (text for text in drawn.findall(f"{SVG}text") if text.text == "8")
    assert (float(label.attrib["x"]), float(label.attrib["y"])) == (248, 284)


@pytest.mark.parametrize("parts", [0, 1, 10])
def test_the_picture_is_well_formed(parts: int) -> None:
    drawn = ElementTree.fromstring(reliability_svg([Reliability(0.1, 0.2, 4, 1)] * parts))
    assert drawn.tag == f"{SVG}svg"
    assert len(drawn.findall(f"{SVG}rect")) == 1 + parts
    (diagonal,) = (line for line in drawn.findall(f"{SVG}line") if "stroke-dasharray" in line.attrib)
    ends = [float(diagonal.attrib[name]) for name in ("x1", "y1", "x2", "y2")]
    assert ends == [48, 48 + SIDE, 48 + SIDE, 48]
