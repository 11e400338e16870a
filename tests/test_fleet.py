"""A small run of `python -m tests.fleet`: a kill, a restart, a database that goes away, a new generation."""

from pathlib import Path

import pytest

from tests import fleet
from tests.postgresql import PostgreSql


@pytest.mark.slow
@pytest.mark.parametrize("by", ["polling", "webhook"])
def test_three_workers_answer_everything(server: PostgreSql, tmp_path: Path, by: str) -> None:
    outcome = fleet.run(60, 12, by, tmp_path, server)
    assert (outcome.questions, outcome.lost, outcome.told_sorry, outcome.old_answers) == (60, 0, 0, 0)
    assert outcome.twice <= 1  # a kill between sending and remembering it
    assert outcome.chats_out_of_order == 0
    assert (outcome.tracebacks, outcome.token_in_logs, outcome.token_elsewhere) == (0, 0, 0)
