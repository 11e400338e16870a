"""The Telegram worker over an answering whose speed and generations the tests control.

    python -m tests.worker_double            the worker, `wenbao run` but for its library
    python -m tests.worker_double index …    the child process of /reindex

Both look into the file `library.json` in DATA_DIR: {"generation": 1, "paragraphs": ["甲。乙。", …]}.
A question with 慢 in it takes `slow_seconds`; with 坏 in it, it fails.
"""

import json
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from bot.answering import Answer, Answering, Evidence
from bot.app import run_worker
from bot.sentences import sentence_spans
from config.logs import set_up_logs
from config.settings import Settings, SettingsError, load_settings
from embeddings.types import Paragraph, Passage


def read_library() -> dict[str, Any]:
    path = Path(os.environ["DATA_DIR"]) / "library.json"
    empty = {"generation": 0, "paragraphs": []}
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else empty


class AnsweringDouble:
    """Answers with the paragraphs that hold the question's first character, all in order."""

    def __init__(self) -> None:
        self.library = read_library()

    @property
    def generation(self) -> int:
        return int(self.library["generation"])

    def refresh(self) -> bool:
        before, self.library = self.library, read_library()
        return before != self.library

    def answer(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Answer:
        if "慢" in question:
            time.sleep(float(self.library.get("slow_seconds", 3)))
        if "坏" in question:
            raise RuntimeError("the database says: secret table")
        texts = [text for text in self.library["paragraphs"] if question[0] in text][:limit]
        evidence = tuple(
            Evidence(
                Passage(number, "例.txt", Paragraph(text, headings=("上 < 下",)), 0.9),
                next(span for span in sentence_spans(text) if question[0] in text[slice(*span)]),
            )
            for number, text in enumerate(texts)
        )
        understood = f"{history[-1]}→{question}" if question.startswith("那") and history else question
        found = bool(evidence)
        numbered = re.search(r"第\d+号", question)  # says which question it answers
        text = numbered[0] if numbered else question[0]
        return Answer(
            question, understood, found, text if found else None, 0.9, True, evidence, None, (),
            self.generation, 1.0,
        )  # fmt: skip

    answer_in_words = answer


def index() -> int:
    """Go from generation to generation in `steps` steps of 0.3 seconds."""
    library = read_library()
    steps = int(library.get("steps", 1))
    for done in range(1, steps + 1):
        print(json.dumps({"stage": "encoding", "done": done, "total": steps}), flush=True)
        time.sleep(0.3)
    if library.get("fails"):
        return 1
    library |= library.get("next", {"paragraphs": ["龙港增长8.7%。"]})
    library["generation"] += 1
    path = Path(os.environ["DATA_DIR"]) / "library.json"
    path.write_text(json.dumps(library), encoding="utf-8")
    report = {"documents": 1, "paragraphs": 2, "added": 1, "changed": 0, "removed": 0, "seconds": 0.6}
    skipped = [{"name": "坏<.bin", "why": "不是文本 · not text"}]
    print(json.dumps(report | {"generation": library["generation"], "skipped": skipped}), flush=True)
    return 0


def main() -> int:
    if sys.argv[1:2] == ["index"]:
        return index()
    try:
        settings = load_settings(for_worker=True)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    set_up_logs(settings)
    command = (sys.executable, "-m", "tests.worker_double")
    return run_worker(settings, _open, command)


def _open(_: Settings) -> Answering:
    return cast(Answering, AnsweringDouble())


if __name__ == "__main__":
    sys.exit(main())
