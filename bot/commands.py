"""All commands: those that ask and run the bot, and beside them those of the library."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import library_terminal, terminal
from bot.answering import Answering
from bot.asking import AsJson, ask, fault_of, open_filled, settings_of_command
from bot.checking import findings
from bot.evaluation import Evaluation, judge, read_questions
from bot.library_commands import documents_app, dump, index, restore
from bot.opening import open_answering, open_indexes, open_library, reading_limits, sources
from bot.picture import reliability_svg
from bot.smalltalk import LONGEST_QUESTION, last_question
from config.logs import set_up_logs
from config.settings import Settings, load_settings
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step

app = typer.Typer(
    name="wenbao",
    help="问报 · Wenbao：问文档，答原文 · ask documents, get their own words",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(documents_app, name="documents")
app.command()(index)
app.command()(ask)


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
        report = library_terminal.follow(steps, as_json=False)
        library_terminal.show_report(report)
        answering.refresh()
    return answering


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
        if fault := fault_of(question):
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
    answering = open_filled(settings_of_command())
    evaluation = Evaluation()
    for question in read_questions(file):
        evaluation.add(judge(question, answering.answer(question.question, question.history)))
    if picture is not None:
        picture.write_text(reliability_svg(evaluation.reliability()), encoding="utf-8")
    if as_json:
        terminal.say_json(evaluation.figures())
    else:
        library_terminal.show_evaluation(evaluation)


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
        library_terminal.show_finding(finding)
    sys.exit(1 if faults else 0)
