"""A segment: what the search needs of some documents' paragraphs, written once as plain files and never changed.

Documents never change under their id, so a segment serves every generation that holds some of them; which
rows answer is told by a mask. No text stands in it but the names of subjects.
"""

import json
import shutil
import uuid
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from embeddings.dense import DenseIndex
from embeddings.sparse import Mask, Postings
from embeddings.types import Content, Role

FORMAT_VERSION = 4
ROLES: tuple[Role, ...] = get_args(Role)
_MANIFEST = "manifest.json"
_ARRAYS = ("documents", "ids", "roles", "subjects")

Ids = NDArray[np.int64]
MadeFor = Mapping[str, Any]  # encoder, dimensions and terms


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of paragraphs, those of a document one behind the other."""

    made_at: datetime
    documents: Ids  # one row a document: id, when it was added (microseconds), its paragraphs
    ids: Ids  # of the paragraphs
    roles: NDArray[np.int8]
    subjects: NDArray[np.int32]  # places in `names`
    names: tuple[str, ...]  # of the subjects; the first is empty
    postings: Postings
    dense: DenseIndex
    made_for: MadeFor
    place: Path | None = None  # where it is saved

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ids)

    def rows_of(self, documents: Mask) -> Mask:
        """Return a mask of the rows that belong to some of the documents."""
        return np.repeat(documents, self.documents[:, 2])

    def among(self, keys: Set[tuple[int, int]]) -> Mask:
        """Return a mask of the documents whose id and time of adding are among the keys."""
        mine = self.documents[:, :2].tolist()
        return np.fromiter(((key, added) in keys for key, added in mine), bool, len(mine))

    def keys(self, documents: Mask) -> set[tuple[int, int]]:
        """Return id and time of adding of some documents; together they name a document for good."""
        return {(key, added) for key, added in self.documents[documents, :2].tolist()}


Held = tuple[Segment, Mask]  # with a mask of its documents


def build_segment(contents: Iterable[Content], made_for: MadeFor) -> Segment:
    """Make a segment of documents as the library gives them, one after another; no text is kept meanwhile."""
    documents: list[tuple[int, int, int]] = []
    ids, roles, subjects, vectors = array("q"), array("b"), array("i"), array("f")  # grow where they stand
    numbers = {"": 0}

    def texts() -> Iterator[str]:
        for content in contents:
            documents.append((content.document, content.added, len(content.paragraphs)))
            vectors.frombytes(content.vectors.tobytes())
            for key, part in content.paragraphs:
                ids.append(key)
                roles.append(ROLES.index(part.role))
                subjects.append(numbers.setdefault(part.subject, len(numbers)))
                yield part.searched

    postings = Postings.build(texts())
    return Segment(
        datetime.now(UTC),
        np.array(documents, np.int64),
        np.array(ids, np.int64),
        np.array(roles, np.int8),
        np.array(subjects, np.int32),
        tuple(numbers),
        postings,
        DenseIndex.build(np.frombuffer(vectors, np.float32).reshape(len(ids), -1)),
        made_for,
    )


def name_subjects(segments: Sequence[Segment]) -> tuple[tuple[str, ...], list[NDArray[np.int32]]]:
    """Return the names of the subjects of several segments, and for each the places of its rows' among them."""
    names = tuple(dict.fromkeys(("", *(name for segment in segments for name in segment.names))))
    number = {name: place for place, name in enumerate(names)}
    return names, [
        np.array([number[name] for name in segment.names], np.int32)[segment.subjects] for segment in segments
    ]


def join_segments(parts: Sequence[Held]) -> Segment:
    """Make one segment of those documents of several that their masks keep; nothing is split into terms again."""
    names, numbers = name_subjects([part for part, _ in parts])
    documents, ids, roles, subjects, vectors, postings = [], [], [], [], [], []
    for (part, kept), renumbered in zip(parts, numbers, strict=True):
        mask = part.rows_of(kept)
        documents.append(part.documents[kept])
        ids.append(part.ids[mask])
        roles.append(part.roles[mask])
        subjects.append(renumbered[mask])
        vectors.append(part.dense.vectors(np.flatnonzero(mask)))
        postings.append((part.postings, mask))
    spoken_about = np.concatenate(subjects)
    used = np.unique(np.append(spoken_about, 0))  # what only a removed document spoke about is forgotten
    return Segment(
        datetime.now(UTC),
        np.concatenate(documents),
        np.concatenate(ids),
        np.concatenate(roles),
        np.searchsorted(used, spoken_about).astype(np.int32),
        tuple(names[number] for number in used),
        Postings.join(postings),
        DenseIndex.build(np.concatenate(vectors)),
        parts[0][0].made_for,
    )


def save_segment(segment: Segment, pool: Path) -> Segment:
    """Write beside and move in whole; return the segment as opened from there."""
    beside = pool / f".{uuid.uuid4().hex}"
    beside.mkdir(parents=True)
    try:
        for name in _ARRAYS:
            np.save(beside / f"{name}.npy", getattr(segment, name))
        segment.postings.save(beside)
        segment.dense.save(beside)
        manifest = {
            "format": FORMAT_VERSION,
            "made_at": segment.made_at.isoformat(),
            "made_for": dict(segment.made_for),
            "names": segment.names,
        }
        (beside / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        place = beside.rename(pool / beside.name[1:])
    except (OSError, RuntimeError):
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return load_segment(place)


def load_segment(place: Path) -> Segment:
    """Open the files of a segment without reading what is large.

    :raises OSError, ValueError, KeyError, RuntimeError: they are damaged, or of another version.
    """
    manifest = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT_VERSION:
        raise ValueError("another version")
    documents, ids, roles, subjects = (np.load(place / f"{name}.npy") for name in _ARRAYS)
    segment = Segment(
        made_at=datetime.fromisoformat(manifest["made_at"]),
        documents=documents,
        ids=ids,
        roles=roles,
        subjects=subjects,
        names=tuple(manifest["names"]),
        postings=Postings.load(place),
        dense=DenseIndex.load(place),
        made_for=manifest["made_for"],
        place=place,
    )
    rows = {len(ids), len(roles), len(subjects), len(segment.postings.lengths), len(segment.dense)}
    if rows != {int(documents[:, 2].sum())}:
        raise ValueError("the files do not belong together")
    return segment
