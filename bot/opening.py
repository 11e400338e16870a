"""Join the parts as the settings say: library, encoder and search."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

import config
from bot.answering import Answering, Rephrase
from bot.reader.reader import Reader
from config.settings import Settings
from embeddings.documents.child import Limits
from embeddings.encoder import load_encoder
from embeddings.engine import Indexes
from embeddings.errors import EngineError
from embeddings.pool import Pool
from embeddings.reranker import Reranker, load_reranker
from embeddings.search import Searcher
from embeddings.terms import add_words
from embeddings.types import Generation
from embeddings.view import View, open_sqlite

if TYPE_CHECKING:
    from embeddings.library import Library

SAMPLE = Path(__file__).parent / "sample" / "例会.txt"
WORDS = Path(config.__file__).parent / "words.txt"


def open_library(settings: Settings) -> "Library":
    """Open the library where the settings say, making the data folder if it is not there."""
    from embeddings.library import Library  # a third of a second that a question to SQLite need not wait for

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Library(settings.database_url)


def open_view(settings: Settings) -> View:
    """Open the library to be asked in one thread."""
    return open_sqlite(settings.database_url) or open_library(settings)


def open_answering(
    settings: Settings,
    candidate: Generation | None = None,
    library: View | None = None,
) -> Answering:
    """Join library, encoder and search; with a candidate, to ask that one before it is published."""
    with ThreadPoolExecutor(1) as beside:
        reader = beside.submit(_open_reader)  # while the library and its index are opened
        add_words(WORDS)
        library, encoder = library or open_library(settings), load_encoder(settings.embedding_model)
        reranker = _open_reranker(settings.reranker_model) if settings.reranker_model else None
        indexes = open_indexes(settings)
        searcher = Searcher(library, encoder, indexes, candidate=candidate, reranker=reranker)
        return Answering(searcher, reader.result(), _open_rephrasing(settings))


def _open_rephrasing(settings: Settings) -> Rephrase | None:
    if settings.llm_url is None or settings.llm_model is None:
        return None
    from bot.rephrasing import Rephrasing  # its client of HTTP, only where it is wanted

    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    return Rephrasing(settings.llm_url, settings.llm_model, key)


@cache
def _open_reranker(model: str) -> Reranker:
    return load_reranker(model)


def open_indexes(settings: Settings) -> Indexes:
    """Return where indexes are kept: on a Milvus server where one is set, else in the data folder.

    :raises EngineError: Milvus is set and its client is not installed.
    """
    return Pool(settings.data_dir) if settings.milvus_uri is None else _open_milvus(settings.milvus_uri)


@cache
def _open_milvus(uri: str) -> Indexes:
    # Importing it would read .env into the environment, where every child process would see the token.
    os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
    try:
        from embeddings.milvus.server import Milvus  # two seconds that only a Milvus needs
    except ImportError as error:
        raise EngineError(
            "MILVUS_URI 要用附加的 milvus：pip install 'wenbao[milvus]' · MILVUS_URI needs the extra `milvus`"
        ) from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what fails is raised; it would log it, too
    return Milvus(uri)


@cache
def _open_reader() -> Reader:
    threadpool_limits(1, "blas")  # what is left to numpy is small: a second thread only waits for the first
    return Reader()


def sources(settings: Settings, library: View, paths: list[Path] | None = None) -> list[Path]:
    """Return what to index: the paths given, else DOCUMENTS_DIR, else the sample for an empty library.

    Nothing, where a disk was wiped and the library is not empty: it keeps what it holds.
    """
    if paths or settings.documents_dir.is_dir():
        return paths or [settings.documents_dir]
    return [] if library.current_generation() else [SAMPLE]


def reading_limits(settings: Settings) -> Limits:
    """Return what reading one file may take."""
    return Limits(settings.reading_seconds, settings.reading_memory_mb, settings.reading_characters)
