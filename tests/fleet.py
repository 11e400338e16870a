"""Ask three workers of one PostgreSQL thousands of questions while they and it are struck; count what was lost.

    python -m tests.fleet                                       5,000 questions, polling
    python -m tests.fleet --by webhook --questions 500 --chats 50

One after another a worker is killed, one is stopped and started, PostgreSQL is restarted, and a new generation is
published. Every question has a number, which its answer repeats. Prints one JSON object.
"""

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import numpy as np
import psutil

from embeddings.library import Library
from embeddings.types import NewDocument, Paragraph, searched_hash
from tests.bot_api import BotApi
from tests.chaos import strike
from tests.postgresql import PostgreSql
from tests.telegram_calls import TOKEN
from tests.toy import ToyEncoder
from tests.workers import Proxy, Worker, free_port, start_worker

WORKERS = 3
MODULE = "tests.fleet_worker"
ADDRESS = "https://example.org/wenbao"
AWAY_SECONDS = 5.0  # PostgreSQL
FAULTS = ("502", "reset", "429")


@dataclass(frozen=True)
class Outcome:
    """What the run counted."""

    by: str
    questions: int
    lost: int
    twice: int
    told_sorry: int
    old_answers: (
        int  # from the generation before, to what was asked five seconds after the new one was published
    )
    chats_out_of_order: int
    median_seconds: float  # from question to answer
    longest_seconds: float
    tracebacks: int
    token_in_logs: int
    token_elsewhere: int  # in messages, in pages of the web workers, in the list of processes
    seconds: float


class Fleet:
    """Three workers, what they answer with, and when each question was asked."""

    def __init__(self, api: BotApi, server: PostgreSql, folder: Path, by: str) -> None:
        self.api, self.server, self.folder, self.by = api, server, folder, by
        self.library = Library(server.empty())
        self.workers: list[Worker] = []
        self.ports = [free_port() for _ in range(WORKERS)]
        self.asked: dict[int, tuple[int, float]] = {}  # number → (chat, when)
        self.published_at = float("inf")
        self.seen: list[str] = []  # pages and command lines
        self.publish("旧")
        for port in self.ports:
            self.start(port)

    def publish(self, word: str) -> None:
        """Let the library say something else."""
        encoder, paragraph = ToyEncoder(), Paragraph(f"书屋，{word}的事情都在这里。")
        vectors = {searched_hash(paragraph): np.asarray(encoder.encode_paragraphs([paragraph.text])[0])}
        self.library.add_vectors(encoder.name, vectors)
        self.library.publish([], [NewDocument("书.txt", "甲", word.encode(), [paragraph])], encoder.name, "")

    def start(self, port: int) -> None:
        """Start one more worker; each has a disk of its own."""
        number = len(self.workers)
        values = {"DATABASE_URL": self.server.url, "LOG_LEVEL": "DEBUG"}
        if self.by == "webhook":
            values |= {"WEBHOOK_URL": ADDRESS, "PORT": str(port)}
        disk = self.folder / f"disk-{port}"
        worker = start_worker(self.api, disk, self.folder / f"output-{number}.txt", MODULE, **values)
        self.workers.append(worker)
        worker.wait_for_line("is receiving messages" if self.by == "webhook" or number == 0 else "", 180)

    def ask(self, numbers: range, chats: int, chance: random.Random, pause_seconds: float) -> None:
        """Ask for numbers, each in some chat."""
        for number in numbers:
            chat = 1000 + chance.randrange(chats)
            self.asked[number] = (chat, time.monotonic())
            self.api.user_says(f"书屋第{number}号是什么", user=chat)
            time.sleep(pause_seconds)

    def look(self) -> None:
        """Keep what anyone can see: pages, and the command lines of the workers and their children."""
        for worker in self.workers:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(worker.process.pid)
                for each in (process, *process.children(recursive=True)):
                    with suppress(psutil.NoSuchProcess):
                        self.seen.append(" ".join(each.cmdline()))
        for port in self.ports if self.by == "webhook" else ():
            for path in ("healthz", "metrics", "", f"bot{TOKEN}"):
                for method in ("GET", "POST"):
                    with suppress(httpx.TransportError):
                        address = f"http://127.0.0.1:{port}/{path}"
                        answer = httpx.request(method, address, content=b"{", trust_env=False, timeout=10)
                        self.seen.append(f"{answer.headers} {answer.text}")

    def kill(self) -> None:
        """Kill the worker that polls, and start another as a platform does."""
        strike(self.workers[0], "kill")
        self.start(self.ports[0])

    def restart(self) -> None:
        """Stop a worker and start it again."""
        strike(self.workers[1], "stop")
        self.start(self.ports[1])

    def restart_database(self) -> None:
        """Take PostgreSQL away and bring it back."""
        self.server.stop()
        time.sleep(AWAY_SECONDS)
        self.server.start()

    def publish_anew(self) -> None:
        """Publish another generation."""
        self.publish("新")
        self.published_at = time.monotonic()

    def wait(self, patience_seconds: float = 120.0) -> None:
        """Wait until all is answered, or nothing has been said for long."""
        said, since = 0, time.monotonic()
        while len(answers(self.api)) < len(self.asked) and time.monotonic() - since < patience_seconds:
            if len(self.api.messages) != said:
                said, since = len(self.api.messages), time.monotonic()
            time.sleep(0.5)
        time.sleep(3)

    def stop(self) -> None:
        """End all."""
        for worker in self.workers:
            if worker.process.poll() is None:
                strike(worker, "stop")
        self.library.close()


def answers(api: BotApi) -> dict[int, list[tuple[float, str]]]:
    """Return for each number when and with what it was answered."""
    found: dict[int, list[tuple[float, str]]] = {}
    for call in list(api.calls):
        if call.code == 200 and call.method == "sendMessage":
            text = str(call.parameters["text"])
            if number := re.match(r"(?:<b>)?第(\d+)号", text):
                found.setdefault(int(number[1]), []).append((call.when, text))
    return found


def count(fleet: Fleet, began: float) -> Outcome:
    found = answers(fleet.api)
    waited = [found[number][0][0] - when for number, (_, when) in fleet.asked.items() if number in found]
    late = [number for number, (_, when) in fleet.asked.items() if when > fleet.published_at + 5]
    chats: dict[int, list[int]] = {}
    for number in sorted(found, key=lambda number: found[number][0][0]):
        chats.setdefault(fleet.asked[number][0], []).append(number)
    outputs = [worker.output for worker in fleet.workers]
    secret, said = TOKEN.partition(":")[2], [str(call.parameters) for call in list(fleet.api.calls)]
    return Outcome(
        by=fleet.by,
        questions=len(fleet.asked),
        lost=len(fleet.asked.keys() - found.keys()),
        twice=sum(len(times) - 1 for times in found.values()),
        told_sorry=sum("抱歉" in one.text for one in fleet.api.messages),
        old_answers=sum("旧的" in text for number in late for _, text in found.get(number, ())),
        chats_out_of_order=sum(numbers != sorted(numbers) for numbers in chats.values()),
        median_seconds=round(statistics.median(waited), 2),
        longest_seconds=round(max(waited), 1),
        tracebacks=sum(output.count("Traceback") for output in outputs),
        token_in_logs=sum(output.count(secret) for output in outputs),
        token_elsewhere=sum(text.count(secret) for text in (*said, *fleet.seen)),
        seconds=round(time.monotonic() - began, 1),
    )


def run(
    questions: int,
    chats: int,
    by: str,
    folder: Path,
    server: PostgreSql,
    *,
    pause_seconds: float = 0.06,
    failing: float = 0.02,
) -> Outcome:
    """Ask, strike, wait and count."""
    chance, began = random.Random(1), time.monotonic()
    with BotApi() as api:
        api.fault = lambda _: chance.choice(FAULTS) if chance.random() < failing else None
        fleet = Fleet(api, server, folder, by)
        proxy = Proxy(api, fleet.ports) if by == "webhook" else None
        steps: list[Callable[[], None]] = [
            fleet.kill, fleet.restart, fleet.restart_database, fleet.publish_anew, lambda: None,
        ]  # fmt: skip
        part = questions // len(steps)
        for number, step in enumerate(steps):
            last = questions if step is steps[-1] else (number + 1) * part
            fleet.ask(range(number * part, last), chats, random.Random(number), pause_seconds)
            fleet.look()
            step()
        fleet.wait()
        if proxy is not None:
            proxy.close()
        fleet.stop()
        return count(fleet, began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=5000)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--by", choices=("polling", "webhook"), default="polling")
    parser.add_argument("--pause", type=float, default=0.06, help="seconds between two questions")
    given = parser.parse_args()
    server = PostgreSql()
    try:
        with tempfile.TemporaryDirectory(prefix="wenbao-fleet-") as folder:
            outcome = run(
                given.questions, given.chats, given.by, Path(folder), server, pause_seconds=given.pause
            )
    finally:
        server.close()
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
