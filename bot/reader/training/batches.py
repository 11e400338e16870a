"""Examples → pieces of the vocabulary → batches of tensors."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from tokenizers import Tokenizer

from bot.reader.training.examples import Example

BEGIN, PADDING, END = 0, 1, 2
LONGEST_QUESTION, LONGEST_PASSAGE = 64, 400  # pieces
_CLOSEST_IN_LENGTH = 2048  # examples that are sorted by length before they are cut into batches
_LONGEST_JOINT = 3  # characters between the members of a list that is also one span: 、 or 以及


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example in pieces; `answers` are pieces of the whole input, the last one counted in."""

    ids: np.ndarray
    passage: int  # the first piece of the passage
    answers: tuple[tuple[int, int], ...]
    one_span: bool  # start and end can be learnt from it
    source: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (examples, pieces), or (examples,) for start, end, one_span and answerable."""

    ids: torch.Tensor
    types: torch.Tensor
    allowed: torch.Tensor  # where an answer may stand; the first piece stands for none
    inside: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    one_span: torch.Tensor
    answerable: torch.Tensor

    def to(self, device: str) -> "Batch":
        """Return the batch on a device."""
        return Batch(*(getattr(self, field.name).to(device) for field in fields(self)))


def encode(examples: Iterable[Example], tokenizer: Tokenizer) -> list[Encoded]:
    """Return examples in pieces; those whose answer lies beyond the longest passage are left out."""
    encoded = (_encode(example, tokenizer) for example in examples)
    return [one for one in encoded if one is not None]


def _encode(example: Example, tokenizer: Tokenizer) -> Encoded | None:
    question = tokenizer.encode(example.question).ids[:LONGEST_QUESTION]
    passage = tokenizer.encode(example.passage)
    places = passage.offsets[:LONGEST_PASSAGE]
    begin = len(question) + 3
    answers = []
    for start, end in example.answers:
        touched = [index for index, (first, last) in enumerate(places) if first < end and last > start]
        if not touched or places[touched[-1]][1] < end:
            return None
        answers.append((touched[0] + begin, touched[-1] + begin))
    neighbours = zip(example.answers, example.answers[1:], strict=False)
    one_span = all(0 <= after[0] - before[1] <= _LONGEST_JOINT for before, after in neighbours)
    ids = [BEGIN, *question, END, END, *passage.ids[:LONGEST_PASSAGE], END]
    return Encoded(np.array(ids, np.int64), begin, tuple(answers), one_span, example.source)


def collate(examples: Sequence[Encoded]) -> Batch:
    """Return examples as one batch, padded to the longest."""
    shape = len(examples), max(len(one.ids) for one in examples)
    ids = np.full(shape, PADDING, np.int64)
    types = np.zeros(shape, np.int64)
    allowed, inside = np.zeros(shape, bool), np.zeros(shape, np.float32)
    bounds = np.zeros((2, len(examples)), np.int64)
    for row, one in enumerate(examples):
        ids[row, : len(one.ids)] = one.ids
        types[row, one.passage : len(one.ids)] = 1
        allowed[row, one.passage : len(one.ids) - 1] = True
        for first, last in one.answers:
            inside[row, first : last + 1] = 1
        if one.answers:
            bounds[:, row] = one.answers[0][0], one.answers[-1][1]
    allowed[:, 0] = True
    flags = [[one.one_span for one in examples], [bool(one.answers) for one in examples]]
    arrays = (ids, types, allowed, inside, *bounds, *np.array(flags, np.float32))
    return Batch(*map(torch.from_numpy, arrays))


def cut(examples: Sequence[Encoded], pieces: int, seed: int) -> list[list[Encoded]]:
    """Cut shuffled examples into batches of like lengths, at most `pieces` each with their padding."""
    chance = random.Random(seed)
    shuffled = chance.sample(examples, len(examples))
    batches: list[list[Encoded]] = []
    for place in range(0, len(shuffled), _CLOSEST_IN_LENGTH):
        alike = sorted(shuffled[place : place + _CLOSEST_IN_LENGTH], key=lambda one: len(one.ids))
        batches.append([])
        for one in alike:
            if batches[-1] and (len(batches[-1]) + 1) * len(one.ids) > pieces:
                batches.append([])
            batches[-1].append(one)
    chance.shuffle(batches)
    return [batch for batch in batches if batch]
