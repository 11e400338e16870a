"""What was asked is found again, also by the next process."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.answering import Answer, Evidence
from bot.history import History
from embeddings.errors import LibraryError
from embeddings.types import Paragraph, Passage

HOUR = timedelta(hours=1)


def evidence(paragraph_id: int) -> Evidence:
    return Evidence(Passage(paragraph_id, "例.txt", Paragraph("甲乙丙。"), 0.9), (0, 4), ((1, 2),))


def answer(question: str) -> Answer:
    return Answer(question, f"全：{question}", True, "乙", 0.9, True, (evidence(5),), "", (), 3, 1.0)


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/wenbao.db"


def test_a_question_is_found_again_by_the_next_process(tmp_path: Path) -> None:
    history = History(address(tmp_path))
    number = history.record(-1001234567890, 7, 40, answer("甲"), [evidence(5)])
    history.close()
    history = History(address(tmp_path))
    history.add_shown(number, [evidence(6), evidence(8)])
    asked = history.asked(number)
    assert asked is not None
    assert (asked.chat_id, asked.user_id, asked.question, asked.understood) == (
        -1001234567890,
        7,
        "甲",
        "全：甲",
    )
    assert asked.shown == (5, 6, 8)
    assert asked.asked_at.utcoffset() == timedelta(0)
    assert history.asked(number + 1) is None
    history.close()


def test_earlier_questions_are_one_persons_in_one_chat_oldest_first(tmp_path: Path) -> None:
    history = History(address(tmp_path))
    for chat, user, question in [(1, 7, "甲"), (1, 8, "乙"), (2, 7, "丙"), (1, 7, "丁"), (1, 7, "戊")]:
        history.record(chat, user, 1, answer(question), [])
    assert history.earlier_questions(1, 7, 5, HOUR) == ["全：甲", "全：丁", "全：戊"]
    assert history.earlier_questions(1, 7, 2, HOUR) == ["全：丁", "全：戊"]
    assert history.earlier_questions(1, 7, 5, timedelta(0)) == []
    history.close()


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="DATABASE_URL"):
        History(address(tmp_path / "none"))
