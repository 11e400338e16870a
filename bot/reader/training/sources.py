"""What training examples are drawn from: questions by people and by templates, and plain texts."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.reader.training.corpus import passages, rows
from embeddings.training.pairs import Measured

NEWS_QUESTIONS, PLAIN_PASSAGES = 160_000, 60_000
_TRIMMED = " ,，.。;；:：、?？!！"


@dataclass(slots=True)
class Asked:
    """A question on a context, with the character spans of its answers."""

    question: str
    context: str
    answers: list[tuple[int, int]]  # character spans


@dataclass(slots=True)
class Sources:
    """All that examples are drawn from."""

    people: list[Asked] = field(default_factory=list)
    templates: list[Asked] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, training: Path, reading: Path) -> "Sources":
        """Read the shared files; what the measuring sets hold is left out."""
        measured = Measured(reading)
        sources = cls()
        for row in rows(training / "reader_open.jsonl.zst"):
            if not measured.holds(row["question"], row["context"]):
                sources.people.append(_asked(row))
        for row in rows(training / "reader_news_templates.jsonl.zst"):
            if len(sources.templates) < NEWS_QUESTIONS:
                sources.templates.append(_asked(row))
        contexts = list(dict.fromkeys(asked.context for asked in sources.people))
        sources.plain = contexts * 6 + list(passages(training, PLAIN_PASSAGES * 130))
        return sources


def _asked(row: dict) -> Asked:
    spans = []
    for answer in row["answers"]:
        start, text = answer["start"], answer["text"]
        left = len(text) - len(text.lstrip(_TRIMMED))
        spans.append((start + left, start + left + len(text.strip(_TRIMMED))))
    return Asked(row["question"], row["context"], spans)
