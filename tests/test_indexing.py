"""Bringing the library in step: only what changed is read and encoded again."""

from pathlib import Path

import pytest

from embeddings.errors import BusyError, WenbaoError
from embeddings.indexing import Report, bring_in_step
from embeddings.library import Library
from tests.toy import ToyEncoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "下级").mkdir(parents=True)
    (folder / "甲.txt").write_text("书屋12家。\n\n茶园8万亩。", encoding="utf-8")
    (folder / "下级" / "乙.md").write_text("# 经济\n\n增速6.1%。", encoding="utf-8")
    (folder / ".隐藏.txt").write_text("看不见。", encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(f"sqlite:///{tmp_path}/wenbao.db")


def run(library: Library, encoder: ToyEncoder, *paths: Path, full: bool = False) -> Report:
    *steps, report = bring_in_step(library, encoder, paths, full=full)
    assert isinstance(report, Report)
    assert not any(isinstance(step, Report) for step in steps)
    return report


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.generation, report.added, report.changed, report.removed


def test_the_first_run_takes_everything(library: Library, folder: Path) -> None:
    report = run(library, ToyEncoder(), folder)
    assert counts(report) == (1, 2, 0, 0)
    assert (report.documents, report.paragraphs, report.skipped) == (2, 4, ())
    assert [document.name for document in library.documents()] == ["下级/乙.md", "甲.txt"]


def test_nothing_changed_encodes_nothing(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    encoder = ToyEncoder()
    assert counts(run(library, encoder, folder)) == (1, 0, 0, 0)
    assert encoder.encoded == []


def test_only_the_changed_paragraph_is_encoded(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    (folder / "甲.txt").write_text("书屋12家。\n\n茶园9万亩。", encoding="utf-8")
    encoder = ToyEncoder()
    assert counts(run(library, encoder, folder)) == (2, 0, 1, 0)
    assert encoder.encoded == ["茶园9万亩。"]


def test_a_removed_file_leaves(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    (folder / "甲.txt").unlink()
    assert counts(run(library, ToyEncoder(), folder)) == (2, 0, 0, 1)
    assert [document.name for document in library.documents()] == ["下级/乙.md"]


def test_a_file_that_cannot_be_read_is_skipped_and_its_older_text_stays(
    library: Library, folder: Path
) -> None:
    run(library, ToyEncoder(), folder)
    (folder / "甲.txt").write_bytes(bytes(range(256)))
    (folder / "图.png").write_bytes(b"png")
    report = run(library, ToyEncoder(), folder)
    assert [skipped.name for skipped in report.skipped] == ["图.png", "甲.txt"]
    assert all(skipped.why and "\n" not in skipped.why for skipped in report.skipped)
    assert counts(report) == (1, 0, 0, 0)
    assert report.documents == 2


def test_full_does_everything_again_from_the_stored_vectors(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    encoder = ToyEncoder()
    assert counts(run(library, encoder, folder, full=True)) == (2, 0, 2, 0)
    assert encoder.encoded == []


def test_another_encoder_encodes_everything_by_itself(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    other = ToyEncoder()
    other.name = "toy-2"
    assert counts(run(library, other, folder)) == (2, 0, 2, 0)
    assert len(other.encoded) == 4


def test_a_run_that_breaks_off_leaves_the_old_generation(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    (folder / "丙.txt").write_text("游客120万。", encoding="utf-8")
    steps = bring_in_step(library, ToyEncoder(), [folder])
    next(steps)
    del steps
    generation = library.current_generation()
    assert generation is not None
    assert generation.number == 1
    assert counts(run(library, ToyEncoder(), folder)) == (2, 1, 0, 0)


def test_two_runs_at_once(library: Library, folder: Path) -> None:
    with library.writing(), pytest.raises(BusyError):
        run(library, ToyEncoder(), folder)


def test_a_path_that_is_not_there(library: Library, tmp_path: Path) -> None:
    with pytest.raises(WenbaoError, match="没有的"):
        run(library, ToyEncoder(), tmp_path / "没有的")
