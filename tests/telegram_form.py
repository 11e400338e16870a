"""The form that Telegram takes texts, buttons and files in; anything else is refused in its words."""

import html
import json
import re
from email import message_from_bytes
from typing import Any

TAGS = {"bold": "b", "italic": "i", "underline": "u", "expandable_blockquote": "blockquote"}
LONGEST = 4096
_TOKEN = re.compile(
    r"<(/?)([a-z-]+)((?:\s+[a-z-]+(?:=\"[^\"<>]*\")?)*)\s*>|&(#?\w+);|([<>&])|([^<>&]+)", re.I
)
_TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote",
    "tg-spoiler", "a",
}  # fmt: skip


class Refusal(Exception):  # noqa: N818 - not an error of ours
    """An answer with ok: false."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        self.code = code
        self.description = description
        self.retry_after = retry_after
        super().__init__(description)


def parse_html(source: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the plain text and the (tag, text) inside it; Refusal 400 for what is not well formed."""
    text, entities = "", []
    opened: list[tuple[str, int]] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or match[5]:
            raise _cannot_parse(f'Unsupported start tag "{source[position : position + 8]}"', position)
        position = match.end()
        if match[2]:
            tag = match[2].lower()
            if tag not in _TAGS:
                raise _cannot_parse(f'Unsupported start tag "{tag}"', match.start())
            if not match[1]:
                opened.append((tag, len(text)))
            elif not opened or opened[-1][0] != tag:
                raise _cannot_parse(f'Unmatched end tag "{tag}"', match.start())
            else:
                name, start = opened.pop()
                entities.append((name, text[start:]))
        elif match[4]:
            if not match[4].startswith("#") and match[4] not in {"lt", "gt", "amp", "quot"}:
                raise _cannot_parse(f'Unsupported entity "{match[4]}"', match.start())
            text += html.unescape(match[0])
        else:
            text += match[6]
    if opened:
        raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"', position)
    return text, entities


def _cannot_parse(why: str, position: int) -> Refusal:
    return Refusal(400, f"Bad Request: can't parse entities: {why} at byte offset {position}")


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def shown(parameters: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    mode = parameters.get("parse_mode")
    if mode not in (None, "HTML"):
        raise Refusal(400, "Bad Request: unsupported parse_mode")
    text, entities = parse_html(parameters["text"]) if mode else (parameters["text"], [])
    for entity in json.loads(parameters.get("entities") or "[]"):
        units, start = text.encode("utf-16-le"), 2 * entity["offset"]
        inside = units[start : start + 2 * entity["length"]]
        if entity["type"] not in TAGS or len(inside) != 2 * entity["length"] or not inside:
            raise Refusal(400, "Bad Request: invalid entities")
        entities.append((TAGS[entity["type"]], inside.decode("utf-16-le")))
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if utf16_units(text.strip()) > LONGEST:
        raise Refusal(400, "Bad Request: message is too long")
    return text.strip(), entities


def rows_of(parameters: dict[str, Any]) -> list[list[dict[str, str]]]:
    return list(json.loads(parameters.get("reply_markup") or "{}").get("inline_keyboard", []))


def buttons_of(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    rows = rows_of(parameters)
    buttons = [(button["text"], button["callback_data"]) for row in rows for button in row]
    if any(not text or not 1 <= len(data.encode()) <= 64 for text, data in buttons):
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return buttons


def multipart(kind: str, body: bytes) -> dict[str, Any]:
    """Return the fields of a form; a file's is its bytes."""
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields: dict[str, Any] = {}
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            fields[name] = content if part.get_filename() else content.decode()
    for name, value in fields.items():
        if isinstance(value, str) and value.startswith("attach://"):
            fields[name] = fields[value.removeprefix("attach://")]
    attached = [name for name, value in fields.items() if isinstance(value, bytes)]
    return {name: fields[name] for name in fields if name not in attached or name in ("photo", "document")}
