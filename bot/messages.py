"""Answers as Telegram shows them: text with marks, cut at sentence ends within the limits; pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.answering import Answer, Evidence
from bot.reader.guard import Difference
from bot.sentences import Span, sentence_spans
from bot.words import Words
from embeddings.types import Paragraph, Passage

# https://core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing,
# https://core.telegram.org/api/entities#utf-16: counted in UTF-16 code units.
LONGEST_MESSAGE = 4096
LONGEST_PARAGRAPH = 800  # UTF-16 units of a paragraph shown with more passages
LONGEST_SENTENCE = 56  # characters of the sentence under an answer; all of it is one press away
LONGEST_NEAR = 48  # of the nearest sentence where nothing answers
LONGEST_NAME = 18  # of a heading or a document in the line of the source
_CLAUSE_ENDS = "，,；;、：:。！？!?"

Style = Literal["bold", "italic", "underline", "expandable_blockquote"]


def utf16_length(text: str) -> int:
    """Count as Telegram counts: 字 → 1, 😀 → 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a page's text in one style; character offsets, end exclusive."""

    start: int
    end: int
    style: Style


@dataclass(frozen=True, slots=True)
class Page:
    """One message."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A text that grows, with its marks."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)

    def add(self, text: str, *styles: Style) -> None:
        start = len(self.text)
        self.text += text
        self.marks += [Mark(start, len(self.text), style) for style in styles if text]


# --- an answer ---


def shown_evidence(answer: Answer) -> tuple[Evidence, ...]:
    """Return the evidence that the first reply shows: the one that answers, or the nearest one."""
    return answer.evidence[:1]


def render_answer(answer: Answer, words: Words, *, asked: bool = False) -> list[Page]:
    """Return an answer as one or more messages; `asked` shows the question, where a button asked it."""
    draft = _Draft()
    if answer.understood != answer.question:
        draft.add(words.understood.format(question=answer.understood) + "\n", "italic")
    elif asked:
        draft.add(words.asked.format(question=answer.question) + "\n", "italic")
    if answer.choices:
        _add_choices(draft, answer, words)
    elif answer.found:
        _add_found(draft, answer, words)
    else:
        _add_not_found(draft, answer, words)
    return cut(draft.text, draft.marks)


def _add_found(draft: _Draft, answer: Answer, words: Words) -> None:
    assert answer.text is not None
    draft.add("" if answer.certain else words.perhaps)
    first = answer.evidence[0]
    if answer.rephrased:
        before, _, after = answer.rephrased.partition(answer.text)
        draft.add(before)
        draft.add(answer.text if before != answer.rephrased else "", "bold")
        draft.add(after)
        draft.add(f"\n— {source(first.passage)} · {words.rephrased}", "italic")
        return
    draft.add(answer.text, "bold")
    text = first.passage.paragraph.text
    sentence = first.sentence or (0, len(text))
    if text[slice(*sentence)].strip(" 。.") != answer.text.strip(" 。."):  # it was said already
        draft.add("\n")
        _add_clip(draft, text, clip(text, sentence, first.answers, LONGEST_SENTENCE), first.answers)
    draft.add("\n— " + source(first.passage), "italic")


def _add_not_found(draft: _Draft, answer: Answer, words: Words) -> None:
    near = shown_evidence(answer)
    note = difference_note(answer.difference, words) if answer.difference is not None and near else ""
    draft.add(note or words.not_found, "bold")
    if not near:
        draft.add("\n" + words.nothing_near)
        return
    text = near[0].passage.paragraph.text
    spans = sentence_spans(text)
    sentence = near[0].sentence or (spans[0] if spans else (0, len(text)))
    draft.add("\n" + words.near)
    _add_clip(draft, text, clip(text, sentence, (), LONGEST_NEAR), ())
    draft.add("\n— " + source(near[0].passage), "italic")


def _add_choices(draft: _Draft, answer: Answer, words: Words) -> None:
    draft.add(words.choices, "bold")
    for choice in answer.choices:
        draft.add(f"\n· {choice.label}：")
        draft.add(choice.answer, "bold")
        if choice.document not in choice.label:
            draft.add(f"（{shorten(choice.document, LONGEST_NAME)}）")


def difference_note(difference: Difference, words: Words) -> str:
    """Return in what the nearest evidence is not what was asked: 找到的是余杭的，没有找到龙港的。"""
    full, bare = dict(words.differences)[difference.kind]
    note = full if difference.given else bare
    return note.format(asked=difference.asked, given=difference.given)


def clip(text: str, sentence: Span, answers: Sequence[Span], longest: int) -> Span:
    """Return the clauses of a sentence around its answer, as many as fit; at least the answer itself.

    去年引育人才，增长33.3%、19.8%和26%，列全市第一。 → around 19.8%: 增长33.3%、19.8%和26%
    """
    start, end = sentence
    if end - start <= longest:
        return sentence
    inside = [span for span in answers if start <= span[0] and span[1] <= end]
    left, right = (inside[0][0], inside[-1][1]) if inside else (start, start + 1)
    edges = [start, *(at + 1 for at in range(start, end - 1) if text[at] in _CLAUSE_ENDS), end]
    grown = max(edge for edge in edges if edge <= left), min(edge for edge in edges if edge >= right)
    if grown[1] - grown[0] > longest:
        return max(start, left - longest // 2), min(end, max(right, left + longest // 2))
    while True:
        before = max((edge for edge in edges if edge < grown[0]), default=start)
        after = min((edge for edge in edges if edge > grown[1]), default=end)
        wider = [(before, grown[1]), (grown[0], after)]
        fitting = [one for one in wider if grown != one and one[1] - one[0] <= longest]
        if not fitting:
            return grown
        grown = fitting[0]


def _add_clip(draft: _Draft, text: str, span: Span, answers: Sequence[Span]) -> None:
    """Add a stretch of a paragraph, the answers in it underlined, dots where something is left out."""
    start, end = span
    before = text[:start].rstrip()
    draft.add("…" if before and before[-1] not in "。！？!?\n" else "")
    base = len(draft.text) - start
    shown = text[start:end].rstrip("，,；;、：: ")
    draft.add(shown.replace("\n", " "))
    draft.marks += [
        Mark(base + left, base + right, "underline")
        for left, right in answers
        if start <= left and right <= start + len(shown)
    ]
    draft.add("…" if shown and shown[-1] not in "。！？!?”」』）)" and end < len(text) else "")


def source(passage: Passage) -> str:
    """Return where a passage stands, in one line: 例会.txt › 龙港 › 书记 甲."""
    paragraph = passage.paragraph
    last = [paragraph.headings[-1]] if paragraph.headings else []
    parts = (passage.document, *last, paragraph.byline)
    return " › ".join(shorten(part, LONGEST_NAME) for part in parts if part)


def shorten(text: str, longest: int) -> str:
    """Return a name with its middle left out where it is long; the ending tells: 很长…名字.txt."""
    if len(text) <= longest:
        return text
    tail = longest // 3
    return f"{text[: longest - tail - 1]}…{text[-tail:]}"


# --- what buttons bring ---


def render_more(passages: Sequence[Passage]) -> list[Page]:
    """Return more passages as one or more messages."""
    draft = _Draft()
    for number, passage in enumerate(passages):
        text = passage.paragraph.text
        draft.add("\n\n" if number else "")
        start, end = _window(text, None)
        draft.add(("…" if start else "") + text[start:end] + ("…" if end < len(text) else ""))
        draft.add("\n— " + source(passage), "italic")
    return cut(draft.text, draft.marks)


def render_context(
    document: str,
    paragraph: Paragraph,
    sentence: Span | None,
    before: Paragraph | None,
    after: Paragraph | None,
) -> list[Page]:
    """Return a paragraph in an expandable quotation: its headings, what stands before and after it."""
    draft = _Draft()
    draft.add(" › ".join((document, *paragraph.headings, *filter(None, [paragraph.byline]))), "bold")
    draft.add("\n")
    start = len(draft.text)
    if before is not None:
        draft.add(before.text + "\n\n")
    base = len(draft.text)
    draft.add(paragraph.text)
    if sentence is not None:
        draft.marks.append(Mark(base + sentence[0], base + sentence[1], "bold"))
    if after is not None:
        draft.add("\n\n" + after.text)
    draft.marks.append(Mark(start, len(draft.text), "expandable_blockquote"))
    return cut(draft.text, draft.marks)


def _window(text: str, sentence: Span | None) -> Span:
    """Return what is shown of a paragraph: whole sentences around its sentence, as far as they fit.

    A sentence longer than the window is shown whole.
    """
    if utf16_length(text) <= LONGEST_PARAGRAPH:
        return 0, len(text)
    spans = sentence_spans(text)
    start, end = sentence or spans[0]
    before = [left for left, _ in spans if left < start]
    after = [right for _, right in spans if right > end]
    while before or after:  # one sentence before, one after, one before …
        grown = [(before.pop(), end)] if before else []
        grown += [(grown[0][0] if grown else start, after.pop(0))] if after else []
        fitting = [span for span in grown if utf16_length(text[slice(*span)]) <= LONGEST_PARAGRAPH]
        if not fitting:
            break
        start, end = fitting[-1]
    return start, end


# --- pages ---

# Where a long message may be cut, best first: paragraph, line, sentence, clause, word.
_CUTS = (("\n\n",), ("\n",), tuple("。！？!?”」"), tuple("；;，,、"), (" ",))


def cut(text: str, marks: Sequence[Mark] = (), limit: int = LONGEST_MESSAGE) -> list[Page]:
    """Return a text as pages of at most `limit` UTF-16 units each, its marks cut with it."""
    return [page for span in _spans(text, limit) if (page := _page(text, marks, span)).text]


def _page(text: str, marks: Sequence[Mark], span: Span) -> Page:
    shown = text[slice(*span)]
    start = span[0] + len(shown) - len(shown.lstrip())
    end = start + len(shown.strip())
    clipped = (Mark(max(one.start, start), min(one.end, end), one.style) for one in marks)
    inside = (Mark(one.start - start, one.end - start, one.style) for one in clipped if one.start < one.end)
    return Page(text[start:end], tuple(inside))


def _spans(text: str, limit: int) -> Iterator[Span]:
    start = 0
    while utf16_length(text[start:]) > limit:
        end = start + limit
        while utf16_length(text[start:end]) > limit:
            end -= (utf16_length(text[start:end]) - limit + 1) // 2
        end = _best_cut(text, start, end)
        yield start, end
        start = end
    yield start, len(text)


def _best_cut(text: str, start: int, end: int) -> int:
    middle = start + (end - start) // 2  # a cut before the middle makes pieces too small
    for ends in _CUTS:
        best = max(text.rfind(mark, middle, end) + len(mark) for mark in ends)
        if best > middle:
            return best
    return end
