"""How long what people read is: `python -m tests.lengths [--every N]`, over tests/development.

Medians in characters, of what is shown as an answer and of what is shown where there is none.
"""

import argparse
import json
import tempfile
from pathlib import Path
from statistics import median

from bot.answering import Answering
from bot.evaluation import read_questions
from bot.messages import render_answer
from bot.opening import open_answering, open_library
from bot.words import ZH
from config.settings import Settings
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step

DEVELOPMENT = Path(__file__).parent / "development"


def open_development(folder: Path) -> Answering:
    """Index the documents of tests/development below a folder."""
    given = {"data_dir": folder, "database_url": f"sqlite:///{folder}/wenbao.db"}
    settings = Settings.model_validate(given)
    library, encoder = open_library(settings), load_encoder(None)
    documents = [path for path in sorted(DEVELOPMENT.iterdir()) if path.suffix != ".jsonl"]
    for _ in bring_in_step(library, encoder, documents):
        pass
    library.close()
    return open_answering(settings)


def lengths(answering: Answering, every: int = 1) -> dict[str, float]:
    """Return how many of the questions were answered and not, and the medians of the messages."""
    found: list[int] = []
    missed: list[int] = []
    for question in read_questions(DEVELOPMENT / "questions.jsonl")[::every]:
        answer = answering.answer(question.question, question.history)
        shown = sum(len(page.text) for page in render_answer(answer, ZH))
        (found if answer.found else missed).append(shown)
    return {
        "found": len(found),
        "not_found": len(missed),
        "median_found": median(found),
        "median_not_found": median(missed),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every Nth question")
    with tempfile.TemporaryDirectory(prefix="wenbao-lengths-") as folder:
        print(json.dumps(lengths(open_development(Path(folder)), parser.parse_args().every)))


if __name__ == "__main__":
    main()
