"""Fuse a graph: `python -m bot.reader.training.fusing GRAPH FUSED`.

What ONNX Runtime would do to it at every start is done once: what it says stays the same, and it opens in a third of
the time.
"""

import sys
from pathlib import Path

import onnxruntime


def fuse(graph: Path, fused: Path) -> None:
    """Write a graph as ONNX Runtime runs it on any processor."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(fused)
    onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    fuse(Path(sys.argv[1]), Path(sys.argv[2]))
