"""The inbox: nothing that was written down is lost, and nothing is handled twice."""

from datetime import timedelta

import pytest

from bot import inbox as room
from bot.inbox import Inbox, Received


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
    assert second.take_over(starting=True) == [update(1), update(3), update(4)]
    second.close()


def test_a_living_worker_keeps_what_it_holds(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "HELD_SECONDS", 0.0)
    first, second = Inbox(postgres), Inbox(postgres)
    first.keep([update(70)])
    assert second.take_over() == [update(70)]  # the first one is taken for dead
    monkeypatch.setattr(room, "HELD_SECONDS", 60.0)
    second.hold()
    assert first.take_over(starting=True) == []
    assert first.keep([update(70)]) == []  # came again by another web worker
    second.done([70])
    first.close()
    second.close()


def test_old_numbers_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(url)
    inbox.keep([update(1), update(2)])
    inbox.done([1])
    monkeypatch.setattr(room, "KNOWN_HOURS", timedelta(0).total_seconds())
    inbox.hold()
    assert inbox.keep([update(1), update(2)]) == [update(1)]  # 2 still waits
    inbox.close()
