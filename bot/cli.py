"""The commands: the one place that loads the settings and joins the parts."""

import gc
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import history_tables, inbox, terminal
from bot.answering import Answering
from bot.checking import findings
from bot.evaluation import Evaluation, judge, read_questions
from bot.history import History
from bot.opening import open_answering, open_gate, open_indexes, open_library, reading_limits, sources
from bot.picture import reliability_svg
from bot.smalltalk import LONGEST_QUESTION, last_question
from bot.words import EN, ZH
from config.logs import set_up_logs
from config.settings import Settings, SettingsError, load_settings
from embeddings.documents.child import Reading
from embeddings.dumping import LIBRARY_TABLES
from embeddings.dumping import dump as dump_tables
from embeddings.dumping import restore as restore_tables
from embeddings.encoder import load_encoder
from embeddings.errors import BusyError, WenbaoError
from embeddings.indexing import Gate, Report, add_documents, bring_in_step, files_to_add, split
from embeddings.library import Library
from embeddings.types import Encoder, Paragraph, Progress

_IDS_AT_ONCE = 500  # paragraphs read from the database
_ALL_TABLES = (*LIBRARY_TABLES, *history_tables.TABLES, *inbox.TABLES)

app = typer.Typer(
    name="wenbao",
    help="问报 · Wenbao：问文档，答原文 · ask documents, get their own words",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
documents_app = typer.Typer(help="文档库里的文档 · the library's documents", invoke_without_command=True)
app.add_typer(documents_app, name="documents")

Anyway = Annotated[
    bool,
    typer.Option("--anyway", help="答得出的已知问题变少也发布 · publish whatever the known questions say"),
]
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


def _settings() -> Settings:
    settings = load_settings()
    set_up_logs(settings)
    return settings


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


@app.command()
def index(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH …]", show_default=False)] = None,
    full: Annotated[bool, typer.Option("--full", help="全部重做 · do everything again")] = False,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="回到上一代 · go back to the generation before")
    ] = False,
    anyway: Anyway = False,
    as_json: AsJson = False,
) -> None:
    """让文档库与文件一致 · bring the library in step with its files."""
    settings = _settings()
    if rollback:
        if paths or full:
            raise typer.BadParameter("--rollback 不带别的 · --rollback goes alone")
        terminal.show_generation(open_library(settings).go_back(), as_json=as_json)
        return
    library, encoder, gate = _open_for_run(settings, anyway)
    steps = bring_in_step(
        library,
        encoder,
        sources(settings, library, paths),
        full=full,
        gate=gate,
        limits=reading_limits(settings),
        indexes=open_indexes(settings),
    )
    _finish(steps, as_json=as_json)


def _open_for_run(settings: Settings, anyway: bool) -> tuple[Library, Encoder, Gate | None]:
    gc.freeze()  # what is imported stays: collecting through it in the middle of a run takes up to 90 ms
    library, encoder = open_library(settings), load_encoder(settings.embedding_model)
    return library, encoder, None if anyway else open_gate(settings, library, encoder)


def _finish(steps: Iterable[Progress | Report], *, as_json: bool) -> Report:
    """Follow a run to its end; exit code 1 when the gate held the new generation back."""
    try:
        report = terminal.follow(steps, as_json=as_json)
    except BusyError:
        if as_json:
            terminal.say_json({"problem": "busy"})
        raise
    if not as_json:
        terminal.show_report(report)
    if report.lost:
        sys.exit(1)
    return report


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
    answering = _open_filled(_settings())
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
    answering = _open_filled(_settings())
    evaluation = Evaluation()
    for question in read_questions(file):
        evaluation.add(judge(question, answering.answer(question.question, question.history)))
    if picture is not None:
        picture.write_text(reliability_svg(evaluation.reliability()), encoding="utf-8")
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
    terminal.show_documents(open_library(_settings()).documents(), as_json=as_json)


@documents_app.command("show")
def documents_show(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)], as_json: AsJson = False
) -> None:
    """看一份文档读成了什么 · a document as it was understood, and what was set aside."""
    settings = _settings()
    library = open_library(settings)
    document = next((each for each in library.documents() if each.name == name), None)
    if document is None:
        raise WenbaoError(
            f"没有名为 {name} 的文档：用 wenbao documents list 看有哪些 · no such document, see `wenbao documents list`"
        )
    with Reading(reading_limits(settings)) as reading:
        understood = split(name, library.original(document.id) or b"", reading, document.title)
    terminal.show_understood(_numbered(library, name), understood, as_json=as_json)


def _numbered(library: Library, name: str) -> list[tuple[int, Paragraph]]:
    """Return the paragraphs of a document as they answer, with their ids."""
    current = library.current_generation()
    ids = [number for number, _ in library.paragraphs_of(current.number)] if current else []
    found: list[tuple[int, Paragraph]] = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        read = library.read(ids[start : start + _IDS_AT_ONCE])
        found += [(number, part) for number, (of, part) in sorted(read.items()) if of == name]
    return found


@documents_app.command("add")
def documents_add(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER …", show_default=False)],
    name: Annotated[
        str | None, typer.Option(help="换一个名字（只给一个文件时） · under another name")
    ] = None,
    title: Annotated[str, typer.Option(help="标题，显示在出处里 · a title, shown with the source")] = "",
    anyway: Anyway = False,
    as_json: AsJson = False,
) -> None:
    """加入文档，同名的换成新的 · add documents; one takes the place of the document of its name."""
    if name is not None and (len(paths) > 1 or paths[0].is_dir()):
        raise typer.BadParameter("--name 只能配一个文件 · --name goes with one file")
    given = files_to_add(paths, title)
    if name is not None:
        given = [replace(file, name=name) for file in given]
    settings = _settings()
    library, encoder, gate = _open_for_run(settings, anyway)
    steps = add_documents(library, encoder, given, gate, reading_limits(settings), open_indexes(settings))
    report = _finish(steps, as_json=as_json)
    if len(report.skipped) == len(given):
        sys.exit(1)


@documents_app.command("remove")
def documents_remove(
    names: Annotated[list[str], typer.Argument(metavar="NAME …", show_default=False)], as_json: AsJson = False
) -> None:
    """移除文档，连同它的一切 · remove documents and all that is kept of them."""
    settings = _settings()
    library, history = open_library(settings), History(settings.database_url)
    for name in names:
        removal = library.remove(name, history.erase_quotes)
        terminal.show_removal(removal, as_json=as_json)
    history.close()
    # Last: a Milvus that is away clears it at its next opening.
    open_indexes(settings).forget_removed(library)


@app.command()
def dump(file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, show_default=False)]) -> None:
    """把文档库连同问题和评价写进一个文件 · write library and history into one file."""
    rows = dump_tables(_settings().database_url, _ALL_TABLES, file)
    terminal.show_rows(f"写进 {file} · written", rows)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="先抹掉数据库里有的 · erase first what the database holds")
    ] = False,
) -> None:
    """从 dump 写的文件恢复，可换到另一种数据库 · restore a file of dump, into any database."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # What waits to be answered here is not lost with the rest.
    rows = restore_tables(settings.database_url, _ALL_TABLES, file, replace=replace, kept=inbox.TABLES)
    terminal.show_rows("恢复了 · restored", rows)
    # Last: a Milvus that is away sees at its next opening that it holds another library, too.
    open_indexes(settings).forget(open_library(settings))


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
