"""What the commands print of the library and of what was measured: progress, reports and tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bot.checking import Finding
from bot.evaluation import Evaluation, Score
from bot.terminal import console, say_json
from embeddings.indexing import Report
from embeddings.removal import Removal
from embeddings.types import ADDED, Generation, Paragraph, SplitDocument, StoredDocument
from embeddings.types import Progress as Step

_STAGES = {
    "reading": ("读取 reading", "份 files"),
    "encoding": ("编码 encoding", "段 paragraphs"),
    "publishing": ("发布 publishing", ""),
}


_ROLES = {
    "body": "正文 body",
    "note": "编者按 note",
    "caption": "图注 caption",
    "row": "表格行 row",
    "heading": "标题 heading",
    "byline": "署名 byline",
}


class _Rate(ProgressColumn):
    """How many a second, of the last half minute."""

    def render(self, task: Task) -> Text:
        """Return 1234.5/s, and nothing before it can be told."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def follow(steps: Iterable[Step | Report], *, as_json: bool) -> Report:
    """Show the progress of an indexing run and return its report."""
    return _follow_json(steps) if as_json else _follow_bar(steps)


def _follow_json(steps: Iterable[Step | Report]) -> Report:
    for step in steps:
        say_json(asdict(step))
        if isinstance(step, Report):
            return step
    raise RuntimeError("an indexing run ended without a report")


def _follow_bar(steps: Iterable[Step | Report]) -> Report:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}
        for step in steps:
            if isinstance(step, Report):
                return step
            if step.stage not in tasks:
                name, unit = _STAGES.get(step.stage, (step.stage, ""))
                tasks[step.stage] = bar.add_task(name, unit=unit)
            bar.update(tasks[step.stage], completed=step.done, total=step.total)
    raise RuntimeError("an indexing run ended without a report")


def show_report(report: Report) -> None:
    """Print how an indexing run ended."""
    console.print(
        f"第 {report.generation} 代：{report.documents} 份文档，{report.paragraphs} 个段落"
        f"（新增 {report.added}，更新 {report.changed}，移除 {report.removed}），用时 {report.seconds:.1f} 秒"
        f" · generation {report.generation} is ready"
    )
    if report.set_aside:
        console.print(
            f"[dim]{report.set_aside} 行不是正文（装饰、页眉页脚、导航），放在一边：用 wenbao documents show 名称 查看"
            f" · {report.set_aside} lines set aside, see `wenbao documents show NAME`[/]"
        )
    for warned in report.warnings:
        console.print(f"[yellow]注意 note[/]：{escape(warned.name)} — {escape(warned.what)}")
    for skipped in report.skipped:
        console.print(f"[yellow]跳过 skipped[/]：{escape(skipped.name)} — {escape(skipped.why)}")
    if report.lost:
        console.print(
            f"[red]没有发布：第 {report.candidate} 代答得出的已知问题变少了，仍用第 {report.generation} 代回答。"
            "确实要换，加 --anyway 再运行。 · not published: fewer of the known questions are answered; "
            "run again with --anyway to publish it all the same. 丢了 lost：[/]"
        )
    for question in report.lost:
        console.print(f"  {escape(question)}")


def show_generation(generation: Generation, *, as_json: bool) -> None:
    """Print which generation answers after going back."""
    facts = {"documents": generation.documents, "paragraphs": generation.paragraphs}
    if as_json:
        say_json({"generation": generation.number, **facts})
        return
    console.print(
        f"现在由第 {generation.number} 代回答：{generation.documents} 份文档，{generation.paragraphs} 个段落"
        f" · generation {generation.number} answers now"
    )


def show_documents(documents: Sequence[StoredDocument], *, as_json: bool) -> None:
    """Print the library's documents, one a line."""
    if not documents and not as_json:
        console.print("文档库是空的：运行 wenbao index · the library is empty: run `wenbao index`")
    for document in documents:
        if as_json:
            facts = {"name": document.name, "paragraphs": document.paragraphs, "bytes": document.bytes}
            say_json({**facts, "title": document.title, "origin": document.origin})
            continue
        title = f"《{document.title}》" if document.title else ""
        added = "，单独加入 added by itself" if document.origin == ADDED else ""
        console.print(f"{document.name}{title}  {document.paragraphs} 段 paragraphs{added}", markup=False)


def show_understood(
    paragraphs: Sequence[tuple[int, Paragraph]], understood: SplitDocument, *, as_json: bool
) -> None:
    """Print a document as it was understood: its paragraphs, then what was set aside and could not be taken."""
    for number, part in paragraphs:
        if as_json:
            say_json(
                {
                    "paragraph": number,
                    "role": part.role,
                    "headings": list(part.headings),
                    "byline": part.byline,
                    "subject": part.subject,
                    "text": part.text,
                }
            )
            continue
        above = " › ".join(filter(None, (*part.headings, part.byline)))
        console.print(f"[dim]{number} {_ROLES[part.role]}{escape('  ' + above if above else '')}[/]")
        console.print(escape(part.text))
    if as_json:
        say_json({"set_aside": list(understood.set_aside), "warnings": list(understood.warnings)})
        return
    if understood.set_aside:
        console.print("[dim]放在一边的 set aside：[/]")
    for line in understood.set_aside:
        console.print(f"  {escape(line)}")
    for what in understood.warnings:
        console.print(f"[yellow]注意 note[/]：{escape(what)}")


def show_removal(removal: Removal, *, as_json: bool) -> None:
    """Print a removal and what was counted as left after it."""
    if as_json:
        say_json(asdict(removal))
        return
    console.print(
        f"已移除 {removal.name}。提交后清点：{removal.paragraphs} 个段落剩 {removal.paragraphs_left}，"
        f"{removal.vectors} 个向量剩 {removal.vectors_left}，{removal.originals} 份原件剩 {removal.originals_left}"
        f" · removed; {removal.paragraphs_left} of {removal.paragraphs} paragraphs left",
        markup=False,
    )
    for name in removal.same_content:
        console.print(f"内容相同的 {name} 还在 · {name} has the same content and stays", markup=False)
    if not removal.overwritten:
        console.print(
            "数据库的日志正被读取，其中的旧字节稍后才会清掉 · the database's log is being read; "
            "old bytes in it go later"
        )


def show_rows(title: str, rows: Mapping[str, int]) -> None:
    """Say how much of a whole database was moved."""
    parts = (
        f"{rows.get('documents', 0)} 份文档 documents",
        f"{rows.get('paragraphs', 0)} 个段落 paragraphs",
        f"{rows.get('questions', 0)} 个问题 questions",
    )
    console.print(f"{title}：{'，'.join(parts)}", markup=False)


def show_evaluation(evaluation: Evaluation) -> None:
    """Print the table of an evaluation: all questions, then by form, then by kind."""
    table = Table(title="评测 evaluation", box=SIMPLE, pad_edge=False, padding=(0, 1))
    table.add_column("", no_wrap=True)
    for heading in ("题数", "hit@1", "hit@3", "答对", "确定", "确定的对", "拒答精度", "拒答召回"):
        table.add_column(heading, justify="right")
    _add_row(table, "全部 all", evaluation.overall)
    _add_row(table, "无追问 standalone", evaluation.standalone)
    for scores in (evaluation.by_form, evaluation.by_kind):
        table.add_section()
        for name, score in sorted(scores.items()):
            _add_row(table, name, score)
    console.print(table)
    console.print("把握与对错 · how often answers at each confidence are right")
    for part in evaluation.reliability():
        right = "█" * round(20 * part.right / part.answers)
        console.print(f"{part.low:.1f}–{part.high:.1f}  {right:<20}  {part.right}/{part.answers}")


def _add_row(table: Table, name: str, score: Score) -> None:
    figures = score.figures()
    names = ("hit@1", "hit@3", "answer_accuracy", "certain", "certain_right")
    shares = (figures[key] for key in (*names, "abstention_precision", "abstention_recall"))
    table.add_row(name, str(score.questions), *("—" if share is None else f"{share:.3f}" for share in shares))


def show_finding(finding: Finding) -> None:
    """Print one line of `wenbao check`."""
    mark = "[green]✓[/]" if finding.right else "[red]✗[/]"
    console.print(f"{mark} {escape(finding.line)}")
