"""The commands of the library: bring it up to date, show it, change it, write it to a file and back."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot import history_tables, inbox, library_terminal, terminal
from bot.asking import AsJson, settings_of_command
from bot.gate import open_gate
from bot.history import History
from bot.opening import open_indexes, open_library, reading_limits, sources
from config.settings import Settings
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

documents_app = typer.Typer(help="文档库里的文档 · the library's documents", invoke_without_command=True)

Anyway = Annotated[
    bool,
    typer.Option("--anyway", help="答得出的已知问题变少也发布 · publish whatever the known questions say"),
]


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
    settings = settings_of_command()
    if rollback:
        if paths or full:
            raise typer.BadParameter("--rollback 不带别的 · --rollback goes alone")
        library_terminal.show_generation(open_library(settings).go_back(), as_json=as_json)
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
    library, encoder = open_library(settings), load_encoder(settings.embedding_model)
    return library, encoder, None if anyway else open_gate(settings, library, encoder)


def _finish(steps: Iterable[Progress | Report], *, as_json: bool) -> Report:
    """Follow a run to its end; exit code 1 when the gate held the new generation back."""
    try:
        report = library_terminal.follow(steps, as_json=as_json)
    except BusyError:
        if as_json:
            terminal.say_json({"problem": "busy"})
        raise
    if not as_json:
        library_terminal.show_report(report)
    if report.lost:
        sys.exit(1)
    return report


@documents_app.callback()
def documents(context: typer.Context) -> None:
    """文档库里的文档 · the library's documents."""
    if context.invoked_subcommand is None:
        documents_list()


@documents_app.command("list")
def documents_list(as_json: AsJson = False) -> None:
    """列出文档 · list the documents."""
    library_terminal.show_documents(open_library(settings_of_command()).documents(), as_json=as_json)


@documents_app.command("show")
def documents_show(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)], as_json: AsJson = False
) -> None:
    """看一份文档读成了什么 · a document as it was understood, and what was set aside."""
    settings = settings_of_command()
    library = open_library(settings)
    document = next((each for each in library.documents() if each.name == name), None)
    if document is None:
        raise WenbaoError(
            f"没有名为 {name} 的文档：用 wenbao documents list 看有哪些 · no such document, see `wenbao documents list`"
        )
    with Reading(reading_limits(settings)) as reading:
        understood = split(name, library.original(document.id) or b"", reading, document.title)
    library_terminal.show_understood(_numbered(library, name), understood, as_json=as_json)


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
    settings = settings_of_command()
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
    settings = settings_of_command()
    library, history = open_library(settings), History(settings.database_url)
    for name in names:
        removal = library.remove(name, history.erase_quotes)
        library_terminal.show_removal(removal, as_json=as_json)
    history.close()
    # Last: a Milvus that is away clears it at its next opening.
    open_indexes(settings).forget_removed(library)


def dump(file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, show_default=False)]) -> None:
    """把文档库连同问题和评价写进一个文件 · write library and history into one file."""
    rows = dump_tables(settings_of_command().database_url, _ALL_TABLES, file)
    library_terminal.show_rows(f"写进 {file} · written", rows)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="先抹掉数据库里有的 · erase first what the database holds")
    ] = False,
) -> None:
    """从 dump 写的文件恢复，可换到另一种数据库 · restore a file of dump, into any database."""
    settings = settings_of_command()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # What waits to be answered here is not lost with the rest.
    rows = restore_tables(settings.database_url, _ALL_TABLES, file, replace=replace, kept=inbox.TABLES)
    library_terminal.show_rows("恢复了 · restored", rows)
    # Last: a Milvus that is away sees at its next opening that it holds another library, too.
    open_indexes(settings).forget(open_library(settings))
