"""The questions on the four texts of tests/questions are sound: the texts hold every answer they promise."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import plain, read_questions

FOLDER = Path(__file__).parent / "questions"
FILE = FOLDER / "questions.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
LETTERS = {"通知.txt": "n", "工作报告.md": "w", "年报.txt": "c", "百科.md": "e"}
TEXTS = {name: plain((FOLDER / name).read_text(encoding="utf-8")) for name in LETTERS}

FIELDS = {"id", "document", "question", "answers", "evidence", "kind", "form"}
MORE_FIELDS = {"history", "all", "groups", "why"}
KINDS = {"number", "entity", "person", "place", "date", "reason", "list", "yesno", "other"}
FORMS = {
    "plain",
    "paraphrase",
    "colloquial",
    "short-keywords",
    "traditional",
    "typo",
    "no-place-in-evidence",
    "follow-up",
    "unanswerable",
}
REASONS = {
    "absent-entity",
    "absent-metric",
    "false-neighbour",
    "wrong-time",
    "wrong-unit-or-shape",
    "off-topic",
}


def faults(row: dict[str, Any]) -> list[str]:
    """Name what is wrong with one row: 答案 113个 不在《通知.txt》里 → ["113个"]."""
    text = TEXTS[row["document"]]
    answers = row["answers"]
    variants = [variant for group in row.get("groups", []) for variant in group]
    found = [piece for piece in (*answers, *variants) if not plain(piece) or plain(piece) not in text]
    checks = {
        "fields": set(row) >= FIELDS and set(row) <= FIELDS | MORE_FIELDS,
        "id": row["id"][0] == LETTERS[row["document"]],
        "question": row["question"] == row["question"].strip() != "",
        "kind": row["kind"] in KINDS,
        "form": row["form"] in FORMS,
        "unanswerable": (row["form"] == "unanswerable") == (not answers),
        "why": (row.get("why") in REASONS) if not answers else "why" not in row,
        "evidence": plain(row["evidence"]) in text and bool(row["evidence"]) == bool(answers),
        "one sentence": "\n" not in row["evidence"] and "。" not in row["evidence"][:-1],
        "history": row["form"] != "follow-up" or bool(row.get("history")),
        "list": row["kind"] != "list" or row.get("all") is True,
        "groups": "groups" not in row or [group[0] for group in row["groups"]] == answers,
    }
    return found + [name for name, right in checks.items() if not right]


def test_every_row_is_sound_and_its_answers_stand_in_its_text() -> None:
    assert {row["id"]: faults(row) for row in ROWS if faults(row)} == {}


def test_ids_and_questions_are_asked_once() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({(*row.get("history", ()), row["question"]) for row in ROWS}) == len(ROWS)


def test_240_questions_70_of_them_without_an_answer() -> None:
    assert len(read_questions(FILE)) == len(ROWS) == 240
    assert sum(not row["answers"] for row in ROWS) == 70
    assert Counter(row["document"] for row in ROWS) == dict.fromkeys(LETTERS, 60)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"answers": ["113个"]}, ["113个"]),
        ({"evidence": "全市计划改造113个。"}, ["evidence"]),
        ({"answers": [], "evidence": ""}, ["unanswerable", "why"]),
        ({"form": "follow-up"}, ["history"]),
    ],
)
def test_a_faulty_row_is_noticed(change: dict[str, Any], fault: list[str]) -> None:
    assert faults({**ROWS[0], **change}) == fault
