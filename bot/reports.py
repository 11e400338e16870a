"""How the work on the library goes and ends, as Telegram's HTML; pure functions."""

import html
import time
from collections.abc import Callable
from dataclasses import asdict

from bot.library_words import LibraryWords
from bot.words import Words
from embeddings.indexing import Report
from embeddings.removal import Removal
from embeddings.types import ADDED, Progress, StoredDocument

MOST_SKIPPED = 10  # files named in a closing summary
MOST_LOST = 20  # questions named where the gate held a generation back


def render_progress(progress: Progress, words: Words, rate: float = 0.0) -> str:
    """Return one line that says how far a run is; with a rate a second, also how long it still takes."""
    stage = dict(words.reindex_stages).get(progress.stage, progress.stage)
    line = words.reindex_progress.format(stage=stage, done=progress.done, total=progress.total)
    if rate > 0 and progress.done < progress.total:
        left = (progress.total - progress.done) / rate
        line += words.reindex_pace.format(rate=rate, left=f"{left // 60:.0f}:{left % 60:02.0f}")
    return html.escape(line, quote=False)


def render_report(report: Report, words: Words) -> str:
    """Return the closing summary of a re-indexing as HTML, naming the files skipped and why."""
    lines = [
        words.reindex_done.format(
            generation=report.generation,
            seconds=report.seconds,
            documents=report.documents,
            paragraphs=report.paragraphs,
            added=report.added,
            changed=report.changed,
            removed=report.removed,
            skipped=len(report.skipped),
        )
    ]
    for skipped in report.skipped[:MOST_SKIPPED]:
        line = words.reindex_skipped.format(name=skipped.name[:80], why=skipped.why[:200])
        lines.append(html.escape(line, quote=False))
    for warned in report.warnings[:MOST_SKIPPED]:
        lines.append(html.escape(f"⚠ {warned.name[:80]}：{warned.what[:200]}", quote=False))
    if len(report.skipped) > MOST_SKIPPED:
        lines.append(words.reindex_skipped_more.format(count=len(report.skipped) - MOST_SKIPPED))
    return "\n".join(lines)


class Pace:
    """How fast the stage under way goes, told by its steps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: Progress | None = None
        self._began = 0.0

    def rate(self, step: Progress) -> float:
        """Return how many a second since the stage's first step; 0 while that cannot be told."""
        now = self._clock()
        if self._first is None or self._first.stage != step.stage:
            self._first, self._began = step, now
        elapsed = now - self._began
        return (step.done - self._first.done) / elapsed if elapsed > 0 else 0.0


def render_lost(report: Report, words: LibraryWords) -> str:
    """Return what the gate found, as HTML: the known questions that are not answered any more."""
    lines = [f"· {question[:100]}" for question in report.lost[:MOST_LOST]]
    lines += [f"…… {len(report.lost) - MOST_LOST}"] if len(report.lost) > MOST_LOST else []
    questions = html.escape("\n".join(lines), quote=False)
    return words.lost.format(questions=questions, generation=report.generation)


def render_added(report: Report, name: str, paragraphs: int, words: LibraryWords) -> str:
    """Return how adding one document ended, as HTML."""
    shown = html.escape(name, quote=False)
    if report.skipped:
        return words.add_skipped.format(name=shown, why=html.escape(report.skipped[0].why[:300], quote=False))
    if not report.added and not report.changed:
        return words.add_same.format(name=shown)
    ending = words.add_done if report.added else words.add_replaced
    return ending.format(
        name=shown, paragraphs=paragraphs, generation=report.generation, seconds=report.seconds
    )


def render_document(document: StoredDocument, words: LibraryWords) -> str:
    """Return what is known of a document, as HTML."""
    size = f"{document.bytes / 1024:.1f} KB" if document.bytes < 2**20 else f"{document.bytes / 2**20:.1f} MB"
    origin = "📨" if document.origin == ADDED else "📁"
    facts = {"name": html.escape(document.name, quote=False), "size": size, "origin": origin}
    lines = [words.document.format(paragraphs=document.paragraphs, **facts)]
    if document.title:
        lines.append(words.document_title.format(title=html.escape(document.title, quote=False)))
    return "\n".join(lines)


def render_removal(removal: Removal, paragraphs: int, words: LibraryWords) -> str:
    """Return a removal and what was counted as left after it, as HTML.

    `paragraphs` are those of the version that answered: as many as the question before it said.
    """
    figures = asdict(removal) | {"name": html.escape(removal.name, quote=False), "paragraphs": paragraphs}
    lines = [words.removed.format(**figures)]
    if older := removal.paragraphs - paragraphs:
        lines.append(words.removed_versions.format(older=older))
    if removal.same_content:
        names = html.escape("、".join(removal.same_content), quote=False)
        lines.append(words.removed_copies.format(names=names))
    if not removal.overwritten:
        lines.append(words.removed_later)
    return "\n".join(lines)
