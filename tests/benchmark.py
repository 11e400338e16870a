"""Start-up time and memory, measured as a user meets them: `python -m tests.benchmark`.

Cold start is `wenbao ask` on the indexed sample, process start to answer, as a ratio to importing
faiss and loading jieba's dictionary, the two things that nothing here can avoid. Memory is that of
the running worker after 50 questions through a Bot API double on this machine.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 7
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


def main() -> None:
    """Run the benchmarks in a data folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DOCUMENTS_DIR": str(Path(folder) / "none")}
        seconds(["-m", "bot", "index"], environment)
        cold_start(environment)


if __name__ == "__main__":
    main()
