"""Questions that mean the same, together; pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.history import Gap
from embeddings.types import Vectors

ALIKE = 0.85  # similarity: 食堂几点开门 and 食堂什么时候开门 are one gap


@dataclass(frozen=True, slots=True)
class Group:
    """Gaps that ask the same; the id and the words are those of the one that came last."""

    id: int
    question: str
    count: int


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
    return [Group(gaps[group[0]].id, gaps[group[0]].question, len(group)) for group in groups]
