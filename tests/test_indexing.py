"""Bringing the library in step: only what changed is read and encoded again."""

from pathlib import Path

import openpyxl
import pytest

from embeddings.documents.child import Reading
from embeddings.errors import BusyError, WenbaoError
from embeddings.indexing import File, Gate, Report, add_documents, bring_in_step
from embeddings.library import Library
from embeddings.types import ADDED, Generation, Progress
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


def run(
    library: Library, encoder: ToyEncoder, *paths: Path, full: bool = False, gate: Gate | None = None
) -> Report:
    *steps, report = bring_in_step(library, encoder, paths, full=full, gate=gate)
    assert isinstance(report, Report)
    assert not any(isinstance(step, Report) for step in steps)
    return report


def add(library: Library, path: Path, name: str, title: str = "", gate: Gate | None = None) -> Report:
    *_, report = add_documents(library, ToyEncoder(), [File(name, ADDED, path, title)], gate)
    assert isinstance(report, Report)
    return report


def names(library: Library) -> list[str]:
    return [document.name for document in library.documents()]


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


def test_the_reading_child_starts_for_a_changed_file_only(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(library, ToyEncoder(), folder)
    happened: list[str] = []
    start, read = Reading.start, Reading.read
    monkeypatch.setattr(Reading, "start", lambda self: [happened.append("start"), start(self)])
    monkeypatch.setattr(Reading, "read", lambda self, *file: [happened.append(file[0]), read(self, *file)][1])
    run(library, ToyEncoder(), folder)
    assert happened == []
    (folder / "下级" / "乙.md").write_text("# 经济\n\n增速7.2%。", encoding="utf-8")
    assert counts(run(library, ToyEncoder(), folder)) == (2, 0, 1, 0)
    assert happened == ["start", "下级/乙.md", "start"]


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


def test_what_people_add_stays_when_a_folder_is_indexed(library: Library, folder: Path) -> None:
    given = folder.parent / "收到的.txt"
    given.write_text("游客120万。", encoding="utf-8")
    assert counts(add(library, given, "游客.txt")) == (1, 1, 0, 0)
    assert counts(run(library, ToyEncoder(), folder)) == (2, 2, 0, 0)
    (folder / "甲.txt").unlink()
    assert counts(run(library, ToyEncoder(), folder)) == (3, 0, 0, 1)
    assert names(library) == ["下级/乙.md", "游客.txt"]


def test_adding_again_under_a_name_replaces_and_a_title_stands_above_the_headings(
    library: Library, folder: Path
) -> None:
    run(library, ToyEncoder(), folder)
    report = add(library, folder / "下级" / "乙.md", "甲.txt.md", "年报")
    assert [each.why.partition(" ")[0] for each in report.skipped] == ["内容与库里的"]
    given = folder.parent / "新.txt"
    given.write_text("经济\n\n增速7.2%。", encoding="utf-8")
    assert counts(add(library, given, "甲.txt", "年报")) == (2, 0, 1, 0)
    assert counts(add(library, given, "甲.txt", "年报")) == (2, 0, 0, 0)
    assert counts(add(library, given, "甲.txt", "公报")) == (3, 0, 1, 0)
    headings = {part.headings for _, part in library.paragraphs_of(3) if "7.2%" in part.text}
    assert headings == {("公报", "经济")}
    [skipped] = run(library, ToyEncoder(), folder).skipped  # the folder's own 甲.txt
    assert (skipped.name, "单独加进来" in skipped.why) == ("甲.txt", True)


def test_everything_is_read_again_from_the_originals(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    (folder / "甲.txt").write_bytes(b"")  # cannot be read any more
    other = ToyEncoder()
    other.name = "toy-2"
    report = run(library, other, folder)
    assert (counts(report), report.documents, report.paragraphs) == ((2, 0, 2, 0), 2, 4)
    assert len(library.vectors_of(2, "toy-2")[0]) == 4
    assert counts(run(library, ToyEncoder(), full=True)) == (3, 0, 2, 0)  # a wiped disk: no paths at all
    assert len(library.vectors_of(3, "toy-1")[0]) == 4


def test_a_removal_during_a_run_stays_a_removal(library: Library, folder: Path) -> None:
    run(library, ToyEncoder(), folder)
    (folder / "甲.txt").write_text("书屋13家。\n\n茶园8万亩。", encoding="utf-8")
    (folder / "丙.txt").write_text("游客120万。\n\n茶园8万亩。", encoding="utf-8")
    steps = bring_in_step(library, ToyEncoder(), [folder])
    assert [next(steps) for _ in range(4)][-1] == Progress("encoding", 2, 2)
    library.remove("甲.txt", lambda *_: None)
    report = list(steps)[-1]
    assert isinstance(report, Report)
    assert names(library) == ["下级/乙.md", "丙.txt"]
    assert report.documents == 2
    assert [skipped.name for skipped in run(library, ToyEncoder(), folder).skipped] == ["甲.txt"]


def test_the_gate_holds_a_generation_back_and_the_next_run_starts_afresh(
    library: Library, folder: Path
) -> None:
    asked: list[Generation] = []

    def gate(candidate: Generation) -> list[str]:
        asked.append(candidate)
        return ["书屋几家"]

    assert run(library, ToyEncoder(), folder, gate=gate).lost == ()  # nothing answered before
    (folder / "甲.txt").unlink()
    report = run(library, ToyEncoder(), folder, gate=gate)
    assert (report.generation, report.documents, report.candidate, report.lost) == (1, 2, 2, ("书屋几家",))
    assert [each.documents for each in asked] == [1]
    assert library.turn_to(2).documents == 1
    run(library, ToyEncoder(), folder, gate=gate)
    assert len(asked) == 1  # nothing changed


def test_the_report_says_what_was_set_aside_and_what_could_not_be_taken(
    folder: Path, library: Library
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["村", "户数"], ["上村", 12], ["合计", "=SUM(B2:B2)"]):
        sheet.append(row)
    workbook.save(folder / "表.xlsx")
    (folder / "花边.txt").write_text("花花花\n\n书屋12家。", encoding="utf-8")
    report = run(library, ToyEncoder(), folder)
    assert report.set_aside == 1
    (warned,) = report.warnings
    assert warned.name == "表.xlsx"
    assert "1 个公式没有存下结果" in warned.what
