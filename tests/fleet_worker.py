"""A worker over a real library and search whose reading costs nothing: `python -m tests.fleet_worker`.

It answers 书屋第7号是什么 with 第7号 and the passage that it found.
"""

import re
import sys
from collections.abc import Sequence
from typing import cast

from bot.answering import Answer, Answering, Evidence
from bot.app import run_worker
from bot.sentences import sentence_spans
from config.logs import set_up_logs
from config.settings import Settings, load_settings
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from tests.toy import ToyEncoder


class QuickAnswering:
    """Searches as the bot does, and takes the number that is asked for as the answer."""

    def __init__(self, settings: Settings) -> None:
        self._searcher = Searcher(Library(settings.database_url), ToyEncoder(), Pool(settings.data_dir))

    @property
    def generation(self) -> int:
        return self._searcher.generation

    def refresh(self) -> bool:
        return self._searcher.refresh()

    def answer(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Answer:
        passages = self._searcher.search(question, limit)
        evidence = tuple(Evidence(each, sentence_spans(each.paragraph.text)[0]) for each in passages)
        number = re.search(r"第\d+号", question)
        return Answer(
            question, question, bool(evidence), number[0] if number else None, 0.9, True, evidence, None, (),
            self.generation, 1.0,
        )  # fmt: skip

    answer_in_words = answer


def main() -> int:
    settings = load_settings(for_worker=True)
    set_up_logs(settings)
    return run_worker(settings, lambda _: cast(Answering, QuickAnswering(settings)))


if __name__ == "__main__":
    sys.exit(main())
