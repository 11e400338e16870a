"""What the README promises is there: its commands, its settings, its make targets."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app
from config.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return README.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]


def test_every_setting_is_documented_and_no_other() -> None:
    named = set(re.findall(r"^\| ([A-Z_]+) \|", section("设置"), re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_env_example_names_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?\s?([A-Z_]+)=", example, re.MULTILINE)) == {
        name.upper() for name in Settings.model_fields
    }


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`wenbao (\w+)", section("命令")))))
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0, result.output
    assert "--help" in result.output


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make (\w+)`", README))))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_torch_is_pinned_and_no_host_is_named() -> None:
    for file in ("requirements.txt", "requirements-models.txt", "requirements-dev.txt"):
        pins = (ROOT / file).read_text(encoding="utf-8")
        assert "://" not in pins
        assert all("==" in line for line in pins.splitlines() if line and not line.startswith(("#", "-r ")))
    assert "\ntorch==2.13.0\n" in (ROOT / "requirements-models.txt").read_text(encoding="utf-8")


def test_the_procfile_runs_commands_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert lines == ["release: python -m bot index", "worker: python -m bot run", "web: python -m bot run"]


def test_the_demo_prints_what_the_readme_shows() -> None:
    shown = README.split("$ make demo\n", 1)[1].split("```", 1)[0]
    assert "2023年GDP增速8.7%,列全省第3。" in shown
    assert "例会.txt › " in shown
