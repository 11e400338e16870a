"""The commands as a user types them, each in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = "云湾新闻\n\n云湾市委书记 林小舟\n\n云湾坚持工业立市。2023年GDP增速6.1%,列全市第2。\n\n石桥镇建成书屋12家。\n"


class Shell:
    """Runs `python -m bot` with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name in ("PATH", "HOME", "TMPDIR", "LANG")
            },
            "DATA_DIR": str(folder / "data"),
            "DOCUMENTS_DIR": str(folder / "documents"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }

    def run(self, *arguments: str, code: int = 0, stream: str | None = None) -> str:
        """Run a command, check its exit code, return what it printed (errors, if it failed)."""
        result = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert result.returncode == code, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        return result.stdout if (stream or ("stderr" if code else "stdout")) == "stdout" else result.stderr

    def json_lines(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a command that prints one JSON object a line."""
        return [json.loads(line) for line in self.run(*arguments, code=code, stream="stdout").splitlines()]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "例.txt").write_text(PAGE, encoding="utf-8")
    return Shell(tmp_path)


def test_index_then_ask(shell: Shell) -> None:
    *steps, report = shell.json_lines("index", "--json")
    assert {"stage", "done", "total"} == steps[0].keys()
    assert (report["generation"], report["documents"], report["added"], report["skipped"]) == (1, 1, 1, [])
    [answer] = shell.json_lines("ask", "云湾GDP增速多少", "--json")
    passage = answer["passages"][0]
    assert passage["document"] == "例.txt"
    assert passage["text"][slice(*passage["sentence"])] == "2023年GDP增速6.1%,列全市第2。"
    assert answer["generation"] == 1


def test_nothing_changed_makes_no_new_generation(shell: Shell) -> None:
    first = shell.json_lines("index", "--json")[-1]
    second = shell.json_lines("index", "--json")[-1]
    assert second["generation"] == first["generation"] == 1
    assert (second["added"], second["changed"], second["removed"]) == (0, 0, 0)


def test_ask_from_a_file_answers_in_order(shell: Shell, tmp_path: Path) -> None:
    shell.run("index")
    questions = tmp_path / "questions.jsonl"
    rows = [
        {"id": "甲", "question": "石桥书屋几家"},
        {"question": "那石桥镇呢", "history": ["云湾GDP增速多少"]},
    ]
    questions.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    first, second = shell.json_lines("ask", "--from", str(questions), "--json")
    assert (first["id"], first["passages"][0]["text"]) == ("甲", "石桥镇建成书屋12家。")
    assert second["understood"] == "石桥镇GDP增速多少"


def test_the_answer_for_people_names_its_source(shell: Shell) -> None:
    shell.run("index")
    assert "2023年GDP增速6.1%" in shell.run("ask", "云湾GDP增速多少")
    assert "没有" in shell.run("ask", "火星探测器的燃料")


def test_a_question_waits_for_no_import_that_it_does_not_need(shell: Shell) -> None:
    shell.run("index")
    command = [sys.executable, "-X", "importtime", "-m", "bot", "ask", "云湾GDP增速多少"]
    result = subprocess.run(
        command,
        cwd=shell.folder,
        env=shell.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert {"embeddings.view", "onnxruntime"} <= imported
    assert not imported & {"sqlalchemy", "alembic", "telegram", "torch", "httpx", "rich.progress"}
    assert not imported & {"embeddings.indexing", "embeddings.paragraphs", "bot.history", "bot.evaluation"}


def test_documents_and_check(shell: Shell) -> None:
    assert "wenbao index" in shell.run("documents", "list")
    shell.run("index")
    assert [row["name"] for row in shell.json_lines("documents", "list", "--json")] == ["例.txt"]
    shell.environment["TELEGRAM_BOT_TOKEN"] = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    said = shell.run("check")
    assert (said.count("✓"), said.count("✗")) == (6, 0)
    for part in ("第 1 代", "sqlite", "向量模型可用", "阅读模型可用", "索引打得开"):
        assert part in said


def test_check_says_what_to_do_about_each_fault(shell: Shell, tmp_path: Path) -> None:
    shell.environment["DATABASE_URL"] = "postgresql://nobody:hunter2@127.0.0.1:9/none"
    said = shell.run("check", code=1, stream="stdout")
    assert (said.count("✓"), said.count("✗")) == (3, 3)
    assert "TELEGRAM_BOT_TOKEN" in said
    assert said.count("DATABASE_URL") >= 2
    assert "hunter2" not in said
    del shell.environment["DATABASE_URL"]
    (tmp_path / "empty").mkdir()
    shell.environment["EMBEDDING_MODEL"] = str(tmp_path / "empty")
    assert "EMBEDDING_MODEL" in shell.run("check", code=1, stream="stdout")


def test_check_looks_at_milvus_and_the_reranker_where_they_are_set(shell: Shell, tmp_path: Path) -> None:
    from tests.tiny_models import tiny_cross_encoder  # imports torch: seconds that no other test here needs

    shell.run("index")
    shell.environment["TELEGRAM_BOT_TOKEN"] = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    shell.environment["RERANKER_MODEL"] = str(tiny_cross_encoder(tmp_path / "tiny"))
    said = shell.run("check")
    assert (said.count("✓"), "重排模型可用" in said) == (7, True)
    shell.environment["MILVUS_URI"] = "http://127.0.0.1:9"
    (tmp_path / "empty").mkdir()
    shell.environment["RERANKER_MODEL"] = str(tmp_path / "empty")
    said = shell.run("check", code=1, stream="stdout")
    assert (said.count("✓"), said.count("✗")) == (5, 3)
    assert ("Milvus 连不上" in said, "载入不了重排模型" in said) == (True, True)


def test_a_document_is_added_and_removed_by_its_name(shell: Shell, tmp_path: Path) -> None:
    given = tmp_path / "通知.txt"
    given.write_text("图书馆周一闭馆，其他日子八点开门。", encoding="utf-8")
    assert shell.json_lines("documents", "add", "通知.txt", "--title", "开放时间", "--json")[-1]["added"] == 1
    assert shell.json_lines("index", "--json")[-1]["documents"] == 2
    rows = shell.json_lines("documents", "list", "--json")
    assert [(row["name"], row["title"], row["origin"] == "added") for row in rows] == [
        ("例.txt", "", False),
        ("通知.txt", "开放时间", True),
    ]
    shown = shell.run("documents", "remove", "例.txt", "通知.txt")
    assert "4 个段落剩 0" in shown
    assert "1 个段落剩 0" in shown
    assert "例.txt" in shell.run("index")  # skipped, with the way to bring it back
    assert "没有名为" in shell.run("documents", "remove", "例.txt", code=1)


def test_going_back_and_a_wiped_disk(shell: Shell) -> None:
    shell.run("index")
    document = shell.folder / "documents" / "例.txt"
    document.write_text(PAGE.replace("6.1%", "7.2%"), encoding="utf-8")
    assert shell.json_lines("index", "--json")[-1]["generation"] == 2
    assert "第 1 代" in shell.run("index", "--rollback")
    shutil.rmtree(shell.folder / "documents")
    shutil.rmtree(shell.folder / "data" / "index", ignore_errors=True)
    assert shell.json_lines("index", "--json")[-1]["generation"] == 1
    assert "6.1%" in shell.run("ask", "云湾GDP增速多少")


def test_a_generation_that_answers_fewer_known_questions_waits(shell: Shell, tmp_path: Path) -> None:
    rows = [
        {"question": "云湾GDP增速多少", "answers": ["6.1%"]},
        {"question": "石桥书屋几家", "answers": ["12家"]},
    ]
    questions = tmp_path / "known.jsonl"
    questions.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    shell.environment["GATE_QUESTIONS"] = str(questions)
    shell.run("index")
    document = shell.folder / "documents" / "例.txt"
    document.write_text(PAGE.replace("6.1%", "5%"), encoding="utf-8")
    report = shell.json_lines("index", "--json", code=1)[-1]
    assert (report["generation"], report["candidate"], report["lost"]) == (
        1,
        2,
        ["云湾GDP增速多少：6.1% → 5%"],
    )
    shown = shell.run("index", code=1, stream="stdout")
    assert "--anyway" in shown
    assert "石桥书屋几家" not in shown
    assert "第 2 代" in shell.run("index", "--anyway")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ask", "云湾"), 1, "wenbao index"),
        (("ask",), 2, "QUESTION"),
        (("index", "没有的文件夹"), 1, "没有的文件夹"),
        (("evaluate", "没有.jsonl"), 1, "wenbao index"),
        (("run",), 1, "TELEGRAM_BOT_TOKEN"),
    ],
)
def test_a_problem_is_explained(shell: Shell, arguments: tuple[str, ...], code: int, words: str) -> None:
    assert words in shell.run(*arguments, code=code) or code == 2


def test_a_document_is_shown_as_it_was_understood(shell: Shell) -> None:
    (shell.folder / "documents" / "表彰.txt").write_text(
        "表彰决定\n\n优秀教师：\n甲乙\n丙丁\n\n联系人：戊己\n电话：110\n\n花花花\n", encoding="utf-8"
    )
    report = shell.json_lines("index", "--json")[-1]
    assert (report["set_aside"], report["warnings"]) == (1, [])
    *shown, last = shell.json_lines("documents", "show", "表彰.txt", "--json")
    assert [(row["role"], row["headings"], row["text"]) for row in shown] == [
        ("heading", [], "表彰决定"),
        ("body", ["表彰决定"], "优秀教师：\n甲乙\n丙丁"),
        ("row", ["表彰决定"], "联系人：戊己"),
        ("row", ["表彰决定"], "电话：110"),
    ]
    assert all({"paragraph", "byline", "subject"} < row.keys() for row in shown)
    assert last == {"set_aside": ["花花花"], "warnings": []}
    assert "花花花" in shell.run("documents", "show", "表彰.txt")
    assert "没有名为" in shell.run("documents", "show", "没有.txt", code=1)


def test_a_folder_is_added_with_the_files_below_it(shell: Shell) -> None:
    folder = shell.folder / "来文"
    (folder / "下级").mkdir(parents=True)
    (folder / "甲.txt").write_text("甲村有书屋3家。", encoding="utf-8")
    (folder / "下级" / "乙.txt").write_text("乙村有书屋5家。", encoding="utf-8")
    (folder / "程序.exe").write_bytes(b"MZ")
    report = shell.json_lines("documents", "add", "来文", "--json")[-1]
    assert report["added"] == 2
    assert [row["name"] for row in report["skipped"]] == ["程序.exe"]
    names = [row["name"] for row in shell.json_lines("documents", "list", "--json")]
    assert names == ["下级/乙.txt", "甲.txt"]


@pytest.mark.parametrize(("question", "words"), [("", "空的"), (" 　", "空的"), ("问" * 121, "120 字以内")])
def test_a_question_that_cannot_be_asked_is_told_so_in_one_line(
    shell: Shell, question: str, words: str
) -> None:
    told = shell.run("ask", question, code=2)
    assert words in told
    assert told.count("\n") == 1
