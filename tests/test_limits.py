"""Telegram's limits and its failures, by the clock."""

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.handlers import limits
from bot.handlers.limits import SECONDS_BETWEEN_ANY, Account, Patience, account
from bot.lanes import Lanes


class Telegram:
    """Fails as it is told, then succeeds; remembers when it was called."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls: list[float] = []

    async def __call__(self) -> bool:
        self.calls.append(time.monotonic())
        if self.failures:
            raise self.failures.pop(0)
        return True

    @property
    def pauses(self) -> list[float]:
        return [right - left for left, right in pairwise(self.calls)]


async def send(patience: Patience, telegram: Telegram, chat: int = 7, endpoint: str = "sendMessage") -> Any:
    return await patience.process_request(telegram, (), {}, endpoint, {"chat_id": chat}, None)


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # RetryAfter's own
async def test_failures_of_the_network_are_tried_again_with_growing_pauses() -> None:
    telegram = Telegram(NetworkError("Bad Gateway"), TimedOut(), RetryAfter(0))
    assert await send(Patience(pauses_seconds=(0.05, 0.2)), telegram)
    assert all(pause >= least for pause, least in zip(telegram.pauses, [0.05, 0.2, 0.1], strict=True))


@pytest.mark.parametrize(
    ("endpoint", "error", "calls"),
    [
        ("sendMessage", BadRequest("chat not found"), 1),
        ("sendChatAction", NetworkError("down"), 1),
        ("answerCallbackQuery", NetworkError("down"), 3),
    ],
)
async def test_what_is_not_tried_for_ever(endpoint: str, error: Exception, calls: int) -> None:
    telegram = Telegram(*[error] * 9)
    with pytest.raises(type(error)):
        await send(Patience(pauses_seconds=(0.0,)), telegram, endpoint=endpoint)
    assert len(telegram.calls) == calls


async def test_the_limits_of_chats_and_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS_BETWEEN", 0.2)
    monkeypatch.setattr(limits, "MOST_IN_A_GROUP", 2)
    monkeypatch.setattr(limits, "GROUP_SECONDS", 0.8)
    patience, person, group, others = Patience(), Telegram(), Telegram(), Telegram()
    await asyncio.gather(
        *(send(patience, person, 7) for _ in range(3)),
        *(send(patience, group, -7) for _ in range(4)),
        *(send(patience, others, chat) for chat in range(100, 140)),
    )
    assert min(person.pauses) >= 0.2
    assert group.calls[2] - group.calls[0] >= 0.8
    assert group.calls[3] - group.calls[1] >= 0.8
    every = sorted([*person.calls, *group.calls, *others.calls])
    assert all(later - first >= 1.0 for first, later in zip(every, every[30:], strict=False))


async def test_calls_begin_one_after_another_and_not_just_after_a_start() -> None:
    began, telegram, patience = time.monotonic(), Telegram(), Patience()
    await asyncio.gather(*(send(patience, telegram, chat) for chat in range(100, 110)))
    assert telegram.calls[0] - began >= limits.SECONDS_BETWEEN
    assert min(telegram.pauses) >= SECONDS_BETWEEN_ANY


async def test_few_calls_are_under_way_whose_updates_are_not_written_down() -> None:
    patience, telegram, accounts = Patience(), Telegram(), [Account() for _ in range(3)]

    async def job(number: int) -> None:
        account.set(accounts[number])
        await send(patience, telegram, chat=100 + number)

    jobs = [asyncio.create_task(job(number)) for number in range(3)]
    await asyncio.sleep(limits.SECONDS_BETWEEN + 0.5)
    assert len(telegram.calls) == limits.MOST_OPEN
    accounts[0].settle()
    await asyncio.gather(*jobs)
    assert telegram.calls[2] - telegram.calls[1] < limits.OPEN_SECONDS


async def test_a_call_on_its_way_is_finished_when_the_lanes_close() -> None:
    lanes, patience, ended = Lanes(), Patience(), []

    async def slow() -> bool:
        await asyncio.sleep(0.3)
        ended.append(time.monotonic())
        return True

    async def job(chat: int) -> None:
        await patience.process_request(slow, (), {}, "sendMessage", {"chat_id": chat}, None)
        ended.append(chat)

    lanes.add(1, lambda: job(1))
    await asyncio.sleep(1.2)  # the first one is on its way, the second waits for its turn in the chat
    lanes.add(2, lambda: job(1))
    await asyncio.sleep(0)
    await lanes.close(0.0)
    assert ended[1:] == [1]


async def test_lanes_keep_their_order_and_do_not_wait_for_each_other() -> None:
    lanes, done = Lanes(), []

    def job(name: str, seconds: float) -> Any:
        async def run() -> None:
            await asyncio.sleep(seconds)
            done.append((name, lanes.is_crowded(name[0])))
            if name == "甲2":
                raise ValueError(name)

        return run

    for name, seconds in (("甲1", 1.0), ("甲2", 0.0), ("甲3", 0.0), ("乙1", 0.2)):
        lanes.add(name[0], job(name, seconds))
    lanes.add(None, job("丙1", 0.0))
    async with asyncio.timeout(20):
        while len(done) < 5:
            await asyncio.sleep(0.01)
    assert done == [("丙1", False), ("乙1", False), ("甲1", True), ("甲2", True), ("甲3", True)]


async def test_a_lower_number_goes_first_and_a_turn_is_waited_for() -> None:
    lanes, done, may = Lanes(), [], asyncio.Event()

    def job(number: int) -> Any:
        async def run() -> None:
            done.append(number)

        return run

    async def has_turn() -> bool:
        return may.is_set()

    for number in (5, 7, 6):
        lanes.add("甲", job(number), number, has_turn)
    lanes.add("乙", job(9), 9)
    await asyncio.sleep(0.05)
    lanes.add("甲", job(4), 4)  # what a gone worker has left
    async with asyncio.timeout(20):
        while len(done) < 2:
            await asyncio.sleep(0.01)
        assert done == [9, 4]
        may.set()
        while len(done) < 5:
            await asyncio.sleep(0.01)
    assert done == [9, 4, 5, 6, 7]


async def test_closed_lanes_end_what_runs_and_leave_what_waits() -> None:
    lanes, done = Lanes(), []

    async def run() -> None:
        await asyncio.sleep(0.05)
        done.append(1)

    lanes.add(1, run)
    lanes.add(1, run)
    await asyncio.sleep(0)
    await lanes.close()
    assert done == [1]
