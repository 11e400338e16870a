"""The collections of a library on a Milvus server: what they hold, what is put in, what goes.

A library has one collection for each encoder and set of words, found by its alias. Rows of new documents are
put in beside the others; a generation's engine looks only at the documents that its generation holds. A new
collection is filled whole before the alias points at it. All of it can be lost: it is made again.
"""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from pymilvus import MilvusClient, MilvusException

from embeddings.engine import refuse_other_encoder
from embeddings.errors import EngineError
from embeddings.milvus.collection import FORMAT_VERSION, Mark, Row, create, rows_of
from embeddings.milvus.searching import MilvusEngine, alive_filter
from embeddings.terms import version as terms_version
from embeddings.types import Encoder, Generation
from embeddings.view import View

_ROWS_AT_ONCE = 500
_IDS_AT_ONCE = 1_000
_COUNTING_THREADS = 8
_SECONDS = 30.0  # for a call that writes or reads much
_FILLING_SECONDS = 24 * 3600  # longer than any collection takes to be filled

_log = logging.getLogger(__name__)
_Found = TypeVar("_Found")
_Keys = set[tuple[int, int]]


@dataclass(slots=True)
class Registry:
    """What a collection holds: the marks of its documents."""

    whole: dict[int, tuple[int, int]] = field(default_factory=dict)  # document → when added, all its terms
    begun: set[int] = field(default_factory=set)
    subjects: dict[int, set[str]] = field(default_factory=dict)

    def keys(self) -> _Keys:
        """Return id and time of adding of the documents that are there whole."""
        return {(document, added) for document, (added, _) in self.whole.items()}


class Milvus:
    """The indexes of libraries on one server; `uri` may hold a user, a password and a database's name."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._opened: MilvusClient | None = None
        self._counting = ThreadPoolExecutor(_COUNTING_THREADS, thread_name_prefix="counting")

    def open(self, library: View, generation: Generation, encoder: Encoder) -> MilvusEngine | None:
        """Open a generation, putting in the documents that lack; None if all of it was removed.

        :raises EncoderError: the library's vectors are of another encoder.
        :raises EngineError: the server cannot be reached, or refuses.
        """
        refuse_other_encoder(generation, encoder)
        return self._asked(
            lambda client: _Collection(client, library, encoder).open(generation, self._counting)
        )

    def reach(self) -> None:
        """Ask the server for something small.

        :raises EngineError: it cannot be reached, or refuses.
        """
        self._asked(lambda client: client.list_collections())

    def forget_removed(self, library: View) -> None:
        """Delete the rows of documents that are in the library no more."""
        known = {document for document, _ in library.known()}

        def forget(client: MilvusClient) -> None:
            for alias in _aliases(client, library):
                registry = read_registry(client, alias)
                delete(client, alias, ({*registry.whole} | registry.begun) - known)

        self._asked(forget)

    def forget(self, library: View) -> None:
        """Drop the collections of a library."""
        self._asked(lambda client: _drop(client, library, keep=()))

    def _asked(self, ask: Callable[[MilvusClient], _Found]) -> _Found:
        try:
            if self._opened is None:
                self._opened = MilvusClient(self._uri, timeout=_SECONDS)
            return ask(self._opened)
        except MilvusException as error:
            raise unreachable() from error


def unreachable() -> EngineError:
    """Return what to say when Milvus does not do as asked; its own words may hold what people ask."""
    return EngineError(
        "Milvus 连不上或出错：检查 MILVUS_URI 和 Milvus 服务 · Milvus cannot be reached or failed: "
        "check MILVUS_URI and the server"
    )


class _Collection:
    """The collection of one library and encoder."""

    def __init__(self, client: MilvusClient, library: View, encoder: Encoder) -> None:
        self._client = client
        self._library = library
        self._encoder = encoder
        self._alias = _alias(library, encoder.name)

    def open(self, generation: Generation, counting: Executor) -> MilvusEngine | None:
        """Open a generation's engine; None if all of it was removed."""
        held, known = set(self._library.held(generation.number)), set(self._library.known())
        if not held:
            return None
        if self._alias not in _aliases(self._client, self._library):
            registry = self._fill_new(held)
        else:
            registry = read_registry(self._client, self._alias)
            if _is_of_another(registry, known):
                _log.warning(
                    "Milvus 里的集合属于另一个文档库，重建 · a collection of another library, rebuilding"
                )
                registry = self._fill_new(held)
        lacking = held - registry.keys()
        if lacking:
            self._put_in(self._alias, lacking)
            registry = read_registry(self._client, self._alias)
        self._clear(registry, {document for document, _ in known})
        documents = {document for document, _ in held & registry.keys()}
        return MilvusEngine(
            self._client,
            self._alias,
            generation,
            alive_filter(documents, {*registry.whole} | registry.begun | {key for key, _ in known}),
            frozenset[str]().union(*(registry.subjects.get(document, ()) for document in documents)),
            sum(registry.whole[document][1] for document in documents),
            counting,
            unreachable,
        )

    def _fill_new(self, held: _Keys) -> Registry:
        """Fill a new collection with what answers and what is wanted, then let the alias point at it."""
        name = f"{self._alias}_{int(time.time()):x}_{uuid.uuid4().hex[:8]}"
        create(self._client, name, self._encoder.dimensions)
        self._client.load_collection(name, timeout=_SECONDS)
        current = self._library.current_generation()
        answering = set(self._library.held(current.number)) if current is not None else set()
        self._put_in(name, held | answering)
        registry = read_registry(self._client, name)
        try:
            self._client.create_alias(name, self._alias)
        except MilvusException:  # there is one: of another library, or another process filled one beside us
            self._client.alter_alias(name, self._alias)
        return registry

    def _put_in(self, name: str, documents: _Keys) -> None:
        """Put the rows of documents in, those of one marked whole once all are there."""
        ids = sorted(document for document, _ in documents)
        for rows in _batches(map(rows_of, self._library.contents(ids, self._encoder.name))):
            begun = [{**row, "mark": Mark.BEGUN} for row in rows if row["total"]]
            self._upsert(name, begun)
            self._upsert(name, [row for row in rows if not row["total"]])
            self._upsert(name, [{**row, "mark": Mark.WHOLE} for row in rows if row["total"]])

    def _upsert(self, name: str, rows: Sequence[Row]) -> None:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._client.upsert(name, list(rows[start : start + _ROWS_AT_ONCE]), timeout=_SECONDS)

    def _clear(self, registry: Registry, known: set[int]) -> None:
        """Delete what no generation holds, and the collections of encoders that none was encoded by."""
        delete(self._client, self._alias, ({*registry.whole} | registry.begun) - known)
        encoders = {each.encoder for each in self._library.published()} | {self._encoder.name}
        _drop(self._client, self._library, keep=[_alias(self._library, name) for name in encoders])


def _batches(documents: Iterable[list[Row]]) -> Iterator[list[Row]]:
    """Yield the rows of whole documents, about as many as go in at once."""
    rows: list[Row] = []
    for each in documents:
        rows += each
        if len(rows) >= _ROWS_AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _is_of_another(registry: Registry, known: _Keys) -> bool:
    added = dict(known)
    return any(added.get(document, at) != at for document, (at, _) in registry.whole.items())


def read_registry(client: MilvusClient, name: str) -> Registry:
    """Ask a collection what it holds."""
    registry = Registry()
    fields = ["document", "added", "total", "mark", "subject"]
    rows = client.query_iterator(
        name, filter=f"mark > {Mark.NOTHING:d}", output_fields=fields, consistency_level="Strong"
    )
    while found := rows.next():
        for row in found:
            if row["mark"] == Mark.WHOLE:
                registry.whole[row["document"]] = (row["added"], row["total"])
            elif row["mark"] == Mark.BEGUN:
                registry.begun.add(row["document"])
            if row["subject"]:
                registry.subjects.setdefault(row["document"], set()).add(row["subject"])
    rows.close()
    return registry


def delete(client: MilvusClient, name: str, documents: Iterable[int]) -> None:
    """Delete all rows of some documents."""
    ids = sorted(documents)
    for start in range(0, len(ids), _IDS_AT_ONCE):
        client.delete(name, filter=f"document in {ids[start : start + _IDS_AT_ONCE]}", timeout=_SECONDS)


def _prefix(library: View) -> str:
    return f"wenbao_{hashlib.sha256(library.address.encode()).hexdigest()[:8]}_"


def _alias(library: View, encoder: str) -> str:
    made_for = f"{FORMAT_VERSION} {encoder} {terms_version()}"
    return _prefix(library) + hashlib.sha256(made_for.encode()).hexdigest()[:8]


def _aliases(client: MilvusClient, library: View) -> dict[str, str]:
    """Return the aliases of a library's collections, and the collection of each."""
    names = [name for name in client.list_collections() if name.startswith(_prefix(library))]
    return {alias: name for name in names for alias in client.list_aliases(name)["aliases"]}


def _drop(client: MilvusClient, library: View, keep: Sequence[str]) -> None:
    """Drop the collections of a library but for those of some aliases, and those that are being filled."""
    aliases = _aliases(client, library)
    kept = {name for alias, name in aliases.items() if alias in keep}
    for alias, name in aliases.items():
        if name not in kept:
            client.drop_alias(alias)
    for name in client.list_collections():
        if name.startswith(_prefix(library)) and name not in kept:
            began = int(name.split("_")[3], 16)
            if name in aliases.values() or time.time() - began > _FILLING_SECONDS:
                client.drop_collection(name)
