"""The figures of both sides by size, on scales of powers of ten, as an SVG without any library."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

PANELS = {
    "index_cpu_seconds": "从无到有建索引，CPU 秒 · index from nothing, CPU s",
    "search_milliseconds": "一次检索，CPU 毫秒 · one search, CPU ms",
    "cold_cpu_seconds": "从启动到回答，CPU 秒 · start to answer, CPU s",
    "memory_mb": "检索时的内存，MB · memory searching, MB",
}
COLOURS = {"wenbao": "#b03a2e", "hybrid": "#7f8c8d"}
NAMES = {"wenbao": "问报", "hybrid": "bm25s + FAISS"}
_WIDTH, _HEIGHT, _LEFT, _TOP = 300, 200, 60, 40


def draw(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return one panel a figure; below each point stands its value."""
    panels = "".join(
        f'<g transform="translate({column % 2 * (_WIDTH + 100)} {column // 2 * (_HEIGHT + 90)})">'
        + _panel(name, title, lines)
        + "</g>"
        for column, (name, title) in enumerate(PANELS.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * _WIDTH + 200} {2 * _HEIGHT + 190}" '
        f'font-family="sans-serif" font-size="12">{panels}</svg>\n'
    )


def _panel(name: str, title: str, lines: Sequence[Mapping[str, Any]]) -> str:
    sizes = [math.log10(line["paragraphs"]) for line in lines]
    values = [math.log10(max(line[side][name], 0.01)) for line in lines for side in COLOURS if side in line]
    across, up = _scale(sizes, _LEFT, _WIDTH), _scale(values, _TOP + _HEIGHT, -_HEIGHT)
    parts = [f'<text x="{_LEFT}" y="20">{title}</text>']
    parts += [
        f'<text x="{across(size):.0f}" y="{_TOP + _HEIGHT + 35}" text-anchor="middle">{line["paragraphs"]:,}</text>'
        for size, line in zip(sizes, lines, strict=True)
    ]
    for side, colour in COLOURS.items():
        points = [
            (across(size), up(math.log10(max(line[side][name], 0.01))), line[side][name])
            for size, line in zip(sizes, lines, strict=True)
            if side in line
        ]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y, _ in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>'
            f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="middle" fill="{colour}">{value:g}</text>'
            for x, y, value in points
        ]
        x, y, _ = points[-1]
        parts.append(f'<text x="{x + 12:.0f}" y="{y - 6:.0f}" fill="{colour}">{NAMES[side]}</text>')
    return "".join(parts)


def _scale(values: Sequence[float], start: float, length: float) -> Any:
    low, high = min(values), max(values)
    return lambda value: start + length * ((value - low) / (high - low) if high > low else 0.5)
