"""The law of the house: config ← embeddings ← bot, and each library behind one door."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Inside a folder a room imports only rooms to its left; so do the parts of bot/reader.
ORDER = {
    "config": ["settings", "logs"],
    "embeddings": [
        "types", "errors", "documents", "paragraphs", "terms", "keys", "wordings", "pieces", "encoder", "reranker",
        "migrations", "view", "schema", "locks", "dumping", "generations", "removal", "library",
        "engine", "dense", "sparse", "bm25", "segment", "index", "pool", "milvus", "search", "indexing", "benchmark", "training",
    ],
    "bot": [
        "metrics", "watchdog", "memory", "sentences", "reader", "choices", "comparing", "conversation", "assertions", "attribution", "faithful", "rephrasing", "smalltalk", "answering", "evaluation", "picture", "history_tables", "history", "inbox",
        "lanes", "suggestions", "suggesting", "gaps",
        "opening", "gate", "words", "library_words", "messages", "entries", "chart", "reports", "reindexing",
        "handlers", "receiving", "polling", "webhook", "webhook_watch", "wiring", "worker", "app", "checking", "terminal", "asking", "library_terminal", "library_commands", "commands", "cli", "__main__", "ablation", "reading",
    ],
}  # fmt: skip
READER = [
    "lexicon", "figures", "shapes", "question", "claims", "network", "reading", "candidates", "guard", "confidence", "reader",
]  # fmt: skip
ONLY_IMPORTERS = {
    "rjieba": {"embeddings/terms.py"},
    "opencc": {"embeddings/terms.py"},
    "sentence_transformers": {"embeddings/encoder.py", "embeddings/reranker.py"},
    "tokenizers": {"embeddings/encoder.py", "bot/reader/network.py"},
    "onnxruntime": {"bot/reader/network.py"},
    "sqlalchemy": {
        *(
            f"embeddings/{name}.py"
            for name in ("schema", "locks", "dumping", "generations", "removal", "library")
        ),
        "embeddings/migrations/",
        "bot/history.py",
        "bot/history_tables.py",
        "bot/inbox.py",
    },
    "alembic": {"embeddings/migrations/"},
    "filelock": {"embeddings/locks.py"},
    "httpx": {"bot/rephrasing.py"},
    "pymilvus": {"embeddings/milvus/"},
    "faiss": {"embeddings/dense.py"},
    "docx": {"embeddings/documents/docx.py"},
    "lxml": {"embeddings/documents/html.py"},
    "openpyxl": {"embeddings/documents/xlsx.py"},
    "pypdfium2": {"embeddings/documents/pdf.py", "embeddings/documents/rules.py"},
    "rapidocr": {"embeddings/documents/ocr.py"},
    "trafilatura": {"embeddings/documents/html.py"},
    "telegram": {
        "bot/handlers/",
        "bot/receiving.py",
        "bot/polling.py",
        "bot/webhook_watch.py",
        "bot/wiring.py",
        "bot/worker.py",
    },
    "tornado": {"bot/webhook.py"},
    "PIL": {"bot/chart.py"},
    "prometheus_client": {"bot/metrics.py"},
    "typer": {"bot/asking.py", "bot/library_commands.py", "bot/commands.py"},
    "rich": {"bot/terminal.py", "bot/library_terminal.py"},
    "onnx": set(),  # training alone knows these three
    "sklearn": set(),
    "torch": set(),
}
FORBIDDEN_IN_EMBEDDINGS = {"asyncio", "telegram", "bot", "dotenv", "pydantic_settings"}

FILES = sorted(
    path.relative_to(ROOT)
    for folder in ORDER
    for path in (ROOT / folder).rglob("*.py")
    if "training" not in path.relative_to(ROOT).parts
)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return names


def room(path: Path) -> str:
    return path.parts[1].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_arrows_point_one_way(path: Path) -> None:
    folders = list(ORDER)
    own = path.parts[0]
    allowed = folders[: folders.index(own) + 1]
    if own == "embeddings":
        allowed.remove("config")  # operators' values come in as arguments
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top not in folders:
            continue
        assert top in allowed, f"{path} imports {name}"
        other = rest.split(".")[0]
        if top == own and room(path) != "__init__" and other in ORDER[own] and other != room(path):
            assert ORDER[own].index(other) < ORDER[own].index(room(path)), f"{path} imports {name}"


@pytest.mark.parametrize("path", [path for path in FILES if path.parent == Path("bot/reader")], ids=str)
def test_the_parts_of_the_reader_point_one_way(path: Path) -> None:
    own = path.stem
    for name in imported(path):
        other = name.removeprefix("bot.reader.").split(".")[0] if name.startswith("bot.reader.") else ""
        if other in READER and other != own:
            assert READER.index(other) < READER.index(own), f"{path} imports {name}"


def test_every_part_of_the_reader_is_in_the_table() -> None:
    parts = {path.stem for path in FILES if path.parent == Path("bot/reader")}
    assert parts - {"__init__"} == set(READER)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_each_library_has_one_door(path: Path) -> None:
    for name in imported(path):
        doors = ONLY_IMPORTERS.get(name.split(".")[0])
        if doors is not None:
            assert any(path.as_posix().startswith(door) for door in doors), f"{path} imports {name}"


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[0] == "embeddings"], ids=str)
def test_embeddings_know_no_screens_chats_or_environment(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & FORBIDDEN_IN_EMBEDDINGS
    source = (ROOT / path).read_text(encoding="utf-8")
    assert "os.environ" not in source
    assert "getenv" not in source


def test_every_room_is_in_the_table() -> None:
    rooms = {(path.parts[0], room(path)) for path in FILES if room(path) != "__init__"}
    named = {(folder, name) for folder, names in ORDER.items() for name in [*names, "sample", "model"]}
    assert not rooms - named


def test_the_top_level_is_the_agreed_house() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - {"data", "documents", "build", "wenbao.egg-info"} == {
        "bot",
        "embeddings",
        "config",
        "tests",
    }
