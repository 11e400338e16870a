"""The questions asked, what was answered and how it was judged: for follow-ups, buttons and the gate."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from bot.answering import Answer, Evidence
from bot.history_tables import (
    CONVERSATIONS,
    OFFERS,
    QUESTIONS,
    RATINGS,
    REMOVED,
    Asked,
    Place,
    asked_of,
    evidence_as_json,
)
from embeddings.errors import LibraryError
from embeddings.schema import changing, open_engine, prepare
from embeddings.types import Passage
from embeddings.view import parts

_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the documents did not answer, or not well."""

    id: int
    question: str
    found: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What a day brought."""

    day: str  # 2026-11-27
    asked: int
    found: int
    people: int
    good: int
    bad: int


class History:
    """The tables of questions, ratings and offers, in the library's database; safe to call from many threads.

    Raises LibraryError when the database cannot be opened.
    """

    def __init__(self, database_url: str) -> None:
        self._engine = open_engine(database_url)
        try:
            prepare(self._engine)
        except SQLAlchemyError as error:
            raise LibraryError(
                "打不开数据库：请检查 DATABASE_URL 和 DATA_DIR · the database cannot be opened"
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    # --- questions ---

    def record(self, place: Place, answer: Answer, shown: Iterable[Evidence]) -> int:
        """Keep a question with its answer and the evidence shown; return the question's id.

        It takes the place of what was kept for the same message: an edited one, or one asked again
        after a stop.
        """
        row = {
            "chat_id": place.chat_id,
            "user_id": place.user_id,
            "message_id": place.message_id,
            "topic_id": place.topic_id,
            "asked_at": datetime.now(UTC),
            "question": answer.question,
            "understood": answer.understood,
            "answer": answer.text,
            "found": answer.found,
            "certain": answer.certain,
            "confidence": answer.confidence,
            "generation": answer.generation,
            "evidence": [evidence_as_json(evidence) for evidence in shown],
            "replies": [],
        }
        with changing(self._engine, alone=False) as connection:
            _forget(connection, _of_message(place.chat_id, place.message_id))
            key = connection.execute(insert(QUESTIONS).values(row)).inserted_primary_key
            assert key is not None
            return int(key[0])

    def set_replies(self, question_id: int, message_ids: Sequence[int]) -> None:
        """Remember which messages answer a question."""
        of_question = QUESTIONS.c.id == question_id
        with changing(self._engine, alone=False) as connection:
            connection.execute(update(QUESTIONS).where(of_question).values(replies=list(message_ids)))

    def asked(self, question_id: int) -> Asked | None:
        """Return a question of the past, None when it is not known."""
        return self._asked(QUESTIONS.c.id == question_id)

    def asked_in(self, chat_id: int, message_id: int) -> Asked | None:
        """Return the question that a message asked, None when it is not known."""
        return self._asked(_of_message(chat_id, message_id))

    def _asked(self, which: ColumnElement[bool]) -> Asked | None:
        statement = select(QUESTIONS).where(which).order_by(QUESTIONS.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else asked_of(row)

    def add_shown(self, question_id: int, shown: Iterable[Passage]) -> None:
        """Remember that more passages were shown for a question."""
        of_question = QUESTIONS.c.id == question_id
        with changing(self._engine, alone=False) as connection:
            query = select(QUESTIONS.c.evidence).where(of_question).with_for_update()
            before = connection.execute(query).scalar_one()
            known = {one[0] for one in before}
            fresh = [one.paragraph_id for one in shown if one.paragraph_id not in known]
            after = [*before, *([number, None, []] for number in fresh)]
            connection.execute(update(QUESTIONS).where(of_question).values(evidence=after))

    def earlier_questions(self, place: Place, limit: int, within: timedelta) -> list[str]:
        """Return a person's latest questions in a chat's topic, as understood, oldest first."""
        columns, began = QUESTIONS.c, CONVERSATIONS.c
        mine = (began.chat_id == place.chat_id) & (began.user_id == place.user_id)
        new_since = select(began.began_at).where(mine).scalar_subquery()
        statement = (
            select(columns.understood)
            .where(or_(new_since.is_(None), columns.asked_at > new_since))
            .where(columns.chat_id == place.chat_id, columns.user_id == place.user_id)
            .where(columns.topic_id.is_not_distinct_from(place.topic_id))
            .where(columns.message_id != place.message_id)  # not itself, where it was edited
            .where(columns.asked_at >= datetime.now(UTC) - within)
            .order_by(columns.id.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [str(text) for text in connection.execute(statement).scalars()][::-1]

    def begin_anew(self, place: Place) -> None:
        """Let a person's next question stand by itself."""
        now = {"began_at": datetime.now(UTC)}
        statement = self._upsert(CONVERSATIONS).values(chat_id=place.chat_id, user_id=place.user_id, **now)
        keys = [CONVERSATIONS.c.chat_id, CONVERSATIONS.c.user_id]
        with changing(self._engine, alone=False) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=now))

    def _upsert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(table) if self._engine.dialect.name == "sqlite" else postgresql.insert(table)

    # --- ratings ---

    def rate(
        self, question_id: int, user_id: int, good: bool, expected: str | None = None, why: str | None = None
    ) -> None:
        """Keep how a person judges an answer, in place of what he said before."""
        said = {"good": good, "expected": expected, "why": why, "rated_at": datetime.now(UTC)}
        statement = (
            self._upsert(RATINGS)
            .values(question=question_id, user_id=user_id, **said)
            .on_conflict_do_update(index_elements=[RATINGS.c.question, RATINGS.c.user_id], set_=said)
        )
        with changing(self._engine, alone=False) as connection:
            connection.execute(statement)

    def rating(self, question_id: int, user_id: int) -> bool | None:
        """Return how a person judged an answer, None when he did not."""
        mine = (RATINGS.c.question == question_id) & (RATINGS.c.user_id == user_id)
        with self._engine.connect() as connection:
            return connection.scalar(select(RATINGS.c.good).where(mine))

    def known_answers(self, people: Collection[int]) -> dict[str, str]:
        """Return whole questions with what these people found to answer them well; the latest counts."""
        statement = (
            select(QUESTIONS.c.understood, RATINGS.c.expected, RATINGS.c.good)
            .join(RATINGS, RATINGS.c.question == QUESTIONS.c.id)
            .where(RATINGS.c.user_id.in_(people))
            .order_by(RATINGS.c.rated_at)
        )
        known: dict[str, str] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                known.pop(row.understood, None)
                if row.good and row.expected:
                    known[row.understood] = row.expected
        return known

    # --- what admins learn ---

    def gaps(self, since: datetime, most: int = 500) -> list[Gap]:
        """Return the questions that found no answer, or one that people found bad; the latest first."""
        bad = select(RATINGS.c.question).where(RATINGS.c.good.is_(False))
        columns = QUESTIONS.c
        query = (
            select(columns.id, columns.understood, columns.found)
            .where(columns.asked_at >= since, or_(columns.found.is_(False), columns.id.in_(bad)))
            .order_by(columns.id.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [Gap(*row) for row in connection.execute(query)]

    def days(self, since: datetime) -> list[Day]:
        """Return for each day, in UTC, how much was asked, answered and judged, the oldest first."""
        columns = QUESTIONS.c
        day = func.date(columns.asked_at)
        asked = select(
            day, func.count(), func.count().filter(columns.found), func.count(columns.user_id.distinct())
        )
        rated = func.date(RATINGS.c.rated_at)
        judged = select(rated, func.count().filter(RATINGS.c.good), func.count().filter(~RATINGS.c.good))
        with self._engine.connect() as connection:
            rows = connection.execute(asked.where(columns.asked_at >= since).group_by(day)).all()
            marks = connection.execute(judged.where(RATINGS.c.rated_at >= since).group_by(rated)).all()
        good = {str(row[0]): (row[1], row[2]) for row in marks}
        return sorted(
            (Day(str(row[0]), row[1], row[2], row[3], *good.get(str(row[0]), (0, 0))) for row in rows),
            key=lambda one: one.day,
        )

    # --- offers ---

    def offer(
        self, questions: Sequence[str], paragraph_id: int | None = None, user_id: int | None = None
    ) -> list[int]:
        """Keep questions that buttons ask, made from the words of a paragraph or a person; return their ids."""
        row = {"made_at": datetime.now(UTC), "paragraph": paragraph_id, "user_id": user_id}
        with changing(self._engine, alone=False) as connection:
            keys = [
                connection.execute(insert(OFFERS).values(question=question, **row)).inserted_primary_key
                for question in questions
            ]
        return [int(key[0]) for key in keys if key is not None]

    def offered(self, offer_id: int) -> str | None:
        """Return the question of a button, None when it is not known any more."""
        with self._engine.connect() as connection:
            return connection.scalar(select(OFFERS.c.question).where(OFFERS.c.id == offer_id))

    # --- forgetting ---

    def erase_quotes(self, connection: Connection, paragraph_ids: Sequence[int]) -> None:
        """Forget, inside the removal's transaction, what was quoted from paragraphs that go."""
        gone = set(paragraph_ids)
        asked = select(QUESTIONS.c.id, QUESTIONS.c.evidence).order_by(QUESTIONS.c.id).limit(_ROWS_AT_ONCE)
        last = 0
        while rows := connection.execute(asked.where(QUESTIONS.c.id > last)).all():
            last = rows[-1].id
            for row in rows:
                kept = [REMOVED if one[0] in gone else one for one in row.evidence]
                if kept == row.evidence:
                    continue
                of_question = QUESTIONS.c.id == row.id
                connection.execute(update(QUESTIONS).where(of_question).values(answer=None, evidence=kept))
                rated = RATINGS.c.question == row.id
                connection.execute(update(RATINGS).where(rated).values(expected=None))
        for part in parts(list(paragraph_ids)):
            connection.execute(delete(OFFERS).where(OFFERS.c.paragraph.in_(part)))

    def forget_person(self, user_id: int) -> int:
        """Erase a person's questions in all chats and all his ratings; return how many questions."""
        with changing(self._engine, alone=False) as connection:
            for table in (RATINGS, OFFERS, CONVERSATIONS):
                connection.execute(delete(table).where(table.c.user_id == user_id))
            return _forget(connection, QUESTIONS.c.user_id == user_id)

    def forget_older(self, kept: timedelta) -> int:
        """Erase the questions that are older, with their ratings; return how many."""
        before = datetime.now(UTC) - kept
        with changing(self._engine, alone=False) as connection:
            connection.execute(delete(OFFERS).where(OFFERS.c.made_at < before))
            return _forget(connection, QUESTIONS.c.asked_at < before)


def _of_message(chat_id: int, message_id: int) -> ColumnElement[bool]:
    return (QUESTIONS.c.chat_id == chat_id) & (QUESTIONS.c.message_id == message_id)


def _forget(connection: Connection, which: ColumnElement[bool]) -> int:
    gone = select(QUESTIONS.c.id).where(which)
    connection.execute(delete(RATINGS).where(RATINGS.c.question.in_(gone)))
    return connection.execute(delete(QUESTIONS).where(which)).rowcount
