"""Install what hosted platforms install and weigh it: `python -m tests.slim [VENV]`.

A platform keeps the packages of requirements.txt and the repository as one compressed archive. Makes the
environment VENV (.venv/slim) if it is not there, and prints one JSON object: megabytes packed and unpacked.
"""

import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Scale:
    """A file that only counts."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, content: bytes) -> int:
        self.bytes += len(content)
        return len(content)


def install(folder: Path) -> None:
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", ROOT / "requirements.txt"]
        subprocess.run(pip, check=True)


def files(folder: Path) -> Iterator[Path]:
    """Yield what is installed, and what the repository carries."""
    yield from (path for path in (folder / "lib").rglob("*") if path.is_file())
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    yield from (ROOT / name for name in listed.stdout.splitlines() if not name.startswith('"'))


def weigh(folder: Path) -> dict[str, float]:
    scale, unpacked = Scale(), 0
    with tarfile.open(mode="w|gz", fileobj=scale) as archive:  # type: ignore[call-overload]
        for path in files(folder):
            unpacked += path.stat().st_size
            archive.add(path, recursive=False)
    return {"packed_mb": round(scale.bytes / 2**20, 1), "unpacked_mb": round(unpacked / 2**20, 1)}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".venv" / "slim"
    install(folder)
    print(json.dumps(weigh(folder)))


if __name__ == "__main__":
    main()
