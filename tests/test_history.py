"""What was asked is found again, also by the next process."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot import history as room
from bot.answering import Answer, Evidence
from bot.gaps import Group, grouped, plain_question
from bot.history import Gap, History
from bot.history_tables import Place
from embeddings.errors import LibraryError
from embeddings.library import Library
from embeddings.types import ADDED, NewDocument, Paragraph, Passage, searched_hash

HOUR = timedelta(hours=1)


def evidence(paragraph_id: int) -> Evidence:
    return Evidence(Passage(paragraph_id, "例.txt", Paragraph("甲乙丙。"), 0.9), (0, 4), ((1, 2),))


def answer(question: str) -> Answer:
    return Answer(question, f"全：{question}", True, "乙", 0.9, True, (evidence(5),), None, (), 3, 1.0)


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/wenbao.db"


def test_a_question_is_found_again_by_the_next_process(tmp_path: Path) -> None:
    history = History(address(tmp_path))
    number = history.record(Place(-1001234567890, 7, 40, 3), answer("甲"), [evidence(5)])
    history.close()
    history = History(address(tmp_path))
    history.add_shown(number, [evidence(6).passage, evidence(8).passage])
    history.add_shown(number, [evidence(8).passage])  # pressed twice
    asked = history.asked(number)
    assert asked is not None
    assert asked.place == Place(-1001234567890, 7, 40, 3)
    assert (asked.question, asked.understood, asked.spans) == ("甲", "全：甲", ((1, 2),))
    assert asked.shown == (5, 6, 8)
    assert asked.asked_at.utcoffset() == timedelta(0)
    assert history.asked(number + 1) is None
    history.close()


def test_earlier_questions_are_one_persons_in_one_chat_oldest_first(tmp_path: Path) -> None:
    history = History(address(tmp_path))
    asked = [(1, 7, "甲"), (1, 8, "乙"), (2, 7, "丙"), (1, 7, "丁"), (1, 7, "戊")]
    for number, (chat, user, question) in enumerate(asked):
        history.record(Place(chat, user, number), answer(question), [])
    history.record(Place(1, 7, 9, topic_id=5), answer("己"), [])
    here = Place(1, 7, 10)
    assert history.earlier_questions(here, 5, HOUR) == ["全：甲", "全：丁", "全：戊"]
    assert history.earlier_questions(here, 2, HOUR) == ["全：丁", "全：戊"]
    assert history.earlier_questions(here, 5, timedelta(0)) == []
    assert history.earlier_questions(replace(here, topic_id=5), 5, HOUR) == ["全：己"]
    edited = Place(1, 7, 3)  # the message that asked 丁 asks again
    assert history.earlier_questions(edited, 5, HOUR) == ["全：甲", "全：戊"]
    history.record(edited, answer("庚"), [])
    assert history.earlier_questions(here, 5, HOUR) == ["全：甲", "全：戊", "全：庚"]
    history.close()


def test_the_latest_rating_of_a_question_counts(tmp_path: Path) -> None:
    history = History(address(tmp_path))
    first = history.record(Place(1, 7, 1), answer("甲"), [evidence(5)])
    second = history.record(Place(1, 8, 2), answer("乙"), [evidence(6)])
    history.rate(first, 7, True, "8.7%")
    history.rate(second, 8, True, "12家")
    assert history.known_answers({7, 8}) == {"全：甲": "8.7%", "全：乙": "12家"}
    assert history.known_answers({8, 9}) == {"全：乙": "12家"}
    history.rate(first, 7, False, None)
    assert history.known_answers({7, 8}) == {"全：乙": "12家"}
    history.close()


@pytest.mark.parametrize("rows_at_once", [1, 1000])
def test_what_was_quoted_from_a_removed_document_is_forgotten(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    monkeypatch.setattr(room, "_ROWS_AT_ONCE", rows_at_once)
    library, history = Library(url), History(url)
    parts = [Paragraph("秘密是乙丙。"), Paragraph("茶园。")]
    library.add_vectors("toy", {searched_hash(part): np.ones(1, np.float32) for part in parts})
    documents = [NewDocument(name, ADDED, b"1", [part]) for name, part in zip("密茶", parts, strict=True)]
    library.publish([], documents, "toy", "r")
    (secret, _), (tea, _) = library.paragraphs_of(1)
    quoting = history.record(
        Place(1, 7, 1), replace(answer("甲"), text="秘密是乙丙"), [evidence(secret), evidence(tea)]
    )
    other = history.record(Place(1, 7, 2), answer("乙"), [evidence(tea)])
    history.rate(quoting, 7, True, "秘密是乙丙")
    history.rate(other, 7, True, "茶园")
    (offer,) = history.offer(["秘密是什么"], secret)
    library.remove("密", history.erase_quotes)
    assert history.offered(offer) is None
    asked, untouched = history.asked(quoting), history.asked(other)
    assert asked is not None
    assert (asked.answer, asked.shown, asked.sentence, asked.removed) == (None, (tea,), None, True)
    assert untouched is not None
    assert (untouched.answer, untouched.shown, untouched.removed) == ("乙", (tea,), False)
    assert history.known_answers({7, 8}) == {"全：乙": "茶园"}
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())  # empty where it is PostgreSQL
    assert "秘密".encode() not in held
    library.close()
    history.close()


def test_a_person_and_old_questions_are_forgotten(url: str) -> None:
    history = History(url)
    mine, other = (history.record(Place(1, user, user), answer("甲"), []) for user in (7, 8))
    for number in (mine, other):
        history.rate(number, 7, False, why="wrong")
    assert history.forget_person(7) == 1
    assert (history.asked(mine), history.rating(other, 7)) == (None, None)
    history.rate(other, 8, True, "乙")
    assert history.forget_older(HOUR) == 0
    assert history.forget_older(timedelta(0)) == 1
    assert history.known_answers({8}) == {}
    history.close()


def test_gaps_and_days(url: str) -> None:
    history = History(url)
    found, bad, missed = (
        history.record(Place(1, user, user), answer(text), [])
        for user, text in ((7, "甲"), (8, "乙"), (9, "丙"))
    )
    history.record(Place(1, 9, 9), replace(answer("丁"), found=False, text=None), [])  # 丙 was edited
    history.rate(found, 8, True, "乙")
    history.rate(bad, 7, False, why="wrong")
    assert history.asked(missed) is None
    since = datetime.now(UTC) - HOUR
    assert [(gap.question, gap.found) for gap in history.gaps(since)] == [("全：丁", False), ("全：乙", True)]
    (day,) = history.days(since)
    assert (day.asked, day.found, day.people, day.good, day.bad) == (3, 2, 3, 1, 1)
    history.close()


def test_new_and_forget(url: str) -> None:
    history, here = History(url), Place(1, 7, 50)
    history.record(Place(1, 7, 1), answer("甲"), [])
    history.begin_anew(here)
    history.begin_anew(here)
    history.record(Place(1, 7, 2), answer("乙"), [])
    assert history.earlier_questions(here, 5, HOUR) == ["全：乙"]
    (mine,), (other,) = history.offer(["甲"], user_id=7), history.offer(["乙"])
    assert history.forget_person(7) == 2
    assert (history.offered(mine), history.offered(other)) == (None, "乙")
    history.close()


def test_questions_that_mean_the_same_are_one_gap() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.99, 0.141]], np.float32)
    gaps = [Gap(3, "食堂几点开", False), Gap(2, "年假几天", False), Gap(1, "食堂何时开", True)]
    assert grouped(gaps, vectors) == [
        Group(3, "食堂几点开", 2, found=True),
        Group(2, "年假几天", 1, found=False),
    ]


@pytest.mark.parametrize("question", ["食堂几点开门", "请问食堂几点开门啊？", "食堂几点开门呢。"])
def test_what_only_colours_a_question_is_left_out(question: str) -> None:
    assert plain_question(question) == "食堂几点开门"


def test_a_rating_pressed_twice_at_once_is_kept_once(url: str) -> None:
    history = History(url)
    number = history.record(Place(1, 7, 1), answer("甲"), [evidence(5)])
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda good: history.rate(number, 7, good), [True, True, False, True]))
    assert history.rating(number, 7) in (True, False)
    history.close()


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="DATABASE_URL"):
        History(address(tmp_path / "none"))
