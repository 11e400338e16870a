"""The gate: a new generation must answer as many of the known questions as the one before it."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from bot.answering import Answer, Answering
from bot.evaluation import Question, is_right, plain, read_questions
from bot.history import History
from bot.opening import open_answering
from config.settings import Settings
from embeddings.indexing import Gate
from embeddings.library import Library
from embeddings.types import Encoder, Generation


def open_gate(settings: Settings, library: Library, encoder: Encoder) -> Gate | None:
    """Join what a new generation is checked on; None while no answers are known."""
    history = History(settings.database_url)
    questions = known_questions(history, settings.admin_ids, settings.gate_questions)
    history.close()

    def lost(candidate: Generation) -> tuple[str, ...]:
        current = library.current_generation()
        comparable = current is not None and current.encoder == encoder.name
        before = open_answering(settings) if comparable else None
        return lost_questions(questions, before, open_answering(settings, candidate))

    return lost if questions else None


def known_questions(history: History, admin_ids: Collection[int], file: Path | None) -> list[Question]:
    """Return the questions whose answers admins found good, and those of a file.

    :raises WenbaoError: the file cannot be read as such.
    """
    known = history.known_answers(admin_ids).items()
    rated = [Question(question, (expected,)) for question, expected in known]
    return rated + (read_questions(file) if file is not None else [])


def lost_questions(
    questions: Sequence[Question], before: Answering | None, after: Answering
) -> tuple[str, ...]:
    """Return what is not answered any more, if fewer are answered in all; else nothing.

    Each with what it was answered and is now: 年假几天：10天 → 12天, or → — where nothing is found.
    Without a `before`, as after a change of the model, all are taken as answered.
    """
    was = {each: before.answer(each.question, each.history) for each in questions} if before else {}
    now = {each: after.answer(each.question, each.history) for each in questions}
    answered = {each for each in questions if before is None or _is_right(each, was[each])}
    still = {each for each in questions if _is_right(each, now[each])}
    if len(still) >= len(answered):
        return ()
    return tuple(
        f"{each.question}：{_told(each, was.get(each))} → {now[each].text or '—'}"
        for each in questions
        if each in answered - still
    )


def _told(question: Question, answer: Answer | None) -> str:
    """Return what answered a question; without an answer what should."""
    return (answer.text if answer else None) or next(iter(question.answers), "—")


def _is_right(question: Question, answer: Answer) -> bool:
    if not question.answers:
        return not answer.found
    return answer.found and (is_right(question, answer.text) or _shows(question, answer))


def _shows(question: Question, answer: Answer) -> bool:
    """Say whether the sentence shown first holds an accepted answer."""
    first = answer.evidence[0]
    text = first.passage.paragraph.text
    shown = plain(text[slice(*first.sentence)] if first.sentence else text)
    return any(re.search(_free(plain(expected)), shown) for expected in question.answers)


def _free(expected: str) -> str:
    # 5% is not in 15%, nor 12 in 12.5
    before = r"(?<![\d.])" if expected[:1].isdigit() else ""
    after = r"(?!\d|\.\d)" if expected[-1:].isdigit() else ""
    return before + re.escape(expected) + after
