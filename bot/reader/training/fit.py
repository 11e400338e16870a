"""Train the reader: `python -m bot.reader.training.fit TRAINING READING FOLDER`.

FOLDER holds what `python -m bot.reader.training.vectors TRAINING FOLDER` wrote; the weights come beside it.
The second stage begins again at a high rate (Loshchilov & Hutter 2017), with answers that are whole names, questions in
other words and other names, passages beside their neighbours, and more left out. About three hours on one core that is
busy with other things too. Seeds are fixed; the mean of the last weights is kept (Polyak & Juditsky 1992).
"""

import argparse
import copy
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn.functional import cross_entropy

from bot.reader.features import Numbers, Reading, Text, passage_signs, question_signs
from bot.reader.training.examples import Example, Examples, batches
from bot.reader.training.names import Names
from bot.reader.training.network import LONGEST_SPAN, Network, Side
from bot.reader.training.sources import Sources
from bot.reader.vocabulary import Vocabulary

BATCH = 40


@dataclass(frozen=True, slots=True)
class Stage:
    """So many steps from a learning rate down to nearly none."""

    steps: int
    rate: float
    dropout: float
    unknown: float  # share of words that are hidden
    seed: int


STAGES = (Stage(5600, 1.5e-3, 0.1, 0.0, 0), Stage(4800, 1.0e-3, 0.2, 0.06, 2))
WORD_SHARE = 0.27  # of the learning rate, for the word vectors that are good already
WARM_UP_STEPS = 150
WORD_LENGTH = 4.0  # of the mean word vector at the start
KEPT = 0.999


def collate(batch: Sequence[Example]) -> tuple[Side, Side, torch.Tensor, torch.Tensor]:
    """Return passages, questions, where spans may stand, and the place of the right score."""
    whole = [example.heading.followed_by(example.passage) for example in batch]
    headings = [len(example.heading) for example in batch]
    asked = [example.question for example in batch]
    rows = list(zip(asked, whole, headings, strict=True))
    passages = _side(whole, [passage_signs(*row) for row in rows])
    questions = _side(asked, [question_signs(*row) for row in rows])
    allowed = torch.zeros(passages.words.shape)
    for row, (text, heading) in enumerate(zip(whole, headings, strict=True)):
        allowed[row, heading : len(text)] = 1
    return passages, questions, allowed, torch.tensor([_target(example) for example in batch])


def _target(example: Example) -> int:
    if example.answer is None:
        return 0
    first, last = (place + len(example.heading) for place in example.answer)
    return 1 + first * LONGEST_SPAN + last - first


def _side(texts: Sequence[Text], signs: Sequence[Numbers]) -> Side:
    length = max(map(len, texts))
    words = np.zeros((len(texts), length), np.int64)
    characters = np.zeros((len(texts), length, texts[0].characters.shape[1]), np.int64)
    shared = np.zeros((len(texts), length, signs[0].shape[1]), np.float32)
    for row, (text, sign) in enumerate(zip(texts, signs, strict=True)):
        words[row, : len(text)] = text.words
        characters[row, : len(text)] = text.characters
        shared[row, : len(text)] = sign
    return Side(torch.from_numpy(words), torch.from_numpy(characters), torch.from_numpy(shared))


def fit(network: Network, examples: Examples, steps: int, rate: float) -> Network:
    """Return the network with the running mean of its trained weights."""
    mean = copy.deepcopy(network).eval()
    network.train()
    words = network.words.weight
    others = [weight for weight in network.parameters() if weight is not words]
    groups = [
        {"params": others, "lr": rate, "base": rate},
        {"params": [words], "lr": rate * WORD_SHARE, "base": rate * WORD_SHARE, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.02)
    began, total, right = time.monotonic(), 0.0, 0.0
    for step, batch in enumerate(batches(examples, BATCH, steps)):
        share = step / steps
        now = min(1, (step + 1) / WARM_UP_STEPS) * max(0.02, 0.5 * (1 + math.cos(math.pi * share)))
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * now
        *sides, target = collate(batch)
        scores = network(*sides)
        loss = cross_entropy(scores, target)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        _follow(mean, network, min(KEPT, (1 + step) / (10 + step)))
        total += loss.item()
        right += (scores.argmax(1) == target).float().mean().item()
        if step % 50 == 49:
            minutes = (time.monotonic() - began) / 60
            print(
                f"{step + 1}/{steps} loss {total / 50:.3f} right {right / 50:.3f} {minutes:.1f} min",
                flush=True,
            )
            total = right = 0.0
    return mean


@torch.no_grad()
def _follow(mean: Network, network: Network, kept: float) -> None:
    for average, weight in zip(mean.parameters(), network.parameters(), strict=True):
        average.lerp_(weight, 1 - kept)


def save(network: Network, rarity: np.ndarray, classes: np.ndarray, folder: Path) -> None:
    """Write the weights: words in 8 bits with a scale each, the rest in half precision."""
    tensors = {name: value.numpy() for name, value in network.state_dict().items()}
    words = tensors.pop("words.weight")
    scales = (np.abs(words).max(axis=1) / 127 + 1e-8).astype(np.float16)
    rows = np.clip(np.round(words / scales[:, None].astype(np.float32)), -127, 127).astype(np.int8)
    halves = {name: value.astype(np.float16) for name, value in tensors.items()}
    extra = {"words": rows, "word_scales": scales, "rarity": rarity.astype(np.float16), "classes": classes}
    save_file({**halves, **extra}, folder / "reader.safetensors")


def main() -> None:
    """Read, train, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("training", "reading", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="of the steps, to try the script")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    vocabulary = Vocabulary.load(arguments.folder)
    stored = np.load(arguments.folder / "vectors.npz")
    reading = Reading(vocabulary, stored["rarity"])
    network = Network(2 + len(vocabulary.words), 2 + len(vocabulary.characters))
    network.words.weight.data[2:] = torch.from_numpy(stored["vectors"] * WORD_LENGTH)
    network.words.weight.data[:2] = 0
    sources = Sources.read(arguments.training, arguments.reading)
    names = Names(vocabulary, stored["vectors"], stored["classes"])
    for number, stage in enumerate(STAGES):
        examples = Examples(sources, reading, stage.seed, names if number else None)
        network.leave_out(stage.dropout, stage.unknown)
        network = fit(network, examples, int(stage.steps * arguments.share), stage.rate)
    save(network, stored["rarity"], stored["classes"], arguments.folder)


if __name__ == "__main__":
    main()
