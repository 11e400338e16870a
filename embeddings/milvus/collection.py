"""What a paragraph is in Milvus: the fields of a collection, its indexes, and a document's rows.

The text is there for Milvus's own BM25 alone. It is folded, never read back and never shown: what is shown
comes from the database.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any, get_args

from pymilvus import DataType, Function, FunctionType, MilvusClient, MilvusException

from embeddings.keys import key_of
from embeddings.terms import fold, terms
from embeddings.types import Content, Role

FORMAT_VERSION = 1
ROLES: tuple[Role, ...] = get_args(Role)
READ = ("role", "subject", "length", "keys", "counts", "vector")  # what a search takes of a row
_MOST_BYTES = 65_535  # of a VARCHAR
_MOST_TERMS = 4_096  # of an ARRAY
GRAPH = {"M": 16, "efConstruction": 200}

_log = logging.getLogger(__name__)

Row = dict[str, Any]


class Mark(IntEnum):
    """What a row tells of its document, so that the collection itself says what it holds."""

    NOTHING = 0
    SUBJECT = 1  # the first row that speaks about its subject
    BEGUN = 2  # the first row of a document whose other rows are being written
    WHOLE = 3  # the first row of a document all of whose rows are there


def create(client: MilvusClient, name: str, dimensions: int) -> None:
    """Make an empty collection."""
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    for field in ("document", "added", "total", "length"):
        schema.add_field(field, DataType.INT64)
    for field in ("mark", "role"):
        schema.add_field(field, DataType.INT8)
    schema.add_field("subject", DataType.VARCHAR, max_length=_MOST_BYTES)
    for field, kind in (("keys", DataType.INT64), ("counts", DataType.INT32)):
        schema.add_field(
            field, DataType.ARRAY, element_type=kind, max_capacity=_MOST_TERMS, mmap_enabled=True
        )
    jieba = {"tokenizer": "jieba"}
    schema.add_field(
        "text",
        DataType.VARCHAR,
        max_length=_MOST_BYTES,
        enable_analyzer=True,
        analyzer_params=jieba,
        mmap_enabled=True,
    )
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
    schema.add_function(Function("words_of_text", FunctionType.BM25, ["text"], ["words"]))
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={})
    indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=GRAPH)
    for field in ("document", "mark"):
        indexes.add_index(field, index_type="INVERTED")
    client.create_collection(name, schema=schema, index_params=indexes, consistency_level="Session")
    _index_terms(client, name)


def _index_terms(client: MilvusClient, name: str) -> None:
    """Let Milvus count the paragraphs that hold a term without reading them; Milvus Lite reads them."""
    keys = MilvusClient.prepare_index_params()
    keys.add_index("keys", index_type="INVERTED")
    try:
        client.create_index(name, keys)
    except MilvusException:
        _log.info(
            "这个 Milvus 不索引数组，数词要逐段看 · this Milvus does not index arrays: counting words reads all"
        )


def rows_of(content: Content) -> list[Row]:
    """Return the rows of a document; the first one carries the number of all its terms."""
    subjects: set[str] = set()
    rows: list[Row] = []
    for (key, paragraph), vector in zip(content.paragraphs, content.vectors, strict=True):
        found = terms(paragraph.searched)
        counted = Counter(map(key_of, found)).most_common(_MOST_TERMS)
        is_new = bool(paragraph.subject) and paragraph.subject not in subjects
        subjects.add(paragraph.subject)
        rows.append(
            {
                "id": key,
                "document": content.document,
                "added": content.added,
                "total": 0,
                "length": len(found),
                "mark": Mark.SUBJECT if is_new else Mark.NOTHING,
                "role": ROLES.index(paragraph.role),
                "subject": paragraph.subject,
                "keys": [key for key, _ in counted],
                "counts": [count for _, count in counted],
                "text": _cut(fold(paragraph.searched)),
                "vector": vector,
            }
        )
    if rows:
        rows[0]["total"] = sum(row["length"] for row in rows)
    return rows


def _cut(text: str) -> str:
    return text.encode()[:_MOST_BYTES].decode(errors="ignore")


def runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of what stands without a gap in a sorted sequence: 1 2 3 7 → (1, 3), (7, 7)."""
    start = 0
    for place, number in enumerate(numbers):
        if place + 1 == len(numbers) or numbers[place + 1] != number + 1:
            yield numbers[start], number
            start = place + 1
