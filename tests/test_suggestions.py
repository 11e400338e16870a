"""Questions made from a paragraph's own clauses."""

import pytest

from bot.suggestions import candidates
from embeddings.types import Paragraph


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("2023年GDP达到2936亿元，增长8.5%，总量列全省第一。", [("余杭总量列全省第几", "第一")]),
        ("地方财政收入417亿元。", [("余杭地方财政收入多少", "417")]),
        ("目前建成共富工坊246家，吸纳就业近万人。", [("余杭建成共富工坊多少家", "246")]),
        ("国家级人才、大学生人数分别增长33.3%和26%。", []),  # whose figure is which
        ("余杭区常住人口约136万人。", [("余杭区常住人口多少人", "136")]),
        ("会议于2月27日召开。", []),
        ("住宿标准每晚不超过350元。", [("余杭住宿标准每晚多少", "350")]),
        ("周边停车位只有180个。", [("余杭周边停车位多少个", "180")]),
        ("同比下降3.5%，比去年同期提高1.2%。", []),  # of what
        ("常住人口居前的桑渡县126.5万人。", []),  # what of it
    ],
)
def test_candidates(text: str, made: list[tuple[str, str]]) -> None:
    assert list(candidates(Paragraph(text, subject="余杭"))) == made


def test_headings_make_none() -> None:
    assert list(candidates(Paragraph("建成共富工坊246家", role="heading"))) == []
