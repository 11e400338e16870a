"""What is asked of the database stays bounded, however large the library is."""

import re
from collections.abc import Iterator, Sized

import numpy as np
import pytest
from sqlalchemy import Engine, event

from bot.history import History
from embeddings.library import Library
from embeddings.types import NewDocument, Paragraph, searched_hash
from embeddings.view import AT_ONCE

DOCUMENTS, PARAGRAPHS = 700, 3
VALUES = 10  # columns of one row at most


@pytest.fixture
def statements(url: str) -> Iterator[list[tuple[str, int]]]:
    """Return what was executed, each with the number of its parameters."""
    seen: list[tuple[str, int]] = []

    def note(_: object, __: object, statement: str, parameters: object, ___: object, many: bool) -> None:
        first = parameters[0] if many and isinstance(parameters, list) else parameters
        assert isinstance(first, Sized)
        seen.append((statement, len(first)))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def publish(library: Library, version: int) -> None:
    documents = [
        NewDocument(
            f"{number}.txt",
            "甲",
            f"{version} {number}".encode(),
            [Paragraph(f"第{version}版第{number}份第{line}段。") for line in range(PARAGRAPHS)],
        )
        for number in range(DOCUMENTS)
    ]
    keys = [searched_hash(part) for document in documents for part in document.paragraphs]
    library.add_vectors("toy-1", dict.fromkeys(library.without_vector("toy-1", keys), np.ones(2, np.float32)))
    leaving = [document.id for document in library.documents()]
    library.publish(leaving, documents, "toy-1", "rules-1")


def test_no_statement_takes_a_list_as_long_as_the_library(
    url: str, statements: list[tuple[str, int]]
) -> None:
    library, history = Library(url), History(url)
    for version in range(7):  # the first ones are pruned
        publish(library, version)
    generation = library.current_generation()
    assert generation is not None and generation.paragraphs == DOCUMENTS * PARAGRAPHS
    ids = [key for key, _ in library.held(generation.number)]
    assert (
        sum(len(content.paragraphs) for content in library.contents(ids, "toy-1")) == DOCUMENTS * PARAGRAPHS
    )
    library.remove("7.txt", history.erase_quotes)
    assert max(count for _, count in statements) <= AT_ONCE * VALUES
    listed = max(
        len(re.findall(r"%\(\w+_\d+(?:__\d+)?\)s|\?", text)) for text, _ in statements if " IN (" in text
    )
    assert listed <= AT_ONCE * 2 + VALUES
    vacuums = [text for text, _ in statements if text.startswith("VACUUM")]
    assert all("paragraphs" in text for text in vacuums)  # never of the whole database
    assert len(vacuums) == (0 if url.startswith("sqlite") else 1)
    library.close()
    history.close()
