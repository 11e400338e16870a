"""Sentences, and which of them answers."""

import pytest

from bot.sentences import answering_sentence, sentence_spans
from embeddings.types import Paragraph

HARBOUR = Paragraph(
    "云湾坚持改革为先。2023年GDP增速6.1%,列全市第2。全年接待游客120万人次。为什么客人多?因为高铁通了。",
    headings=("向海而兴",),
    subject="云湾",
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("今天下雨。明天晴。", ["今天下雨。", "明天晴。"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("增长8.7%,列第3", ["增长8.7%,列第3"]),
        ("真的吗？！是的。", ["真的吗？！", "是的。"]),
        ("", []),
    ],
)
def test_sentence_spans(text: str, sentences: list[str]) -> None:
    assert [text[slice(*span)] for span in sentence_spans(text)] == sentences


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("云湾GDP增速多少", "2023年GDP增速6.1%,列全市第2。"),
        ("雲灣接待遊客多少人次", "全年接待游客120万人次。"),
        ("云湾坚持什么为先", "云湾坚持改革为先。"),
        ("高铁", "因为高铁通了。"),
    ],
)
def test_answering_sentence(question: str, sentence: str) -> None:
    span = answering_sentence(question, HARBOUR)
    assert span is not None
    assert HARBOUR.text[slice(*span)] == sentence


def test_an_empty_paragraph_has_no_sentence() -> None:
    assert answering_sentence("云湾", Paragraph("")) is None
