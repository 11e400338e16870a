"""The inbox: nothing that was written down is lost, and nothing is handled twice."""

import time
from datetime import timedelta

import pytest

from bot import inbox as room
from bot.inbox import Inbox, Received
from embeddings.errors import DatabaseLostError


def update(number: int) -> Received:
    return Received(number, {"update_id": number, "message": {"text": f"问{number}"}})


def test_what_is_not_done_is_found_by_the_next_worker(url: str) -> None:
    first = Inbox(url)
    assert first.keep([update(1), update(2), update(3)]) == [update(1), update(2), update(3)]
    assert first.keep([update(3), update(4)]) == [update(4)]  # 3 came again
    first.done([2])
    assert first.keep([update(2)]) == []  # known also when it is done
    first.release()
    first.close()
    second = Inbox(url)
    assert second.take_over(alone=True) == [update(1), update(3), update(4)]
    second.close()


def test_a_living_worker_keeps_what_it_holds(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "HELD_SECONDS", 0.0)
    monkeypatch.setattr(room, "GRACE_SECONDS", 0.0)
    first, second = Inbox(postgres), Inbox(postgres)
    first.keep([update(70)])
    assert second.take_over() == []  # who has just come cannot know who lives
    second.hold()
    assert second.take_over() == [update(70)]  # the first one is taken for dead
    monkeypatch.setattr(room, "HELD_SECONDS", 60.0)
    second.hold()
    first.hold()
    assert first.take_over() == []
    assert first.take_over(alone=True) == []
    assert first.keep([update(70)]) == []  # came again by another web worker
    second.done([70])
    first.close()
    second.close()


def test_old_numbers_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(url)
    inbox.keep([update(1), update(2)])
    inbox.done([1])
    monkeypatch.setattr(room, "KNOWN_HOURS", timedelta(0).total_seconds())
    inbox.forget_known()
    assert inbox.keep([update(1), update(2)]) == [update(1)]  # 2 still waits
    inbox.close()


def test_who_held_on_before_the_database_was_away_gets_time_to_do_it_again(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "HELD_SECONDS", 0.0)
    monkeypatch.setattr(room, "GRACE_SECONDS", 0.2)
    first, second = Inbox(postgres), Inbox(postgres)
    first.keep([update(71)])
    second.hold()
    assert second.take_over() == []
    time.sleep(0.2)
    with monkeypatch.context() as away:
        away.setattr(room, "changing", fails)
        with pytest.raises(DatabaseLostError):
            second.hold()
    second.hold()
    assert second.take_over() == []  # the first one could not hold on either
    time.sleep(0.2)
    assert second.take_over() == [update(71)]
    second.done([71])
    first.close()
    second.close()


def test_what_another_worker_holds_of_a_chat_is_known(url: str) -> None:
    first, second = Inbox(url), Inbox(url)
    chats = {1: ("message", 7), 2: ("edited_message", -1001234567890), 3: ("message", 70), 4: ("message", 7)}
    for number, (kind, chat) in chats.items():
        first.keep([Received(number, {"update_id": number, kind: {"chat": {"id": chat}, "text": "问"}})])
    first.keep([Received(5, {"update_id": 5, "callback_query": {"id": "1"}})])
    assert [one.update_id for one in second.held_before(9, 7)] == [1, 4]
    assert [one.update_id for one in second.held_before(4, 7)] == [1]
    assert [one.update_id for one in second.held_before(9, -1001234567890)] == [2]
    assert first.held_before(9, 7) == []
    first.done([1, 4])
    assert second.held_before(9, 7) == []
    first.close()
    second.close()


def fails(*_: object, **__: object) -> None:
    raise DatabaseLostError("away")


def test_one_worker_of_those_that_share_a_token_receives(url: str) -> None:
    first, second = Inbox(url), Inbox(url)
    mine, other_bot, theirs = first.receiving_lock(7), second.receiving_lock(8), second.receiving_lock(7)
    assert (mine.acquire(), theirs.acquire(), other_bot.acquire()) == (True, False, True)
    assert (mine.is_held(), theirs.is_held()) == (True, False)
    mine.release()
    assert (theirs.acquire(), mine.acquire()) == (True, False)
    for lock in (theirs, other_bot):
        lock.release()
    first.close()
    second.close()
