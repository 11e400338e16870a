"""What only Milvus brings: its collections and aliases, what is cut short, and a server that goes away."""

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.ablation import ROOT, of_questions
from embeddings.encoder import load_encoder
from embeddings.engine import Engine
from embeddings.errors import EngineError
from embeddings.search import Searcher
from embeddings.types import Paragraph
from tests.bot_api import BotApi
from tests.milvus_lite import milvus_server
from tests.test_engines import TEXTS, Kept
from tests.workers import REAL, Start, api, start

__all__ = ["api", "start"]  # fixtures

pymilvus = pytest.importorskip("pymilvus", reason="no Milvus client here")
pytest.importorskip("milvus_lite", reason="no Milvus Lite here")

from embeddings.milvus import server  # noqa: E402 - need pymilvus
from embeddings.milvus.collection import Mark, runs  # noqa: E402
from embeddings.milvus.searching import alive_filter  # noqa: E402
from embeddings.milvus.server import Milvus  # noqa: E402
from tests.engines import compare  # noqa: E402


@pytest.fixture
def client(milvus_address: str) -> Iterator[pymilvus.MilvusClient]:
    client = pymilvus.MilvusClient(milvus_address)
    for name in client.list_collections():
        for alias in client.list_aliases(name)["aliases"]:
            client.drop_alias(alias)
        client.drop_collection(name)
    yield client
    client.close()


@pytest.fixture
def kept(tmp_path: Path, milvus_address: str, client: pymilvus.MilvusClient) -> Kept:
    return Kept(tmp_path / "kept", Milvus(milvus_address))


def texts_in(client: pymilvus.MilvusClient) -> set[str]:
    rows = [
        row
        for name in client.list_collections()
        for row in client.query(name, filter="id >= 0", output_fields=["text"])
    ]
    return {row["text"] for row in rows}


@pytest.mark.parametrize(
    ("alive", "documents", "expected"),
    [
        ({1, 2, 3}, {1, 2, 3}, "document <= 3"),
        ({1, 3}, {1, 2, 3, 4}, "document <= 3 and document not in [2]"),
        ({1, 7}, {1, 2, 3, 5, 6, 7}, "document <= 7 and not (document >= 2 and document <= 6)"),
    ],
)
def test_the_filter_names_the_dead(alive: set[int], documents: set[int], expected: str) -> None:
    assert alive_filter(alive, documents) == expected


def test_runs() -> None:
    assert list(runs([1, 2, 3, 7, 9, 10])) == [(1, 3), (7, 7), (9, 10)]
    assert list(runs([])) == []


def test_a_removal_erases_the_rows(kept: Kept, client: pymilvus.MilvusClient) -> None:
    kept.put(TEXTS)
    kept.open()
    assert "云湾 文化 书屋12家。" in texts_in(client)
    kept.library.remove("书.txt", lambda *_: None)
    kept.indexes.forget_removed(kept.library)
    assert texts_in(client) == {"石桥 茶园面积8万亩。", "茶园,茶园!", "云湾 游客来看河。"}


def test_a_document_half_put_in_is_put_in_again_and_erased_when_it_goes(
    kept: Kept, client: pymilvus.MilvusClient
) -> None:
    kept.put({"茶.txt": TEXTS["茶.txt"]})
    kept.open()
    (alias,) = {alias for name in client.list_collections() for alias in client.list_aliases(name)["aliases"]}
    (first,) = client.query(alias, filter=f"mark == {Mark.WHOLE:d}", output_fields=["*", "vector"])
    first.pop("words", None)
    client.delete(alias, ids=[2])
    client.upsert(alias, [{**first, "mark": int(Mark.BEGUN)}])
    assert set(kept.found("茶园面积")) == {"茶园面积8万亩。", "茶园，茶园！"}
    client.upsert(alias, [{**first, "mark": int(Mark.BEGUN)}])
    kept.library.remove("茶.txt", lambda *_: None)
    kept.indexes.forget_removed(kept.library)
    assert texts_in(client) == set()


def test_an_empty_library_leaves_no_collection(kept: Kept, client: pymilvus.MilvusClient) -> None:
    kept.put({"茶.txt": TEXTS["茶.txt"]})
    searcher = Searcher(kept.library, kept.encoder, kept.indexes)
    kept.library.remove("茶.txt", lambda *_: None)
    searcher.refresh()
    assert client.list_collections() == []


def test_a_model_that_no_generation_uses_leaves_its_collection(
    kept: Kept, client: pymilvus.MilvusClient
) -> None:
    kept.put(TEXTS)
    kept.open()
    kept.encoder.name = "toy-2"
    for number in range(6):
        kept.put({**TEXTS, "新.txt": [Paragraph(f"新添{number}项。")]})
        kept.open()
        assert len(client.list_collections()) == (2 if number < 4 else 1)


def test_a_collection_of_another_library_is_made_anew(kept: Kept, tmp_path: Path) -> None:
    kept.put(TEXTS)
    kept.open()
    kept.library.close()
    for file in (tmp_path / "kept").iterdir():  # a library of the same name, made anew
        file.unlink()
    other = Kept(tmp_path / "kept", kept.indexes)
    other.put({"花.txt": [Paragraph("花田3亩。")]})
    assert set(other.found("花田书屋茶园")) == {"花田3亩。"}


def test_long_paragraphs_are_cut_for_milvus_alone(kept: Kept) -> None:
    long = Paragraph("天气晴朗，" + "".join(map(chr, range(0x4E00, 0x9FA6))) + "好" * 3_000 + "，书屋在此。")
    kept.put({"长.txt": [long], **TEXTS})
    assert kept.search("天气晴朗")[0] == long.text


def test_a_server_that_goes_away_is_named_and_found_again(
    kept: Kept, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(milvus_server()).replace("//", "//root:geheim@")
        gone = Kept(tmp_path / "gone", Milvus(address))
        gone.put(TEXTS)
        searcher = Searcher(gone.library, gone.encoder, gone.indexes)
        assert searcher.search("书屋几家", 1)[0].paragraph.text == "书屋12家。"
    caplog.set_level(logging.DEBUG)
    for ask in (lambda: searcher.search("书屋几家", 1), lambda: searcher.holds("河")):
        with pytest.raises(EngineError, match="MILVUS_URI") as caught:
            ask()
        assert "geheim" not in str(caught.value)
        assert searcher.refresh() is False
    told = [record.message for record in caplog.records if record.name == "embeddings.search"]
    assert [message.split("：")[0] for message in told] == ["Milvus 连不上或出错"]
    with pytest.raises(EngineError):
        Searcher(gone.library, gone.encoder, gone.indexes)
    searcher._indexes = kept.indexes  # the server is there again, empty
    searcher.refresh()
    assert searcher.search("书屋几家", 1)[0].paragraph.text == "书屋12家。"


def test_both_engines_find_the_same_on_the_sample(tmp_path: Path, milvus_address: str) -> None:
    sample = ROOT / "bot" / "sample" / "questions.jsonl"
    measured = of_questions(sample, None, load_encoder(), tmp_path)
    found = compare(measured, Milvus(milvus_address), 1)
    assert (found["same"], found["milvus"]) == (1.0, 1.0)


def test_the_commands_search_there(
    tmp_path: Path, milvus_address: str, client: pymilvus.MilvusClient
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path / "data"),
        "MILVUS_URI": milvus_address,
    }

    def wenbao(*arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=environment | changed,
            capture_output=True,
            text=True,
            check=False,
        )

    assert wenbao("index", "bot/sample/例会.txt").returncode == 0
    asked = wenbao("ask", "龙港GDP增速多少", "--json")
    assert json.loads(asked.stdout)["answer"] == "8.7%"
    assert (asked.stderr, (tmp_path / "data" / "index").exists()) == ("", False)
    assert len(texts_in(client)) > 30
    assert wenbao("documents", "remove", "例会.txt").returncode == 0
    assert texts_in(client) == set()
    assert wenbao("documents", "add", "bot/sample/例会.txt").returncode == 0
    removed = wenbao("documents", "remove", "例会.txt", MILVUS_URI="http://127.0.0.1:9")
    assert (removed.returncode, "35 个段落剩 0" in removed.stdout) == (1, True)
    assert wenbao("documents", "add", "tests/heldout/枕霞桥.txt").returncode == 0
    assert not any("龙港" in text for text in texts_in(client))
    away = wenbao("ask", "龙港GDP增速多少", MILVUS_URI="http://127.0.0.1:9")
    assert (away.returncode, "MILVUS_URI" in away.stderr, away.stderr.count("\n")) == (1, True, 1)


def test_a_file_of_secrets_beside_it_stays_out_of_the_environment(milvus_address: str) -> None:
    code = (
        "import os\n"
        "from bot.opening import open_indexes\n"
        "from config.settings import Settings\n"
        f"open_indexes(Settings(milvus_uri={milvus_address!r}))\n"
        "from dotenv import load_dotenv\n"
        "assert not load_dotenv('.env.example')\n"
        "assert 'LOG_FORMAT' not in os.environ\n"
    )
    environment = {"PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


def test_two_workers_may_fill_it_at_once(
    kept: Kept, tmp_path: Path, milvus_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.put(TEXTS)
    other = Kept(tmp_path / "kept", Milvus(milvus_address))
    engines: list[Engine] = []
    put_in = server._Collection._put_in

    def after_the_other(collection: server._Collection, name: str, documents: set[tuple[int, int]]) -> None:
        if not engines:
            monkeypatch.setattr(server._Collection, "_put_in", put_in)
            engines.append(other.open())
        put_in(collection, name, documents)

    monkeypatch.setattr(server._Collection, "_put_in", after_the_other)
    engines.append(kept.open())
    for engine in engines:
        assert "书屋12家。" in kept.found("书屋", engine)
    kept.library.remove("书.txt", lambda *_: None)
    for engine in (kept.open(), other.open()):
        assert "书屋12家。" not in kept.found("书屋", engine)
        assert "茶园面积8万亩。" in kept.found("茶园面积", engine)


def test_telegram_says_sorry_while_it_is_away_and_answers_after(
    api: BotApi, start: Start, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "bot" / "sample" / "例会.txt", tmp_path)
    with milvus_server() as there:
        port = urlsplit(there).port
        worker = start(REAL, MILVUS_URI=there, DOCUMENTS_DIR=str(tmp_path / "none"))
        api.user_says("龙港GDP增速多少")
        first = api.wait_for_message("8.7%")
    api.user_says("余杭GDP增速多少")
    sorry = api.wait_for_message("抱歉", after=first.id)
    with milvus_server(port):  # empty: its collections are made anew
        worker.wait_for_line("检索引擎又连上了", 120)
        api.user_says("龙港GDP增速是多少呢")
        api.wait_for_message("8.7%", after=sorry.id)
    assert worker.output.count("连不上") < 5
