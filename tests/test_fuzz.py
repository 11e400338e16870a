"""A short run of tests/fuzz_documents.py: damaged files give blocks or one clear reason."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.documents.child import Reading
from tests.fuzz_documents import LIMITS, outcome


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with Reading(LIMITS) as reading:
        yield reading


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**40))
def test_a_damaged_file_gives_blocks_or_a_named_error(reading: Reading, seed: int) -> None:
    assert outcome(reading, seed) in ("read", "refused")
