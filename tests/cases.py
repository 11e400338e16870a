"""Ask small folders of documents: `python -m tests.cases FOLDER …`.

Each FOLDER holds folders, each with documents and a questions.jsonl of `question`, `answers` (empty: must refuse)
and `may_refuse` (refusing is right too). Prints what is not answered as it should be, and the share that is.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.answering import Answer, Answering
from bot.evaluation import Question, is_right, plain
from bot.reader.question import understand
from bot.reader.reader import Reader
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher

NOT_DOCUMENTS = {"README", "questions.jsonl"}


def ask_folder(folder: Path, reader: Reader) -> list[tuple[dict[str, Any], Answer]]:
    """Index a folder's documents alone and ask its questions."""
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as place:
        library = Library(f"sqlite:///{place}/library.db")
        paths = sorted(path for path in folder.iterdir() if path.name not in NOT_DOCUMENTS)
        for _ in bring_in_step(library, encoder, paths):
            pass
        answering = Answering(Searcher(library, encoder, Pool(Path(place))), reader)
        lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        return [(row, answering.answer(row["question"])) for row in map(json.loads, lines)]


def is_as_it_should_be(row: dict[str, Any], answer: Answer) -> bool:
    """Say whether an answer is right, or a refusal where one is allowed."""
    if not answer.found:
        return not row["answers"] or bool(row.get("may_refuse"))
    if is_right(Question(row["question"], tuple(row["answers"])), answer.text):
        return True
    whole = [plain(part) for part in (answer.text or "").split("、")]  # of a list one member is asked for
    if understand(row["question"]).labels:  # of an article what stands in it
        return any(plain(expected) in plain(answer.text or "") for expected in row["answers"])
    return any(plain(expected) in whole for expected in row["answers"])


def main() -> None:
    """Print what went wrong and the share that went right."""
    reader = Reader()
    outcomes = []
    for cases in map(Path, sys.argv[1:]):
        for folder in sorted(path for path in cases.iterdir() if (path / "questions.jsonl").exists()):
            for row, answer in ask_folder(folder, reader):
                right = is_as_it_should_be(row, answer)
                outcomes.append(right)
                if not right:
                    why = answer.difference.kind if answer.difference else ""
                    print(f"{folder.name}: {row['question']} → {answer.text} {why}, not {row['answers']}")
    print(f"{sum(outcomes)} / {len(outcomes)}")


if __name__ == "__main__":
    main()
