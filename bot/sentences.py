"""Which sentence of a passage answers a question."""

import re

from embeddings.terms import terms
from embeddings.types import Paragraph

Span = tuple[int, int]  # character offsets into a paragraph's text, end exclusive

# 她说：“好。”他走了。 → 她说：“好。” | 他走了。
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)\]]*|\n|$)|[^。！？!?\n]+$")
_ASKS_FIGURE = re.compile(
    r"多少|多大|多高|多长|几|第几|百分之|比例|占比|增速|排名|数量|多久|何时|哪[年月天日]"
)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万亿]+[个名家项次位年月日%％]")


def sentence_spans(text: str) -> list[Span]:
    """Return the sentences of a paragraph in order; closing quotes stay with their sentence."""
    return [match.span() for match in _SENTENCE.finditer(text) if match.group().strip()]


def answering_sentence(question: str, paragraph: Paragraph) -> Span | None:
    """Return the sentence that shares most with the question, longer terms weighing more.

    What the context around the paragraph says already (龙港 in the headline) tells its sentences
    not apart, so it counts half. A question for a figure prefers a sentence that holds one.
    """
    spans = sentence_spans(paragraph.text)
    if not spans:
        return None
    asked = {term: float(len(term)) for term in terms(question)}
    for term in set(terms(paragraph.context)) & asked.keys():
        asked[term] /= 2
    wants_figure = bool(_ASKS_FIGURE.search(question))

    def agreement(span: Span) -> float:
        sentence = paragraph.text[slice(*span)]
        shared = sum(asked.get(term, 0.0) for term in set(terms(sentence)))
        return shared * (1.25 if wants_figure and _FIGURE.search(sentence) else 1.0)

    return max(spans, key=agreement)
