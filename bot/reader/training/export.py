"""Export the reader: `python -m bot.reader.training.export NETWORK TOKENIZER DATA FOLDER`.

With `--mean OTHER` the weights are the mean of two networks, one learnt from the other: what the first knew is kept
better (Wortsman et al. 2022, arXiv:2203.05482).

Writes FOLDER/reader_float.onnx and FOLDER/reader.onnx, whose matrices and words are in eight bits: smoothed on some
passages of DATA, then with a scale for each row, the inputs with one a call (ONNX Runtime's dynamic quantisation),
and fused.
"""

import argparse
import copy
import warnings
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import linear

from bot.reader.training.batches import Batch, collate, cut, encode
from bot.reader.training.eight_bits import Linear, smooth
from bot.reader.training.examples import from_texts
from bot.reader.training.fusing import fuse
from bot.reader.training.network import Network, load
from bot.reader.training.sources import read_public

OPSET = 17
WATCHED_PASSAGES, BATCH_PIECES = 48, 2400


class Words(nn.Module):
    """Word vectors in eight bits, a scale a row."""

    def __init__(self, vectors: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("scales", vectors.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127)
        self.register_buffer("rows", (vectors / self.scales).round().to(torch.int8))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the vectors of pieces."""
        return self.rows[ids].to(torch.float32) * self.scales[ids]


class Smoothed(nn.Module):
    """A linear layer whose weights have taken over what its inputs were divided by."""

    def __init__(self, layer: Linear) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(layer.weight * layer.smooth), layer.bias
        self.register_buffer("factor", 1 / layer.smooth)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the outputs."""
        return linear(inputs * self.factor, self.weight, self.bias)


def mean(one: Network, other: Network) -> Network:
    """Return a network whose weights are the mean of two."""
    middle, theirs = copy.deepcopy(one), other.state_dict()
    middle.load_state_dict({name: (value + theirs[name]) / 2 for name, value in one.state_dict().items()})
    return middle


def export(network: Network, passages: Sequence[Batch], folder: Path) -> tuple[Path, Path]:
    """Write the graph in float and in eight bits; return their paths."""
    names = ("_float", "", "_smoothed", "_quantised")
    exact, small, smoothed, quantised = (folder / f"reader{name}.onnx" for name in names)
    network = copy.deepcopy(network).eval().requires_grad_(False)
    _write(network, exact)
    smooth(network, ((batch.ids, batch.types) for batch in passages))
    for layer in network.layers:
        for name, part in list(layer.named_children()):
            if isinstance(part, Linear):
                setattr(layer, name, Smoothed(part))
    network.words = Words(network.words.weight)
    _write(network, smoothed)
    heads = [node.name for node in onnx.load(smoothed).graph.node if node.name.startswith("/span/")]
    quantize_dynamic(
        smoothed, quantised, op_types_to_quantize=["MatMul"], nodes_to_exclude=heads,
        weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
    )  # fmt: skip
    fuse(quantised, small)
    for path in (smoothed, quantised):
        path.unlink()
    return exact, small


def _write(network: Network, path: Path) -> None:
    """Write one graph: ids, types (batch, pieces) → span (batch, pieces, 3), answerable (batch,)."""
    ids = torch.full((2, 8), 5)
    axes = {0: "batch", 1: "pieces"}
    with warnings.catch_warnings():  # 新的导出器另要 onnxscript，而这张图用不着它
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (ids, torch.zeros_like(ids)),
            str(path),
            input_names=["ids", "types"],
            output_names=["span", "answerable"],
            dynamic_axes={"ids": axes, "types": axes, "span": axes, "answerable": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )


def main() -> None:
    """Load, export, quantise."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", type=Path, help="what train wrote, or a reader that was handed over")
    parser.add_argument("tokenizer", type=Path, help="tokenizer.json")
    parser.add_argument("data", type=Path, help="folder of the training files")
    parser.add_argument("folder", type=Path, help="where the graphs go")
    parser.add_argument("--mean", type=Path, help="another network: the mean of both is exported")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    asked = list(islice(read_public(arguments.data / "reader_open.jsonl.zst"), WATCHED_PASSAGES))
    examples = encode(from_texts(asked, 0), Tokenizer.from_file(str(arguments.tokenizer)))
    passages = [collate(batch) for batch in cut(examples, BATCH_PIECES, 0)]
    network = load(arguments.network)
    if arguments.mean:
        network = mean(network, load(arguments.mean))
    for path in export(network, passages, arguments.folder):
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
