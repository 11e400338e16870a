"""What the commands print of answers, for people and for scripts; colours only on a terminal."""

import json
import sys
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape

from bot.answering import Answer, Evidence
from bot.messages import difference_note
from bot.words import ZH

console = Console(highlight=False, soft_wrap=True)


def say_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def show_answer(answer: Answer) -> None:
    """Print an answer: short answer first, then its sentence in the paragraph, then the source."""
    if answer.understood != answer.question:
        console.print(f"[dim]理解为 understood as：{escape(answer.understood)}[/]")
    if answer.found:
        console.print(f"[bold green]{'' if answer.certain else '可能：'}{escape(answer.text or '')}[/]")
        if answer.rephrased:
            console.print(f"{escape(answer.rephrased)} [dim]（转述 rephrased）[/]")
    else:
        console.print("[bold]文档里没有这个问题的答案。[/] [dim]The documents do not say.[/]")
        if answer.difference is not None and answer.evidence:
            console.print(escape(difference_note(answer.difference, ZH)))
        if answer.evidence:
            console.print("[dim]最接近的段落（不是答案） · nearest passages, not an answer：[/]")
    for choice in answer.choices:
        console.print(f"· {choice.label}：{choice.answer}（{choice.document}）", markup=False)
    for number, evidence in enumerate(answer.evidence[: 1 if answer.found else 3], 1):
        console.print()
        console.print(_paragraph(evidence))
        console.print(f"[dim]—— {number}. {escape(_source(evidence))}[/]")


def _paragraph(evidence: Evidence) -> str:
    text = evidence.passage.paragraph.text
    if evidence.sentence is None:
        return escape(text)
    start, end = evidence.sentence
    after, tail = escape(text[end:]), ""
    for first, last in reversed(evidence.answers):
        if start <= first and last <= end:
            marked = f"[reverse]{escape(text[first:last])}[/]"
            end, tail = first, marked + escape(text[last:end]) + tail
    inside = escape(text[start:end]) + tail
    return f"{escape(text[:start])}[bold]{inside}[/]{after}"


def _source(evidence: Evidence) -> str:
    paragraph = evidence.passage.paragraph
    return " › ".join((evidence.passage.document, *paragraph.headings, *filter(None, [paragraph.byline])))


def answer_as_json(answer: Answer, identity: object = None) -> dict[str, Any]:
    """Return an answer in the form that scripts rely on."""
    return {
        **({} if identity is None else {"id": identity}),
        "question": answer.question,
        "understood": answer.understood,
        "answer": answer.text,
        "confidence": round(answer.confidence, 4),
        "passages": [_passage_as_json(evidence) for evidence in answer.evidence],
        "choices": [asdict(choice) for choice in answer.choices],
        **({"rephrased": answer.rephrased} if answer.rephrased else {}),
        "generation": answer.generation,
        "milliseconds": round(answer.milliseconds, 1),
    }


def _passage_as_json(evidence: Evidence) -> dict[str, Any]:
    passage, spans = evidence.passage, evidence.answers
    return {
        "paragraph": passage.paragraph_id,
        "document": passage.document,
        "heading": list(passage.paragraph.headings),
        "text": passage.paragraph.text,
        "score": round(passage.score, 4),
        "sentence": list(evidence.sentence) if evidence.sentence else None,
        "answer": [spans[0][0], spans[-1][1]] if spans else None,
    }
