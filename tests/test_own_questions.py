"""The questions on our own texts are sound: the texts hold every answer they promise.

tests/questions was written before any tuning, tests/development during it; what fails in tests/heldout is never looked at.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import plain, read_questions

TESTS = Path(__file__).parent
COUNTS = {
    "questions": (240, 70),
    "development": (800, 192),
    "heldout": (180, 40),
}  # questions, without an answer


def rows_of(folder: str) -> list[dict[str, Any]]:
    lines = (TESTS / folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


ROWS = {folder: rows_of(folder) for folder in COUNTS}
TEXTS = {
    file.name: plain(file.read_text(encoding="utf-8"))
    for folder in COUNTS
    for file in (TESTS / folder).iterdir()
    if file.suffix in (".txt", ".md")
}

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
    "absent-office",
}


def faults(row: dict[str, Any]) -> list[str]:
    """Name what is wrong with one row: 答案 113个 不在《通知.txt》里 → ["113个"]."""
    text = TEXTS[row["document"]]
    answers = row["answers"]
    variants = [variant for group in row.get("groups", []) for variant in group]
    found = [piece for piece in (*answers, *variants) if not plain(piece) or plain(piece) not in text]
    checks = {
        "fields": set(row) >= FIELDS and set(row) <= FIELDS | MORE_FIELDS,
        "question": row["question"] == row["question"].strip() != "",
        "kind": row["kind"] in KINDS,
        "form": row["form"] in FORMS,
        "unanswerable": (row["form"] == "unanswerable") == (not answers),
        "why": (row.get("why") in REASONS) if not answers else "why" not in row,
        "evidence": plain(row["evidence"]) in text and bool(row["evidence"]) == bool(answers),
        "one line": "\n" not in row["evidence"],
        "history": row["form"] != "follow-up" or bool(row.get("history")),
        "list": row["kind"] != "list" or row.get("all") is True,
        "groups": "groups" not in row or [group[0] for group in row["groups"]] == answers,
    }
    return found + [name for name, right in checks.items() if not right]


@pytest.mark.parametrize("folder", COUNTS)
def test_every_row_is_sound_and_its_answers_stand_in_its_text(folder: str) -> None:
    assert {row["id"]: faults(row) for row in ROWS[folder] if faults(row)} == {}


@pytest.mark.parametrize("folder", COUNTS)
def test_ids_and_questions_are_asked_once(folder: str) -> None:
    rows = ROWS[folder]
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({(*row.get("history", ()), row["question"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(("folder", "counts"), COUNTS.items())
def test_so_many_questions_and_so_many_without_an_answer(folder: str, counts: tuple[int, int]) -> None:
    rows = ROWS[folder]
    assert (len(rows), sum(not row["answers"] for row in rows)) == counts
    assert len(read_questions(TESTS / folder / "questions.jsonl")) == len(rows)
    assert len(set(Counter(row["document"] for row in rows).values())) == 1  # as many on each text


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
    assert faults({**ROWS["questions"][0], **change}) == fault
