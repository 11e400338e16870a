"""The slim install: requirements.txt is whole, holds nothing large, and is all that indexing and asking import; memory."""

import json
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.test_cli import Shell, shell

__all__ = ["shell"]  # fixture

ROOT = Path(__file__).parents[1]
LARGE = {"torch", "transformers", "sentence-transformers", "scipy", "scikit-learn"}
BLOCKING = """
import json, sys
ALLOWED = set(json.loads({allowed!r}))
class Missing:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in json.loads({known!r}) and top not in ALLOWED:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
"""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(file: str) -> set[str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {canonical(line.partition("==")[0]) for line in lines if "==" in line}


def test_nothing_large_is_pinned_for_hosted_platforms() -> None:
    assert not pinned("requirements.txt") & LARGE
    assert pinned("requirements-models.txt") >= LARGE
    assert not pinned("requirements-models.txt") & pinned("requirements.txt")


def test_all_that_a_pinned_package_needs_is_pinned() -> None:
    names, lacking = pinned("requirements.txt"), {}
    for name in names:
        for line in metadata.requires(name) or ():
            needed = Requirement(line)
            environment = {**default_environment(), "extra": ""}
            if needed.marker is not None and not needed.marker.evaluate(environment):
                continue
            if canonical(needed.name) not in names:
                lacking[name] = needed.name
    assert lacking == {}


@pytest.fixture
def slim_shell(shell: Shell, tmp_path: Path) -> Shell:
    """Return a shell in which only the packages of requirements.txt can be imported."""
    modules = metadata.packages_distributions()
    names = pinned("requirements.txt") | {"wenbao"}
    allowed = [module for module, of in modules.items() if {canonical(one) for one in of} & names]
    text = BLOCKING.format(allowed=json.dumps(allowed), known=json.dumps(list(modules)))
    (tmp_path / "slim").mkdir()
    (tmp_path / "slim" / "sitecustomize.py").write_text(text, encoding="utf-8")
    shell.environment["PYTHONPATH"] = f"{tmp_path / 'slim'}:{ROOT}"
    return shell


def test_indexing_and_asking_need_no_more(slim_shell: Shell) -> None:
    slim_shell.run("index")
    assert slim_shell.json_lines("ask", "云湾GDP增速多少", "--json")[0]["answer"] == "6.1%"
    slim_shell.environment["TELEGRAM_BOT_TOKEN"] = "123456:AAH-secret_part_of_the_token_0123456"
    assert "模型" in slim_shell.run("check")


def test_another_model_says_what_to_install(slim_shell: Shell) -> None:
    slim_shell.environment["EMBEDDING_MODEL"] = "some/model"
    assert "requirements-models.txt" in slim_shell.run("index", code=1)


def test_a_reranker_says_what_to_install(slim_shell: Shell) -> None:
    slim_shell.run("index")
    slim_shell.environment["RERANKER_MODEL"] = "some/model"
    assert "wenbao[models]" in slim_shell.run("ask", "云湾GDP增速多少", code=1)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no arenas")
def test_threads_of_the_worker_share_one_arena() -> None:
    code = (
        "import threading, psutil\n"
        "from bot.memory import share_memory\n"
        "share_memory()\n"
        "before = psutil.Process().memory_info().vms\n"
        "ready = threading.Barrier(17)\n"
        "def take():\n"
        "    kept = [bytearray(1000) for _ in range(1000)]\n"
        "    ready.wait(); ready.wait()\n"
        "threads = [threading.Thread(target=take) for _ in range(16)]\n"
        "[thread.start() for thread in threads]\n"
        "ready.wait()\n"
        "print((psutil.Process().memory_info().vms - before) >> 20)\n"
        "ready.wait()\n"
    )
    assert megabytes(code) < 400  # sixteen stacks of 8 MB; an arena for each would take 64 MB more


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have nothing to call")
def test_what_an_index_took_is_given_back() -> None:
    code = (
        "import psutil\n"
        "from bot.memory import return_memory\n"
        "taken = [bytearray(10_000) for _ in range(10_000)]\n"
        "last = bytearray(10_000)\n"  # above the rest: without a call nothing under it is given back
        "before = psutil.Process().memory_info().rss\n"
        "del taken\n"
        "return_memory()\n"
        "print((before - psutil.Process().memory_info().rss) >> 20)\n"
    )
    assert megabytes(code) > 80


def megabytes(code: str) -> int:
    """Return what a program prints."""
    command = [sys.executable, "-c", code]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
