"""What people read: short answers, long messages in pieces, every sentence in both languages."""

import re
from dataclasses import fields

import pytest

from bot.answering import Answer, Evidence
from bot.choices import Choice
from bot.library_words import EN as LIBRARY_EN
from bot.library_words import ZH as LIBRARY_ZH
from bot.library_words import LibraryWords
from bot.messages import (
    LONGEST_MESSAGE,
    Mark,
    Page,
    clip,
    cut,
    render_answer,
    render_context,
    render_more,
    utf16_length,
)
from bot.reader.guard import Difference
from bot.reports import Pace, render_progress, render_report
from bot.sentences import Span
from bot.words import EN, ZH, Words, words_for
from embeddings.indexing import Report, Skipped
from embeddings.types import Paragraph, Passage, Progress
from tests.telegram_form import parse_html

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


SOURCE = "\n— 例会.txt › 龙港 < 乐清 › 书记 甲"
LONG = (
    "去年以来，全县上下齐心协力，"
    + "引育国家级人才、高技能人才、大学生人数分别增长33.3%、19.8%和26%，"
    + "全年目标任务圆满完成，群众满意度继续位居全市前列，受到各方好评。"
)


def marked(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mark in page.marks:
        found.setdefault(mark.style, []).append(page.text[mark.start : mark.end])
    return found


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (answer(evidence(answers=(FIGURE,)), text="8.7%"), f"8.7%\nGDP增长8.7%，居首。{SOURCE}"),
        (
            answer(evidence(answers=(FIGURE,)), text="8.7%", certain=False),
            f"可能：8.7%\nGDP增长8.7%，居首。{SOURCE}",
        ),
        (
            answer(evidence(answers=(FIGURE,)), text="8.7%", understood="龙港增速多少"),
            f"理解为：龙港增速多少\n8.7%\nGDP增长8.7%，居首。{SOURCE}",
        ),
        (answer(evidence("书记甲", (0, 3), ((0, 3),)), text="书记甲"), f"书记甲{SOURCE}"),
        (
            answer(evidence(LONG, (0, len(LONG)), ((LONG.index("19"), LONG.index("19") + 5),)), text="19.8%"),
            f"19.8%\n去年以来，全县上下齐心协力，引育国家级人才、高技能人才、大学生人数分别增长33.3%、19.8%和26%…{SOURCE}",
        ),
        (answer(found=False), "文档里没有找到答案。\n换一种说法，或问得具体一些，再试试。"),
        (
            answer(evidence(), found=False, difference=Difference("year", "2024年", "2023年")),
            f"找到的是2023年的，没有找到2024年的。\n最接近的是：GDP增长8.7%，居首。{SOURCE}",
        ),
        (
            answer(
                evidence(),
                text="8.7%",
                choices=(
                    Choice("龙港", "龙港增速多少", "8.7%", "例会.txt"),
                    Choice("余杭", "余杭增速多少", "8.5%", "例会.txt"),
                ),
            ),
            "有几个说法，问的是哪一个？\n· 龙港：8.7%（例会.txt）\n· 余杭：8.5%（例会.txt）",
        ),
    ],
)
def test_answers(given: Answer, shown: str) -> None:
    assert [page.text for page in render_answer(given, ZH)] == [shown]


def test_marks_stand_where_they_should() -> None:
    (page,) = render_answer(answer(evidence(answers=(FIGURE,)), text="8.7%", understood="龙港增速"), ZH)
    assert marked(page) == {
        "italic": ["理解为：龙港增速\n", SOURCE],
        "bold": ["8.7%"],
        "underline": ["8.7%"],
    }
    assert page.text[: page.marks[2].start].endswith("GDP增长")


def test_a_question_of_a_button_is_repeated() -> None:
    (page,) = render_answer(answer(evidence(answers=(FIGURE,)), text="8.7%"), ZH, asked=True)
    assert page.text.startswith("问：增速多少\n8.7%\n")


@pytest.mark.parametrize(
    ("text", "answers", "longest", "shown"),
    [
        ("甲是乙。", [(2, 3)], 10, "甲是乙。"),
        ("去年引育人才，增长33.3%和26%，列全市第一。", [(12, 15)], 12, "增长33.3%和26%，"),
        ("一二三四五六七八九十", [], 4, "一二"),
        ("一二三四五六七八九十", [(8, 9)], 4, "七八九十"),
    ],
)
def test_clips(text: str, answers: list[Span], longest: int, shown: str) -> None:
    assert text[slice(*clip(text, (0, len(text)), answers, longest))] == shown


def test_context_is_an_expandable_quotation_with_what_stands_around() -> None:
    before, after = Paragraph("前一段。"), Paragraph("后一段。")
    (page,) = render_context("例会.txt", evidence().passage.paragraph, SENTENCE, before, after)
    assert page.text == f"例会.txt › 各地发言 › 龙港 < 乐清 › 书记 甲\n前一段。\n\n{TEXT}\n\n后一段。"
    assert marked(page)["expandable_blockquote"] == [f"前一段。\n\n{TEXT}\n\n后一段。"]
    assert marked(page)["bold"][1] == "GDP增长8.7%，居首。"


def test_a_long_paragraph_is_trimmed_to_whole_sentences() -> None:
    text = "".join(f"第{number:03}句说的是这件事情的经过。" for number in range(200))
    shown = render_more([evidence(text).passage])[0].text.split("\n")[0]
    assert shown.startswith("第000句")
    assert shown.endswith("经过。…")
    assert 700 < len(shown) <= 802


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("甲。乙。", 10, ["甲。乙。"]),
        ("甲乙丙。丁戊己。", 6, ["甲乙丙。", "丁戊己。"]),
        ("甲乙丙\n\n丁戊己", 6, ["甲乙丙", "丁戊己"]),
        ("甲乙丙，丁戊己", 6, ["甲乙丙，", "丁戊己"]),
        ("甲乙丙丁戊己", 4, ["甲乙丙丁", "戊己"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
    ],
)
def test_cuts(text: str, limit: int, pieces: list[str]) -> None:
    assert [page.text for page in cut(text, (), limit)] == pieces


def test_marks_are_cut_with_the_text() -> None:
    marks = [Mark(0, 4, "bold"), Mark(1, 4, "underline")]
    assert cut("甲乙丙丁", marks, 2) == [
        Page("甲乙", (Mark(0, 2, "bold"), Mark(1, 2, "underline"))),
        Page("丙丁", (Mark(0, 2, "bold"), Mark(0, 2, "underline"))),
    ]


def test_no_piece_is_longer_than_telegram_takes() -> None:
    text = "😀，" * 5000
    pieces = cut(text)
    assert len(pieces) == 4
    assert all(utf16_length(piece.text) <= LONGEST_MESSAGE for piece in pieces)
    assert "".join(piece.text for piece in pieces) == text


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
