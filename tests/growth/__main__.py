"""Measure both sides at several sizes: `python -m tests.growth [--large] [SIZE …]`.

Each side builds and asks in processes of its own, in turn; the hybrid's figures are the unit. Seconds of the CPU
do not change with what else the machine does. Writes a line a size to
results.jsonl, and the chart from the lines of this run.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.growth import chart, texts

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
QUESTIONS = 200
SIDES = ("wenbao", "hybrid")


def run(side: str, what: str, folder: Path) -> dict[str, float]:
    """Run one side in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.growth.side", side, what, str(folder)]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return figures


def cold(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Return the seconds from the start of a process to its end, the second time, and those of the CPU."""
    for _ in range(2):
        began, before = time.perf_counter(), os.times()
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return {"cold_seconds": round(time.perf_counter() - began, 2), "cold_cpu_seconds": round(busy, 2)}


def measure(size: int, folder: Path) -> dict[str, dict[str, float]]:
    """Return the figures of both sides at one size."""
    texts.write(folder / "texts", size)
    asked = random.Random(1).sample(list(texts.read(folder / "texts")), QUESTIONS)
    ask = texts.Texts(2).question
    rows = [{"question": ask(paragraph), "paragraph": paragraph} for paragraph in asked]
    (folder / "questions.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    figures = {side: {**run(side, "build", folder), **run(side, "ask", folder)} for side in SIDES}
    environment = {**os.environ, "DATA_DIR": str(folder / "wenbao"), "LOG_LEVEL": "ERROR"}
    one = folder / "one"
    one.mkdir()
    (one / "questions.json").write_text(json.dumps(rows[:1], ensure_ascii=False), encoding="utf-8")
    (one / "hybrid").symlink_to(folder / "hybrid")
    whole = [sys.executable, "-m", "bot", "ask", rows[0]["question"]]
    plain = [sys.executable, "-W", "ignore", "-m", "tests.growth.side", "hybrid", "ask", str(one)]
    figures["wenbao"] |= cold(whole, environment)
    figures["hybrid"] |= cold(plain, environment)
    return figures


def commit() -> str:
    """Return what is measured."""
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    return found.stdout.strip()


def main() -> None:
    """Print, write and draw."""
    given = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    sizes = [*(given or SIZES), *([LARGE] if "--large" in sys.argv else [])]
    lines: list[dict[str, Any]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(size, Path(folder))
        ratios = {
            name: round(figures["wenbao"][name] / figures["hybrid"][name], 3)
            for name in figures["hybrid"]
            if figures["hybrid"][name]
        }
        lines.append({"commit": commit(), "paragraphs": size, **figures, "ratios": ratios})
        print(json.dumps(lines[-1]), flush=True)
        with (HERE / "results.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(lines[-1]) + "\n")
    (HERE / "growth.svg").write_text(chart.draw(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
