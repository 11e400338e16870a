"""Answers that an admin wrote: documents of their own, which answer the question they were written for."""

from dataclasses import replace

from bot.answering import Answer, Evidence
from bot.evaluation import plain
from bot.messages import shorten

PREFIX = "管理员答·"
LONGEST_NAME = 40


def entry_name(question: str) -> str:
    """Return the name of the document that answers a question: 管理员答·食堂几点开门.txt."""
    kept = "".join(sign for sign in question if sign.isalnum())
    return f"{PREFIX}{shorten(kept, LONGEST_NAME)}.txt"


def in_admins_words(answer: Answer) -> Answer:
    """Return the answer that an admin wrote for this very question, where the passages hold one."""
    for one in answer.evidence:
        paragraph = one.passage.paragraph
        mine = one.passage.document.startswith(PREFIX) and paragraph.role == "body"
        if mine and any(plain(heading) == plain(answer.understood) for heading in paragraph.headings):
            whole = (0, len(paragraph.text))
            others = tuple(other for other in answer.evidence if other is not one)
            return replace(
                answer,
                found=True,
                certain=True,
                confidence=1.0,
                text=paragraph.text,
                rephrased="",
                difference=None,
                choices=(),
                evidence=(Evidence(one.passage, whole, (whole,)), *others),
            )
    return answer
