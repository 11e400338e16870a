"""How the work on the library goes and ends, as Telegram's HTML; pure functions."""

import html

from bot.words import Words
from embeddings.indexing import Report
from embeddings.types import Progress

MOST_SKIPPED = 10  # files named in a closing summary


def render_progress(progress: Progress, words: Words) -> str:
    """Return one line that says how far a re-indexing is."""
    stage = dict(words.reindex_stages).get(progress.stage, progress.stage)
    line = words.reindex_progress.format(stage=stage, done=progress.done, total=progress.total)
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
    if len(report.skipped) > MOST_SKIPPED:
        lines.append(words.reindex_skipped_more.format(count=len(report.skipped) - MOST_SKIPPED))
    return "\n".join(lines)
