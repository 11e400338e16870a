"""Questions are answered once, whatever the network does and however the worker ends: over real HTTP."""

import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests import chaos
from tests.bot_api import ALL_UPDATES, BotApi
from tests.ways import POLLING_OR_WEBHOOK, WEBHOOK_URL, way_in
from tests.workers import (
    ADMIN,
    GROUP,
    Proxy,
    Start,
    Worker,
    api,
    library,
    port,
    start,
    write_library,
)

pytestmark = pytest.mark.usefixtures("library")
__all__ = ["api", "library", "port", "start"]  # fixtures


@pytest.fixture(params=POLLING_OR_WEBHOOK)
def start_each_way(request: pytest.FixtureRequest, api: BotApi, start: Start) -> Iterator[Start]:
    with way_in(api, request.param) as settings:
        yield partial(start, **settings)


def answers(api: BotApi, chat: int) -> list[str]:
    return [one.text.splitlines()[0] for one in api.messages if one.chat == chat]


def test_a_bad_network_only_delays_an_answer(api: BotApi, start_each_way: Start) -> None:
    start_each_way()
    faults = iter(["502", "reset"])
    api.fault = lambda method: next(faults, None) if method == "sendMessage" else None
    api.user_says("瑞安如何")
    api.wait_for_message("瑞安")
    assert len(api.messages) == 1


def test_nothing_is_lost_when_the_worker_is_killed(
    api: BotApi, start_each_way: Start, tmp_path: Path
) -> None:
    write_library(tmp_path, slow_seconds=1)
    worker = start_each_way()
    for chat in range(100, 120):
        api.user_says("瑞安慢吗", user=chat)
    api.wait_for(lambda: api.count("sendChatAction") >= 4)
    worker.process.kill()
    worker.process.wait(10)
    write_library(tmp_path, slow_seconds=0)
    start_each_way()
    api.wait_for(lambda: {one.chat for one in api.messages} == {*range(100, 120)})
    time.sleep(0.5)
    assert len(api.messages) == 20


def test_the_end_leaves_what_waits_to_the_next_start(
    api: BotApi, start_each_way: Start, tmp_path: Path
) -> None:
    write_library(tmp_path, slow_seconds=1)
    worker = start_each_way()
    for number in range(10):
        api.user_says(f"瑞安慢吗{number}")
    api.wait_for(lambda: api.count("sendChatAction"))
    code, seconds = worker.stop()
    assert (code, seconds < 10) == (0, True)
    assert len(api.messages) < 4
    write_library(tmp_path, slow_seconds=0)
    start_each_way()
    api.wait_for(lambda: len(api.messages) == 10)
    assert [one.reply_to for one in api.messages] == sorted(one.reply_to or 0 for one in api.messages)
    assert api.floods == []


def test_several_questions_of_a_chat_keep_their_order_and_are_quoted(
    api: BotApi, start_each_way: Start
) -> None:
    start_each_way()
    asked = [api.user_says("瑞安慢吗"), api.user_says("龙港如何"), api.user_says("明年如何")]
    api.wait_for(lambda: len(api.messages) == 3)
    assert answers(api, 7) == ["瑞", "龙", "明"]
    assert [one.reply_to for one in api.messages] == asked
    time.sleep(1)
    api.user_says("居首如何")
    assert api.wait_for_message("居\n").reply_to is None
    assert api.floods == []


def test_a_person_who_asks_for_too_much_is_told_and_holds_nobody_up(
    api: BotApi, start_each_way: Start
) -> None:
    start_each_way()
    api.user_says("瑞安慢吗", user=8)
    for _ in range(60):
        api.user_says("瑞安如何", user=8)
    api.user_says("龙港如何", user=9)
    api.wait_for_message("龙", chat=9)
    api.wait_for_message("太多了", chat=8)
    assert len([one for one in api.messages if "太多了" in one.text]) == 1


def test_commands_are_answered_while_a_question_waits(
    api: BotApi, start_each_way: Start, tmp_path: Path
) -> None:
    write_library(tmp_path, generation=0, paragraphs=[], steps=30, next={"paragraphs": ["瑞安"]})
    start_each_way()
    api.user_says("瑞安如何")
    api.wait_for_message("第一次读文档")
    api.user_says("/start")
    api.wait_for_message("你好")
    assert "— 例.txt" not in api.transcript


def test_an_edited_question_edits_its_answer(api: BotApi, start_each_way: Start) -> None:
    start_each_way()
    asked = api.user_says("瑞安如何")
    answer = api.wait_for_message("瑞")
    api.user_says("明年如何", edits=asked)
    api.wait_for(lambda: answer.text.startswith("明\n"))
    api.user_says("没有吗", edits=asked)
    api.wait_for(lambda: "没有找到" in answer.text)
    assert len(api.messages) == 1


def test_captions_and_topics(api: BotApi, start_each_way: Start) -> None:
    start_each_way()
    api.user_says("瑞安如何", photo=True)
    api.wait_for_message("瑞")
    api.user_says("@wenbao_test_bot 坏在哪", chat=GROUP, topic=5)
    assert api.wait_for_message("抱歉", chat=GROUP).topic == 5
    asked = api.user_says("@wenbao_test_bot 瑞安如何", chat=GROUP, topic=5)
    assert api.wait_for_message("瑞", chat=GROUP, after=asked).topic == 5
    asked = api.user_says("@wenbao_test_bot 那龙港呢", chat=GROUP, topic=6)
    assert "理解为" not in api.wait_for_message("", chat=GROUP, after=asked).text


def test_what_is_too_old_is_forgotten(api: BotApi, start: Start, tmp_path: Path) -> None:
    worker = start()
    api.user_says("瑞安如何")
    api.wait_for_message("瑞")
    worker.stop()
    with closing(sqlite3.connect(tmp_path / "wenbao.db")) as database, database:
        assert database.execute("select count(*) from questions").fetchone() == (1,)
        database.execute("update questions set asked_at = '2020-01-01 00:00:00.000000'")
    start(KEEP_QUESTIONS_DAYS="30")

    def kept() -> int:
        with closing(sqlite3.connect(tmp_path / "wenbao.db")) as database:
            return int(database.execute("select count(*) from questions").fetchone()[0])

    api.wait_for(lambda: kept() == 0, timeout_seconds=20)


def test_no_log_tells_what_people_say(api: BotApi, start: Start) -> None:
    worker = start(LOG_LEVEL="DEBUG")
    api.user_says("瑞安的独角兽几只")
    api.wait_for_message("瑞")
    api.user_says("坏独角兽几只")
    api.wait_for_message("抱歉")
    assert worker.stop()[0] == 0
    assert "独角兽" not in worker.output
    assert "\\u72ec\\u89d2" not in worker.output
    asked, broken = (update["update_id"] for update in api.pushed)
    steps = [line for line in worker.output.splitlines() if f"update={asked}" in line]
    assert ["its turn" in steps[0], "answered" in steps[-1], "found=True" in steps[-1]] == [True] * 3
    assert f"handling update {broken} failed" in worker.output


@pytest.mark.parametrize("way", POLLING_OR_WEBHOOK)
def test_nothing_is_lost_in_a_little_chaos(tmp_path: Path, way: str) -> None:
    outcome = chaos.run(60, 8, 1, 1, tmp_path, way)
    assert (outcome.updates, outcome.lost, outcome.chats_out_of_order) == (60, 0, 0)
    assert (outcome.limits_broken, outcome.token_in_logs) == (0, 0)
    assert outcome.twice <= 1  # a kill between sending and remembering it


# --- the webhook ---


@pytest.mark.parametrize("path", ["/bots/wenbao", "/"], ids=["kept", "stripped"])
def test_the_webhook_behind_a_proxy(api: BotApi, start: Start, port: int, path: str) -> None:
    worker = start(WEBHOOK_URL=WEBHOOK_URL, PORT=str(port))
    assert api.webhook is not None
    assert api.webhook["url"] == WEBHOOK_URL
    assert set(api.allowed_updates) == set(ALL_UPDATES)
    proxy = Proxy(api, [port], path)
    address = f"http://127.0.0.1:{port}{path}"
    api.user_says("瑞安如何")
    answer = api.wait_for_message("瑞")
    for post, code in (
        ({"json": api.pushed[0], "headers": {"X-Telegram-Bot-Api-Secret-Token": "no"}}, 403),
        ({"json": api.pushed[0]}, 403),
        (
            {
                "content": b"[]",
                "headers": {"X-Telegram-Bot-Api-Secret-Token": api.webhook["secret_token"]},
            },
            400,
        ),
    ):
        assert httpx.post(address, trust_env=False, **post).status_code == code
    # Telegram did not hear the 200, and sends it again.
    headers = {"X-Telegram-Bot-Api-Secret-Token": api.webhook["secret_token"]}
    assert httpx.post(address, json=api.pushed[0], headers=headers, trust_env=False).status_code == 200
    assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
    assert worker.stop()[0] == 0
    api.user_says("龙港如何")  # nobody listens
    start(WEBHOOK_URL=WEBHOOK_URL, PORT=str(port))
    api.wait_for_message("龙", after=answer.id)
    assert len(api.messages) == 2
    proxy.close()


def test_a_webhook_that_cannot_be_reached_is_named(api: BotApi, start: Start, port: int) -> None:
    api.webhook_error = {"last_error_date": 1700000000, "last_error_message": "Wrong response: 404 Not Found"}
    worker: Worker = start(WEBHOOK_URL="https://example.org/x", PORT=str(port))
    worker.wait_for_line("404 Not Found")


def test_a_port_that_is_taken_is_said(api: BotApi, start: Start, port: int) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("", port))
        other.listen()
        worker = start(ready=False, WEBHOOK_URL="https://example.org/x", PORT=str(port))
        assert worker.process.wait(30) == 1
    assert f"端口 {port} 用不了" in worker.output
    assert "Traceback" not in worker.output


def test_admins_are_known(api: BotApi, start: Start) -> None:
    start()
    assert api.descriptions[("description", "")].startswith("把问题发给我")
    assert api.descriptions[("description", "en")].startswith("Send me a question")
    assert (f"chat{ADMIN}", "en") in api.commands
