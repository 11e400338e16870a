"""Start-up time and memory, measured as a user meets them: `python -m tests.benchmark`.

Cold start is `wenbao ask` on the indexed sample, process start to answer, as a ratio to importing
faiss and loading jieba's dictionary, the two things that nothing here can avoid. Memory is that of
the running worker after 50 questions through a Bot API double on this machine.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.bot_api import TOKEN, BotApi

ROOT = Path(__file__).parents[1]
RUNS = 7
QUESTIONS = 50
QUESTION = "龙港GDP增速多少"
FLOOR = "import faiss, jieba; jieba.setLogLevel(60); jieba.initialize()"


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Return the wall time of one command."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began


def cold_start(environment: dict[str, str]) -> None:
    """Print the median of both, taken in turn, after one run that warms the disk."""
    ask, floor = ["-m", "bot", "ask", QUESTION], ["-W", "ignore", "-c", FLOOR]
    pairs = [(seconds(ask, environment), seconds(floor, environment)) for _ in range(RUNS + 1)][1:]
    asked, least = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"cold start: ask {asked:.2f} s, faiss + jieba {least:.2f} s, ratio {asked / least:.2f}")


def worker_memory(environment: dict[str, str]) -> None:
    """Print what the worker holds after 50 questions, and whether torch is among it."""
    lines = (ROOT / "bot" / "sample" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    questions = (questions * 2)[:QUESTIONS]
    with BotApi() as api:
        told = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.address, "LOG_LEVEL": "ERROR"}
        worker = subprocess.Popen([sys.executable, "-m", "bot", "run"], env={**environment, **told}, cwd=ROOT)
        try:
            for number, question in enumerate(questions, 1):
                api.user_says(question)
                api.wait_for(lambda wanted=number: api.count("sendMessage") >= wanted or None)
            process = psutil.Process(worker.pid)
            torch = any("libtorch" in part.path for part in process.memory_maps())
            print(
                f"worker: {process.memory_info().rss / 2**20:.0f} MB after {QUESTIONS} questions, torch: {torch}"
            )
        finally:
            worker.terminate()
            worker.wait(15)


def main() -> None:
    """Run the benchmarks in a data folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DOCUMENTS_DIR": str(Path(folder) / "none")}
        seconds(["-m", "bot", "index"], environment)
        cold_start(environment)
        worker_memory(environment)


if __name__ == "__main__":
    main()
