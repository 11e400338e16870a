"""Runs that are killed or find the disk full: the generation before answers, the next run is right."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from telegram import Chat, Message, User

from bot.answering import Answering
from bot.handlers.asking import Asking, _Question, place_of
from bot.history import History
from bot.metrics import Metrics
from bot.reader.reader import Reader
from bot.words import ZH
from embeddings.errors import LibraryError
from embeddings.indexing import Report, bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from tests.toy import ToyEncoder

ROOT = Path(__file__).parents[1]


STARTING = """
import time
from bot.app import run_worker
from config.settings import load_settings

def opening(settings):
    print("opening", flush=True)
    try:
        time.sleep(60)
    except BaseException as error:  # as a database's driver does
        raise RuntimeError("the connection") from error

run_worker(load_settings(for_worker=True), opening)
"""


def test_a_worker_that_is_ended_while_it_starts_says_nothing(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "TELEGRAM_BOT_TOKEN": f"12345678:{'a' * 35}",
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", STARTING],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "opening\n"
    worker.terminate()
    _, errors = worker.communicate(timeout=20)
    assert (worker.returncode, errors) == (0, "")


@pytest.mark.slow
def test_runs_killed_at_fifty_points() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.killing", "50"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    counts = json.loads(result.stdout)
    assert counts["old_answers"] + counts["new_answers"] == counts["next_right"] == 50
    assert counts["old_answers"] >= 25  # most kills come before the end


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def write_documents(folder: Path, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        text = f"第{number}号茶园有{number + 100}亩。\n\n" + f"第{number}号的旧事说来话长。" * 300
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")


def index(library: Library, folder: Path) -> Report:
    *_, report = bring_in_step(library, ToyEncoder(), [folder])
    assert isinstance(report, Report)
    return report


def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    documents, filler = tmp_path / "documents", small_disk / "filler"
    write_documents(documents, 3)
    library = Library(f"sqlite:///{small_disk}/wenbao.db")
    assert index(library, documents).documents == 3
    write_documents(documents, 40)
    filler.write_bytes(bytes(2**21))
    with pytest.raises(LibraryError, match="磁盘"):
        index(library, documents)
    searcher = Searcher(library, ToyEncoder(), Pool(small_disk))  # its index cannot be saved either
    assert searcher.search("第2号茶园有几亩", 1)[0].paragraph.text == "第2号茶园有102亩。"
    filler.unlink()
    report = index(library, documents)
    assert (report.generation, report.documents, report.paragraphs) == (2, 40, 80)
    library.close()


def test_a_question_is_answered_though_it_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_documents(tmp_path / "documents", 3)
    address = f"sqlite:///{tmp_path}/wenbao.db"
    library = Library(address)
    index(library, tmp_path / "documents")
    history = History(address)
    idle: Any = None  # what recording does not touch
    answering = Answering(Searcher(library, ToyEncoder(), Pool(tmp_path)), Reader())
    asking = Asking(
        answering, history, idle, asyncio.Event(), lambda chat_id: False, idle, idle, idle, Metrics()
    )
    message = Message(1, datetime.now(UTC), Chat(7, "private"), from_user=User(7, "读者", False))
    question = _Question("第2号茶园有几亩", place_of(message), message, ZH)
    number, answer, _ = asking._answer_and_record(question)
    assert number == 1

    def full(*_: object) -> int:
        raise LibraryError("磁盘满了 · the disk is full")

    monkeypatch.setattr(history, "record", full)
    number, answer, offers = asking._answer_and_record(question)
    assert (number, offers) == (None, [])
    assert answer.evidence[0].passage.paragraph.text == "第2号茶园有102亩。"
    history.close()
    library.close()


def test_a_database_that_may_not_grow(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    write_documents(documents, 3)
    address = f"sqlite:///{tmp_path}/wenbao.db"
    library = Library(address)
    index(library, documents)
    event.listen(library._engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count=60"))
    library._engine.dispose()
    write_documents(documents, 40)
    with pytest.raises(LibraryError, match="磁盘"):
        index(library, documents)
    assert [each.number for each in library.published()] == [1]
    assert len(library.documents()) == 3
    library.close()
    library = Library(address)
    report = index(library, documents)
    assert (report.generation, report.documents, report.paragraphs) == (2, 40, 80)
    library.close()
