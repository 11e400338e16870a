"""Compose training paragraphs, questions and exact answers from word lists."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reader.training.compositions import Fact, Paragraph, compose_paragraph
from bot.reader.training.figures import Figure, figure_question
from bot.reader.training.headlines import headline
from bot.reader.training.missing import ask, favour, not_answered, words_for
from bot.reader.training.words import read_lists

NONE_SHARE = 0.36
HEADLINE_SHARE = 0.2
YES_OR_NO = re.compile("有没有增长|涨了还是|增长了吗|下降了没有|涨没涨")
HALF_WIDTH = str.maketrans("，：；（）", ",:;()")
TYPOS = read_lists("typos.txt")


@dataclass(frozen=True, slots=True)
class Example:
    """Hold one question over one paragraph; the answer is a span [start, end) of context."""

    question: str
    context: str
    heading: str
    answer: tuple[int, int] | None


def answered(paragraph: Paragraph, rng: random.Random) -> tuple[str, tuple[int, int]]:
    """Return a question that the paragraph answers, with the span."""
    pool: list[Fact | Figure] = [*paragraph.facts, *paragraph.figures]
    chosen = favour(pool, lambda some: some.asked[0] if isinstance(some, Fact) else "", rng)
    if isinstance(chosen, Figure):
        words = words_for(paragraph, chosen.subject, rng)
        question = figure_question(chosen.metric, chosen.aspect, chosen.subject, words, rng)
        verb = paragraph.text[chosen.start - 2 : chosen.start]
        if YES_OR_NO.search(question) and verb in ("增长", "下降"):
            return question, (chosen.start - 2, chosen.end)
    else:
        question = ask(chosen, words_for(paragraph, paragraph.subject, rng)["p"], {}, rng)
    return question, (chosen.start, chosen.end)


def mistype(question: str, kept: str, rng: random.Random) -> str:
    """Replace one character by one that sounds alike, outside the name asked about."""
    spots = [at for at, char in enumerate(question) if char in TYPOS and char not in kept]
    if not spots or rng.random() > 0.06:
        return question
    at = rng.choice(spots)
    return question[:at] + rng.choice(TYPOS[question[at]]) + question[at + 1 :]


def questions_over(paragraph: Paragraph, rng: random.Random) -> Iterator[Example]:
    """Yield one to four questions over a paragraph."""
    context, seen = paragraph.text, set()
    if rng.random() < 0.25:
        context = context.translate(HALF_WIDTH)
    for _ in range(rng.randint(1, 4)):
        empty = not_answered(paragraph, rng) if rng.random() < NONE_SHARE else None
        question, span = (empty, None) if empty else answered(paragraph, rng)
        if question in seen:
            continue
        seen.add(question)
        question = mistype(question, paragraph.subject.full, rng) + rng.choice(["", "", "", "？"])
        yield Example(question, context, paragraph.heading, span)


def endless(rng: random.Random) -> Iterator[Example]:
    """Yield examples without end."""
    while True:
        if rng.random() < HEADLINE_SHARE:
            question, line, heading, span = headline(rng, rng.random() < NONE_SHARE)
            yield Example(question, line, heading, span)
            continue
        paragraph = compose_paragraph(rng)
        if len(paragraph.text) >= 60 and (paragraph.facts or paragraph.figures):
            yield from questions_over(paragraph, rng)


def compose(count: int, seed: int) -> Iterator[Example]:
    """Yield count examples; equal seeds give equal examples."""
    rng = random.Random(seed)
    examples = endless(rng)
    for _ in range(count):
        yield next(examples)
