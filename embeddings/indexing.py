"""Bring the library in step with its sources: read, split and encode what changed, publish a generation."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from embeddings.documents import RULES_VERSION as READING_VERSION
from embeddings.documents import SUFFIXES, refuse_size
from embeddings.documents.child import Limits, Reading
from embeddings.errors import DocumentError, WenbaoError
from embeddings.library import Library, NewDocument, StoredDocument, hash_of, searched_hash
from embeddings.paragraphs import RULES_VERSION as SPLITTING_VERSION
from embeddings.paragraphs import split_paragraphs
from embeddings.types import Encoder, Progress

RULES = f"reading {READING_VERSION}, splitting {SPLITTING_VERSION}"
_TEXTS_AT_ONCE = 256  # encoded between two reports of progress


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not in the library, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended; the first three are of the generation that now answers."""

    generation: int
    documents: int
    paragraphs: int
    added: int
    changed: int
    removed: int
    skipped: tuple[Skipped, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    origin: str
    path: Path


def bring_in_step(
    library: Library,
    encoder: Encoder,
    paths: Sequence[Path],
    *,
    full: bool = False,
    limits: Limits | None = None,
) -> Iterator[Progress | Report]:
    """Yield how far the run is, and last its report.

    Afterwards the library holds what `paths` hold. A file that cannot be read is skipped, and what the
    library held of it stays. Nothing changed: no new generation, nothing encoded.

    :raises WenbaoError: a path is not there.
    :raises BusyError: another run is at work.
    """
    began = time.monotonic()
    with library.writing(), Reading(limits) as reading:
        current = library.current_generation()
        full = full or (current is not None and (current.rules, current.encoder) != (RULES, encoder.name))
        stored = {document.name: document for document in library.documents()}
        files, skipped = _files(paths)
        new: list[NewDocument] = []
        for done, file in enumerate(files, 1):
            try:
                if document := _read(file, stored.get(file.name), reading, full=full):
                    new.append(document)
            except DocumentError as error:
                skipped.append(Skipped(file.name, str(error)))
            yield Progress("reading", done, len(files))
        yield from _encode(library, encoder, new)
        present = {file.name for file in files}
        gone = [document for name, document in stored.items() if name not in present]
        changed = [stored[document.name] for document in new if document.name in stored]
        if new or gone or current is None:
            yield Progress("publishing", 0, 1)
            leaving = [document.id for document in (*gone, *changed)]
            current = library.publish(leaving, new, encoder.name, RULES)
            yield Progress("publishing", 1, 1)
    yield Report(
        generation=current.number,
        documents=current.documents,
        paragraphs=current.paragraphs,
        added=len(new) - len(changed),
        changed=len(changed),
        removed=len(gone),
        skipped=tuple(skipped),
        seconds=round(time.monotonic() - began, 3),
    )


def _files(paths: Sequence[Path]) -> tuple[list[_File], list[Skipped]]:
    """Find the files to read; a document's name is its path inside the folder it was found in."""
    files: dict[str, _File] = {}
    skipped: list[Skipped] = []
    for given in paths:
        if not given.exists():
            raise WenbaoError(f"没有 {given}：检查路径或 DOCUMENTS_DIR · no such file or folder")
        found = sorted(path for path in given.rglob("*") if path.is_file()) if given.is_dir() else [given]
        for path in found:
            inside = path.relative_to(given) if given.is_dir() else Path(path.name)
            name = inside.as_posix()
            if any(part.startswith(".") for part in inside.parts):
                continue
            if path.suffix.lower() not in SUFFIXES:
                readable = "、".join(sorted(SUFFIXES))
                skipped.append(Skipped(name, f"读不了这种格式，能读的有 {readable} · unknown format"))
            elif name in files:
                skipped.append(
                    Skipped(name, "与另一个文件同名，请改名 · another file has this name, rename it")
                )
            else:
                files[name] = _File(name, str(given.resolve()), path)
    return list(files.values()), skipped


def _read(file: _File, stored: StoredDocument | None, reading: Reading, *, full: bool) -> NewDocument | None:
    """Read and split a file; None where the library holds just this."""
    try:
        refuse_size(file.path.stat().st_size)
        content = file.path.read_bytes()
    except OSError as error:
        raise DocumentError(
            "文件打不开：检查权限 · the file cannot be opened, check its permissions"
        ) from error
    if not full and stored is not None and stored.content_hash == hash_of(content):
        return None
    paragraphs = split_paragraphs(reading.read(file.name, content))
    if not paragraphs:
        raise DocumentError("里面没有文字 · there is no text in it")
    return NewDocument(file.name, file.origin, content, paragraphs)


def _encode(library: Library, encoder: Encoder, documents: Sequence[NewDocument]) -> Iterator[Progress]:
    texts = {searched_hash(part): part.searched for document in documents for part in document.paragraphs}
    missing = sorted(library.without_vector(encoder.name, texts))
    for start in range(0, len(missing), _TEXTS_AT_ONCE):
        keys = missing[start : start + _TEXTS_AT_ONCE]
        vectors = encoder.encode_paragraphs([texts[key] for key in keys])
        library.add_vectors(encoder.name, dict(zip(keys, vectors, strict=True)))
        yield Progress("encoding", start + len(keys), len(missing))
