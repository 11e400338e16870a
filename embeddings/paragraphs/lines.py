"""Lines → pieces: what a column, a page or a fixed width broke is put together again."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from embeddings.documents.block import Block
from embeddings.paragraphs.entries import entries_of

_SENTENCE_END = re.compile(r"[。！？!?…；;：:.][”’」』）)\]】》\"']*$")
_STOP_INSIDE = re.compile(r"[。！？；].")
_PAUSE = re.compile(r"[，、]|,(?!\d{3})|(?<!\d)[：:]|[：:](?!\d)")  # 9:30 is no pause
_ANY_MARK = re.compile(r"[，,。；;、：:！!？?…]|[A-Za-z]{3}")
_LATIN_EDGE = re.compile(r"[A-Za-z0-9,.;:!?)\"'’”-]$")
_INDENT = re.compile(r"^(?:　|\t| {2,})")
_ITEM = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．)](?!\d)|[-*•·●■◆]|第.{1,4}[章节条款])"
)
_LONGEST_HEADING = 45
_LONGEST_PAUSED = 20  # 锚定产业主赛道，塑造发展新优势 is a heading; what is longer and pauses is a sentence
_FULL_LINE = 0.8  # of the longest line of its block: then the width broke it, not the writer
_SHORTEST_WRAPPED = 12
_MOST_HEADLINES = 3
_NARROW = 42.0  # characters; what is wider and ends a sentence was not broken
_OPENING = re.compile(r"^(?:本报讯|本刊讯|本网讯|[□■◇◆○●△▲]|[（(](?:本报|本刊)?(?:记者|通讯员))")
# 产值：3.5亿元｜增长5%; but 要闻｜甲县办成十件实事 is a headline
_CELLS = re.compile(r"^[^：:｜|]*[：:][^\d｜|]*\d[^｜|]*[｜|]")
# 甲方：云湾公司; 一、工程名称：大桥; but 他说：这是 and 9:30 are not of a form
_LABEL = re.compile(
    r"^(?P<label>(?:[一二三四五六七八九十]+、)?(?=[^：:]*[A-Za-z\u4e00-\u9fff])[^\s：:，,。；;！!？?“”‘’|｜《》][^：:，,。；;！!？?“”‘’|｜]{0,13})"
    r"(?<!说)(?<![写说问答喊笑]道)(?<![^名简全总尊职俗别]称)(?<!指出)(?<!表示)(?<!认为)(?<!强调)(?<![^顾]问)(?<!答)[：:](?!//)(?<!\d:(?=\d))"
    r"(?P<value>[^。！!？?|｜]*[^。！!？?；;：:，,|｜\s])$"
)
_OPENER = re.compile(r"^[^，。；：:]{2,8}[：:]$")
_LONGEST_LABELLED = 80
# 赔付说明：已保价的… begins a paragraph; 他说：… may go on
_NAMED_PARAGRAPH = re.compile(r"^[一-鿿]{2,8}(?<![说道为是指出示调答问称])[：:]")
_IN_BRACKETS = re.compile(r"^\s*[（(][^）)]*[）)]$")  # （2024年修订）
_TAGGED = re.compile(r"^[【［\[]")  # 【贮藏】密封。
# 河镇日报 A2 11月5日第2版
_DATELINE = re.compile(
    r"^《?[一-鿿·]{1,12}(?:报|刊|网|台|融媒|发布|新闻)》?[ 　]*(?:[一-鿿]{2,6}版?[ 　]*|[A-Z]?\d{1,2}[ 　]+)?"
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[ 　]*(?:第?\d{1,2}版|[A-Z]\d{0,2}版|[一-鿿]{1,6}版|第\d+期))?$"
)
# 河镇日报记者 祖安 通讯员 甲乙; 记者 reports too, and then a stop ends it
_REPORTER = re.compile(
    r"^[^，。；！？：:（(）)]{0,30}(?:记者|通讯员)[ 　]+[一-鿿·]{2,4}(?:[ 　/／][^，。；！？：:]{0,30})?$"
)
# Each alternative begins with a character, which lets the search skip to these.
_WIDE_SPACE = re.compile(r"\t\t*|　　*|    *")


class Line(NamedTuple):
    """A paragraph, heading or other piece without line breaks; `apart`: its block begins with it."""

    block: Block
    apart: bool


def joined(blocks: Sequence[Block]) -> list[Line]:
    """Return one line for each paragraph, heading or other piece."""
    whole: list[Line] = []
    for block in blocks:
        for number, piece in enumerate(_unwrapped(block)):
            titled = (number > 0 or len(whole) == 1) and _width(piece.text) > _NARROW >= _width(
                whole[-1].block.text
            )
            if whole and not titled and _goes_on(whole[-1].block, piece):
                before = whole[-1].block
                whole[-1] = whole[-1]._replace(block=before._replace(text=glue(before.text, piece.text)))
            else:
                whole.append(Line(piece, number == 0))
    return whole


def glue(before: str, after: str) -> str:
    """Join two halves: 实现数 + 字经济 → 实现数字经济, but the quick + brown → the quick brown."""
    latin = _LATIN_EDGE.search(before) and re.match(r"[A-Za-z0-9(\"'“‘]", after)
    broken_number = re.search(r"\d$", before) and re.match(r"[\d.]", after)
    return f"{before} {after}" if latin and not broken_number else before + after


def is_prose(text: str) -> bool:
    """Tell sentences from headings, credits and ornaments."""
    if is_sentence(text):
        return True
    pauses = len(_PAUSE.findall(text))
    return len(text) > _LONGEST_HEADING or pauses > 1 or (pauses == 1 and len(text) >= _LONGEST_PAUSED)


def is_sentence(text: str) -> bool:
    """Say whether a text has the stops of a sentence, or is a row of a table."""
    return bool(_SENTENCE_END.search(text) or _STOP_INSIDE.search(text) or _CELLS.search(text))


def is_label(text: str) -> bool:
    """Say whether a line has the shape of a form's: 甲方：云湾公司."""
    found = _LABEL.match(text) if len(text) <= _LONGEST_LABELLED else None
    # 二、检测结果（单位：分贝） is no label
    return found is not None and found["label"].count("（") == found["label"].count("）")


def label_of(text: str) -> tuple[str, str]:
    """Return the label and the value of such a line."""
    found = _LABEL.match(text)
    return (found["label"], found["value"]) if found else ("", text)


def is_item(text: str) -> bool:
    """Say whether a line begins with the mark or number of an item: （一）, 2., ●."""
    return _ITEM.match(text) is not None and not text.lstrip().startswith("第")


def is_signature(text: str) -> bool:
    """Say whether a line names the paper and its day, 河镇日报 11月5日第2版, or who reports."""
    stripped = text.strip()
    return bool(_DATELINE.match(stripped) or _REPORTER.match(stripped))


def opens_list(text: str) -> bool:
    """Say whether a line introduces what follows it: 请自带以下物品："""
    return text.rstrip().endswith(("：", ":"))


def _goes_on(before: Block, after: Block) -> bool:
    """Say whether a column or page broke a sentence between two pieces."""
    if before.kind != "text" or after.kind != "text" or _SENTENCE_END.search(before.text):
        return False
    if is_label(before.text) or is_label(after.text):
        return False
    if _TAGGED.match(after.text) or _IN_BRACKETS.match(after.text) or _IN_BRACKETS.match(before.text):
        return False
    if _NAMED_PARAGRAPH.match(after.text) or is_signature(before.text) or is_signature(after.text):
        return False
    if _CELLS.search(before.text) or any(mark.search(after.text) for mark in (_ITEM, _OPENING, _CELLS)):
        return False
    return is_prose(before.text) and is_prose(after.text)


def _unwrapped(block: Block) -> Iterator[Block]:
    """Split a block of lines into its paragraphs, joining what a fixed width broke."""
    lines = [line.rstrip() for line in block.text.split("\n") if line.strip()]
    if block.kind not in ("text", "item"):
        yield block._replace(text="".join(line.strip() for line in lines))
        return
    if block.kind == "item" or len(lines) == 1:
        text = lines[0].strip()
        for line in lines[1:]:
            text = glue(text, line.strip())
        yield block._replace(text=_labels_apart(text))
        return
    indented = {bool(_INDENT.match(line)) for line in lines} == {True, False}
    others = [_ITEM.match(line) is not None or is_label(line.strip()) for line in lines]
    entries = entries_of(lines, others)
    for is_run, run in groupby(enumerate(lines), lambda line: line[0] in entries):
        some = [line for _, line in run]
        if is_run:
            yield from (block._replace(text=line.strip(), kind="item") for line in some)
            continue
        for stretch in _stretches(some):
            for text in _paragraphs(stretch, indented=indented, alone=len(stretch) == len(lines)):
                yield block._replace(text=_labels_apart(text))


def _labels_apart(text: str) -> str:
    """Set labels on one line apart as in a table's row: 姓名：甲　　性别：女 → 姓名：甲；性别：女."""
    cells = _WIDE_SPACE.split(text)
    return "；".join(cells) if len(cells) > 1 and all(map(is_label, cells)) else text


def _stretches(lines: Sequence[str]) -> list[list[str]]:
    """Split lines where their width changes: whole paragraphs between narrow columns, rows, items, openings.

    甲，…（两百字）。 | 乙丙丁 / 戊己庚 / 辛。 | 产值：3｜5 → three stretches
    """
    long = [line for line in lines if _width(line) > _NARROW]
    whole = len(long) < len(lines) and 2 * sum(_ends(line) for line in long) >= len(long)
    stretches: list[list[str]] = []
    apart, listed = True, False
    labels = _labels(lines)
    for number, line in enumerate(lines):
        alone = (whole and _width(line) > _NARROW) or _CELLS.search(line) is not None or number in labels
        item = _ITEM.match(line) is not None
        if apart or alone or _OPENING.match(line) or (item and not listed):
            stretches.append([])
            listed = item
        stretches[-1].append(line)
        apart = alone
    return stretches


def _labels(lines: Sequence[str]) -> set[int]:
    """Return which lines are labelled: two or more under one another, or one with a figure by itself."""
    shaped = [is_label(line.strip()) or _labels_apart(line.strip()) != line.strip() for line in lines]
    beside = {
        place for number, pair in enumerate(pairwise(shaped)) if all(pair) for place in (number, number + 1)
    }
    longest = max(map(_width, lines))
    alone = {
        number
        for number, line in enumerate(lines)
        if shaped[number]
        and re.search(r"\d", line)
        and _width(line) < _FULL_LINE * longest
        and (number == 0 or _ends(lines[number - 1]))
    }
    return beside | alone


def _paragraphs(lines: Sequence[str], *, indented: bool, alone: bool) -> Iterator[str]:
    """Yield the paragraphs of a stretch of lines; `alone` where it is all of its block."""
    width = max(map(_width, lines))
    open_lines = [line for line in lines[:-1] if not _ends(line)]
    wrapped = width >= _SHORTEST_WRAPPED and len(open_lines) * 2 >= len(lines) - 1
    wrapped = wrapped and 2 * sum(_width(line) >= _FULL_LINE * width for line in open_lines) >= len(
        open_lines
    )
    if not alone:  # headlines over one another are no column
        full = sum(_width(line) >= _FULL_LINE * width for line in lines[:-1])
        wrapped = wrapped and full * 5 >= 3 * (len(lines) - 1) and any(map(is_sentence, lines))
    text = ""
    previous = ""
    headlines = alone and _are_headlines(lines, width)
    for line in lines:
        begins = (
            headlines
            or not text
            or _begins(previous, line, width, wrapped=wrapped, indented=indented, alone=alone)
        )
        if begins and text:
            yield text
        text = line.strip() if begins else glue(text, line.strip())
        previous = line
    yield text


def _are_headlines(lines: Sequence[str], width: float) -> bool:
    """Tell two or three headlines over one another from a paragraph that a column's end broke in a full line."""
    stops = any(map(_SENTENCE_END.search, lines)) or any("。" in line for line in lines)
    return 1 < len(lines) <= _MOST_HEADLINES and not stops and _width(lines[-1]) < _FULL_LINE * width


def _ends(line: str) -> bool:
    return _SENTENCE_END.search(line) is not None


def _width(line: str) -> float:
    """Return how wide a line is printed, in Chinese characters: 长2.5米 → 3.5."""
    return len(line) - len(line.encode("ascii", "ignore")) / 2


def _begins(previous: str, line: str, width: float, *, wrapped: bool, indented: bool, alone: bool) -> bool:
    """Say whether a line of a block begins a paragraph."""
    if _ITEM.match(line) or _OPENING.match(line) or (indented and _INDENT.match(line)):
        return True
    if not _ANY_MARK.search(previous) and not _ANY_MARK.search(line):
        return True  # 标题 / 本报记者 某某, or 某某局 / 2024年3月8日
    if (
        is_signature(line)
        or is_signature(previous)
        or _IN_BRACKETS.match(line)
        or _IN_BRACKETS.match(previous)
    ):
        return True
    if previous.endswith(("）", ")", "》", "】")) and (is_label(line.strip()) or _OPENER.match(line)):
        return True  # 某某条款（2023版） / 备案号：C-0942; 红烧肉（4人份） / 用料：
    full = _width(previous) >= _FULL_LINE * width
    if _ends(previous):
        return not (wrapped and full)
    return not (wrapped and full) and not (alone and is_prose(previous) and full)
