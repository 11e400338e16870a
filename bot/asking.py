"""The command that asks one question, or those of a file, and imports nothing that the others need."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import terminal
from bot.answering import Answering
from bot.opening import open_answering, open_view
from bot.smalltalk import LONGEST_QUESTION, last_question
from bot.words import EN, ZH
from config.logs import set_up_logs
from config.settings import Settings, load_settings
from embeddings.errors import WenbaoError

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def settings_of_command() -> Settings:
    """Load the settings and set up the logs."""
    settings = load_settings()
    set_up_logs(settings)
    return settings


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", show_default=False)] = None,
    limit: Annotated[int, typer.Option("-k", min=1, max=50, help="段落数 · passages")] = 3,
    history: Annotated[
        list[str] | None, typer.Option("--history", help="之前的问题，由旧到新 · earlier questions")
    ] = None,
    questions_file: Annotated[
        Path | None, typer.Option("--from", help="JSONL 问题文件 · a file of questions")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """问一个问题 · ask one question."""
    if (question is None) == (questions_file is None):
        raise typer.BadParameter("给一个问题，或用 --from 给一个文件 · give a question, or --from FILE")
    if questions_file is not None and not as_json:
        raise typer.BadParameter("--from 要与 --json 一起用 · --from goes with --json")
    if questions_file is None:
        assert question is not None
        question = question if len(question) <= LONGEST_QUESTION else last_question(question) or question
        if fault := fault_of(question):
            sys.stderr.write(f"{fault}\n")
            sys.exit(2)
        rows: Iterator[dict[str, Any]] = iter([{"question": question, "history": history or []}])
    else:
        rows = _read_rows(questions_file)
    answering = open_filled(settings_of_command())
    for row in rows:
        answer = answering.answer_in_words(row["question"], row.get("history", ()), limit)
        if as_json:
            terminal.say_json(terminal.answer_as_json(answer, row.get("id")))
        else:
            terminal.show_answer(answer)


def fault_of(question: str) -> str:
    """Return what is wrong with a question, one line; empty where nothing is."""
    if not question.strip():
        return "问题是空的：写上要问的话 · the question is empty, write what you want to know"
    if len(question) > LONGEST_QUESTION:
        return " · ".join(words.too_long.format(limit=LONGEST_QUESTION) for words in (ZH, EN))
    return ""


def open_filled(settings: Settings) -> Answering:
    """Open what answers.

    :raises WenbaoError: the library is empty.
    """
    answering = open_answering(settings, library=open_view(settings))
    if answering.generation == 0:
        raise WenbaoError(
            "文档库是空的：先运行 wenbao index · the library is empty: run `wenbao index` first"
        )
    return answering


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WenbaoError(
            f"读不了 {path.name}：请给一个 UTF-8 的 JSONL 文件 · not a readable file"
        ) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise WenbaoError(
                f"{path.name} 第 {number} 行不是带 question 的 JSON 对象 · line {number} needs a question"
            )
        if fault := fault_of(row["question"]):
            raise WenbaoError(f"{path.name} 第 {number} 行 line {number}：{fault}")
        yield row
