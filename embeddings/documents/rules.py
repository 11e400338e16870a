"""The lines that a PDF page draws: borders of tables, edges of shaded cells."""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium

from embeddings.documents.piece import Rule

_DEEPEST = 4  # drawings within drawings
_MOST = 20_000  # segments; what has more is a map or a chart
_STRAIGHT = 0.5  # points that a line may lean
_Matrix = tuple[float, float, float, float, float, float]
_PLAIN: _Matrix = (1, 0, 0, 1, 0, 0)


def rules_of(page: Any) -> tuple[Rule, ...]:
    """Return the straight lines across and down; none of a page that draws too many."""
    rules: list[Rule] = []
    for number, rule in enumerate(_drawn(page, _PLAIN, 0)):
        if number == _MOST:
            return ()
        if rule is not None:
            rules.append(rule)
    return tuple(rules)


def _drawn(parent: Any, matrix: _Matrix, depth: int) -> Iterator[Rule | None]:
    """Yield each segment of what is drawn: a rule, or None for another line."""
    within = depth > 0
    count = pdfium.FPDFFormObj_CountObjects(parent) if within else pdfium.FPDFPage_CountObjects(parent)
    for index in range(count):
        drawn = (
            pdfium.FPDFFormObj_GetObject(parent, index)
            if within
            else pdfium.FPDFPage_GetObject(parent, index)
        )
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            yield from _drawn(drawn, _times(_matrix_of(drawn), matrix), depth + 1)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and _is_seen(drawn):
            yield from _segments(drawn, _times(_matrix_of(drawn), matrix))


def _matrix_of(drawn: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, matrix):
        return _PLAIN
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _is_seen(path: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(fill.value or stroke.value)


def _segments(path: Any, matrix: _Matrix) -> Iterator[Rule | None]:
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        a, b, c, d, e, f = matrix
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium.FPDF_SEGMENT_LINETO and points:
            yield _rule(points[-1], point)
        elif kind == pdfium.FPDF_SEGMENT_MOVETO:
            points = []
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and kind == pdfium.FPDF_SEGMENT_LINETO:
            yield _rule(point, points[0])


def _rule(start: tuple[float, float], end: tuple[float, float]) -> Rule | None:
    left, right = sorted((start[0], end[0]))
    bottom, top = sorted((start[1], end[1]))
    return Rule(left, right, bottom, top) if min(right - left, top - bottom) <= _STRAIGHT else None
