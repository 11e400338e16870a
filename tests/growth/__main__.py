"""Measure both sides at several sizes: `python -m tests.growth [--large] [SIZE …] [READING …]`.

Each side builds and asks in processes of its own, in turn; the hybrid's figures are the unit. Seconds of the CPU,
children included, change least with what else the machine does. A million paragraphs are measured on our side
alone: in Python strings, as the hybrid takes them, their words need an hour and most of the memory. READING is JSONL of question and context: its
contexts stand among the generated paragraphs, and its questions are asked instead of generated ones. Writes a line a
size to results.jsonl, and the chart from the last line of each size that was measured without readings.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.growth import chart, texts

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.jsonl"
SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
QUESTIONS, READ = 200, 1_000  # asked of generated texts, of readings
STARTS = 3
SIDES = ("wenbao", "hybrid")


def run(side: str, what: str, folder: Path) -> dict[str, float]:
    """Run one side in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.growth.side", side, what, str(folder)]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return figures


def cold(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Return the seconds from the start of a process to its end, the median after a first, and those of the CPU."""
    walls, busy = [], []
    for _ in range(STARTS + 1):
        began, before = time.perf_counter(), os.times()
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        walls.append(time.perf_counter() - began)
        busy.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    return {
        "cold_seconds": round(statistics.median(walls[1:]), 2),
        "cold_cpu_seconds": round(statistics.median(busy[1:]), 2),
    }


def write(size: int, folder: Path, readings: Sequence[Path]) -> list[dict[str, str]]:
    """Write the texts; return questions with the paragraph that each is about."""
    chance = random.Random(1)
    lines = [line for path in readings for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [
        {"question": row["question"], "paragraph": " ".join(row["context"].split())}
        for row in map(json.loads, lines)
    ]
    texts.write(folder, size, list(dict.fromkeys(row["paragraph"] for row in rows)))
    if rows:
        return chance.sample(rows, min(READ, len(rows)))
    ask = texts.Texts(2).question
    asked = chance.sample(list(texts.read(folder)), QUESTIONS)
    return [{"question": ask(paragraph), "paragraph": paragraph} for paragraph in asked]


def measure(
    size: int, folder: Path, readings: Sequence[Path], sides: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return the figures of each side at one size."""
    rows = write(size, folder / "texts", readings)
    (folder / "questions.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    figures = {side: {**run(side, "build", folder), **run(side, "ask", folder)} for side in sides}
    figures["wenbao"] |= run("wenbao", "answer", folder)
    environment = {**os.environ, "DATA_DIR": str(folder / "wenbao"), "LOG_LEVEL": "ERROR"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start would compile the program anew
    one = folder / "one"
    one.mkdir()
    (one / "questions.json").write_text(json.dumps(rows[:1], ensure_ascii=False), encoding="utf-8")
    (one / "hybrid").symlink_to(folder / "hybrid")
    commands = {
        "wenbao": [sys.executable, "-m", "bot", "ask", rows[0]["question"]],
        "hybrid": [sys.executable, "-W", "ignore", "-m", "tests.growth.side", "hybrid", "ask", str(one)],
    }
    for side in sides:
        figures[side] |= cold(commands[side], environment)
    return figures


def ratios(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return our figures with the hybrid's as the unit."""
    units = figures.get("hybrid", {})
    return {name: round(figures["wenbao"][name] / unit, 3) for name, unit in units.items() if unit}


def commit() -> str:
    """Return what is measured."""
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    return found.stdout.strip()


def latest(results: str) -> list[dict[str, Any]]:
    """Return the last line of each size, small sizes first; what was measured over readings is left out."""
    lines = [json.loads(line) for line in results.splitlines()]
    last = {line["paragraphs"]: line for line in lines if "readings" not in line}
    return [last[size] for size in sorted(last)]


def main() -> None:
    """Print, write and draw."""
    given = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    readings = [Path(argument) for argument in sys.argv[1:] if argument.endswith(".jsonl")]
    sizes = [*(given or SIZES), *([LARGE] if "--large" in sys.argv else [])]
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(size, Path(folder), readings, SIDES if size < LARGE else SIDES[:1])
        about = {"readings": [path.stem for path in readings]} if readings else {}
        line = {"commit": commit(), "paragraphs": size, **about, **figures, "ratios": ratios(figures)}
        print(json.dumps(line), flush=True)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    (HERE / "growth.svg").write_text(
        chart.draw(latest(RESULTS.read_text(encoding="utf-8"))), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
