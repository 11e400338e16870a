"""The reader: a BERT encoder (Devlin et al. 2019) in the shape of MiniLM, with a head for spans and one for null."""

import re
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import dropout, gelu

from bot.reader.training.batches import PADDING
from bot.reader.training.eight_bits import Linear

HIDDEN, WIDE, HEAD, LAYERS, POSITIONS = 384, 1536, 32, 12, 512
_BLOCK = 32  # four-bit weights that share a scale
_EPSILON = 1e-12
_LEFT_OUT = 0.1
NEVER = -1e4  # the score of what must not be seen

# The names of the pruned base and of the readers handed over → the names here.
_RENAMED = (
    (r"^emb\.word$|^word\.weight$", "words.weight"),
    (r"^emb\.pos$|^pos\.weight$", "positions.weight"),
    (r"^emb\.type$|^typ$", "types"),
    (r"^emb\.ln\.|^eln\.", "normal."),
    (r"^l(\d+)\.|^layers\.(\d+)\.", r"layers.\1\2."),
    (r"\.q\.", ".query."),
    (r"\.k\.", ".key."),
    (r"\.v\.", ".value."),
    (r"\.ao\.", ".joined."),
    (r"\.aln\.", ".joined_normal."),
    (r"\.fi\.", ".wide."),
    (r"\.fo\.", ".narrow."),
    (r"\.oln\.", ".narrow_normal."),
    (r"\.w$", ".weight"),
    (r"\.b$", ".bias"),
    (r"^ans\.", "answerable."),
)


class Layer(nn.Module):
    """Self-attention and a feed-forward pair, each added to its input and normalised."""

    def __init__(self, hidden: int, wide: int) -> None:
        super().__init__()
        self.seen = Linear(hidden, 3 * hidden)  # query, key and value in one
        self.joined, self.joined_normal = Linear(hidden, hidden), nn.LayerNorm(hidden, _EPSILON)
        self.wide, self.narrow = Linear(hidden, wide), Linear(wide, hidden)
        self.narrow_normal = nn.LayerNorm(hidden, _EPSILON)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return pieces of the same shape: (batch, pieces, hidden)."""
        parts = self.seen(pieces).unflatten(2, (3, -1, HEAD)).permute(2, 0, 3, 1, 4)
        seen = _attend(*parts.unbind(0), mask)
        joined = self.joined(seen.transpose(1, 2).flatten(2))
        pieces = self.joined_normal(pieces + dropout(joined, _LEFT_OUT, self.training))
        narrow = self.narrow(gelu(self.wide(pieces)))
        normal: torch.Tensor = self.narrow_normal(pieces + dropout(narrow, _LEFT_OUT, self.training))
        return normal


def _attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Scaled dot-product attention written out: torch's own takes a third of a CPU's time in its backward pass."""
    scores = (query * HEAD**-0.5) @ key.transpose(-1, -2)
    return torch.softmax(scores.masked_fill(~mask, NEVER), -1) @ value


class Network(nn.Module):
    """Pieces → for each piece start, end and inside of an answer; for each passage whether it answers."""

    def __init__(self, words: int, layers: int = LAYERS, hidden: int = HIDDEN, wide: int = WIDE) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(words, hidden), nn.Embedding(POSITIONS, hidden)
        self.types = nn.Parameter(torch.zeros(2, hidden))
        self.normal = nn.LayerNorm(hidden, _EPSILON)
        self.layers = nn.ModuleList(Layer(hidden, wide) for _ in range(layers))
        self.span, self.pool = nn.Linear(hidden, 3), nn.Linear(hidden, hidden)
        self.answerable = nn.Linear(hidden, 1)
        for head in (self.span, self.answerable):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return scores (batch, pieces, 3: start, end, inside) and (batch,): answerable."""
        mask = (ids != PADDING)[:, None, None, :]
        pieces = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.types[types]
        pieces = dropout(self.normal(pieces), _LEFT_OUT, self.training)
        for layer in self.layers:
            pieces = layer(pieces, mask)
        return self.span(pieces), self.answerable(torch.tanh(self.pool(pieces[:, 0])))[:, 0]


def load(path: Path) -> Network:
    """Return the network in a file: the pruned base, a reader handed over or what `save` wrote."""
    with np.load(path) as archive:
        arrays = dict(archive)  # an archive reads its array again at every access
    tensors = {}
    for name, array in arrays.items():
        form, _, rest = name.partition(":")
        if form != "s":
            tensors[_renamed(rest)] = torch.from_numpy(_read(form, array, arrays.get(f"s:{rest}")))
    hidden = len(tensors["normal.weight"])
    layers = sum(name.endswith(".wide.bias") for name in tensors)
    for layer in range(layers):
        for kind in ("weight", "bias"):
            names = [f"layers.{layer}.{part}.{kind}" for part in ("query", "key", "value")]
            if names[0] in tensors:
                tensors[f"layers.{layer}.seen.{kind}"] = torch.cat(
                    [tensors.pop(name).flatten() for name in names]
                )
    words, wide = tensors["words.weight"].numel() // hidden, len(tensors["layers.0.wide.bias"])
    network = Network(words, layers, hidden, wide)
    if "f:emb.type" in arrays:  # the base has only ever seen its first type
        tensors["types"] = tensors["types"].view(2, hidden)[:1].repeat(2, 1)
    own = network.state_dict()
    network.load_state_dict({**own, **{name: tensors[name].view_as(own[name]) for name in tensors}})
    return network


def _renamed(name: str) -> str:
    for old, new in _RENAMED:
        name = re.sub(old, new, name)
    return name


def _read(form: str, array: np.ndarray, scales: np.ndarray | None) -> np.ndarray:
    """Return float32 weights from i (eight bits, a scale a row), q (four bits, a scale a block) or f."""
    if form == "i" and scales is not None:
        return array.astype(np.float32) * scales
    if form == "q":
        blocks = array.reshape(-1, 2 + _BLOCK // 2)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
        return (np.concatenate([low, high], 1).astype(np.float32) - 8) * scale
    return array.view("<f4") if array.dtype == np.uint8 else array.astype(np.float32)


def save(network: Network, path: Path) -> None:
    """Write the weights in half precision."""
    tensors = {
        f"f:{name}": value.cpu().numpy().astype(np.float16) for name, value in network.state_dict().items()
    }
    np.savez(path, allow_pickle=False, **tensors)
