"""Saved mails: head and text, in any charset, in one form or several; attachments are said."""

import random
from email.message import EmailMessage

import pytest

from embeddings.documents import read_document
from embeddings.documents.block import Block
from embeddings.errors import DocumentError

HEAD = [
    Block("渔船避风安排", "heading", 1),
    Block("发件人：渔办 <yb@example.com>", "row"),
    Block("收件人：各村 <a@example.com>", "row"),
    Block("日期：Mon, 05 Aug 2024 08:30:00 +0800", "row"),
]


def mail() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "渔船避风安排"
    message["From"] = "渔办 <yb@example.com>"
    message["To"] = "各村 <a@example.com>"
    message["Date"] = "Mon, 05 Aug 2024 08:30:00 +0800"
    return message


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gb2312", "big5"])
def test_a_plain_mail_is_read_in_its_charset(charset: str) -> None:
    message = mail()
    message.set_content("各村：\n\n8月6日18前\n回港。\n", charset=charset)
    assert read_document("通知.eml", message.as_bytes()) == [
        *HEAD,
        Block("各村："),
        Block("8月6日18前\n回港。"),
    ]


def test_of_two_forms_the_plain_one_is_read_and_attachments_are_said() -> None:
    message = mail()
    message.set_content("8月6日18时前回港。")
    message.add_alternative("<html><body><p>看网页</p></body></html>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="名单.pdf")
    *blocks, warning = read_document("通知.eml", message.as_bytes())
    assert blocks == [*HEAD, Block("8月6日18时前回港。")]
    assert (warning.kind, warning.text.split("，")[0]) == ("warning", "附件没有读：名单.pdf")


def test_a_mail_that_is_a_page_is_read_as_one() -> None:
    message = mail()
    message.set_content(
        "<html><body><h2>时间</h2><p>8月6日18时前，渔船都要回港避风。</p></body></html>", subtype="html"
    )
    blocks = read_document("通知.eml", message.as_bytes())
    assert [block.text for block in blocks[4:] if block.kind != "aside"] == [
        "时间",
        "8月6日18时前，渔船都要回港避风。",
    ]


def test_a_charset_that_lies_is_found_by_likelihood() -> None:
    content = b"Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    blocks = read_document("通知.eml", content + "所有渔船须于明天傍晚以前进港避风。".encode("gb18030"))
    assert [block.text for block in blocks] == ["x", "所有渔船须于明天傍晚以前进港避风。"]


def test_a_broken_mail_is_read_or_refused() -> None:
    message = mail()
    message.set_content("8月6日18时前回港。")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="名单.pdf")
    whole = message.as_bytes()
    chance = random.Random(7)
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            blocks = read_document("坏.eml", bytes(broken[: chance.randint(1, len(broken))]))
        except DocumentError as error:
            assert str(error)
        else:
            assert any(block.text.strip() for block in blocks)
