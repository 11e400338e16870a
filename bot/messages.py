"""An answer as Telegram's HTML, split at sentence ends within the limits; pure functions."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answering import Answer, Evidence
from bot.reader.guard import Difference
from bot.sentences import Span, sentence_spans
from bot.words import Words

# https://core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing,
# https://core.telegram.org/api/entities#utf-16: counted in UTF-16 code units.
LONGEST_MESSAGE = 4096
LONGEST_QUESTION = 500  # UTF-16 units, wherever it is asked
LONGEST_PARAGRAPH = 800  # UTF-16 units of a paragraph shown around its sentence
NEAR_PASSAGES = 2  # shown when nothing answers


def utf16_length(text: str) -> int:
    """Count as Telegram counts: 字 → 1, 😀 → 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class _Run:
    """Text in one style; `tags` are its HTML tags, outermost first."""

    text: str
    tags: tuple[str, ...] = ()


def shown_evidence(answer: Answer) -> tuple[Evidence, ...]:
    """Return the evidence that the first reply shows: the best one, or the nearest ones."""
    return answer.evidence[: 1 if answer.found else NEAR_PASSAGES]


def render_answer(answer: Answer, words: Words) -> list[str]:
    """Return an answer as the HTML of one or more messages, each within Telegram's limit."""
    runs: list[_Run] = []
    if answer.understood != answer.question:
        runs += [_Run(words.understood.format(question=answer.understood), ("i",)), _Run("\n\n")]
    runs += _found(answer, words) if answer.found else _not_found(answer, words)
    if answer.choices:
        runs.append(_Run("\n\n" + words.choices.format(choices=" / ".join(answer.choices))))
    return split_html(runs)


def render_more(evidence: Sequence[Evidence]) -> list[str]:
    """Return more passages as the HTML of one or more messages."""
    return split_html(_passages(evidence))


def _found(answer: Answer, words: Words) -> list[_Run]:
    assert answer.text is not None
    runs = [] if answer.certain else [_Run(words.perhaps)]
    runs += [_Run(answer.text, ("b",)), _Run("\n\n")]
    return runs + _passages(shown_evidence(answer))


def _not_found(answer: Answer, words: Words) -> list[_Run]:
    near = shown_evidence(answer)
    plain = words.not_found.removeprefix("<b>").removesuffix("</b>")
    runs = [_Run(plain, ("b",))]
    if answer.difference is not None and near:
        runs.append(_Run("\n" + difference_note(answer.difference, words)))
    if not near:
        return [*runs, _Run("\n" + words.nothing_near)]
    return [*runs, _Run(f"\n\n{words.near}\n\n"), *_passages(near)]


def difference_note(difference: Difference, words: Words) -> str:
    """Return in what the nearest evidence is not what was asked: 文中只有余杭的，没有龙港的。"""
    full, bare = dict(words.differences)[difference.kind]
    note = full if difference.given else bare
    return note.format(asked=difference.asked, given=difference.given)


def _passages(evidence: Sequence[Evidence]) -> list[_Run]:
    runs: list[_Run] = []
    for number, one in enumerate(evidence):
        runs += [_Run("\n\n")] if number else []
        runs += [*_paragraph(one), _Run("\n\n"), _Run("— " + _source(one), ("i",))]
    return runs


def _source(evidence: Evidence) -> str:
    paragraph = evidence.passage.paragraph
    return " › ".join((evidence.passage.document, *paragraph.headings, *filter(None, [paragraph.byline])))


def _paragraph(evidence: Evidence) -> list[_Run]:
    """Mark the sentence bold and the answer inside it bold and underlined; trim a long paragraph."""
    text = evidence.passage.paragraph.text
    start, end = _window(text, evidence.sentence)
    sentence = evidence.sentence or (start, start)
    marks = [span for span in evidence.answers if sentence[0] <= span[0] and span[1] <= sentence[1]]
    edges = sorted({start, end, *(edge for span in [sentence, *marks] for edge in span)})
    runs = [_Run("…")] if start > 0 else []
    for left, right in pairwise(edges):
        inside = sentence[0] <= left < sentence[1]
        marked = any(span[0] <= left < span[1] for span in marks)
        runs.append(_Run(text[left:right], ("b", "u") if marked else ("b",) if inside else ()))
    return [*runs, _Run("…")] if end < len(text) else runs


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


# Where a long message may be cut, best first: paragraph, line, sentence, clause, word.
_CUTS = (("\n\n",), ("\n",), tuple("。！？!?”」"), tuple("；;，,、"), (" ",))


def split_html(runs: Sequence[_Run], limit: int = LONGEST_MESSAGE) -> list[str]:
    """Return the runs as HTML messages of at most `limit` UTF-16 units each, tags closed in each."""
    text = "".join(run.text for run in runs)
    return [html_of for span in _cut(text, limit) if (html_of := _html(runs, span)).strip()]


def _cut(text: str, limit: int) -> Iterator[Span]:
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
        cut = max(text.rfind(mark, middle, end) + len(mark) for mark in ends)
        if cut > middle:
            return cut
    return end


def _html(runs: Sequence[_Run], span: Span) -> str:
    # (甲, b) (乙, b u) (丙, b) → <b>甲<u>乙</u>丙</b>
    written = ""
    opened: tuple[str, ...] = ()
    position = 0
    for run in runs:
        left, right = max(span[0] - position, 0), min(span[1] - position, len(run.text))
        position += len(run.text)
        if left < right:
            written += _turn(opened, run.tags) + html.escape(run.text[left:right], quote=False)
            opened = run.tags
    return (written + _turn(opened, ())).strip()


def _turn(opened: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    """Return the tags that lead from the open ones to the wanted ones."""
    kept = 0
    while kept < min(len(opened), len(wanted)) and opened[kept] == wanted[kept]:
        kept += 1
    closing = "".join(f"</{tag}>" for tag in reversed(opened[kept:]))
    return closing + "".join(f"<{tag}>" for tag in wanted[kept:])
