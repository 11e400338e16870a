"""Linear layers that learn to live with eight bits, as ONNX Runtime computes them on a processor without VNNI.

Inputs have one scale a call, weights one a row and seven bits, as sums of two products of eight bits may overflow
there. A few inputs are a hundred times as large as the rest; smoothing (Xiao et al. 2023, arXiv:2211.10438) moves
most of that into the weights.
"""

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn.functional import linear

SMOOTHING = 0.7  # of the inputs' largest values goes into the weights
INPUT_STEPS, WEIGHT_STEPS = 255, 64
_SMALLEST = 1e-5


class Linear(nn.Linear):
    """A linear layer; `smooth` divides its inputs and multiplies its weights."""

    smooth: torch.Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.register_buffer("smooth", torch.ones(inputs))
        self.eight_bits = False
        self.largest: torch.Tensor | None = None  # input of each column, while they are watched

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the outputs, rounded on the way if `eight_bits`; gradients pass as if nothing were rounded."""
        if self.largest is not None:
            self.largest = torch.maximum(self.largest, inputs.detach().abs().flatten(0, -2).amax(0))
        if not self.eight_bits:
            return linear(inputs, self.weight, self.bias)
        weight = self.weight * self.smooth
        with torch.no_grad():
            scale = weight.abs().amax(1, keepdim=True).clamp(min=_SMALLEST) / WEIGHT_STEPS
            lost = (weight / scale).round() * scale - weight
        return linear(_rounded(inputs / self.smooth), weight + lost, self.bias)


def _rounded(inputs: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        low, high = inputs.amin().clamp(max=0), inputs.amax().clamp(min=0)
        scale = ((high - low) / INPUT_STEPS).clamp(min=_SMALLEST)
        lost = (inputs / scale).round() * scale - inputs
    return inputs + lost


@torch.no_grad()
def smooth(network: nn.Module, inputs: Iterable[tuple[torch.Tensor, ...]]) -> None:
    """Set the smoothing of every layer from what its inputs are like on some batches."""
    layers = [part for part in network.modules() if isinstance(part, Linear)]
    for layer in layers:
        layer.largest = torch.zeros_like(layer.smooth)
    mode = network.training
    network.eval()
    for batch in inputs:
        network(*batch)
    network.train(mode)
    for layer in layers:
        assert layer.largest is not None
        columns = layer.weight.abs().amax(0).clamp(min=_SMALLEST)
        factor = layer.largest.clamp(min=_SMALLEST) ** SMOOTHING / columns ** (1 - SMOOTHING)
        layer.smooth.copy_((factor / factor.median()).clamp(min=1e-3))
        layer.largest = None


def learn_in_eight_bits(network: nn.Module) -> None:
    """Round in every layer from now on."""
    for part in network.modules():
        if isinstance(part, Linear):
            part.eight_bits = True
