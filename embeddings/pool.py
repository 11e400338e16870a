"""The segments beside the database, which all workers of a machine share: what a generation opens, makes and leaves.

A generation opens the segments that hold its documents. What none holds yet is made from the library into a new
one, joined with others as small, so that a change costs what it changes and a generation needs few segments.
Every process may do this at any time: segments are moved in whole, and two that hold the same do no harm.
"""

import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from embeddings.engine import refuse_other_encoder
from embeddings.errors import EngineError
from embeddings.index import Index
from embeddings.segment import (
    Held,
    MadeFor,
    Segment,
    build_segment,
    join_segments,
    load_segment,
    save_segment,
)
from embeddings.terms import version as terms_version
from embeddings.types import Content, Encoder, Generation
from embeddings.view import View

_BLOCK = 100_000  # rows of one segment at most, so that making one fits into a small machine
_SMALL = 2_000  # rows that are joined without anyone noticing
_TIMES = 4  # a segment up to so many times as large is joined with what is new
_DEAD = 0.25  # share of documents that answer no more, past which a segment is written anew

_WRITING_SECONDS = 3600  # longer than any segment takes

_log = logging.getLogger(__name__)
_Keys = set[tuple[int, int]]


class Pool:
    """The segments in a folder."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / "index"

    def open(self, library: View, generation: Generation, encoder: Encoder) -> Index | None:
        """Open a generation over the segments, making those that lack; None if all of it was removed.

        :raises EncoderError: the library's vectors are of another encoder.
        """
        refuse_other_encoder(generation, encoder)
        made_for = {"encoder": encoder.name, "dimensions": encoder.dimensions, "terms": terms_version()}
        saved = list(_saved(self._place, made_for))
        held, known = map(set, library.held_and_known(generation.number))
        parts, lacking = _cover(saved, held)
        made = [self._kept(part) for part in _made(library, lacking, encoder, made_for)]
        parts = _joined(_without_removed(parts, library, known, held), made)
        parts = [(_save(segment, self._place), documents) for segment, documents in parts]
        _clear([segment for segment, _ in parts], saved, known)
        return Index(generation, parts) if parts else None

    def _kept(self, made: Held) -> Held:
        """Put what is large on the disk before the next is made; what is small may still be joined."""
        segment, documents = made
        return (_save(segment, self._place) if len(segment) >= _BLOCK else segment), documents

    def reach(self) -> None:
        """Make the folder.

        :raises EngineError: it cannot be made.
        """
        try:
            self._place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EngineError(
                f"{self._place} 建不了：检查 DATA_DIR 的权限 · the folder cannot be made: check the permissions "
                "of DATA_DIR"
            ) from error

    def forget_removed(self, library: View) -> None:
        """Write anew what holds something of a document that is in the library no more."""
        known = set(library.known())
        for segment in _saved(self._place):
            documents = segment.among(known)
            if not documents.all() and segment.place is not None:
                if documents.any():
                    _save(join_segments([(segment, documents)]), segment.place.parent)
                shutil.rmtree(segment.place, ignore_errors=True)

    def forget(self, library: View) -> None:
        """Delete all segments; they are made again when need be."""
        shutil.rmtree(self._place, ignore_errors=True)


def _saved(pool: Path, made_for: MadeFor | None = None) -> Iterator[Segment]:
    """Open the segments of a pool; what is damaged or made for something else is deleted."""
    for place in sorted(pool.iterdir()) if pool.is_dir() else ():
        if place.name.startswith("."):  # being written, or left by a process that was killed while writing
            if time.time() - place.stat().st_mtime > _WRITING_SECONDS:
                shutil.rmtree(place, ignore_errors=True)
            continue
        try:
            segment = load_segment(place)
        except FileNotFoundError:
            if place.is_dir() and (place / "manifest.json").exists():
                _delete_damaged(place)
            continue  # else another process has just deleted it
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):
            _delete_damaged(place)
            continue
        if made_for is None or segment.made_for == made_for:
            yield segment
        else:
            _log.info("索引与模型或词表不符，重建 · made for another model or words, rebuilding")
            shutil.rmtree(place, ignore_errors=True)


def _delete_damaged(place: Path) -> None:
    _log.warning("索引文件损坏，重建 · the index files are damaged, rebuilding: %s", place.name)
    shutil.rmtree(place, ignore_errors=True)


def _cover(segments: Sequence[Segment], wanted: _Keys) -> tuple[list[Held], _Keys]:
    """Choose segments that hold the wanted documents, each document once; return what none holds, too."""
    parts, lacking = [], set(wanted)
    for segment in sorted(segments, key=len, reverse=True):
        documents = segment.among(lacking)
        if documents.any():
            parts.append((segment, documents))
            lacking -= segment.keys(documents)
    return parts, lacking


def _made(library: View, lacking: _Keys, encoder: Encoder, made_for: MadeFor) -> Iterator[Held]:
    contents = library.contents(sorted(key for key, _ in lacking), encoder.name)
    for first in contents:
        yield _whole(build_segment(_block(first, contents), made_for))


def _block(first: Content, others: Iterator[Content]) -> Iterator[Content]:
    """Yield documents until a segment is full."""
    rows = 0
    for content in chain((first,), others):
        yield content
        rows += len(content.paragraphs)
        if rows >= _BLOCK:
            return


def _whole(segment: Segment) -> Held:
    return segment, segment.documents[:, 0] >= 0


def _without_removed(parts: Sequence[Held], library: View, known: _Keys, held: _Keys) -> list[Held]:
    """Make those anew that hold something of what a person removed since they were made."""
    gone = [not segment.among(known).all() for segment, _ in parts]
    removed_at = library.last_removal() if any(gone) else None
    found = []
    for (segment, documents), is_gone in zip(parts, gone, strict=True):
        if is_gone and removed_at is not None and removed_at > segment.made_at:
            rest = join_segments([(segment, segment.among(known))])
            found.append((rest, rest.among(segment.keys(documents))))
        else:
            found.append((segment, documents))
    return found


def _joined(old: Sequence[Held], new: Sequence[Held]) -> list[Held]:
    """Join what is new, and what has much in it that answers no more, with what is about as small."""
    done = [part for part in new if _rows(part) >= _BLOCK]
    small = [part for part in new if _rows(part) < _BLOCK]
    rest: list[Held] = []
    for part in old:
        (small if part[1].mean() < 1 - _DEAD else rest).append(part)
    rows = sum(map(_rows, small))
    rest.sort(key=_rows)
    while small and rest and _is_joined(rows, _rows(rest[0])):
        rows += _rows(rest[0])
        small.append(rest.pop(0))
    if small and (len(small) > 1 or not small[0][1].all()):
        small = [_whole(join_segments(small))]
    return [*done, *small, *rest]


def _rows(part: Held) -> int:
    segment, documents = part
    return int(segment.documents[documents, 2].sum())


def _is_joined(rows: int, other: int) -> bool:
    return rows + other <= _SMALL or (other <= _TIMES * rows and rows + other <= _BLOCK)


def _save(segment: Segment, pool: Path) -> Segment:
    if segment.place is not None:
        return segment
    try:
        return save_segment(segment, pool)
    except (OSError, RuntimeError):  # the disk is full: what is in memory answers all the same
        _log.warning("索引没有存下，检查磁盘空间 · the index was not saved, check the free space")
        return segment


def _clear(chosen: Sequence[Segment], saved: Sequence[Segment], known: _Keys) -> None:
    """Delete the segments that no generation needs: others hold their documents, or the library none of them."""
    lacking = set(known)
    for segment in chosen:
        lacking -= segment.keys(segment.among(lacking))
    places = {segment.place for segment in chosen}
    others, _ = _cover([segment for segment in saved if segment.place not in places], lacking)
    places |= {segment.place for segment, _ in others}
    for segment in saved:
        if segment.place is not None and segment.place not in places:
            shutil.rmtree(segment.place, ignore_errors=True)
