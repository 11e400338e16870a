"""The two searches of one generation, kept as files beside the database and made again when need be."""

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.dense import DenseIndex
from embeddings.errors import EncoderError
from embeddings.library import Library
from embeddings.sparse import SparseIndex
from embeddings.terms import terms
from embeddings.terms import version as terms_version
from embeddings.types import Encoder, Generation

FORMAT_VERSION = 1
_MANIFEST, _DENSE, _SPARSE = "manifest.json", "dense.faiss", "sparse"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Index:
    """A generation's searches, in memory."""

    generation: Generation
    dense: DenseIndex
    sparse: SparseIndex


def open_index(library: Library, generation: Generation, encoder: Encoder, folder: Path) -> Index:
    """Load a generation's index from `folder`, or make it from the library if that does not fit.

    :raises EncoderError: the library's vectors are of another encoder.
    """
    if generation.encoder != encoder.name:
        raise EncoderError(
            f"文档库是用 {generation.encoder} 编码的，现在的模型是 {encoder.name}：运行 wenbao index"
            " · the library was encoded by another model: run `wenbao index`"
        )
    place = folder / "index" / str(generation.number)
    manifest = _manifest(generation, encoder)
    index = _load(place, generation, manifest)
    if index is None:
        index = build_index(library, generation, encoder)
        try:
            _save(index, place, manifest)
        except (OSError, RuntimeError):  # the disk is full: what is in memory answers all the same
            _log.warning("索引没有存下，检查磁盘空间 · the index was not saved, check the free space")
    _clear(place.parent, {str(each.number): _manifest(each, encoder) for each in library.published()})
    return index


def forget_indexes(folder: Path) -> None:
    """Delete the files: they hold the terms of what was removed, and are made again when need be."""
    shutil.rmtree(folder / "index", ignore_errors=True)


def _manifest(generation: Generation, encoder: Encoder) -> dict[str, Any]:
    return {
        "format": FORMAT_VERSION,
        "generation": generation.number,
        "made_at": generation.made_at.isoformat(),
        "encoder": encoder.name,
        "dimensions": encoder.dimensions,
        "terms": terms_version(),
        "paragraphs": generation.paragraphs,
    }


def _load(place: Path, generation: Generation, manifest: dict[str, Any]) -> Index | None:
    try:
        written = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        if written != manifest:
            _log.info(
                "索引与文档库不符，重建 · the index does not fit the library, rebuilding: %s", place.name
            )
            return None
        return Index(generation, DenseIndex.load(place / _DENSE), SparseIndex.load(place / _SPARSE))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, RuntimeError):
        _log.warning("索引文件损坏，重建 · the index files are damaged, rebuilding: %s", place.name)
        return None


def build_index(library: Library, generation: Generation, encoder: Encoder) -> Index:
    """Make a generation's index in memory, nothing on disk."""
    paragraphs = library.paragraphs_of(generation.number)
    ids, vectors = library.vectors_of(generation.number, encoder.name)
    vectors = vectors.reshape(len(ids), encoder.dimensions)
    texts = (terms(paragraph.searched) for _, paragraph in paragraphs)
    sparse = SparseIndex.build([key for key, _ in paragraphs], texts)
    return Index(generation, DenseIndex.build(ids, vectors), sparse)


def _save(index: Index, place: Path, manifest: dict[str, Any]) -> None:
    """Write beside and swap in whole."""
    beside = place.with_name(f".{place.name}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    index.dense.save(beside / _DENSE)
    index.sparse.save(beside / _SPARSE)
    (beside / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    beside.rename(place)


def _clear(folder: Path, fitting: dict[str, dict[str, Any]]) -> None:
    """Delete the folders of generations that are gone, or that a document was removed from since."""
    for place in folder.iterdir() if folder.is_dir() else ():
        if not place.name.isdigit():
            continue
        try:
            written = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            written = None
        if written is None or written != fitting.get(place.name):
            shutil.rmtree(place, ignore_errors=True)
