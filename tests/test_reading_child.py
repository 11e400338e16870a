"""The child that reads files: alone in an empty folder, and honest about whose fault a failure is."""

import json
import logging
import socket
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import psutil
import pytest

from embeddings import documents
from embeddings.documents import read_document
from embeddings.documents.child import Reading
from embeddings.errors import DocumentError, ReaderError

ROOT = Path(__file__).parents[1]
GOOD = ("好.txt", "书屋12家。".encode())


def test_the_child_stands_in_an_empty_folder_that_goes_with_it() -> None:
    before = set(psutil.Process().children())
    with Reading() as reading:
        reading.read(*GOOD)
        (child,) = set(psutil.Process().children()) - before
        folder = Path(child.cwd())
        assert list(folder.iterdir()) == []
        assert folder != Path.cwd()
    assert not folder.exists()


def test_the_child_reaches_no_network_where_the_system_allows_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "import json, socket\n"
            "from embeddings.documents.sandbox import leave_network\n"
            "left = leave_network()\n"
            "try:\n"
            f"    socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)\n"
            "    reached = True\n"
            "except OSError:\n"
            "    reached = False\n"
            "print(json.dumps([left, reached]))"
        )
        answer = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
        )
    left, reached = json.loads(answer.stdout)
    if not left:
        pytest.skip("this system lets no process leave the network")
    assert not reached


def failing(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, name: str) -> None:
    """Put a reader in place that does what `line` says, in a module of this name."""
    file = folder / "reader.py"
    file.write_text(f"def read(content):\n    {line}\n", encoding="utf-8")
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    reader = module_from_spec(spec)
    spec.loader.exec_module(reader)
    monkeypatch.setattr(documents, "import_module", lambda _: reader)


@pytest.mark.parametrize(
    "line",
    ["return content.no_such_thing", "assert not content", "return no_such_name", "return len(content) + ''"],
)
def test_a_fault_of_ours_is_told_from_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    failing(tmp_path, monkeypatch, line, "embeddings.documents.plain")
    with pytest.raises(ReaderError, match="不是文件的问题") as caught:
        read_document(*GOOD)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("line", ["return content.no_such_thing", "assert not content", "raise KeyError(1)"])
def test_what_a_parser_library_stumbles_over_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    failing(tmp_path, monkeypatch, line, "some_parser.library")
    with pytest.raises(DocumentError, match="文件损坏") as caught:
        read_document(*GOOD)
    assert not isinstance(caught.value, ReaderError)


def test_the_traceback_of_a_fault_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    code = (
        "import sys, embeddings.documents.__main__ as child, embeddings.documents.plain as plain\n"
        "plain.read = eval('lambda content: content.no_such_thing', plain.__dict__)\n"
        "sys.argv = ['child', *sys.argv[1:]]\n"
        "child.main()\n"
    )
    monkeypatch.setattr("embeddings.documents.child._COMMAND", ("-S", "-P", "-c", code))
    with caplog.at_level(logging.ERROR), Reading() as reading, pytest.raises(DocumentError, match="程序有错"):
        reading.read(*GOOD)
    assert "no_such_thing" in caplog.text
    assert "AttributeError" in caplog.text
