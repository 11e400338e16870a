"""Question and texts → how well each text answers it, by a cross-encoder in sentence-transformers form."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError

Scores = NDArray[np.float32]


class Reranker(Protocol):
    """Reads question and text together: slower than comparing vectors, and surer."""

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return a score within 0 … 1 for each text, higher is better."""
        ...


class CrossEncoderReranker:
    """Any model with one score that sentence-transformers loads as a cross-encoder."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder  # imports torch: seconds and half a GB
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # of loading the weights
        self._model = CrossEncoder(model, device="cpu")
        if self._model.num_labels != 1:
            raise ValueError("not one score")
        self._is_open = type(self._model.activation_fn).__name__ == "Identity"  # scores without bounds

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return a score within 0 … 1 for each text."""
        pairs = [(question, text) for text in texts]
        found: Scores = np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float32)
        if self._is_open:
            found = np.reciprocal(1 + np.exp(-found))
        return found


def load_reranker(model: str) -> Reranker:
    """Load a cross-encoder from a folder or by its hub name.

    :raises EncoderError: it is not there, gives other than one score, or sentence-transformers is not installed.
    """
    try:
        return CrossEncoderReranker(model)
    except ModuleNotFoundError as error:
        raise EncoderError(
            f"重排模型 {model} 需要 sentence-transformers：pip install 'wenbao[models]'，托管平台上装 "
            "requirements-models.txt · the reranker needs sentence-transformers: install the extra `models`"
        ) from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise EncoderError(
            f"载入不了重排模型 {model}：检查 RERANKER_MODEL 是否是一个给出一个分数的 cross-encoder"
            " · the reranker cannot be loaded: check that RERANKER_MODEL is a cross-encoder with one score"
        ) from error
