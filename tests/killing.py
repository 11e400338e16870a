"""Kill re-indexings at random points and look at what is left: `python -m tests.killing [POINTS]`.

Each point changes files, forks a run over them, kills it with SIGKILL, and asks: does a whole generation
answer, the one before or the finished one? Is the next run right to the paragraph? Prints one JSON object.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from embeddings.indexing import Report, bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from tests.toy import ToyEncoder

FILES, PARAGRAPHS = 24, 12


class Place:
    """A folder of documents and its library; nothing is open between two looks, so that forks are safe."""

    def __init__(self, folder: Path) -> None:
        self.documents = folder / "documents"
        self.documents.mkdir()
        self.cache = folder / "cache"
        self.url = f"sqlite:///{folder}/wenbao.db"
        self.version = 0

    def change(self, files: int) -> None:
        """Write another version of some files."""
        self.version += 1
        for number in random.sample(range(FILES), files):
            first = 1_000_000 * self.version + 100 * number
            lines = [f"编号{first + line}的格子存茶{line}斤。" for line in range(PARAGRAPHS)]
            (self.documents / f"{number}.txt").write_text("\n\n".join(lines), encoding="utf-8")

    def texts(self) -> set[str]:
        """Return what the files say now."""
        return {
            line
            for path in self.documents.iterdir()
            for line in path.read_text(encoding="utf-8").split("\n\n")
        }

    def index(self) -> Report:
        """Run to the end."""
        library = Library(self.url)
        *_, report = bring_in_step(library, ToyEncoder(), [self.documents])
        library.close()
        assert isinstance(report, Report)
        return report

    def answering(self) -> tuple[int, set[str]]:
        """Return the generation that answers and all it says, after asking it for each of its paragraphs."""
        library = Library(self.url)
        generation = library.current_generation()
        assert generation is not None
        paragraphs = library.paragraphs_of(generation.number)
        ids, _ = library.vectors_of(generation.number, generation.encoder)
        assert len(ids) == len(paragraphs) == generation.paragraphs == FILES * PARAGRAPHS
        assert len(library.documents()) == generation.documents == FILES
        searcher = Searcher(library, ToyEncoder(), Pool(self.cache))
        for _, asked in random.sample(paragraphs, 3):
            assert asked.text in [each.paragraph.text for each in searcher.search(asked.text, 5)]
        library.close()
        return generation.number, {paragraph.text for _, paragraph in paragraphs}


def seconds_of_a_run(place: Place) -> float:
    """Change half of the files and say how long a run over them takes."""
    place.change(FILES // 2)
    began = time.monotonic()
    place.index()
    return time.monotonic() - began


def kill_a_run(place: Place, after_seconds: float) -> None:
    """Fork a run and kill it."""
    child = os.fork()
    if child == 0:
        place.index()
        os._exit(0)
    time.sleep(after_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main(points: int = 50) -> None:
    """Print how often the old and the new generation answered, and how often the next run was right."""
    random.seed(7)
    counts = {"points": points, "old_answers": 0, "new_answers": 0, "next_right": 0}
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        place.change(FILES)
        place.index()
        longest = 1.1 * min(seconds_of_a_run(place) for _ in range(3))  # one alone may have been held up
        before = place.answering()
        for _ in range(points):
            place.change(random.randint(1, FILES // 2))
            kill_a_run(place, random.uniform(0, longest))
            number, said = place.answering()
            counts["old_answers"] += (number, said) == before
            counts["new_answers"] += number == before[0] + 1 and said == place.texts()
            report = place.index()
            before = number, said = place.answering()
            counts["next_right"] += (report.generation, said) == (number, place.texts())
    print(json.dumps(counts))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
