"""Workers for the tests, against the double of the Bot API: the real one started as a user starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot_api import PATIENCE_SECONDS, BotApi
from tests.forked import Forked
from tests.telegram_calls import TOKEN

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

    process: subprocess.Popen[bytes] | Forked
    printed: Path

    @property
    def output(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def stop(self) -> tuple[int, float]:
        """Send SIGTERM; return the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15), time.monotonic() - began

    def wait_for_line(self, text: str, timeout_seconds: float = PATIENCE_SECONDS) -> None:
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
    printed.touch()
    if module != REAL:
        return Worker(Forked(module, environment, printed), printed)
    with printed.open("w") as output:
        command = [sys.executable, "-m", REAL, "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
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
            workers[-1].wait_for_line("is receiving messages")
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


class Proxy:
    """Sends what Telegram has to the workers by turns, with the path that is told, until one answers 200."""

    def __init__(self, api: BotApi, ports: Sequence[int], path: str = "/", *, twice: bool = False) -> None:
        self.codes: list[int] = []
        self._api = api
        self._addresses = [f"http://127.0.0.1:{port}{path}" for port in ports]
        self._twice = twice  # once more to the next one, as if the first 200 had been lost
        self._turn = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._deliver, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _deliver(self) -> None:
        delivered = 0
        with httpx.Client(trust_env=False, timeout=10) as client:
            while not self._closing.is_set():
                if self._api.webhook is None or delivered == len(self._api.pushed):
                    self._closing.wait(0.02)
                elif self._send(client, self._api.pushed[delivered]):
                    delivered += 1
                else:
                    self._closing.wait(0.05)

    def _send(self, client: httpx.Client, update: dict[str, Any]) -> bool:
        codes = [self._post(client, update) for _ in range(2 if self._twice else 1)]
        return 200 in codes

    def _post(self, client: httpx.Client, update: dict[str, Any]) -> int:
        assert self._api.webhook is not None
        self._turn += 1
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._api.webhook["secret_token"]}
        try:
            address = self._addresses[self._turn % len(self._addresses)]
            self.codes.append(client.post(address, json=update, headers=headers).status_code)
        except httpx.TransportError:
            self.codes.append(0)
        return self.codes[-1]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.fixture
def port() -> int:
    return free_port()
