"""Questions that mean the same, together; pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.history import Gap
from embeddings.types import Vectors

ALIKE = 0.85  # similarity: 食堂几点开门 and 食堂什么时候开门 are one gap
_ORNAMENTS = re.compile(r"^(?:请问一?下?|想问一?下?|那么?)|[啊呀呢吗嘛吧哦哈了？?。！!～~\s]+$")


def plain_question(question: str) -> str:
    """Return a question without what only colours it: 请问食堂几点开门啊？ → 食堂几点开门."""
    return _ORNAMENTS.sub("", question) or question


@dataclass(frozen=True, slots=True)
class Group:
    """Gaps that ask the same; the id and the words are those of the one that came last.

    `found`: one of them was answered, and people found that bad.
    """

    id: int
    question: str
    count: int
    found: bool


def grouped(gaps: Sequence[Gap], vectors: Vectors) -> list[Group]:
    """Return the gaps grouped by meaning, the most wanted first; `vectors` has a unit row for each."""
    groups: list[list[int]] = []
    for number in range(len(gaps)):
        near = [(float(vectors[number] @ vectors[group[0]]), group) for group in groups]
        best = max(near, key=lambda one: one[0], default=None)
        if best is not None and best[0] >= ALIKE:
            best[1].append(number)
        else:
            groups.append([number])
    groups.sort(key=len, reverse=True)
    return [
        Group(
            gaps[group[0]].id,
            gaps[group[0]].question,
            len(group),
            any(gaps[number].found for number in group),
        )
        for group in groups
    ]
