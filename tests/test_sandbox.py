"""What the child that reads files can no longer do: read secrets, write, start programs, signal, reach the network."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
import pytest

from embeddings.documents import child
from embeddings.documents.child import Reading

ROOT = Path(__file__).parents[1]
SECRET = "123456:AAH-secret_part_of_the_token"
TRY = """
import json, os, sys
sys.path[:0] = [{root!r}]
from embeddings.documents.sandbox import confine, leave_network
version = confine(os.getcwd())
def attempt(text):
    try:
        return repr(eval(text))
    except OSError as error:
        return type(error).__name__
print(json.dumps([version, [attempt(text) for text in {attempts!r}]]))
"""


def confined(attempts: list[str], folder: Path, **environment: str) -> list[str]:
    """Return what came of some expressions in a confined process; skips where nothing confines."""
    answer = subprocess.run(
        [sys.executable, "-S", "-P", "-c", TRY.format(root=str(ROOT), attempts=attempts)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    version, found = json.loads(answer.stdout)
    if version == 0:
        pytest.skip("this system cannot confine a process")
    result: list[str] = found
    return result


@pytest.fixture
def folder() -> Any:
    place = tempfile.mkdtemp(prefix="wenbao-sandbox-")
    yield Path(place)
    shutil.rmtree(place)


def test_it_reads_no_secret_of_its_neighbours(tmp_path: Path, folder: Path) -> None:
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={SECRET}", encoding="utf-8")
    paths = [
        str(tmp_path / ".env"),
        str(ROOT / "README.md"),  # where .env would lie
        str(ROOT / "config" / "settings.py"),
        f"/proc/{os.getpid()}/environ",
        f"/proc/{os.getpid()}/mem",
        f"/proc/{os.getpid()}/cmdline",
        "/etc/passwd",
        "/proc/1/environ",
    ]
    found = confined([f"open({path!r}, 'rb').read()" for path in paths], folder)
    assert found == ["PermissionError"] * len(paths)
    assert set(
        confined([f"os.listdir({place!r})" for place in ("/", "/home", "/tmp", str(ROOT))], folder)
    ) == {"PermissionError"}


def test_it_writes_and_starts_nothing(folder: Path, tmp_path: Path) -> None:
    module = str(ROOT / "embeddings" / "planted.py")
    attempts = [
        f"open({module!r}, 'w')",
        f"open({str(tmp_path / 'left')!r}, 'w')",
        "os.unlink(__import__('json').__file__)",
        "os.execv('/bin/sh', ['sh'])",
        f"os.execv({sys.executable!r}, ['python'])",
    ]
    assert confined(attempts, folder) == ["PermissionError"] * len(attempts)
    assert not Path(module).exists()
    assert confined(["open('own', 'w').write('甲')", "open('own').read()"], folder)[0] == "1"


def test_it_reaches_no_server_and_signals_nobody(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect = f"__import__('socket').create_connection(('127.0.0.1', {port}), 2)"
        version = int(confined(["confine(os.getcwd())"], folder)[0])
        if version < 6:
            pytest.skip("the kernel is too old to keep TCP and signals away by this")
        assert confined([connect, f"os.kill({os.getpid()}, 0)"], folder) == ["PermissionError"] * 2


def test_the_child_of_a_run_stands_in_it() -> None:
    before = set(psutil.Process().children())
    with Reading() as reading:
        assert reading.read("好.txt", "书屋12家。".encode())[0].text == "书屋12家。"
        (process,) = set(psutil.Process().children()) - before
        assert "TELEGRAM" not in " ".join(process.environ())
        status = Path(f"/proc/{process.pid}/status")
        if not status.exists():
            pytest.skip("this system does not tell")
        assert "NoNewPrivs:\t1" in status.read_text(encoding="utf-8")


def test_where_nothing_confines_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    code = (
        "import sys, embeddings.documents.__main__ as child\n"
        "child.confine = lambda folder: 0\n"
        "sys.argv = ['child', *sys.argv[1:]]\n"
        "child.main()\n"
    )
    monkeypatch.setattr(child, "_COMMAND", ("-S", "-P", "-c", code))
    child._say_open.cache_clear()
    with Reading() as reading:
        for _ in range(2):
            reading.read("好.txt", "书屋12家。".encode())
    child._say_open.cache_clear()
    assert [record.message.split("，")[0] for record in caplog.records] == ["这个系统关不住读文件的子进程"]
