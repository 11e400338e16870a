"""Ten facts in every form and encoding are found in the right document."""

from pathlib import Path

from tests.answered import missed


def test_every_fact_is_found_in_the_right_document(tmp_path: Path) -> None:
    wrong, whole = missed(tmp_path)
    assert wrong == []
    assert whole == 205
