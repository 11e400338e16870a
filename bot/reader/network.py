"""The pretrained network: a question beside pieces of text → where the answer starts, ends and whether it is there.

One ONNX graph, run by onnxruntime on the CPU; how it was made is in bot/reader/training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.sentences import Span

Numbers = NDArray[np.float32]

LONGEST_QUESTION, LONGEST_TEXT = 64, 400  # pieces; what the network was trained on
LONGEST_ANSWER = 48  # pieces
_START, _END = 0, 2
_THREADS = 2
_OVER_NOTHING = np.array([1, 1, 0], np.float32)  # start and end are scored over the place of "nothing"


@dataclass(frozen=True)
class Scores:
    """What the network says of one text; `pieces` are the places of its pieces in that text."""

    pieces: tuple[Span, ...]
    start: Numbers  # (pieces,), logits over "nothing"
    end: Numbers
    inside: Numbers  # (pieces,), logits of standing inside an answer
    answerable: float  # logit

    @cached_property
    def spans(self) -> Numbers:
        """Score every span over "nothing", shape (pieces, LONGEST_ANSWER): from each piece, so many more."""
        most = min(LONGEST_ANSWER, len(self.end))
        padded = np.concatenate([self.end, np.full(most, -np.inf, np.float32)])
        ends = np.lib.stride_tricks.sliding_window_view(padded, most)[: len(self.end)]
        spans: Numbers = self.start[:, None] + ends
        return spans


class Network:
    """Reads texts for a question; safe to call from many threads.

    `folder` holds reader.onnx (ids, types → span, answerable) and tokenizer.json.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.enable_cpu_mem_arena = False  # the arena keeps what the largest batch ever took
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # it is fused
        self._session = onnxruntime.InferenceSession(
            str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Scores]:
        """Return the scores of each text, given as (context, text): the context is read in front of it.

        A text of more than LONGEST_TEXT pieces with its context is read as far as that.
        """
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:LONGEST_QUESTION]
        return [self._read(asked, f"【{context}】" if context else "", text) for context, text in texts]

    def _read(self, asked: Sequence[int], front: str, text: str) -> Scores:
        """Read <s> question </s></s> 【context】text </s>."""
        # One at a time: rounded to eight bits together, texts would move each other's scores.
        encoded = self._tokenizer.encode(front + text, add_special_tokens=False)
        kept = encoded.ids[:LONGEST_TEXT]
        ids = np.array([[_START, *asked, _END, _END, *kept, _END]], np.int64)
        first = len(asked) + 3
        types = (np.arange(ids.shape[1])[None] >= first).astype(np.int64)
        span, answerable = self._session.run(None, {"ids": ids, "types": types})
        places = [(start - len(front), end - len(front)) for start, end in encoded.offsets[: len(kept)]]
        pieces = tuple((end - len(text[start:end].lstrip()), end) for start, end in places if start >= 0)
        body = span[0, first + len(places) - len(pieces) : first + len(places)] - span[0, 0] * _OVER_NOTHING
        return Scores(pieces, body[:, 0], body[:, 1], body[:, 2], float(answerable[0]))
