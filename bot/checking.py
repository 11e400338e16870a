"""`wenbao check`: what is right, and what to do about what is not, in one line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.opening import open_answering, open_indexes, open_library
from bot.reader.reader import Reader
from config.settings import Settings, SettingsError, load_settings
from embeddings.encoder import load_encoder
from embeddings.errors import WenbaoError
from embeddings.reranker import load_reranker
from embeddings.types import Paragraph, Passage


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a fault would stop the bot."""

    right: bool
    line: str


def findings() -> Iterator[Finding]:
    """Look at settings, token, database, models, Milvus and index, in this order; open each and try it."""
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, "设置无误 · settings are right")
    yield _token(settings)
    yield from (_attempt(settings, look) for look in _looks(settings))


def _token(settings: Settings) -> Finding:
    faults = settings.faults_for_worker()
    return Finding(not faults, "；".join(faults) or "令牌已设置 · the token is set")


def _looks(settings: Settings) -> Iterator[Callable[[Settings], str]]:
    yield from (_database, _model)
    if settings.reranker_model is not None:
        yield _reranker
    yield _reader
    if settings.milvus_uri is not None:
        yield _milvus
    yield _index


def _attempt(settings: Settings, look: Callable[[Settings], str]) -> Finding:
    try:
        return Finding(True, look(settings))
    except (WenbaoError, OSError) as error:
        return Finding(False, str(error))


def _database(settings: Settings) -> str:
    library = open_library(settings)
    try:
        generation = library.current_generation()
    finally:
        library.close()
    kind = settings.database_url.partition(":")[0].partition("+")[0]
    if generation is None:
        return f"数据库可用（{kind}），文档库是空的：运行 wenbao index · the database works, the library is empty"
    return (
        f"数据库可用（{kind}），第 {generation.number} 代，{generation.documents} 份文档，{generation.paragraphs} 段 · "
        "the database works"
    )


def _model(settings: Settings) -> str:
    encoder = load_encoder(settings.embedding_model)
    encoder.encode_question("问报")
    return f"向量模型可用：{encoder.name}，{encoder.dimensions} 维 · the embedding model works"


def _reranker(settings: Settings) -> str:
    assert settings.reranker_model is not None
    load_reranker(settings.reranker_model).scores("书屋有多少家", ["书屋有12家。"])
    return "重排模型可用 · the reranker works"


def _milvus(settings: Settings) -> str:
    open_indexes(settings).reach()
    return "Milvus 连得上 · Milvus can be reached"


def _reader(_: Settings) -> str:
    Reader().read("书屋有多少家", [Passage(1, "", Paragraph("书屋有12家。"), 1.0)])
    return "阅读模型可用 · the reader works"


def _index(settings: Settings) -> str:
    answering = open_answering(settings)
    if answering.generation == 0:
        return "索引等文档库有了内容再建 · the index is made once the library holds something"
    answering.answer("问报")
    return f"索引打得开，答得出第 {answering.generation} 代 · the index is open and answers"
