"""Files that would harm a reader end as one clear line, and the reading goes on."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from embeddings.documents import LONGEST_BYTES, read_document
from embeddings.documents.block import Block
from embeddings.documents.child import Limits, Reading
from embeddings.documents.ocr import has_ocr
from embeddings.errors import DocumentError
from embeddings.indexing import Report, bring_in_step
from embeddings.library import Library
from tests.forms import FORMS, Paper
from tests.hostile import HOSTILE, billion_laughs, outside_entity, scanned_pdf
from tests.toy import ToyEncoder

ROOT = Path(__file__).parents[1]
GOOD = ("好.txt", "书屋12家。".encode())


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with Reading(Limits(seconds=120)) as reading:
        yield reading


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_and_the_next_is_read(reading: Reading, name: str) -> None:
    made, reason = HOSTILE[name]
    with pytest.raises(DocumentError, match=reason) as caught:
        reading.read(name, made())
    assert "\n" not in str(caught.value)
    assert " · " in str(caught.value)
    assert reading.read(*GOOD) == [Block("书屋12家。")]


def test_entities_neither_swell_nor_fetch(reading: Reading) -> None:
    for name, content in (("笑.docx", billion_laughs()), ("外.docx", outside_entity())):
        try:
            text = "".join(block.text for block in reading.read(name, content))
        except DocumentError:
            continue
        assert len(text) < 1000
        assert "root:" not in text


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_ending_does_not_hide_what_a_file_is(form: str) -> None:
    content = FORMS[form](Paper("云湾县"))
    if form in ("docx", "pdf", "epub", "xlsx", "html"):
        assert read_document("改名.txt", content) == read_document(f"原名.{form}", content)


@pytest.mark.skipif(has_ocr(), reason="the extra `ocr` is installed: the page is read")
@pytest.mark.parametrize(
    ("name", "content"), [("扫描.pdf", scanned_pdf()), ("照片.png", b"\x89PNG\r\n\x1a\n")]
)
def test_a_scan_names_the_command_that_adds_ocr(name: str, content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"pip install 'wenbao\[ocr\]'"):
        read_document(name, content)


def test_what_takes_too_long_is_ended() -> None:
    # 100 万行的表要读几秒
    slow = b"a|b\n" * 10_000_000
    with Reading(Limits(seconds=1)) as reading:
        with pytest.raises(DocumentError, match="READING_SECONDS"):
            reading.read("慢.md", slow)
        assert reading.read(*GOOD) == [Block("书屋12家。")]


def test_what_takes_too_much_memory_is_ended() -> None:
    with Reading(Limits(memory_mb=200)) as reading:
        with pytest.raises(DocumentError, match="READING_MEMORY_MB"):
            reading.read("大.txt", "甲\n".encode() * 15_000_000)
        assert reading.read(*GOOD) == [Block("书屋12家。")]


def test_what_gives_too_much_text_is_refused() -> None:
    with Reading(Limits(characters=10)) as reading:
        assert reading.read(*GOOD) == [Block("书屋12家。")]
        with pytest.raises(DocumentError, match="READING_CHARACTERS"):
            reading.read("长.txt", "书屋十二家，茶园八万亩。".encode())


def test_one_endless_line_is_cut_at_its_sentence_ends() -> None:
    with Reading() as reading:
        blocks = reading.read("一行.txt", "书屋12家。".encode() * 20_000)
    assert len(blocks) > 10
    assert all(block.text.endswith("。") and len(block.text) <= 4000 for block in blocks)


def children_started_by(action: Callable[[], object]) -> set[psutil.Process]:
    before = set(psutil.Process().children())
    action()
    return set(psutil.Process().children()) - before


def test_the_child_sees_no_environment_and_ends_with_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")
    with Reading() as reading:
        (child,) = children_started_by(lambda: reading.read(*GOOD))
        assert "secret" not in str(child.environ())
    assert not child.is_running()


def test_the_child_imports_nothing_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("json", "embeddings"):
        (tmp_path / f"{module}.py").write_text("import os; os._exit(1)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Reading() as reading:
        assert reading.read(*GOOD) == [Block("书屋12家。")]


def test_the_child_starts_without_what_most_files_do_without() -> None:
    heavy = "{'numpy', 'zipfile', 'pathlib', 'dataclasses', 'lxml'}"
    code = f"import sys, embeddings.documents.__main__, embeddings.documents.plain; sys.exit(str({heavy} & {{*sys.modules}}))"
    answer = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert answer.stderr.strip() == "set()"


def test_one_child_reads_file_after_file_however_large_its_parent() -> None:
    ballast = bytearray(b"1") * 700_000_000
    with Reading() as reading:
        started = children_started_by(lambda: [reading.read(*GOOD) for _ in range(3)])
        assert len(started) == 1
        assert children_started_by(lambda: reading.read(*GOOD)) == set()
    del ballast


def test_a_child_killed_from_outside_costs_one_file_at_most() -> None:
    with Reading() as reading:
        (child,) = children_started_by(lambda: reading.read(*GOOD))
        child.kill()
        child.wait()
        assert reading.read(*GOOD) == [Block("书屋12家。")]


def test_a_run_over_hostile_files_goes_on_and_stays_small(tmp_path: Path) -> None:
    folder = tmp_path / "文档"
    folder.mkdir()
    for name, (made, _) in HOSTILE.items():
        (folder / name).write_bytes(made())
    with (folder / "一行.txt").open("wb") as file:
        file.truncate(LONGEST_BYTES * 3)  # 192 MB
    (folder / GOOD[0]).write_bytes(GOOD[1])
    before = psutil.Process(os.getpid()).memory_info().rss
    library = Library(f"sqlite:///{tmp_path}/wenbao.db")
    *_, report = bring_in_step(library, ToyEncoder(), [folder], limits=Limits(seconds=120))
    grown = psutil.Process(os.getpid()).memory_info().rss - before
    assert isinstance(report, Report)
    assert (report.documents, report.paragraphs) == (1, 1)
    assert {skipped.name for skipped in report.skipped} == {*HOSTILE, "一行.txt"}
    assert grown < 32 * 1024 * 1024
