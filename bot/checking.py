"""`wenbao check`: what is right, and what to do about what is not, in one line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config.settings import Settings, SettingsError, load_settings
from embeddings.encoder import load_encoder
from embeddings.errors import WenbaoError
from embeddings.library import Library


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a fault would stop the bot."""

    right: bool
    line: str


def findings() -> Iterator[Finding]:
    """Look at settings, token, database, model and index, in this order."""
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, "设置无误 · settings are right")
    yield _token(settings)
    yield from (_attempt(settings, look) for look in (_database, _model))


def _token(settings: Settings) -> Finding:
    faults = settings.faults_for_worker()
    return Finding(not faults, "；".join(faults) or "令牌已设置 · the token is set")


def _attempt(settings: Settings, look: Callable[[Settings], str]) -> Finding:
    try:
        return Finding(True, look(settings))
    except (WenbaoError, OSError) as error:
        return Finding(False, str(error))


def _database(settings: Settings) -> str:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    library = Library(settings.database_url)
    generation = library.current_generation()
    if generation is None:
        return "数据库可用，文档库是空的：运行 wenbao index · the database works, the library is empty"
    return f"数据库可用，第 {generation.number} 代，{generation.paragraphs} 个段落 · the database and index are right"


def _model(settings: Settings) -> str:
    encoder = load_encoder(settings.embedding_model)
    return f"模型可用：{encoder.name}，{encoder.dimensions} 维 · the model works"
