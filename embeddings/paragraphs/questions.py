"""Pieces → pieces: a question that people often ask, with its answer."""

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.paragraphs.kinds import Piece

_ASKED = re.compile(r"^(?:问|Q|提问|问题)\s*\d{0,3}\s*[：:.、．].{2,80}$", re.IGNORECASE)
_ANSWERED = re.compile(r"^(?:答|A|回答|解答|回复)\s*\d{0,3}\s*[：:.、．]", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.、．]\s*.{2,60}[？?]$")
_BARE = re.compile(r"^[^。！；]{4,40}[？?]$")
_FEWEST_NUMBERED, _FEWEST_BARE = 2, 3  # what asks less often is rhetoric
_LONGEST = 400  # characters of both together
_ANSWERS = ("prose", "list", "item", "label")


def with_answers(pieces: Sequence[Piece]) -> list[Piece]:
    """Put each question and its answer together: 问：末班几点？ / 答：21:40。 → one piece of two lines."""
    asked = _questions(pieces)
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        if place not in asked:
            found.append(pieces[place])
            place += 1
            continue
        question, answer = pieces[place], pieces[place + 1]
        if len(question.text) + len(answer.text) <= _LONGEST:
            block = question.block._replace(text=f"{question.text}\n{answer.text}", kind="text", level=0)
            found.append(replace(question, block=block, kind="list", level=0))
        else:
            found += [replace(question, kind="prose", level=0), replace(answer, under=(question.text,))]
        place += 2
        ends = (n for n in range(place, len(pieces)) if pieces[n].kind not in _ANSWERS or n in asked)
        end = next(ends, len(pieces))
        if end in asked:  # what stands before the next question goes on with the answer
            found += [replace(piece, under=(question.text,)) for piece in pieces[place:end]]
            place = end
    return found


def _questions(pieces: Sequence[Piece]) -> set[int]:
    """Return where questions stand that are answered right below."""
    found: set[int] = set()
    for shape, fewest in ((_ASKED, 1), (_NUMBERED, _FEWEST_NUMBERED), (_BARE, _FEWEST_BARE)):
        places = {
            number
            for number, piece in enumerate(pieces[:-1])
            if piece.kind in ("prose", "item", "heading", "label")
            and not piece.block.level
            and shape.match(piece.text)
            and _is_answer(pieces[number + 1], marked=shape is _ASKED)
        }
        found |= places if len(places) >= fewest else set()
    return found - {number + 1 for number in found}


def _is_answer(piece: Piece, *, marked: bool) -> bool:
    if _ANSWERED.match(piece.text):
        return True
    asks = any(shape.match(piece.text) for shape in (_ASKED, _NUMBERED, _BARE))
    return not marked and piece.kind in _ANSWERS and not asks
