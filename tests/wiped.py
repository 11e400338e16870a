"""Start a worker on a wiped disk, its library in a real PostgreSQL: `python -m tests.wiped [PARAGRAPHS …]`.

For each size (0 is the sample page) prints one JSON object: the seconds from the start of the process to the
first answer in the chat, wall and of the processor, and the megabytes that the worker holds after fifty questions and
held at most, the building of its index included. A question waits when the worker starts.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.opening import SAMPLE
from tests.bot_api import BotApi
from tests.growth.texts import Texts, read, write
from tests.postgresql import PostgreSql
from tests.workers import REAL, ROOT, Worker, start_worker

QUESTIONS = 50
PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Start:
    """What one start took."""

    paragraphs: int
    seconds: float
    processor_seconds: float
    memory_mb: int
    most_memory_mb: int


def fill(url: str, folder: Path, paragraphs: int) -> list[str]:
    """Index generated texts, or the sample, into the database; return questions."""
    documents = folder / "documents"
    if paragraphs:
        write(documents, paragraphs)
        texts = Texts(1)
        questions = [texts.question(each) for each, _ in zip(read(documents), range(QUESTIONS), strict=False)]
    else:
        lines = SAMPLE.with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line)["question"] for line in lines]
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder / "first")}
    command = [sys.executable, "-m", "bot", "index", *([str(documents)] if paragraphs else [str(SAMPLE)])]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder / "first")
    return questions


def start_wiped(url: str, folder: Path, paragraphs: int, questions: list[str]) -> Start:
    """Start a worker in an empty folder and ask it."""
    with BotApi() as api:
        api.user_says(questions[0])
        began = time.monotonic()
        values = {"DATABASE_URL": url, "DOCUMENTS_DIR": str(folder / "none"), "LOG_LEVEL": "WARNING"}
        worker: Worker = start_worker(api, folder / "wiped", folder / "output.txt", REAL, **values)
        try:
            api.wait_for(lambda: api.messages, PATIENCE_SECONDS)
            seconds = time.monotonic() - began
            process = psutil.Process(worker.process.pid)
            used = process.cpu_times()
            for number, question in enumerate(questions[1:], 2):
                api.user_says(question, user=100 + number)
                api.wait_for(lambda wanted=number: api.count("sendMessage") >= wanted, PATIENCE_SECONDS)
            return Start(
                paragraphs,
                round(seconds, 1),
                round(used.user + used.system, 1),
                round(process.memory_info().rss / 2**20),
                _most_memory_mb(worker.process.pid),
            )
        finally:
            worker.process.kill()
            worker.process.wait(10)


def _most_memory_mb(number: int) -> int:
    status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(peak) / 2**10)


def measure(server: PostgreSql, paragraphs: int) -> Start:
    """Fill an empty database and start on it."""
    url = server.empty()
    with tempfile.TemporaryDirectory(prefix="wenbao-wiped-") as folder:
        return start_wiped(url, Path(folder), paragraphs, fill(url, Path(folder), paragraphs))


def main() -> None:
    server = PostgreSql()
    try:
        for paragraphs in map(int, sys.argv[1:] or ["0", "10000"]):
            print(json.dumps(vars(measure(server, paragraphs))), flush=True)
    finally:
        server.close()


if __name__ == "__main__":
    main()
