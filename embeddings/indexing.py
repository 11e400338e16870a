"""Bring the library in step with its sources: read, split and encode what changed, publish a generation."""

import gc
import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.documents import RULES_VERSION as READING_VERSION
from embeddings.documents import SUFFIXES, refuse_size
from embeddings.documents.child import Limits, Reading
from embeddings.engine import Indexes
from embeddings.errors import DocumentError, WenbaoError
from embeddings.generations import VectorsMissing
from embeddings.library import Library
from embeddings.paragraphs import RULES_VERSION as SPLITTING_VERSION
from embeddings.paragraphs import split_document
from embeddings.types import (
    ADDED,
    Encoder,
    Generation,
    NewDocument,
    Progress,
    SplitDocument,
    StoredDocument,
    hash_of,
)

RULES = f"reading {READING_VERSION}, splitting {SPLITTING_VERSION}"
_TEXTS_AT_ONCE = 256  # encoded between two reports of progress
_READING_REPORTS = 200  # of a large folder
_COLLECTED_AFTER = (100_000, 20, 100)  # objects made

# Takes a candidate; returns the questions that the current generation answers and it does not, as far
# as it answers fewer in all. None lost: it may be published.
Gate = Callable[[Generation], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not in the library, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Warned:
    """What of a file could not be taken, though the file itself was."""

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended; the first three are of the generation that now answers.

    `set_aside` counts the lines of what was read that stand in no paragraph: ornaments, running heads.
    When the gate held the new generation back, `candidate` is its number and `lost` the questions.
    """

    generation: int
    documents: int
    paragraphs: int
    added: int
    changed: int
    removed: int
    skipped: tuple[Skipped, ...]
    seconds: float
    candidate: int | None = None
    lost: tuple[str, ...] = ()
    set_aside: int = 0
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file to be read; `origin` is the folder or file named to the run, or ADDED."""

    name: str
    origin: str
    path: Path
    title: str = ""


def bring_in_step(
    library: Library,
    encoder: Encoder,
    paths: Sequence[Path],
    *,
    full: bool = False,
    gate: Gate | None = None,
    limits: Limits | None = None,
    indexes: Indexes | None = None,
) -> Iterator[Progress | Report]:
    """Yield how far the run is, and last its report.

    Afterwards the library holds what `paths` hold, and what people added; without paths it keeps what
    it holds. A file that cannot be read is skipped, and what the library held of it stays. Nothing
    changed: no new generation, nothing encoded. With `indexes` what is new is put into them
    before anyone searches it.

    :raises WenbaoError: a path is not there.
    :raises BusyError: another run is at work.
    """
    with library.writing(), Reading(limits) as reading, _seldom_collecting():
        run = _Run(library, encoder, reading, full=full, indexes=indexes)
        files, run.skipped = _files(paths)
        present = {file.name for file in files}
        gone = [each for each in run.stored.values() if each.origin != ADDED and each.name not in present]
        yield from run.work([file for file in files if run.takes(file)], gone if paths else [], gate)


def add_documents(
    library: Library,
    encoder: Encoder,
    files: Sequence[File],
    gate: Gate | None = None,
    limits: Limits | None = None,
    indexes: Indexes | None = None,
) -> Iterator[Progress | Report]:
    """Add documents that people give; one takes the place of the document of its name. Yields as above.

    The same bytes under another name are not added again: the report says under which they are there.

    :raises BusyError: another run is at work.
    """
    with library.writing(), Reading(limits) as reading, _seldom_collecting():
        run = _Run(library, encoder, reading, indexes=indexes)
        yield from run.work([file for file in files if run.takes(file)], [], gate)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for cycles seldom: a tenth of a run went into going through paragraphs, which are in none."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTED_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Run:
    """One run, while the writer's lock is held."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        reading: Reading,
        *,
        full: bool = False,
        indexes: Indexes | None = None,
    ) -> None:
        self.began = time.monotonic()
        self._indexes = indexes
        self._reading = reading
        self.library = library
        self.encoder = encoder
        self.current = library.current_generation()
        self.stored = {document.name: document for document in library.documents()}
        self.skipped: list[Skipped] = []
        self.set_aside = 0
        self.warnings: list[Warned] = []
        self._removed = library.removed_names()
        made_by = (self.current.rules, self.current.encoder) if self.current else (RULES, encoder.name)
        self._full = full or made_by != (RULES, encoder.name)

    def takes(self, file: File) -> bool:
        """Say whether a file may come in; if not, it is skipped with the reason."""
        stored, why = self.stored.get(file.name), None
        if file.origin == ADDED:
            why = self._why_not_added(file)
        elif file.name in self._removed:
            why = (
                "这份文档被移除过；要放回来，运行 wenbao documents add，或把它发给机器人"
                " · it was removed: add it again with `wenbao documents add`"
            )
        elif stored is not None and stored.origin == ADDED:
            why = "同名的文档是单独加进来的，以那一份为准 · the document of this name was added by itself"
        if why is not None:
            self.skipped.append(Skipped(file.name, why))
        return why is None

    def _why_not_added(self, file: File) -> str | None:
        try:
            content = hash_of(_bytes_of(file))
        except DocumentError as error:
            return str(error)
        for other in self.stored.values():
            if other.content_hash == content and other.name != file.name:
                return (
                    f"内容与库里的 {other.name} 完全相同，没有重复加入"
                    f" · the same content is already there under the name {other.name}"
                )
        return None

    def work(
        self, files: Sequence[File], gone: Sequence[StoredDocument], gate: Gate | None
    ) -> Iterator[Progress | Report]:
        """Read, encode and publish, and yield the report."""
        new: list[NewDocument] = []
        told = max(1, len(files) // _READING_REPORTS)
        for done, (file, is_changed) in enumerate(self._changed_last(files), 1):
            try:
                if is_changed:
                    new.append(self._read(file))
            except DocumentError as error:
                self.skipped.append(Skipped(file.name, str(error)))
            if done % told == 0 or done == len(files):
                yield Progress("reading", done, len(files))
        if self._full:
            leaving = {document.name for document in new} | {document.name for document in gone}
            kept = [document for document in self.stored.values() if document.name not in leaving]
            new += [self._read_again(document) for document in kept]
        candidate: Generation | None = None
        lost: tuple[str, ...] = ()
        if new or gone or self.current is None:
            candidate = yield from self._stage([document.id for document in gone], new)
            if self._indexes is not None and candidate.paragraphs:
                self._indexes.open(self.library, candidate, self.encoder)
            lost = tuple(gate(candidate)) if gate is not None and self.current is not None else ()
            if not lost:
                self.current = self.library.turn_to(candidate.number)
            yield Progress("publishing", 1, 1)
        assert self.current is not None
        changed = sum(document.name in self.stored for document in new)
        yield Report(
            generation=self.current.number,
            documents=self.current.documents,
            paragraphs=self.current.paragraphs,
            added=len(new) - changed,
            changed=changed,
            removed=len(gone),
            skipped=tuple(self.skipped),
            seconds=round(time.monotonic() - self.began, 3),
            candidate=candidate.number if candidate is not None and lost else None,
            lost=lost,
            set_aside=self.set_aside,
            warnings=tuple(self.warnings),
        )

    def _changed_last(self, files: Sequence[File]) -> Iterator[tuple[File, bool]]:
        """Yield the files that are as stored, False, then those to be read, True: their child starts meanwhile."""
        changed: list[File] = []
        for file in files:
            if not self._full and _is_as_stored(file, self.stored.get(file.name)):
                yield file, False
            else:
                self._reading.start()
                changed.append(file)
        yield from ((file, True) for file in changed)

    def _read_again(self, document: StoredDocument) -> NewDocument:
        """Split a document from its stored original; one that cannot be read any more keeps its text."""
        original = self.library.original(document.id) or b""
        try:
            understood = split(document.name, original, self._reading, document.title)
        except DocumentError:
            understood = SplitDocument(tuple(self.library.paragraphs_in(document.id)))
        return self._told(
            NewDocument(document.name, document.origin, original, understood.paragraphs, document.title),
            understood,
        )

    def _read(self, file: File) -> NewDocument:
        content = _bytes_of(file)
        understood = split(file.name, content, self._reading, file.title)
        return self._told(
            NewDocument(file.name, file.origin, content, understood.paragraphs, file.title), understood
        )

    def _told(self, document: NewDocument, understood: SplitDocument) -> NewDocument:
        """Count for the report what is in none of the document's paragraphs."""
        self.set_aside += len(understood.set_aside)
        self.warnings += [Warned(document.name, what) for what in understood.warnings]
        return document

    def _stage(
        self, leaving: Sequence[int], new: Sequence[NewDocument]
    ) -> Generator[Progress, None, Generation]:
        while True:
            yield from _encode(self.library, self.encoder, new)
            yield Progress("publishing", 0, 1)
            try:
                return self.library.stage(leaving, new, self.encoder.name, RULES)
            except VectorsMissing:
                continue  # a removal came in between and took what the new documents shared with it


def files_to_add(paths: Sequence[Path], title: str = "") -> list[File]:
    """Return the files that are named, and those in the folders that are, each named by its path there.

    :raises WenbaoError: a path is not there, or a folder holds no file.
    """
    found: list[File] = []
    for given in paths:
        inside = list(_inside(str(given))) if given.is_dir() else [(given.name, given)]
        if not given.exists():
            raise WenbaoError(f"没有文件 {given}：检查路径 · no such file")
        if not inside:
            raise WenbaoError(f"文件夹 {given} 里没有文件：检查路径 · no file in this folder")
        found += [File(name, ADDED, path, title) for name, path in inside]
    return list({file.name: file for file in found}.values())


def _files(paths: Sequence[Path]) -> tuple[list[File], list[Skipped]]:
    """Find the files to read; a document's name is its path inside the folder it was found in."""
    files: dict[str, File] = {}
    skipped: list[Skipped] = []
    for given in paths:
        if not given.exists():
            raise WenbaoError(f"没有 {given}：检查路径或 DOCUMENTS_DIR · no such file or folder")
        origin = str(given.resolve())
        for name, path in _inside(str(given)) if given.is_dir() else [(given.name, given)]:
            if path.suffix.lower() not in SUFFIXES:
                readable = "、".join(sorted(SUFFIXES))
                skipped.append(Skipped(name, f"读不了这种格式，能读的有 {readable} · unknown format"))
            elif name in files:
                skipped.append(
                    Skipped(name, "与另一个文件同名，请改名 · another file has this name, rename it")
                )
            else:
                files[name] = File(name, origin, path)
    return list(files.values()), skipped


def _inside(folder: str, above: str = "") -> Iterator[tuple[str, Path]]:
    """Yield the names and paths of the files under a folder, without asking the disk for each."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _inside(entry.path, f"{above}{entry.name}/")
            elif entry.is_file():
                yield above + entry.name, Path(entry.path)


def _bytes_of(file: File) -> bytes:
    try:
        with file.path.open("rb", buffering=0) as opened:
            refuse_size(os.fstat(opened.fileno()).st_size)
            return opened.read()
    except OSError as error:
        raise DocumentError(
            "文件打不开：检查权限 · the file cannot be opened, check its permissions"
        ) from error


def _is_as_stored(file: File, stored: StoredDocument | None) -> bool:
    if stored is None or (stored.title, stored.origin == ADDED) != (file.title, file.origin == ADDED):
        return False
    try:
        return hash_of(_bytes_of(file)) == stored.content_hash
    except DocumentError:
        return False  # reading it says why


def split(name: str, content: bytes, reading: Reading, title: str = "") -> SplitDocument:
    """Read a document and split it; a title that a person gave stands above its own headings.

    :raises DocumentError: it cannot be read, or there is no text in it.
    """
    understood = split_document(reading.read(name, content))
    if not understood.paragraphs:
        raise DocumentError(_nothing_in(understood))
    if not title:
        return understood
    titled = (replace(each, headings=(title, *each.headings)) for each in understood.paragraphs)
    return replace(understood, paragraphs=tuple(titled))


def _nothing_in(understood: SplitDocument) -> str:
    why = "里面没有文字 · there is no text in it"
    return "；".join([why, *understood.warnings])


def _encode(library: Library, encoder: Encoder, documents: Sequence[NewDocument]) -> Iterator[Progress]:
    searched = (part.searched for document in documents for part in document.paragraphs)
    texts = {hash_of(text.encode()): text for text in searched}
    missing = sorted(library.without_vector(encoder.name, texts))
    for start in range(0, len(missing), _TEXTS_AT_ONCE):
        keys = missing[start : start + _TEXTS_AT_ONCE]
        vectors = encoder.encode_paragraphs([texts[key] for key in keys])
        library.add_vectors(encoder.name, dict(zip(keys, vectors, strict=True)))
        yield Progress("encoding", start + len(keys), len(missing))
