"""The commands: the one place that loads the settings and joins the parts."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

import config
from bot import terminal
from bot.answering import Answering
from bot.checking import findings
from bot.evaluation import Evaluation, judge, read_questions
from config.logs import set_up_logs
from config.settings import Settings, SettingsError, load_settings
from embeddings.documents.child import Limits
from embeddings.encoder import load_encoder
from embeddings.errors import WenbaoError
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.search import Searcher
from embeddings.terms import add_words

_log = logging.getLogger("wenbao")
SAMPLE = Path(__file__).parent / "sample" / "例会.txt"
WORDS = Path(config.__file__).parent / "words.txt"

app = typer.Typer(
    name="wenbao",
    help="问报 · Wenbao：问文档，答原文 · ask documents, get their own words",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
documents_app = typer.Typer(help="文档库里的文档 · the library's documents", invoke_without_command=True)
app.add_typer(documents_app, name="documents")

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


def main() -> None:
    """Run a command; a problem is one line on the error stream and exit code 1."""
    try:
        app()
    except (WenbaoError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def open_library(settings: Settings) -> Library:
    """Open the library where the settings say, making the data folder if it is not there."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Library(settings.database_url)


def open_answering(settings: Settings) -> Answering:
    """Join library, encoder and search."""
    add_words(WORDS)
    library = open_library(settings)
    return Answering(Searcher(library, load_encoder(settings.embedding_model), settings.data_dir))


def sources(settings: Settings, paths: list[Path] | None = None) -> list[Path]:
    """Return what to index: the paths given, else DOCUMENTS_DIR if it is there, else the sample."""
    return paths or ([settings.documents_dir] if settings.documents_dir.is_dir() else [SAMPLE])


def reading_limits(settings: Settings) -> Limits:
    """Return what reading one file may take."""
    return Limits(settings.reading_seconds, settings.reading_memory_mb, settings.reading_characters)


def _settings() -> Settings:
    settings = load_settings()
    set_up_logs(settings)
    for name in ("reranker_model", "milvus_uri"):
        if getattr(settings, name) is not None:
            _log.warning("%s 现在还不起作用 · has no effect yet", name.upper())
    return settings


def _answering_or_fill(settings: Settings) -> Answering:
    answering = open_answering(settings)
    if answering.generation == 0:
        terminal.console.print(
            "[dim]文档库是空的，先建立索引 · the library is empty, indexing first[/]", style=None
        )
        encoder = load_encoder(settings.embedding_model)
        report = terminal.follow(
            bring_in_step(
                open_library(settings), encoder, sources(settings), limits=reading_limits(settings)
            ),
            as_json=False,
        )
        terminal.show_report(report)
        answering.refresh()
    return answering


@app.command()
def index(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH …]", show_default=False)] = None,
    full: Annotated[bool, typer.Option("--full", help="全部重做 · do everything again")] = False,
    as_json: AsJson = False,
) -> None:
    """让文档库与文件一致 · bring the library in step with its files."""
    settings = _settings()
    encoder = load_encoder(settings.embedding_model)
    limits = reading_limits(settings)
    steps = bring_in_step(open_library(settings), encoder, sources(settings, paths), full=full, limits=limits)
    report = terminal.follow(steps, as_json=as_json)
    if not as_json:
        terminal.show_report(report)


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
        rows: Iterator[dict[str, Any]] = iter([{"question": question, "history": history or []}])
    else:
        rows = _read_rows(questions_file)
    answering = open_answering(_settings())
    if answering.generation == 0:
        raise WenbaoError(
            "文档库是空的：先运行 wenbao index · the library is empty: run `wenbao index` first"
        )
    for row in rows:
        answer = answering.answer(row["question"], row.get("history", ()), limit)
        if as_json:
            terminal.say_json(terminal.answer_as_json(answer, row.get("id")))
        else:
            terminal.show_answer(answer)


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
        yield row


@app.command()
def chat() -> None:
    """在终端里对话，与 Telegram 里一样 · the same conversation as in Telegram."""
    answering = _answering_or_fill(_settings())
    terminal.console.print("问吧；空行或 Ctrl-D 结束 · ask; an empty line ends")
    history: list[str] = []
    while True:
        try:
            question = terminal.console.input("[bold]问[/] › ").strip()
        except EOFError:
            return
        if not question:
            return
        answer = answering.answer(question, history)
        terminal.show_answer(answer)
        terminal.console.print()
        history = [*history, question][-5:]


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)], as_json: AsJson = False
) -> None:
    """用带答案的问题检验 · measure on questions with known answers."""
    answering = open_answering(_settings())
    if answering.generation == 0:
        raise WenbaoError(
            "文档库是空的：先运行 wenbao index · the library is empty: run `wenbao index` first"
        )
    evaluation = Evaluation()
    for question in read_questions(file):
        evaluation.add(judge(question, answering.answer(question.question, question.history)))
    if as_json:
        terminal.say_json(evaluation.figures())
    else:
        terminal.show_evaluation(evaluation)


@documents_app.callback()
def documents(context: typer.Context) -> None:
    """文档库里的文档 · the library's documents."""
    if context.invoked_subcommand is None:
        documents_list()


@documents_app.command("list")
def documents_list(as_json: AsJson = False) -> None:
    """列出文档 · list the documents."""
    records = open_library(_settings()).documents()
    if as_json:
        for record in records:
            terminal.say_json({"name": record.name, "paragraphs": record.paragraphs, "bytes": record.bytes})
        return
    if not records:
        terminal.console.print("文档库是空的：运行 wenbao index · the library is empty: run `wenbao index`")
    for record in records:
        terminal.console.print(f"{record.name}  {record.paragraphs} 段 paragraphs", markup=False)


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
