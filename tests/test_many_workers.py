"""Several workers that share a database and a token, and a database that goes away: over real HTTP."""

import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from embeddings.library import Library
from tests.bot_api import BotApi
from tests.postgresql import PostgreSql
from tests.workers import (
    ADMIN,
    REAL,
    ROOT,
    Proxy,
    Start,
    Worker,
    api,
    free_port,
    library,
    start,
    write_library,
)

pytestmark = pytest.mark.usefixtures("library")
__all__ = ["api", "library", "start"]  # fixtures

WAITS, RECEIVES = "waiting its turn", "is receiving messages"
ADDRESS = "https://example.org/wenbao"


def answered(api: BotApi) -> Counter[str]:
    """Count the answers by the number that they repeat."""
    return Counter(one.text.partition("\n")[0] for one in api.messages)


def ask(api: BotApi, numbers: range) -> None:
    for number in numbers:
        api.user_says(f"第{number}号是什么", user=500 + number % 17)
        time.sleep(0.02)


def wanted(numbers: range) -> Counter[str]:
    return Counter({f"第{number}号": 1 for number in numbers})


def start_web(start: Start, count: int, **values: str) -> tuple[list[Worker], list[int]]:
    ports = [free_port() for _ in range(count)]
    return [start(WEBHOOK_URL=ADDRESS, PORT=str(port), **values) for port in ports], ports


def test_one_of_two_workers_polls_and_the_other_takes_over(api: BotApi, start: Start, url: str) -> None:
    first = start(DATABASE_URL=url)
    second = start(DATABASE_URL=url, ready=False)
    second.wait_for_line(WAITS)
    api.user_says("瑞安如何")
    api.wait_for_message("瑞")
    polls = api.count("getUpdates")
    time.sleep(1.5)
    assert api.count("getUpdates") <= polls + 1  # one long poll, no quarrel
    assert not [call for call in api.calls if call.code == 409]
    first.process.kill()
    second.wait_for_line(RECEIVES)
    api.user_says("龙港如何")
    api.wait_for_message("龙")
    assert len(api.messages) == 2
    third = start(DATABASE_URL=url, ready=False)
    third.wait_for_line(WAITS)
    assert second.stop()[0] == 0
    third.wait_for_line(RECEIVES, 10)


def test_a_worker_of_another_database_is_given_way_longer_and_longer(api: BotApi, start: Start) -> None:
    for _ in range(3):
        api.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    worker = start()
    api.user_says("瑞安如何")
    api.wait_for_message("瑞")
    tried = [call.when for call in api.calls if call.method == "getUpdates"]
    pauses = [later - sooner for sooner, later in pairwise(tried)][:3]
    assert [round(pause) for pause in pauses] == [1, 2, 4]
    assert worker.output.count("ERROR wenbao.polling") == 1


@pytest.mark.parametrize("by", ["polling", "webhook"])
def test_a_restart_of_the_database_loses_nothing(
    api: BotApi, start: Start, server: PostgreSql, postgres: str, by: str
) -> None:
    if by == "polling":
        workers = [start(DATABASE_URL=postgres), start(DATABASE_URL=postgres, ready=False)]
        workers[1].wait_for_line(WAITS)
    else:
        workers, ports = start_web(start, 2, DATABASE_URL=postgres)
        proxy = Proxy(api, ports)
    ask(api, range(40))
    server.stop()
    ask(api, range(40, 60))
    if by == "webhook":
        address = f"http://127.0.0.1:{ports[0]}/healthz"
        api.wait_for(lambda: httpx.get(address, trust_env=False).status_code == 503, 15)
    time.sleep(2)
    server.start()
    ask(api, range(60, 80))
    api.wait_for(lambda: len(answered(api)) == 80, 60)
    time.sleep(1)
    assert answered(api) == wanted(range(80))
    assert not [line for worker in workers for line in worker.output.splitlines() if "Traceback" in line]
    if by == "webhook":
        proxy.close()
        api.wait_for(lambda: httpx.get(address, trust_env=False).status_code == 200, 15)
    for worker in workers:
        assert worker.stop()[0] == 0


def test_a_worker_ends_in_time_while_the_database_is_away(
    api: BotApi, start: Start, server: PostgreSql, postgres: str
) -> None:
    worker = start(DATABASE_URL=postgres)
    ask(api, range(1))
    api.wait_for(lambda: len(answered(api)) == 1)
    server.stop()
    ask(api, range(1, 3))
    worker.wait_for_line("ERROR wenbao.app: 数据库连不上")
    code, seconds = worker.stop()
    server.start()
    assert (code, seconds < 10) == (0, True)
    start(DATABASE_URL=postgres)
    api.wait_for(lambda: len(answered(api)) == 3)
    assert answered(api) == wanted(range(3))


def test_a_worker_waits_for_a_database_that_starts_later(
    api: BotApi, start: Start, server: PostgreSql, postgres: str
) -> None:
    server.stop()
    worker = start(REAL, DATABASE_URL=postgres, ready=False)
    worker.wait_for_line("数据库连不上")
    server.start()
    worker.wait_for_line(RECEIVES)


def test_each_update_is_answered_by_one_of_several_web_workers(
    api: BotApi, start: Start, postgres: str
) -> None:
    _, ports = start_web(start, 3, DATABASE_URL=postgres)
    proxy = Proxy(api, ports, twice=True)
    ask(api, range(60))
    api.wait_for(lambda: len(answered(api)) == 60)
    time.sleep(1)
    proxy.close()
    assert answered(api) == wanted(range(60))
    assert proxy.codes == [200] * 120
    metrics = [httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text for port in ports]
    for name, count in (("updates_received", 60), ("updates_repeated", 60), ("updates_handled", 60)):
        assert sum(value_of(text, f"wenbao_{name}_total") for text in metrics) == count


def deliver(api: BotApi, port: int) -> None:
    """Let Telegram send its last update to one worker."""
    assert api.webhook is not None
    headers = {"X-Telegram-Bot-Api-Secret-Token": api.webhook["secret_token"]}
    address = f"http://127.0.0.1:{port}/"
    assert httpx.post(address, json=api.pushed[-1], headers=headers, trust_env=False).status_code == 200


def test_a_chat_keeps_its_order_across_web_workers(
    api: BotApi, start: Start, postgres: str, tmp_path: Path
) -> None:
    write_library(tmp_path, slow_seconds=2)
    workers, ports = start_web(start, 2, DATABASE_URL=postgres)
    for number in range(8):
        api.user_says(f"第{number}号{'慢' if number in (0, 3) else ''}是什么", user=7)
        deliver(api, ports[number % 2])
        if number == 1:  # soon, while the first one is still slow also where the machine is
            api.user_says("第8号是什么", user=8)  # who waits for nobody
            deliver(api, ports[1])
    api.wait_for(lambda: len(answered(api)) == 9)
    assert numbers_in(api, 7) == [f"第{number}号" for number in range(8)]
    assert api.messages[0].chat == 8
    # What a killed worker has left comes before what is behind it.
    for number in (9, 10):
        api.user_says(f"第{number}号慢是什么", user=7)
        deliver(api, ports[number % 2])
    workers[1].process.kill()
    api.wait_for(lambda: len(answered(api)) == 11, 60)
    assert numbers_in(api, 7)[8:] == ["第9号", "第10号"]


def test_a_run_on_the_library_holds_no_question_of_its_chat_up(
    api: BotApi, start: Start, postgres: str, tmp_path: Path
) -> None:
    write_library(tmp_path, steps=20)  # of 0.3 seconds
    _, ports = start_web(start, 2, DATABASE_URL=postgres)
    api.user_says("/reindex", user=ADMIN)
    deliver(api, ports[0])
    api.user_says("第1号是什么", user=ADMIN)
    began = time.monotonic()
    deliver(api, ports[1])
    api.wait_for_message("第1号", chat=ADMIN)
    assert time.monotonic() - began < 4


def numbers_in(api: BotApi, chat: int) -> list[str]:
    return [one.text.partition("\n")[0] for one in api.messages if one.chat == chat]


def value_of(text: str, name: str) -> float:
    return next(float(line.split(" ")[1]) for line in text.splitlines() if line.startswith(f"{name} "))


def test_a_new_generation_reaches_all_within_five_seconds(
    api: BotApi, start: Start, postgres: str, tmp_path: object
) -> None:
    workers, _ = start_web(start, 3, DATABASE_URL=postgres)
    write_library(tmp_path, generation=2)  # type: ignore[arg-type]
    began = time.monotonic()
    for worker in workers:
        worker.wait_for_line("改用第 2 代")
    assert time.monotonic() - began < 5


def test_one_run_at_a_time_among_all_workers(api: BotApi, start: Start, postgres: str) -> None:
    shelf = Library(postgres)
    with shelf.writing():
        worker = start(REAL, DATABASE_URL=postgres)
        worker.wait_for_line("the library is empty")
        api.user_says("/reindex", user=ADMIN)
        api.wait_for_message("请等", chat=ADMIN)
    worker.wait_for_line(
        "generation 1 answers"
    )  # it has waited for the other one, and filled the library then
    shelf.close()


STUCK = """
import asyncio, sys, time
from bot.watchdog import Watchdog
async def main():
    watching = asyncio.create_task(Watchdog(limit_seconds=2).watch())
    await asyncio.sleep(3)
    print("alive", flush=True)
    time.sleep(30)
asyncio.run(main())
"""


def test_a_worker_whose_loop_has_died_is_ended() -> None:
    began = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-c", STUCK], cwd=ROOT, capture_output=True, text=True, check=False, timeout=25
    )
    assert (result.returncode, result.stdout) == (70, "alive\n")
    assert time.monotonic() - began < 15
    assert "the event loop has died" in result.stderr
    assert "line 8 in main" in result.stderr


ENDLESS = """
import asyncio, re
from bot.watchdog import Watchdog
async def main():
    watching = asyncio.create_task(Watchdog(limit_seconds=2).watch())
    await asyncio.sleep(1.5)
    re.fullmatch("(a|a)*b", "a" * 64)
asyncio.run(main())
"""


def test_a_worker_in_which_no_thread_can_run_is_ended() -> None:
    result = subprocess.run(
        [sys.executable, "-c", ENDLESS], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 1
    assert "Timeout" in result.stderr
    assert "in fullmatch" in result.stderr


def test_the_watchdog_leaves_with_its_loop() -> None:
    code = STUCK.replace("limit_seconds=2", "limit_seconds=1").replace(
        "time.sleep(30)", "watching.cancel(); await asyncio.sleep(1.5); time.sleep(4)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "alive\n", "")
