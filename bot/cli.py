"""The commands: those that ask and run the bot, and beside them those of the library."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import terminal
from bot.answering import Answering
from bot.checking import findings
from bot.evaluation import Evaluation, judge, read_questions
from bot.library_commands import AsJson, documents_app, dump, index, restore, settings_of_command
from bot.opening import open_answering, open_indexes, open_library, reading_limits, sources
from bot.picture import reliability_svg
from bot.smalltalk import LONGEST_QUESTION, last_question
from bot.words import EN, ZH
from config.logs import set_up_logs
from config.settings import Settings, SettingsError, load_settings
from embeddings.encoder import load_encoder
from embeddings.errors import WenbaoError
from embeddings.indexing import bring_in_step

app = typer.Typer(
    name="wenbao",
    help="问报 · Wenbao：问文档，答原文 · ask documents, get their own words",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(documents_app, name="documents")


def main() -> None:
    """Run a command; a problem is one line on the error stream and exit code 1."""
    try:
        app()
    except (WenbaoError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _answering_or_fill(settings: Settings) -> Answering:
    answering = open_answering(settings)
    if answering.generation == 0:
        terminal.console.print(
            "[dim]文档库是空的，先建立索引 · the library is empty, indexing first[/]", style=None
        )
        library, encoder = open_library(settings), load_encoder(settings.embedding_model)
        steps = bring_in_step(
            library,
            encoder,
            sources(settings, library),
            limits=reading_limits(settings),
            indexes=open_indexes(settings),
        )
        report = terminal.follow(steps, as_json=False)
        terminal.show_report(report)
        answering.refresh()
    return answering


app.command()(index)


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
        if fault := _fault_of(question):
            sys.stderr.write(f"{fault}\n")
            sys.exit(2)
        rows: Iterator[dict[str, Any]] = iter([{"question": question, "history": history or []}])
    else:
        rows = _read_rows(questions_file)
    answering = _open_filled(settings_of_command())
    for row in rows:
        answer = answering.answer_in_words(row["question"], row.get("history", ()), limit)
        if as_json:
            terminal.say_json(terminal.answer_as_json(answer, row.get("id")))
        else:
            terminal.show_answer(answer)


def _fault_of(question: str) -> str:
    """Return what is wrong with a question, one line; empty where nothing is."""
    if not question.strip():
        return "问题是空的：写上要问的话 · the question is empty, write what you want to know"
    if len(question) > LONGEST_QUESTION:
        return " · ".join(words.too_long.format(limit=LONGEST_QUESTION) for words in (ZH, EN))
    return ""


def _open_filled(settings: Settings) -> Answering:
    answering = open_answering(settings)
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
        if fault := _fault_of(row["question"]):
            raise WenbaoError(f"{path.name} 第 {number} 行 line {number}：{fault}")
        yield row


@app.command()
def chat() -> None:
    """在终端里对话，与 Telegram 里一样 · the same conversation as in Telegram."""
    answering = _answering_or_fill(settings_of_command())
    terminal.console.print("问吧；空行或 Ctrl-D 结束 · ask; an empty line ends")
    history: list[str] = []
    while True:
        try:
            question = terminal.console.input("[bold]问[/] › ").strip()
        except EOFError:
            return
        if not question:
            return
        question = question if len(question) <= LONGEST_QUESTION else last_question(question) or question
        if fault := _fault_of(question):
            terminal.console.print(fault, markup=False)
            continue
        answer = answering.answer_in_words(question, history)
        terminal.show_answer(answer)
        terminal.console.print()
        history = [*history, question][-5:]


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    picture: Annotated[
        Path | None, typer.Option(metavar="SVG", help="把握与对错的图 · draw the reliability")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """用带答案的问题检验 · measure on questions with known answers."""
    answering = _open_filled(settings_of_command())
    evaluation = Evaluation()
    for question in read_questions(file):
        evaluation.add(judge(question, answering.answer(question.question, question.history)))
    if picture is not None:
        picture.write_text(reliability_svg(evaluation.reliability()), encoding="utf-8")
    if as_json:
        terminal.say_json(evaluation.figures())
    else:
        terminal.show_evaluation(evaluation)


app.command()(dump)
app.command()(restore)


@app.command()
def run() -> None:
    """启动 Telegram 机器人 · the Telegram worker."""
    settings = load_settings(for_worker=True)
    from bot.app import run_worker  # telegram takes half a second to import; only this command needs it

    set_up_logs(settings)
    sys.exit(run_worker(settings, open_answering))


@app.command()
def check() -> None:
    """检查配置，逐项说明 · look at the configuration, one line each."""
    faults = 0
    for finding in findings():
        faults += not finding.right
        terminal.show_finding(finding)
    sys.exit(1 if faults else 0)
