"""Workers for the tests: started as a user starts them, against the double of the Bot API."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bot_api import TOKEN, BotApi

ROOT = Path(__file__).parents[1]
ADMIN, READER, STRANGER, GROUP = 1, 7, 9, -1001234
DOUBLE, REAL = "tests.worker_double", "bot"
LIBRARY = {
    "generation": 1,
    "paragraphs": [
        "龙港今年很忙。龙港增长8.7%，<居首>。明年更忙。",
        *(f"第{number}段也说到龙港。" for number in range(2, 7)),
        "瑞安",
    ],
}


@dataclass
class Worker:
    """A running `wenbao run` and all it has printed."""

    process: subprocess.Popen[str]
    printed: Path

    @property
    def output(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def stop(self) -> tuple[int, float]:
        """Send SIGTERM; return the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15), time.monotonic() - began

    def wait_for_line(self, text: str, timeout_seconds: float = 60) -> None:
        until = time.monotonic() + timeout_seconds
        while text not in self.output:
            assert time.monotonic() < until and self.process.poll() is None, self.output
            time.sleep(0.05)


Start = Callable[..., Worker]


def start_worker(api: BotApi, folder: Path, printed: Path, module: str = DOUBLE, **values: str) -> Worker:
    """Start a worker whose data lie in a folder; what it prints goes into a file."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    environment = {
        **inherited,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": api.address,
        "ADMIN_IDS": str(ADMIN),
        "DATA_DIR": str(folder),
        "DOCUMENTS_DIR": str(folder / "documents"),
        "LOG_LEVEL": "DEBUG",
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
        **values,
    }
    command = [sys.executable, "-m", module, *(["run"] if module == REAL else [])]
    with printed.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, text=True
        )
    return Worker(process, printed)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as double:
        double.knows(ADMIN)
        yield double


@pytest.fixture
def start(api: BotApi, tmp_path: Path) -> Iterator[Start]:
    """Start workers; end the ones still running, and look for the token in what they printed."""
    workers: list[Worker] = []

    def starting(module: str = DOUBLE, *, ready: bool = True, **values: str) -> Worker:
        printed = tmp_path / f"output-{len(workers)}.txt"
        workers.append(start_worker(api, tmp_path, printed, module, **values))
        if ready:
            workers[-1].wait_for_line("is receiving messages", 90)
        return workers[-1]

    yield starting
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait(10)
        assert TOKEN.partition(":")[2] not in worker.output


def write_library(folder: Path, **values: Any) -> None:
    (folder / "library.json").write_text(json.dumps(LIBRARY | values), encoding="utf-8")


@pytest.fixture
def library(tmp_path: Path) -> None:
    write_library(tmp_path)
