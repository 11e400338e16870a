"""What an operator may set: one table, read once, every fault reported together."""

import difflib
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENV_FILE = Path(".env")

WEBHOOK_PORTS = (443, 80, 88, 8443)  # https://core.telegram.org/bots/api#setwebhook

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{3,}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)  # what setWebhook takes as secret_token
_LACKING = (
    "TELEGRAM_BOT_TOKEN 没有设置：向 @BotFather 领取令牌，写进环境变量或 .env · is missing: "
    "get a token from @BotFather and put it into the environment or .env"
)


class SettingsError(Exception):
    """The settings cannot be used; the message lists every fault, one a line, values never shown."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(
            "\n".join(["设置有误，请改正后再启动 · wrong settings:", *map("- {}".format, faults)])
        )


def _identities(value: object) -> object:
    # "12, -100123，7" → (12, -100123, 7)
    return [part for part in re.split(r"[,，\s]+", value) if part] if isinstance(value, str) else value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError
    return value.rstrip("/")


def _webhook_address(value: str) -> str:
    # Its path is taken as it is: https://example.org/bots/wenbao/
    _web_address(value)
    parts = urlsplit(value)
    if parts.scheme != "https" or parts.port not in (None, *WEBHOOK_PORTS):
        raise ValueError
    return value


def _database_address(value: str) -> str:
    # postgres://host/name → postgresql+psycopg://host/name
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError
    if scheme == "sqlite":
        return value
    parts = urlsplit(value)
    # A password with / ? # or @ in it as they are: a part of it would be taken for host or port, and shown.
    if parts.fragment or parts.netloc.count("@") > 1 or parts.port == 0:
        raise ValueError
    return f"postgresql+psycopg://{rest}"


def passwords_in(address: str) -> set[str]:
    """Return the password of an address as it is written and as it is meant: p%40ss → p%40ss, p@ss."""
    parts = urlsplit(address)
    written = {parts.password or "", *(value for name, value in parse_qsl(parts.query) if name == "password")}
    return {*written, *map(unquote, written)} - {""}


def _matching(pattern: re.Pattern[str]) -> AfterValidator:
    def matched(value: SecretStr) -> SecretStr:
        if not pattern.fullmatch(value.get_secret_value()):
            raise ValueError
        return value

    return AfterValidator(matched)


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Identities = Annotated[frozenset[int], NoDecode, BeforeValidator(_identities)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
WebhookAddress = Annotated[str, AfterValidator(_webhook_address)]
DatabaseAddress = Annotated[str, AfterValidator(_database_address)]
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
LogForm = Annotated[Literal["text", "json"], BeforeValidator(_lower)]


def _local_database(values: dict[str, Any]) -> str:
    return f"sqlite:///{Path(values.get('data_dir', 'data')).as_posix()}/wenbao.db"


class Settings(BaseSettings):
    """The table. A field's name in upper case is the variable's name; an empty value counts as unset."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",  # other names in .env are judged by load_settings, with a suggestion
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    telegram_bot_token: Annotated[SecretStr, _matching(_TOKEN)] | None = Field(
        None, description="机器人的令牌，由 @BotFather 给出 · the bot's token, given by @BotFather"
    )
    telegram_api_base: WebAddress = Field(
        "https://api.telegram.org", description="Bot API 的地址 · where the Bot API is"
    )
    admin_ids: Identities = Field(
        frozenset(),
        description="可以管理文档库的用户编号，用逗号隔开 · user ids who may manage the library",
    )
    allowed_ids: Identities = Field(
        frozenset(),
        description="可以提问的用户或群编号，不设则人人可问 · user or chat ids who may ask; empty: everyone",
    )
    data_dir: Path = Field(
        Path("data"), description="存放数据库和索引的文件夹 · the folder of database and index"
    )
    documents_dir: Path = Field(
        Path("documents"), description="源文档的文件夹 · the folder of source documents"
    )
    database_url: DatabaseAddress = Field(
        default_factory=_local_database,
        repr=False,  # may hold a password
        description="数据库地址，SQLite 或 PostgreSQL · the database, SQLite or PostgreSQL",
    )
    embedding_model: str | None = Field(
        None,
        description="向量模型的文件夹或名称，不设则用自带的 · the embedding model's folder or hub name",
    )
    reranker_model: str | None = Field(
        None,
        description="重排模型的文件夹或名称，不设则不用 · a cross-encoder's folder or hub name",
    )
    milvus_uri: WebAddress | None = Field(
        None,
        repr=False,  # may hold a password
        description="Milvus 服务器地址，不设则在进程里检索 · a Milvus server, searched instead of this process",
    )
    llm_url: WebAddress | None = Field(
        None,
        repr=False,  # may hold a password
        description="OpenAI 形式的语言模型地址，只转述段落里的话，不设则不用 · an OpenAI-compatible server that may "
        "rephrase what the passages say; not set: none",
    )
    llm_model: str | None = Field(None, description="LLM_URL 那里用哪个模型 · which model is used there")
    llm_key: SecretStr | None = Field(None, description="LLM_URL 的密钥 · its key")
    gate_questions: Path | None = Field(
        None,
        description="带答案的问题（JSONL），新一代文档库要先过这一关 · questions a new generation must still answer",
    )
    webhook_url: WebhookAddress | None = Field(
        None,
        description="webhook 的公网 https 地址，连同路径，不设则轮询 · "
        "the webhook's public https address, path included",
    )
    webhook_secret: Annotated[SecretStr, _matching(_SECRET)] | None = Field(
        None, description="webhook 的口令，不设则自动生成 · the webhook's secret; generated when not set"
    )
    port: int = Field(
        8080, ge=1, le=65535, description="webhook 监听的端口 · the port the webhook listens on"
    )
    keep_questions_days: int = Field(
        180, ge=1, description="问题和评价保存多少天 · for how many days questions and feedback are kept"
    )
    reading_seconds: int = Field(
        60, ge=1, description="读一个文件最多用多少秒 · the most seconds for reading one file"
    )
    reading_memory_mb: int = Field(
        1024, ge=256, description="读文件的进程最多占多少 MB 内存 · the most memory for reading one file"
    )
    reading_characters: int = Field(
        5_000_000, ge=1, description="一个文件最多取多少字 · the most characters taken from one file"
    )
    log_level: Level = Field(
        "INFO", description="日志的详细程度，DEBUG、INFO、WARNING 或 ERROR · how much is logged"
    )
    log_format: LogForm = Field("text", description="日志的格式，text 或 json · one line or one object each")

    def faults_for_worker(self) -> list[str]:
        """Return what `wenbao run` lacks; the other commands need no token."""
        if self.telegram_bot_token is not None:
            return []
        return [_LACKING]


_EXPECTED = {
    "telegram_bot_token": "应是 @BotFather 给的令牌，形如 数字:字母 · not a token as @BotFather gives them",
    "telegram_api_base": "应是 http(s):// 开头的地址 · should be an http(s):// address",
    "admin_ids": "应是用逗号隔开的数字编号 · should be numbers, comma-separated",
    "allowed_ids": "应是用逗号隔开的数字编号 · should be numbers, comma-separated",
    "database_url": "应以 sqlite:/// 或 postgresql:// 开头，口令里的 / ? # @ 写成 %2F %3F %23 %40 · should begin with "
    "sqlite:/// or postgresql://, / ? # @ of a password written as %2F %3F %23 %40",
    "milvus_uri": "应是 http(s):// 开头的地址 · should be an http(s):// address",
    "llm_url": "应是 http(s):// 开头的地址 · should be an http(s):// address",
    "webhook_url": "应是 https:// 开头的地址，端口只能是 443、80、88 或 8443 · should be an https:// address, "
    "its port 443, 80, 88 or 8443",
    "webhook_secret": "应是 1 到 256 个字母、数字、_ 或 - · should be 1–256 letters, digits, _ or -",
    "port": "应是 1 到 65535 的整数 · should be a whole number from 1 to 65535",
    "keep_questions_days": "应是大于 0 的整数 · should be a whole number above 0",
    "reading_seconds": "应是大于 0 的整数 · should be a whole number above 0",
    "reading_memory_mb": "应是不小于 256 的整数 · should be a whole number, at least 256",
    "reading_characters": "应是大于 0 的整数 · should be a whole number above 0",
    "log_level": "应是 DEBUG、INFO、WARNING 或 ERROR · should be DEBUG, INFO, WARNING or ERROR",
    "log_format": "应是 text 或 json · should be text or json",
}


class WorkerSettings(Settings):
    """The same table for `wenbao run`, which cannot do without the token."""

    telegram_bot_token: Annotated[SecretStr, _matching(_TOKEN)] = Field()


def load_settings(env_file: Path = ENV_FILE, *, for_worker: bool = False) -> Settings:
    """Read the environment, then `env_file` for what it does not set.

    Raises SettingsError with every fault there is; with `for_worker` a missing token is one.
    """
    readable, faults = _faults_of_file(env_file)
    kind = WorkerSettings if for_worker else Settings
    try:
        # The file's name is an argument of BaseSettings that its signature keeps out of sight.
        settings = kind(_env_file=env_file if readable else None)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError([*faults, *_faults_of_values(error)]) from None  # the cause shows the values
    if settings.llm_url is not None and settings.llm_model is None:
        faults.append("设了 LLM_URL 就要设 LLM_MODEL · LLM_URL needs LLM_MODEL")
    if faults:
        raise SettingsError(faults)
    return settings


def _faults_of_values(error: ValidationError) -> list[str]:
    faults = {}
    for fault in error.errors(include_input=False, include_context=False):
        if fault["type"] == "default_factory_not_called":
            continue  # only follows from another fault
        name = str(fault["loc"][0])
        expected = _EXPECTED.get(name, "的值不能用 · has an unusable value")
        faults[name] = _LACKING if fault["type"] == "missing" else f"{name.upper()} {expected}"
    return list(faults.values())


def _faults_of_file(path: Path) -> tuple[bool, list[str]]:
    """Return whether the file can be used, and what is wrong with it and the names in it."""
    try:
        names = dotenv_values(path, encoding="utf-8", interpolate=False) if path.is_file() else {}
    except (OSError, UnicodeDecodeError):
        return False, [f"读不了 {path.name}：请存成 UTF-8 文本 · cannot be read: save it as UTF-8 text"]
    known = [name.upper() for name in Settings.model_fields]
    faults = []
    for name in names:
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = (
                f"，是不是 {near[0]}？· unknown, did you mean {near[0]}?" if near else " · unknown, remove it"
            )
            faults.append(f"{path.name} 里的 {name} 不是设置{hint}")
    return True, faults
