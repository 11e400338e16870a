"""What people read: answers as HTML, long messages in pieces, every sentence in both languages."""

import re
from dataclasses import fields

import pytest

from bot.answering import Answer, Evidence
from bot.library_words import EN as LIBRARY_EN
from bot.library_words import ZH as LIBRARY_ZH
from bot.library_words import LibraryWords
from bot.messages import (
    LONGEST_MESSAGE,
    _Run,
    render_answer,
    render_more,
    split_html,
    utf16_length,
)
from bot.reader.guard import Difference
from bot.reports import Pace, render_progress, render_report
from bot.sentences import Span
from bot.words import EN, ZH, Words, words_for
from embeddings.indexing import Report, Skipped
from embeddings.types import Paragraph, Passage, Progress
from tests.bot_api import parse_html

TEXT = "今年开局良好。GDP增长8.7%，居首。明年继续。"
SENTENCE = (7, 20)
FIGURE = (12, 16)


def evidence(text: str = TEXT, sentence: Span | None = SENTENCE, answers: tuple[Span, ...] = ()) -> Evidence:
    paragraph = Paragraph(text, headings=("各地发言", "龙港 < 乐清"), byline="书记 甲")
    return Evidence(Passage(1, "例会.txt", paragraph, 0.9), sentence, answers)


def answer(*shown: Evidence, found: bool = True, text: str | None = None, **values: object) -> Answer:
    fixed: dict[str, object] = {
        "question": "增速多少",
        "understood": "增速多少",
        "found": found,
        "text": text,
        "confidence": 0.9,
        "certain": True,
        "evidence": shown,
        "difference": None,
        "choices": (),
        "generation": 1,
        "milliseconds": 1.0,
    }
    return Answer(**(fixed | values))  # type: ignore[arg-type]


SOURCE = "\n\n<i>— 例会.txt › 各地发言 › 龙港 &lt; 乐清 › 书记 甲</i>"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            answer(evidence(answers=(FIGURE,)), text="8.7%"),
            f"<b>8.7%</b>\n\n今年开局良好。<b>GDP增长<u>8.7%</u>，居首。</b>明年继续。{SOURCE}",
        ),
        (
            answer(evidence(), text="8.7%", certain=False),
            f"可能：<b>8.7%</b>\n\n今年开局良好。<b>GDP增长8.7%，居首。</b>明年继续。{SOURCE}",
        ),
        (
            answer(evidence(), text="8.7%", understood="龙港增速多少"),
            "<i>理解为：龙港增速多少</i>\n\n<b>8.7%</b>\n\n"
            f"今年开局良好。<b>GDP增长8.7%，居首。</b>明年继续。{SOURCE}",
        ),
        (
            answer(found=False),
            "<b>文档里没有找到这个问题的答案。</b>\n换一种说法，或问得具体一些，再试试。",
        ),
        (
            answer(
                evidence(sentence=None),
                found=False,
                difference=Difference("year", "2024年", "2023年"),
                choices=("龙港", "余杭"),
            ),
            "<b>文档里没有找到这个问题的答案。</b>\n文中只有2023年的，没有2024年的。\n\n"
            f"文中没有直接的答案，最接近的是：\n\n{TEXT}{SOURCE}\n\n也可以指明是：龙港 / 余杭",
        ),
    ],
)
def test_answers(given: Answer, shown: str) -> None:
    assert render_answer(given, ZH) == [shown]
    parse_html(shown)


def test_signs_of_the_source_are_escaped() -> None:
    text = "甲<b>&乙 > 丙。"
    assert render_more([evidence(text, None)]) == [f"甲&lt;b&gt;&amp;乙 &gt; 丙。{SOURCE}"]


def test_a_long_paragraph_is_trimmed_to_whole_sentences_around_its_sentence() -> None:
    sentences = [f"第{number:03}句说的是这件事情的经过。" for number in range(200)]
    text = "".join(sentences)
    start = text.index("第100句")
    shown, marked = parse_html(render_more([evidence(text, (start, start + len(sentences[100])))])[0])
    paragraph = shown.split("\n")[0]
    assert [inside for tag, inside in marked if tag == "b"] == [sentences[100]]
    assert paragraph.startswith("…第0")
    assert paragraph.endswith("经过。…")
    assert 700 < len(paragraph) <= 802


def test_a_sentence_longer_than_the_window_is_shown_whole() -> None:
    text = "短。" + "长" * 900 + "。短。"
    shown, _ = parse_html(render_more([evidence(text, (2, 903))])[0])
    assert shown.startswith("…" + "长" * 900 + "。…")


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("甲。乙。", 10, ["甲。乙。"]),
        ("甲乙丙。丁戊己。", 6, ["甲乙丙。", "丁戊己。"]),
        ("甲乙丙\n\n丁戊己", 6, ["甲乙丙", "丁戊己"]),
        ("甲乙丙，丁戊己", 6, ["甲乙丙，", "丁戊己"]),
        ("甲乙丙丁戊己", 4, ["甲乙丙丁", "戊己"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
        ("a < b && c", 6, ["a &lt; b", "&amp;&amp; c"]),
    ],
)
def test_cuts(text: str, limit: int, pieces: list[str]) -> None:
    assert split_html([_Run(text)], limit) == pieces


def test_tags_are_closed_in_each_piece() -> None:
    assert split_html([_Run("甲", ("b",)), _Run("乙丙丁", ("b", "u"))], 2) == [
        "<b>甲<u>乙</u></b>",
        "<b><u>丙丁</u></b>",
    ]


def test_no_piece_is_longer_than_telegram_takes() -> None:
    text = "😀，" * 5000
    pieces = render_more([evidence(text, (0, len(text)))])
    plain = [parse_html(piece)[0] for piece in pieces]
    assert len(pieces) == 4
    assert all(utf16_length(piece) <= LONGEST_MESSAGE for piece in plain)
    assert "".join(plain).startswith(text)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ZH), ("en", EN), ("en-GB", EN), ("EN", EN), ("de", ZH), (None, ZH)],
)
def test_languages(language: str | None, words: Words) -> None:
    assert words_for(language) is words


BOTH = [
    *((ZH, EN, field.name) for field in fields(Words)),
    *((LIBRARY_ZH, LIBRARY_EN, field.name) for field in fields(LibraryWords)),
]


@pytest.mark.parametrize(("chinese", "english", "name"), BOTH, ids=[name for *_, name in BOTH])
def test_both_languages_say_the_same_things(chinese: object, english: object, name: str) -> None:
    chinese, english = getattr(chinese, name), getattr(english, name)
    if isinstance(chinese, str):
        assert set(re.findall(r"\{\w+", chinese)) == set(re.findall(r"\{\w+", english))
        parse_html(chinese)
        parse_html(english)
    else:
        assert [key for key, _ in chinese] == [key for key, _ in english]


def test_the_pace_is_that_of_the_stage_under_way() -> None:
    times = iter([10.0, 14.0, 20.0, 22.0])
    pace = Pace(lambda: next(times))
    steps = [("reading", 1), ("reading", 9), ("encoding", 256), ("encoding", 756)]
    assert [pace.rate(Progress(stage, done, 1000)) for stage, done in steps] == [0.0, 2.0, 0.0, 250.0]


def test_progress() -> None:
    assert render_progress(Progress("encoding", 3, 48), ZH) == "正在更新文档库：编码段落 3/48"
    assert render_progress(Progress("reading", 30, 480), ZH, 5.0) == (
        "正在更新文档库：读文件 30/480，每秒 5.0，还要 1:30"
    )
    assert render_progress(Progress("reading", 48, 48), ZH, 5.0) == "正在更新文档库：读文件 48/48"
    assert render_progress(Progress("<new>", 3, 48), EN) == "Updating the library: &lt;new&gt; 3/48"


def test_the_closing_summary_names_what_was_skipped_and_why() -> None:
    skipped = tuple(Skipped(f"{number}<.bin", "不是文本") for number in range(12))
    lines = render_report(Report(3, 2, 48, 1, 1, 0, skipped, 1.25), ZH).splitlines()
    assert lines[:3] == [
        "<b>文档库已更新</b>（第 3 代，1.2 秒）",
        "2 份文档，48 个段落",
        "新增 1，更新 1，移除 0，跳过 12",
    ]
    assert lines[3] == "跳过 0&lt;.bin：不是文本"
    assert lines[-1] == "……还有 2 份，见日志"
    assert len(lines) == 14
