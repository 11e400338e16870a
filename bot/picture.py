"""A reliability diagram as SVG: how often answers at each confidence are right (DeGroot & Fienberg 1983)."""

from collections.abc import Sequence

from bot.evaluation import Reliability

SIDE, MARGIN = 320, 48  # pixels


def reliability_svg(parts: Sequence[Reliability]) -> str:
    """Return the picture; a bar on the diagonal means that the confidence is just what it says."""
    size = SIDE + 2 * MARGIN
    bars = "".join(_bar(part) for part in parts)
    lines = "".join(_tick(tenth / 10) for tenth in range(0, 11, 2))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" font-family="sans-serif" '
        f'font-size="12"><rect width="{size}" height="{size}" fill="white"/>{lines}{bars}'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#888" stroke-dasharray="4 4"/>'
        f'<text x="{_x(0.5)}" y="{size - 8}" text-anchor="middle">把握 confidence</text>'
        f'<text x="{_x(0)}" y="{MARGIN - 16}">答对的比例 share right（柱上是答案数 answers above bars）</text></svg>\n'
    )


def _bar(part: Reliability) -> str:
    right = part.right / part.answers
    width = _x(part.high) - _x(part.low) - 2
    return (
        f'<rect x="{_x(part.low) + 1:.1f}" y="{_y(right):.1f}" width="{width:.1f}" '
        f'height="{_y(0) - _y(right):.1f}" fill="#3a7bd5" fill-opacity="0.8"/>'
        f'<text x="{_x((part.low + part.high) / 2):.1f}" y="{_y(right) - 4:.1f}" text-anchor="middle">'
        f"{part.answers}</text>"
    )


def _tick(share: float) -> str:
    return (
        f'<line x1="{_x(0)}" y1="{_y(share):.1f}" x2="{_x(1)}" y2="{_y(share):.1f}" stroke="#eee"/>'
        f'<text x="{_x(0) - 6}" y="{_y(share) + 4:.1f}" text-anchor="end">{share:.1f}</text>'
        f'<text x="{_x(share):.1f}" y="{_y(0) + 16}" text-anchor="middle">{share:.1f}</text>'
    )


def _x(share: float) -> float:
    return MARGIN + share * SIDE


def _y(share: float) -> float:
    return MARGIN + (1 - share) * SIDE
