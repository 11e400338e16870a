"""Readings made by hand: passages with the scores that a network might give them."""

from collections.abc import Collection

import numpy as np

from bot.reader.candidates import Candidate
from bot.reader.network import Scores
from bot.reader.question import understand
from bot.reader.reading import Reading
from embeddings.types import Paragraph, Passage, Role

SUBJECTS = ("云湾", "沙汀")


def passage(
    text: str,
    subject: str = "",
    role: Role = "body",
    *,
    headings: tuple[str, ...] = (),
    document: str = "年鉴",
    score: float = 0.9,
) -> Passage:
    """Return a passage as the search finds it."""
    return Passage(1, document, Paragraph(text, headings, subject=subject, role=role), score)


def scores(text: str, liked: Collection[str] = (), answerable: float = 0.0) -> Scores:
    """Return what a network might say of a text whose characters are its pieces: it likes these parts, the first best."""
    start, end, inside = (np.full(len(text), -4.0, np.float32) for _ in range(3))
    for rank, part in enumerate(liked):
        first = text.index(part)
        start[first] = end[first + len(part) - 1] = 4.0 - rank
        inside[first : first + len(part)] = 2.0
    return Scores(tuple((n, n + 1) for n in range(len(text))), start, end, inside, answerable)


def reading(
    question: str, read: Passage, liked: Collection[str] = (), *, number: int = 0, answerable: float = 0.0
) -> Reading:
    """Return a passage as read for a question."""
    text = read.paragraph.text
    asked = understand(question, SUBJECTS)
    return Reading(number, read, asked, text, 0, scores(text, liked, answerable))


def candidate(question: str, read: Passage, answer: str, score: float = 0.0) -> Candidate:
    """Return an answer of a passage, with what its figure says where it is one."""
    one = reading(question, read)
    start = one.text.index(answer)
    span = (start, start + len(answer))
    claim = next((each for each in one.claims if (each.figure.start, each.figure.end) == span), None)
    return Candidate(one, (span,), score, claim)
