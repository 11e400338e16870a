"""A font of one square glyph for every 汉字: gives a place to characters whose font is nowhere.

A PDF need not carry its fonts, and a slim container has none for Chinese. pdfium then leaves out what
has no extent: lone characters, runs turned upright. With this font every character is as wide and high
as the page says. Nothing is drawn with it.

https://learn.microsoft.com/typography/opentype/spec/otff
"""

import struct

_UNITS = 1000  # an em
_BOTTOM, _TOP = 0, 700  # within what a line of any font takes


def blank_font() -> bytes:
    """Return the font file: a square of one em for every character, half a one for those of ASCII."""
    square, half = _box(_UNITS), _box(_UNITS // 2)
    # Format 13: all characters of a group have the same glyph.
    groups = struct.pack(">HHIII", 13, 0, 40, 0, 2) + struct.pack(">IIIIII", 0x21, 0x7E, 2, 0x80, 0x10FFFF, 1)
    tables = {
        b"OS/2": _os2(),
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 10, 12) + groups,
        b"glyf": square + half,
        b"head": struct.pack(">IIII", 0x10000, 0x10000, 0, 0x5F0F3CF5)
        + struct.pack(">HHQQhhhhHHhhh", 3, _UNITS, 0, 0, 0, _BOTTOM, _UNITS, _TOP, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">IhhhHhhh", 0x10000, _TOP, _BOTTOM, 0, _UNITS, 0, 0, _UNITS)
        + struct.pack(">9hH", 1, 0, 0, 0, 0, 0, 0, 0, 0, 3),
        b"hmtx": struct.pack(">HhHhHh", _UNITS, 0, _UNITS, 0, _UNITS // 2, 0),
        b"loca": struct.pack(">IIII", 0, 0, len(square), len(square) + len(half)),
        b"maxp": struct.pack(">I14H", 0x10000, 3, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    place = len(head) + 16 * len(tables)
    entries, body = b"", b""
    for tag, table in tables.items():
        entries += struct.pack(">4sIII", tag, _checksum(table), place + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + entries + body


def _box(width: int) -> bytes:
    """Return a glyph: a rectangle as high as a line's capitals."""
    glyph = struct.pack(">hhhhh", 1, 0, _BOTTOM, width, _TOP)
    glyph += struct.pack(">HH", 3, 0) + bytes([1, 1, 1, 1])  # four points on the line, no instructions
    glyph += struct.pack(">4h4h", 0, 0, width, 0, _BOTTOM, _TOP - _BOTTOM, 0, _BOTTOM - _TOP)
    return glyph + bytes(-len(glyph) % 4)


def _os2() -> bytes:
    fixed = struct.pack(">HhHHHhhhhhhhhhhh", 4, _UNITS, 400, 5, 0, *[0] * 11)
    ranges = bytes(10) + struct.pack(">IIII4sHHH", *[0xFFFFFFFF] * 4, b"NONE", 0x40, 0x21, 0xFFFF)
    return (
        fixed
        + ranges
        + struct.pack(">hhhHHIIhhHHH", _TOP, _BOTTOM, 0, _TOP, -_BOTTOM, 0x60001F, 0, 500, 700, 0, 32, 1)
    )


def _checksum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    return int(sum(struct.unpack(f">{len(padded) // 4}I", padded))) & 0xFFFFFFFF
