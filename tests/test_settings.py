"""The table of settings: where values come from, and what is said about wrong ones."""

from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, load_settings, passwords_in

TOKEN = "123456:AAH-secret_part_of_the_token_0123456"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def env_file(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path, *, for_worker: bool = False) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings(path, for_worker=for_worker)
    return raised.value.faults


def test_defaults_need_nothing(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / ".env")
    assert settings.telegram_bot_token is None
    assert settings.telegram_api_base == "https://api.telegram.org"
    assert (settings.admin_ids, settings.allowed_ids) == (frozenset(), frozenset())
    assert (settings.data_dir, settings.documents_dir) == (Path("data"), Path("documents"))
    assert settings.database_url == "sqlite:///data/wenbao.db"
    assert (settings.embedding_model, settings.reranker_model, settings.milvus_uri) == (None, None, None)
    assert (settings.webhook_url, settings.webhook_secret, settings.port) == (None, None, 8080)
    assert (settings.reading_seconds, settings.reading_memory_mb) == (60, 1024)
    assert settings.reading_characters == 5_000_000
    assert (settings.log_level, settings.log_format) == ("INFO", "text")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "81")
    settings = load_settings(env_file(tmp_path, "PORT=82\nDATA_DIR=/srv/问报\n"))
    assert settings.port == 81
    assert settings.database_url == "sqlite:////srv/问报/wenbao.db"


def test_an_empty_value_is_no_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", "")
    monkeypatch.setenv("DATABASE_URL", "")
    settings = load_settings(env_file(tmp_path, "PORT=\n"))
    assert (settings.admin_ids, settings.port) == (frozenset(), 8080)
    assert settings.database_url == "sqlite:///data/wenbao.db"


@pytest.mark.parametrize(
    ("written", "read"),
    [("7", {7}), ("7, -1001234", {7, -1001234}), ("7，8", {7, 8}), ("7,", {7}), (" 7 8 ", {7, 8})],
)
def test_identities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, read: set[int]) -> None:
    monkeypatch.setenv("ADMIN_IDS", written)
    assert load_settings(tmp_path / ".env").admin_ids == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgres://u:p@host/name", "postgresql+psycopg://u:p@host/name"),
        ("postgresql://host/name", "postgresql+psycopg://host/name"),
        ("sqlite:///a.db", "sqlite:///a.db"),
    ],
)
def test_database_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, read: str) -> None:
    monkeypatch.setenv("DATABASE_URL", written)
    assert load_settings(tmp_path / ".env").database_url == read


@pytest.mark.parametrize(
    "password", ["hunter/2", "hunter?2", "hunter#2", "hun@ter2", "hun[ter2", "hunter2@h:x/y"]
)
def test_a_password_that_was_not_encoded_is_a_fault_and_not_shown(tmp_path: Path, password: str) -> None:
    (fault,) = faults(env_file(tmp_path, f"DATABASE_URL='postgres://u:{password}@host/name'\n"))
    assert "DATABASE_URL" in fault
    assert "hun" not in fault
    assert "%2F" in fault


def test_passwords_are_known_as_written_and_as_meant() -> None:
    assert passwords_in("postgres://u:p%40ss@host/name?sslmode=require") == {"p%40ss", "p@ss"}
    assert passwords_in("postgres://u@host/name?password=p%40ss") == {"p@ss"}
    assert passwords_in("sqlite:///a.db") == set()


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    lines = [
        "TELEGRAM_BOT_TOKEN=hunter2 hunter2",
        "TELEGRAM_API_BASE=api.telegram.org",
        "ADMIN_IDS=me",
        "DATABASE_URL=mysql://u:hunter2@host/name",
        "MILVUS_URI=root:hunter2@milvus:19530",
        "WEBHOOK_URL=http://bot.example",
        "PORT=70000",
        "READING_SECONDS=0",
        "READING_MEMORY_MB=64",
        "READING_CHARACTERS=many",
        "LOG_LEVEL=LOUD",
        "LOG_FORMAT=xml",
        "LOG_LEVLE=DEBUG",
    ]
    found = faults(env_file(tmp_path, "\n".join(lines)))
    assert len(found) == len(lines)
    assert all(any(line.partition("=")[0] in fault for fault in found) for line in lines)
    assert "LOG_LEVEL？" in next(fault for fault in found if "LOG_LEVLE" in fault)
    assert "hunter2" not in str(SettingsError(found))


def test_a_language_model_needs_a_name(tmp_path: Path) -> None:
    (fault,) = faults(env_file(tmp_path, "LLM_URL=http://127.0.0.1:8000/v1\nLLM_KEY=hunter2\n"))
    assert "LLM_MODEL" in fault


def test_only_the_worker_needs_a_token(tmp_path: Path) -> None:
    load_settings(tmp_path / ".env")
    found = faults(env_file(tmp_path, "PORT=x\n"), for_worker=True)
    assert len(found) == 2
    assert any("@BotFather" in fault for fault in found)


def test_the_secrets_are_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", "postgres://u:hunter2@host/name")
    monkeypatch.setenv("LLM_KEY", "hunter2")
    monkeypatch.setenv("LLM_URL", "http://u:hunter2@127.0.0.1/v1")
    monkeypatch.setenv("LLM_MODEL", "any")
    monkeypatch.setenv("MILVUS_URI", "http://root:hunter2@milvus:19530/library")
    settings = load_settings(tmp_path / ".env", for_worker=True)
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_a_file_of_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("DATA_DIR=数据".encode("gbk"))
    assert faults(path) == ["读不了 .env：请存成 UTF-8 文本 · cannot be read: save it as UTF-8 text"]


def test_each_setting_is_explained() -> None:
    assert all(" · " in (field.description or "") for field in Settings.model_fields.values())


def test_the_example_file_names_every_setting_and_sets_none() -> None:
    lines = (Path(__file__).parents[1] / ".env.example").read_text(encoding="utf-8").splitlines()
    assigned = [line for line in lines if line and not line.startswith("#")]
    assert assigned == [f"{name.upper()}=" for name in Settings.model_fields]
