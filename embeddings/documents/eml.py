"""Saved mails → their subject, who wrote to whom and when, and the text; attachments are said."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from embeddings.documents.block import Block
from embeddings.documents.decoding import decode
from embeddings.documents.plain import read_plain

_LABELS = (("From", "发件人"), ("To", "收件人"), ("Cc", "抄送"), ("Date", "日期"))


def read(content: bytes) -> list[Block]:
    """Return what a mail says; of a text in two forms the plain one."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return [*_head(message), *_body(message), *_attached(message)]


def _head(message: EmailMessage) -> Iterator[Block]:
    if subject := _one_line(message["Subject"]):
        yield Block(subject, "heading", 1)
    for name, label in _LABELS:
        if told := _one_line(message[name]):
            yield Block(f"{label}：{told}", "row")


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def _body(message: EmailMessage) -> list[Block]:
    body = message.get_body(("plain", "html"))
    if body is None:
        return []
    content = body.get_payload(decode=True)
    assert isinstance(content, bytes)
    if body.get_content_subtype() == "html":
        from embeddings.documents import html  # a plain mail needs none of its libraries

        return html.read(content)
    return read_plain(_text(content, body.get_content_charset()))


def _text(content: bytes, charset: str | None) -> str:
    """Decode as the mail declares, and by likelihood where that fails."""
    declared = {"gb2312": "gb18030", "gbk": "gb18030"}.get(charset or "", charset)
    try:
        text = content.decode(declared or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decode(content)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _attached(message: EmailMessage) -> Iterator[Block]:
    names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    if names:
        listed = "、".join(names)
        yield Block(
            f"附件没有读：{listed}，存下来单独加 · attachments not read, add them as files", "warning"
        )
