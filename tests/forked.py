"""Processes forked from one that has imported what they need: importing it takes each of them a second or two."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Elsewhere not every library of the system survives a fork.
_FORKING = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
_FORKING.set_forkserver_preload(["tests.worker_double", "tests.fleet_worker", "embeddings.migrations"])


class Forked:
    """Runs the `main` of a module as `python -m` would; has of subprocess.Popen what tests use."""

    def __init__(self, module: str, environment: Mapping[str, str], printed: Path) -> None:
        self._process = _FORKING.Process(target=_run, args=(module, environment, printed), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(str(self._process.name), timeout)
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


def _run(module: str, environment: Mapping[str, str], printed: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with printed.open("w") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8")
    sys.argv = [module]
    sys.exit(import_module(module).main())
