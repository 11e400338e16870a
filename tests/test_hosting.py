"""The README's page on hosting, each of its steps in a fresh clone: honcho, a real PostgreSQL, the Bot API double."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.bot_api import BotApi
from tests.telegram_calls import TOKEN
from tests.workers import ROOT, api, free_port

__all__ = ["api"]  # fixture

SHOWN = re.search(
    r"```console\n(\$ honcho run.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
)
assert SHOWN is not None
STEPS = [line.removeprefix("$ ").partition(" #")[0].strip() for line in SHOWN[1].splitlines()]
QUESTION, ANSWER = "云湾地区生产总值增速多少", "6.1%"


class Platform:
    """A clone of the repository with its settings in .env, as an operator would have it."""

    def __init__(self, folder: Path, api: BotApi, database: str) -> None:
        self.folder = folder
        clone = ["git", "clone", "--quiet", "--shared", str(ROOT), str(folder)]
        if subprocess.run(clone, check=False, capture_output=True).returncode:
            pytest.skip("this is no git repository")
        (folder / "documents").mkdir()
        text = "云湾区实现地区生产总值820亿元，同比增长6.1%。\n"
        (folder / "documents" / "统计公报.txt").write_text(text, encoding="utf-8")
        self.port = free_port()
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": api.address,
            "ADMIN_IDS": "1",
            "DATABASE_URL": database.replace("postgresql://", "postgres://"),
            "PORT": str(self.port),
            "LOG_LEVEL": "DEBUG",
        }
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        (folder / ".env").write_text("".join(lines), encoding="utf-8")
        programs = Path(sys.executable).parent
        self._environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder)}

    def run(self, command: str) -> str:
        result = subprocess.run(
            ["env", *shlex.split(command)],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return self._seen(result.stdout + result.stderr)

    @contextmanager
    def started(self, command: str) -> Iterator[None]:
        """Run a command in the background; the disk is another one afterwards."""
        printed = self.folder / "printed.txt"
        with printed.open("w") as output:
            process = subprocess.Popen(
                ["env", *shlex.split(command)],
                cwd=self.folder,
                env=self._environment,
                stdout=output,
                stderr=output,
            )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            shutil.rmtree(self.folder / "data", ignore_errors=True)
        text = self._seen(printed.read_text(encoding="utf-8"))
        assert "Traceback" not in text, text
        assert "已停止" in text

    def _seen(self, text: str) -> str:
        assert TOKEN.partition(":")[2] not in text
        return text


@pytest.mark.slow
def test_each_step_of_the_page(api: BotApi, postgres: str, tmp_path: Path) -> None:
    release, worker, web = STEPS
    assert (release, worker) == ("honcho run python -m bot index", "honcho start worker")
    platform = Platform(tmp_path / "clone", api, postgres)
    assert "新增 1" in platform.run(release)
    assert "新增 0" in platform.run(release)  # the next deploy
    assert platform.run("honcho run python -m bot check").count("✓") == 6
    with platform.started(worker):
        api.user_says(QUESTION, user=7)
        api.wait_for_message(ANSWER, chat=7)
    with platform.started(web.replace("https://…", "https://example.org/wenbao")):
        api.wait_for(lambda: api.webhook is not None, 120)
        assert api.webhook is not None
        assert api.webhook["url"] == "https://example.org/wenbao"
        address = f"http://127.0.0.1:{platform.port}"
        api.wait_for(lambda: httpx.get(f"{address}/healthz", trust_env=False).status_code == 200, 60)
        api.user_says(QUESTION, user=8)
        headers = {"X-Telegram-Bot-Api-Secret-Token": api.webhook["secret_token"]}
        answer = httpx.post(f"{address}/", json=api.pushed[-1], headers=headers, trust_env=False)
        assert answer.status_code == 200
        api.wait_for_message(ANSWER, chat=8)
        pages = [httpx.get(f"{address}/{name}", trust_env=False).text for name in ("metrics", "healthz", "")]
        assert "wenbao_updates_handled_total 1.0" in pages[0]
        assert not [page for page in pages if TOKEN.partition(":")[2] in page]
        time.sleep(0.5)
    moved = f"DATABASE_URL=sqlite:///{tmp_path}/moved.db"
    platform.run("python -m bot dump all.gz")
    assert "2" in platform.run(f"{moved} python -m bot restore all.gz")
    assert ANSWER in platform.run(f"{moved} python -m bot ask {QUESTION}")
