"""Sentences."""

import pytest

from bot.sentences import sentence_spans


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
