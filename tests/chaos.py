"""Ask a worker thousands of questions while it is killed, stopped and cut off; count what was lost.

    python -m tests.chaos                                    5,000 updates from 200 chats
    python -m tests.chaos --updates 200 --chats 20 --kills 1 --stops 1

Every question has a number, which its answer repeats. Five of a hundred calls fail: 502, reset, timeout, 429.
"""

import argparse
import json
import random
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bot_api import BotApi
from tests.telegram_calls import TOKEN
from tests.ways import WAYS, way_in
from tests.workers import DOUBLE, Worker, start_worker

FAULTS = ("502", "reset", "timeout", "429")
LIBRARY = {"generation": 1, "paragraphs": ["第一段说的是每一号的事情。"]}


@dataclass(frozen=True)
class Outcome:
    """What the run counted."""

    updates: int
    lost: int
    twice: int
    chats_out_of_order: int
    limits_broken: int
    seconds: float
    token_in_logs: int


def run(
    updates: int,
    chats: int,
    kills: int,
    stops: int,
    folder: Path,
    way: str = "polling",
    *,
    failing: float = 0.05,
    seed: int = 1,
) -> Outcome:
    """Ask, kill, stop and start again; return what was counted when no answer is awaited any more."""
    (folder / "library.json").write_text(json.dumps(LIBRARY), encoding="utf-8")
    chance = random.Random(seed)
    began = time.monotonic()
    with BotApi() as api, way_in(api, way) as settings:
        api.timeout_seconds = 6.0
        api.fault = lambda _: chance.choice(FAULTS) if chance.random() < failing else None
        workers: list[Worker] = []

        def start() -> None:
            workers.append(
                start_worker(api, folder, folder / f"output-{len(workers)}.txt", DOUBLE, **settings)
            )

        start()
        blows = ["kill"] * kills + ["stop"] * stops
        chance.shuffle(blows)
        turn = updates // (len(blows) + 1)
        asked: dict[int, list[int]] = {}
        for number in range(updates):
            chat = 1000 + chance.randrange(chats)
            asked.setdefault(chat, []).append(number)
            api.user_says(f"第{number}号是什么", user=chat)
            time.sleep(0.01)
            if blows and number % turn == turn - 1:
                workers[-1].wait_for_line("is receiving messages", 120)
                wait_for_answers(api, len(api.messages) + 5)
                strike(workers[-1], blows.pop(), chance.uniform(0.0, 2.0))
                start()
        wait_for_quiet(api, updates)
        strike(workers[-1], "stop")
        return count(api, asked, began, [worker.output for worker in workers])


def strike(worker: Worker, blow: str, delay_seconds: float = 0.0) -> None:
    """Strike from another process: a thread of this one gets its turn just when an answer has arrived."""
    signal = {"kill": "KILL", "stop": "TERM"}[blow]
    subprocess.run(
        ["sh", "-c", f"sleep {delay_seconds:.3f}; kill -{signal} {worker.process.pid}"], check=True
    )
    worker.process.wait(30)


def wait_for_answers(api: BotApi, wanted: int) -> None:
    """Wait until the worker is at work: the blow is to meet it there."""
    api.wait_for(lambda: len(api.messages) >= wanted, 120)


def wait_for_quiet(api: BotApi, updates: int, patience_seconds: float = 90.0) -> None:
    """Wait until all is answered, or nothing has been said for long."""
    said, since = 0, time.monotonic()
    while len({one.text.partition("\n")[0] for one in api.messages}) < updates:
        if len(api.messages) != said:
            said, since = len(api.messages), time.monotonic()
        if time.monotonic() - since > patience_seconds:
            return
        time.sleep(0.5)
    time.sleep(2)


def count(api: BotApi, asked: dict[int, list[int]], began: float, outputs: list[str]) -> Outcome:
    lost = twice = disordered = 0
    for chat, numbers in asked.items():
        first_lines = [one.text.partition("\n")[0] for one in api.messages if one.chat == chat]
        answered = [int(line[1:-1]) for line in first_lines if line.startswith("第") and line.endswith("号")]
        once = list(dict.fromkeys(answered))
        lost += len(set(numbers) - set(once))
        twice += len(answered) - len(once)
        disordered += once != sorted(once)
    secret = TOKEN.partition(":")[2]
    return Outcome(
        updates=sum(map(len, asked.values())),
        lost=lost,
        twice=twice,
        chats_out_of_order=disordered,
        limits_broken=len(api.floods),
        seconds=round(time.monotonic() - began, 1),
        token_in_logs=sum(output.count(secret) for output in outputs),
    )


def main() -> None:
    """Run with the numbers of the command line and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("updates", 5000), ("chats", 200), ("kills", 10), ("stops", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--way", choices=WAYS, default="polling", help="kept, stripped: webhook, by its path")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenbao-chaos-") as folder:
        outcome = run(given.updates, given.chats, given.kills, given.stops, Path(folder), given.way)
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
