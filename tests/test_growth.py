"""The growth benchmark measures what it says: its texts, the hybrid it compares with, its chart."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.growth import chart, hybrid, side, texts
from tests.growth.__main__ import latest


def test_texts_are_the_same_again_and_come_back_from_their_files(tmp_path: Path) -> None:
    texts.write(tmp_path / "a", 45)
    texts.write(tmp_path / "b", 45)
    paragraphs = list(texts.read(tmp_path / "a"))
    assert len(set(paragraphs)) == 45
    assert paragraphs == list(texts.read(tmp_path / "b"))
    assert len(list((tmp_path / "a").iterdir())) == 2
    texts.write(tmp_path / "c", 45, ["云湾书屋有12家。", "石桥茶园有8万亩。"])
    assert list(texts.read(tmp_path / "c"))[:2] == ["云湾书屋有12家。", "石桥茶园有8万亩。"]
    assert len(list(texts.read(tmp_path / "c"))) == 45


def test_the_hybrid_finds_what_is_asked_for(tmp_path: Path) -> None:
    paragraphs = ["云湾书屋有12家。", "石桥茶园有8万亩。", "渡口游客来了三千人。"]
    hybrid.build(paragraphs, tmp_path)
    opened = hybrid.Hybrid(tmp_path)
    assert opened.search("石桥的茶园有多大", 1) == ["石桥茶园有8万亩。"]
    assert len(opened.search("书屋", 5)) == 3


def test_the_chart_shows_every_figure() -> None:
    figures = dict.fromkeys(chart.PANELS, 2.5)
    lines: list[dict[str, Any]] = [
        {"paragraphs": size, "wenbao": {**figures, "memory_mb": size}, "hybrid": figures}
        for size in (1000, 20_000)
    ]
    lines.append({"paragraphs": 1_000_000, "wenbao": {**figures, "memory_mb": 777}})  # one side alone
    drawn = ElementTree.fromstring(chart.draw(lines))
    shown = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {
        *chart.PANELS.values(),
        "20,000",
        "20000",
        "1,000,000",
        "777",
        "2.5",
        "问报",
        "bm25s + FAISS",
    } <= set(shown)


def test_the_chart_is_of_the_last_line_of_each_size() -> None:
    lines = [
        {"paragraphs": 10_000, "commit": "a"},
        {"paragraphs": 1_000, "commit": "a"},
        {"paragraphs": 1_000, "commit": "b"},
        {"paragraphs": 10_000, "commit": "c", "readings": ["cmrc"]},
    ]
    drawn = latest("\n".join(map(json.dumps, lines)))
    assert [(line["paragraphs"], line["commit"]) for line in drawn] == [(1_000, "b"), (10_000, "a")]


def test_a_paragraph_is_found_where_the_next_was_joined_to_it() -> None:
    assert side._is_of("茶园 8万亩书屋12家。", "茶园8万亩")
    assert not side._is_of("茶园8万亩", "书屋12家。")
