"""Random additions, removals, re-indexings and goings back: what was removed never answers."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from embeddings.errors import LibraryError
from embeddings.indexing import File, Report, add_documents, bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from embeddings.types import ADDED, Progress
from tests.toy import ToyEncoder

SENT, FOLDER = ["甲.txt", "乙.txt"], ["丙.txt", "丁.txt", "戊.txt"]
NAMES = st.sampled_from(SENT + FOLDER)


class LibrarySteps(RuleBasedStateMachine):
    """A library, the worker that made each change, another one that is late, and what should be there."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="wenbao-steps-"))
        self.folder = self.place / "documents"
        self.folder.mkdir()
        self.library = Library(f"sqlite:///{self.place}/wenbao.db")
        self.run(bring_in_step(self.library, ToyEncoder(), [self.folder]))
        self.prompt = Searcher(self.library, ToyEncoder(), Pool(self.place / "prompt"))
        self.late = Searcher(self.library, ToyEncoder(), Pool(self.place / "late"))
        self.generations: dict[int, dict[str, str]] = {1: {}}  # number → name → fact
        self.current = 1
        self.removed_facts: set[str] = set()
        self.removed_names: set[str] = set()
        self.added: set[str] = set()  # names whose latest version a person gave
        self.facts = 0

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.place)

    def run(self, steps: Iterator[Progress | Report]) -> Report:
        *_, report = steps
        assert isinstance(report, Report)
        return report

    def write(self, path: Path) -> str:
        self.facts += 1
        fact = f"{70000 + self.facts}"
        path.write_text(f"编号{fact}的仓库存茶园的茶。\n\n编号{fact}的仓库门朝南。", encoding="utf-8")
        return fact

    def published(self, report: Report, held: dict[str, str]) -> None:
        """Note a new generation, if there is one, and forget those before the last five."""
        if held != self.generations[self.current]:
            self.current = report.generation
            self.generations[self.current] = held
        kept = {*sorted(self.generations)[-5:], self.current}
        self.generations = {number: each for number, each in self.generations.items() if number in kept}
        assert (report.generation, report.documents) == (self.current, len(held))

    @rule(name=NAMES)
    def send(self, name: str) -> None:
        fact = self.write(self.place / "sent")
        file = File(name, ADDED, self.place / "sent")
        report = self.run(add_documents(self.library, ToyEncoder(), [file]))
        self.removed_names.discard(name)
        self.added.add(name)
        self.published(report, self.generations[self.current] | {name: fact})

    @rule(names=st.sets(st.sampled_from(FOLDER)), full=st.booleans())
    def index_folder(self, names: set[str], full: bool) -> None:
        held = self.generations[self.current]
        origins = {document.name: document.origin for document in self.library.documents()}
        now = {name: fact for name, fact in held.items() if origins[name] == ADDED}
        for name in FOLDER:
            (self.folder / name).unlink(missing_ok=True)
        for name in names:
            fact = self.write(self.folder / name)
            if name not in self.removed_names and name not in now:
                now[name] = fact
        before = self.library.current_generation()
        report = self.run(bring_in_step(self.library, ToyEncoder(), [self.folder], full=full))
        assert before is not None
        if full and report.generation != before.number:
            self.generations[report.generation] = now
            self.current = report.generation
        self.published(report, now)

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        gone = {held[name] for held in self.generations.values() if name in held}
        try:
            removal = self.library.remove(name, lambda *_: None)
        except LibraryError:
            assert not gone
            return
        assert removal.originals >= len(gone)  # a full run keeps the same bytes once more
        assert (removal.paragraphs, removal.vectors) == (2 * removal.originals, 2 * len(gone))
        assert (removal.paragraphs_left, removal.vectors_left, removal.originals_left) == (0, 0, 0)
        self.removed_facts |= gone
        self.removed_names.add(name)
        for held in self.generations.values():
            held.pop(name, None)
        self.generations[removal.generation] = dict(self.generations[self.current])
        self.current = removal.generation
        kept = {*sorted(self.generations)[-5:], self.current}
        self.generations = {number: each for number, each in self.generations.items() if number in kept}

    @rule(place=st.integers(0, 4))
    def turn_to(self, place: int) -> None:
        number = sorted(self.generations)[place % len(self.generations)]
        self.library.turn_to(number)
        self.current = number
        kept = {*sorted(self.generations)[-5:], self.current}
        self.generations = {each: held for each, held in self.generations.items() if each in kept}

    @rule()
    def late_worker_notices(self) -> None:
        self.late.refresh()

    @invariant()
    def only_what_is_there_answers(self) -> None:
        self.prompt.refresh()
        for fact in sorted(self.removed_facts)[-8:]:
            for searcher in (self.prompt, self.late):
                found = searcher.search(f"编号{fact}的仓库存什么", 10)
                assert not [each for each in found if fact in each.paragraph.text]
        for fact in self.generations[self.current].values():
            assert fact in self.prompt.search(f"编号{fact}的仓库存什么", 10)[0].paragraph.text

    @invariant()
    def the_generations_are_as_noted(self) -> None:
        assert sorted(each.number for each in self.library.published()) == sorted(self.generations)
        for generation in self.library.published():
            facts = {part.text[2:7] for _, part in self.library.paragraphs_of(generation.number)}
            assert facts == set(self.generations[generation.number].values())
            assert generation.documents == len(facts)
            ids, _ = self.library.vectors_of(generation.number, "toy-1")
            assert len(ids) == generation.paragraphs == 2 * len(facts)


TestLibrarySteps = LibrarySteps.TestCase
TestLibrarySteps.settings = settings(
    max_examples=20,
    stateful_step_count=25,  # 20 × 25 = 500 steps
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
