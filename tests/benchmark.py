"""Times and memory, measured as a user meets them: `make bench`, or `make bench PARTS="start library"`.

Parts: start, memory, reader, library, quality (`python -m bot.ablation`), growth (`python -m tests.growth`).

Cold start is `wenbao ask` on the indexed sample, process start to answer, as a ratio to importing
faiss and loading jieba's dictionary, which the plain way to build such a bot cannot avoid. Memory is that of
the running worker after 50 questions through a Bot API double on this machine. Reader: milliseconds a question over
eight passages of 200 characters, beside the network alone, and over a long one without stops. Library: 1,000 files of
30 paragraphs each, some three pages; one changed file until a worker answers from it against the first run, going back, and
questions answered while all files are read and encoded again by another process.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from threadpoolctl import threadpool_limits

from bot.answering import Answering
from bot.reader.network import Network
from bot.reader.reader import BUNDLED_READER, Reader
from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from embeddings.types import Paragraph, Passage
from tests.bot_api import BotApi
from tests.telegram_calls import TOKEN

ROOT = Path(__file__).parents[1]
RUNS = 7
QUESTIONS = 50
FILES, PARAGRAPHS = 1000, 30
PLACES = ("城东", "城西", "河口", "老街", "新桥", "南门", "北岭", "渡头")
QUESTION = "龙港GDP增速多少"
FLOOR = "import faiss, jieba; jieba.setLogLevel(60); jieba.initialize()"  # what such a bot usually loads


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


def write_files(folder: Path, version: int, files: range) -> None:
    """Write one of a thousand reports, another text in each version."""
    folder.mkdir(exist_ok=True)
    for number in files:
        lines = [
            f"{number}号茶园第{line}片有茶树{version * 977 + number * 13 + line}株，今年春茶采了{number + line}天，"
            f"制成干茶{line * 7 + version}担，都由合作社{PLACES[(number + line) % 8]}的铺子卖出去，"
            f"比上一年多卖{line + 3}%；守园的人说，{PLACES[number % 8]}一带春天雨水足，明年还要再补种{line + 20}株。"
            for line in range(PARAGRAPHS)
        ]
        (folder / f"茶园{number:04}.txt").write_text("\n\n".join(lines), encoding="utf-8")


def index(environment: dict[str, str]) -> dict[str, Any]:
    """Run `wenbao index` and return its report."""
    command = [sys.executable, "-m", "bot", "index", "--json"]
    result = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return report


def ask_while(answering: Answering, goes_on: Callable[[], bool]) -> float:
    """Ask one question after another; return how many a second were answered."""
    began, asked = time.perf_counter(), 0
    while goes_on():
        answering.answer(f"{asked % FILES}号茶园第3片有茶树多少株")
        asked += 1
    return asked / (time.perf_counter() - began)


def library(folder: str) -> None:
    """Print what an incremental run, going back, and asking during a run cost."""
    documents, data = Path(folder) / "茶园", Path(folder) / "library"
    environment = {**os.environ, "DATA_DIR": str(data), "DOCUMENTS_DIR": str(documents)}
    write_files(documents, 1, range(FILES))
    full = index(environment)
    held, ones, turns = PARAGRAPHS * FILES, [], []
    shelf = Library(f"sqlite:///{data}/wenbao.db")
    answering = Answering(Searcher(shelf, load_encoder(), Pool(data)), Reader())
    for version in range(2, 7):
        write_files(documents, version, range(1))
        ones.append(index(environment))
        began = time.perf_counter()
        assert answering.refresh()
        turns.append(time.perf_counter() - began)
    assert (full["paragraphs"], ones[-1]["changed"], ones[-1]["paragraphs"]) == (held, 1, held)
    run, turn = statistics.median(report["seconds"] for report in ones), statistics.median(turns)
    share = full["seconds"] / (run + turn)
    print(
        f"incremental: {FILES} files {full['seconds']:.2f} s, one changed {run:.3f} s and {turn:.3f} s until the"
        f" worker answers from it, 1/{share:.0f}"
    )
    write_files(documents, 8, range(1))
    index(environment)
    answering.refresh()
    began = time.perf_counter()
    shelf.go_back()
    moved = time.perf_counter() - began
    answering.refresh()
    print(
        f"going back: {moved:.3f} s, with the index of {held} paragraphs {time.perf_counter() - began:.2f} s"
    )
    until = time.perf_counter() + 10
    before = ask_while(answering, lambda: time.perf_counter() < until)
    write_files(documents, 9, range(FILES))
    command = [sys.executable, "-m", "bot", "index", "--json"]
    run = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    during = ask_while(answering, lambda: run.poll() is None)
    assert run.wait() == 0 and answering.refresh()
    print(
        f"questions a second: {before:.0f} before, {during:.0f} while every file is read and encoded anew, ratio {during / before:.2f}"
    )


def reader_speed() -> None:
    """Print what reading costs beside the network alone, and what a paragraph without stops costs beside a short one."""
    texts = sorted((ROOT / "tests" / "questions").glob("*.[tm]*"))
    whole = "".join("".join(text.read_text(encoding="utf-8").split()) for text in texts)
    pieces = [whole[start : start + 200] for start in range(0, len(whole) - 200, 200)]
    reader, network = Reader(), Network(BUNDLED_READER)
    with threadpool_limits(1):
        answering, alone = [], []
        for number in range(0, len(pieces) - 8, 8):
            passages = [Passage(0, "", Paragraph(piece), 0.5) for piece in pieces[number : number + 8]]
            answering.append(milliseconds(lambda some=passages: reader.read(QUESTION, some)))
            read = [("", piece) for piece in pieces[number : number + 8]]
            alone.append(milliseconds(lambda some=read: network.read(QUESTION, some)))
        ratio = statistics.median(answering) / statistics.median(alone)
        print(f"reader: {statistics.median(answering):.0f} ms for up to eight passages of 200 characters, ")
        print(f"  {ratio:.2f} of reading all eight by the network alone, {len(alone)} questions")
        walls = [[wall(length, run) for run in range(5)] for length in (300, 20_000)]
        times = [
            statistics.median(milliseconds(lambda one=one: reader.read(QUESTION, [one])) for one in some)
            for some in walls
        ]
        print(
            f"  20,000 characters without a stop: {times[1]:.0f} ms, {times[1] / times[0]:.2f} of 300 characters"
        )


def wall(length: int, run: int) -> Passage:
    """Return a passage without stops, another in each run so that nothing is remembered."""
    text = "".join(f"第{number}批设备共{(number + run) * 7 % 97}台运抵" for number in range(length))[:length]
    return Passage(0, "", Paragraph(text), 0.5)


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    """Run the benchmarks named, or all, in a data folder of their own."""
    wanted = sys.argv[1:] or ["start", "memory", "reader", "library", "quality", "growth"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DOCUMENTS_DIR": str(Path(folder) / "none")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start would compile the program anew
        seconds(["-m", "bot", "index"], environment)
        if "start" in wanted:
            cold_start(environment)
        if "memory" in wanted:
            worker_memory(environment)
        if "reader" in wanted:
            reader_speed()
        if "library" in wanted:
            library(folder)
    modules = {
        "quality": ["bot.ablation"],
        "growth": ["tests.growth", *(["--large"] if "--large" in wanted else [])],
    }
    for part, module in modules.items():
        if part in wanted:
            subprocess.run([sys.executable, "-W", "ignore", "-m", *module], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
