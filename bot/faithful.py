"""What a language model may say: only what the passages say. Every figure and every name must stand in them.

The check is literal and one-sided: a good reply may be refused, and then the extract is shown. It goes by words,
not by grammar, so it cannot see everything.
"""

import re
from collections.abc import Sequence

from bot.assertions import CLAUSE_END, NEGATIONS, Said, folded, holds, negating, said, sentences_of
from bot.attribution import astray, exchanged, moved
from embeddings.types import Passage

LONGEST = 400  # characters of a reply
_SAME = {"增长": ("增速", "增幅")}
# What a reply may not lose: without it 没有完成 is done, a fall is a rise, and a plan is a fact.
_NEVER_LOST = (
    re.compile(f"[{NEGATIONS}]"),
    re.compile(r"下降|减少|降低|缩小|回落|低于|少于|慢于|不足|下滑|萎缩|负增长"),
    re.compile(r"预计|预期|预测|计划|规划|拟|力争|争取|目标|有望|将|可能|估计"),
)


def departure(reply: str, answer: str, passages: Sequence[Passage]) -> str:
    """Return what in a reply the passages do not bear out, empty where it may be shown.

    `answer` is the short answer as the source prints it: the reply must hold it.
    """
    wholes = [folded(_whole(passage)) for passage in passages]
    texts = [folded(passage.paragraph.text) for passage in passages]
    plain = folded(reply)
    if not plain or len(reply) > LONGEST:
        return "长短 · length"
    if folded(answer) not in plain:
        return answer
    for sentence in sentences_of(plain):
        for clause in CLAUSE_END.split(sentence):
            part = said(clause)
            if lacking := _lacking(part, wholes) or _turned(part, texts) or _lost(clause, part, texts):
                return lacking
        if figure := astray(sentence, texts, wholes) or exchanged(sentence, texts):
            return figure
    return moved(plain, wholes, texts)


def _lacking(part: Said, wholes: Sequence[str]) -> str:
    """Return a figure, a name or a doing that no passage holds."""
    wanted = (*part.figures, *part.names, *part.doings)
    return next((word for word in wanted if not any(holds(whole, word) for whole in wholes)), "")


def _turned(part: Said, texts: Sequence[str]) -> str:
    """Return what turns a clause round without a clause of the passages on the same figures that does so, too.

    Without figures, a sentence on the same names.
    """
    sentences = [sentence for text in texts for sentence in sentences_of(text)]
    bearing = [sentence for sentence in sentences if all(name in sentence for name in part.owners)]
    if part.figures:
        clauses = [clause for sentence in sentences for clause in CLAUSE_END.split(sentence)]
        bearing = [clause for clause in clauses if any(holds(clause, figure) for figure in part.figures)]
    for word in part.turning:
        if not any(same in each for each in bearing for same in (word, *_SAME.get(word, ()))):
            return word
    return ""


def _lost(clause: str, part: Said, texts: Sequence[str]) -> str:
    """Return what negates, lowers or only plans in the clauses of the passages that say the same, and is not said."""
    clauses = [
        each for text in texts for sentence in sentences_of(text) for each in CLAUSE_END.split(sentence)
    ]
    for figure in part.figures or ("",):
        same = [each for each in clauses if not figure or holds(each, figure)]
        shared = [sum(name in each for name in (*part.names, *part.doings)) for each in same]
        wanted = max(shared, default=0) if figure else max(1, len(part.names) + len(part.doings))
        nearest = [each for each, count in zip(same, shared, strict=True) if count == wanted]
        for kind in _NEVER_LOST:
            signs = [kind.search(negating(each)) for each in nearest]
            if signs and all(signs) and not kind.search(negating(clause)):
                return next(sign.group() for sign in signs if sign)
    return ""


def _whole(passage: Passage) -> str:
    part = passage.paragraph
    return "\n".join((passage.document, part.subject, *part.headings, part.byline, part.text))
