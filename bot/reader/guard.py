"""In what the best evidence differs from what was asked: 余杭 is not 龙港, 增速 is not 总量, 2023 is not 2024."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.reader.agreement import TELLING
from bot.reader.opened import Opened
from bot.reader.signs import SIGNS, Candidate, other_number
from bot.reader.told_apart import numbered
from embeddings.terms import fold_in_place

Differs = Literal["subject", "absent", "year", "aspect", "plan", "scope", "unit", "unsure"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was asked and what the evidence has instead; `given` is empty where it has nothing of the kind."""

    kind: Differs
    asked: str = ""
    given: str = ""


# Measures that share words and are not the same; each row's members exclude each other.
_SCOPES = (
    ("规上|规模以上|规模工业", "全社会|全部工业", "限上|限额以上"),
    ("地方财政|一般公共预算|地方一般", "财政总收入|财政收入总"),
    ("进出口", r"(?<!进)出口", r"进口"),
    ("城镇", "农村|农民", "城乡|全体"),
    ("净利润", "营业收入|营收", "利润总额", "总资产"),
    ("工业投资", "固定资产投资", "民间投资", "制造业投资", "房地产开发投资|房地产投资", "基础设施投资"),
    ("存款", "贷款"),
    ("人均", "总"),
    ("常住人口", "户籍人口"),
    ("境内", "境外"),
    ("男", "女"),
)
_ROLES = re.compile(
    r"省委书记|市委书记|县委书记|区委书记|党委书记|书记|省长|市长|县长|区长|镇长|乡长|主任|局长|厅长|部长|院长|校长|所长|行长|董事长|总经理|副总经理|总裁"
    r"|财务总监|董事会秘书|独立董事|监事会主席|主席|会长|秘书长|首席专家|链长|联系人|负责人|院士|记者|总设计师|设计师|会计师|法人"
)
_ASPECTS = {"level": "总量", "growth": "增速", "share": "占比", "rank": "排名", "multiple": "倍数"}
MISSED = 0.35  # a word that the passage says less than so much is not in it
_OWN = re.compile(r"[我全本][国省市县区州镇乡]")


def difference(opened: Opened, candidate: Candidate) -> Difference | None:
    """Return the first way in which an answer is not what was asked; None where it agrees."""
    return next((found for check in _CHECKS for found in check(opened, candidate)), None)


def unsaid(opened: Opened, candidate: Candidate) -> tuple[float, float]:
    """Return how many telling words of the question the evidence does not say, each counted by its weight.

    First the names that the library knows from elsewhere: 沙汀区 where the sentence is about the whole city;
    then the nouns that it does not know at all: 造价.
    """
    agreement, paragraph = opened.agreement, opened.passage.paragraph
    near = f"{opened.passage.document} {paragraph.context} {opened.text[: candidate.sentence[1]]}"
    said = agreement.near(candidate.claim, candidate.sentence)
    names = unknown = 0.0
    for word, weight, noun, here in zip(
        agreement.words, agreement.weights, opened.asked_nouns, said, strict=True
    ):
        if not noun or len(word) < 2 or here > MISSED:
            continue
        if opened.holds(word):
            names += float(weight) if word not in fold_in_place(near) else 0.0
        else:
            unknown += float(weight)
    return names, unknown


def lacking(opened: Opened) -> str:
    """Return the most telling noun of the question that neither passage nor library holds; empty if none."""
    agreement = opened.agreement
    nouns = (
        (float(weight), word)
        for word, weight, noun, said in zip(
            agreement.words, agreement.weights, opened.asked_nouns, agreement.anywhere, strict=True
        )
        if noun
        and len(word) > 1
        and word[0] != "最"
        and weight > TELLING
        and said < MISSED
        and not opened.holds(word)
    )
    return max(nouns, default=(0.0, ""))[1]


def _sign(candidate: Candidate, name: str) -> float:
    return float(candidate.signs[SIGNS.index(name)])


def _subject(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    if opened.speaks_of < 0:
        yield Difference("subject", opened.asked.subjects[0], opened.passage.paragraph.subject)


def implied(opened: Opened) -> NDArray[np.bool_]:
    """Return which words of the question are a place that the passage means by 我省 or 全市, shape (words,)."""
    around = _around(opened)
    own = not opened.passage.paragraph.subject and _OWN.search(around) is not None
    words = zip(opened.agreement.words, opened.places, strict=True)
    return np.array([own and bool(place) and opened.holds(word) for word, place in words], bool)


def _around(opened: Opened) -> str:
    return fold_in_place(f"{opened.passage.paragraph.searched} {opened.passage.document}")


def _place(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    """A place that neither the passage nor, where it says 我省 or 全市, the library names: 义乌GDP增速."""
    subject, around = opened.passage.paragraph.subject, _around(opened)
    for word, place, meant in zip(opened.agreement.words, opened.places, implied(opened), strict=True):
        if place and word not in around and not meant:
            yield Difference("subject" if subject else "absent", word, subject)


def _number(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    """Another of several: 三期 asked where the answer is about 二期, and its sentence says nothing of 三期."""
    other = other_number(opened, (candidate.spans[0][0], candidate.spans[-1][1]))
    around = numbered(opened.folded[slice(*candidate.sentence)])
    asked = opened.asked.numbered
    if other and not any(one in around for one in asked):
        yield Difference("subject", str(asked[0]), other)


def _year(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    if _sign(candidate, "year") <= -1 and candidate.claim is not None:
        yield Difference("year", f"{opened.asked.years[0]}年", f"{candidate.claim.years[0]}年")


def _aspect(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    asked, claim = opened.asked.aspect, candidate.claim
    if asked and claim is not None and _sign(candidate, "aspect") <= -1 and claim.figure.kind != "date":
        yield Difference("aspect", _ASPECTS[asked], _ASPECTS.get(claim.aspect, ""))


def _plan(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    if _sign(candidate, "goal") <= -1:
        planned = candidate.claim is not None and candidate.claim.goal
        yield Difference("plan", "实绩" if planned else "目标", "目标" if planned else "实绩")


def _scope(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    if candidate.claim is None:
        return
    text = fold_in_place(opened.text)
    near = "".join(text[slice(*span)] for span in (*candidate.claim.metric, candidate.claim.clause))
    for row in _SCOPES:
        asked = [each for each in row if re.search(each, opened.asked.text)][:1]
        given = [each for each in row if re.search(each, near)]
        if asked and given and asked[0] not in given:
            yield Difference(
                "scope",
                *(_printed(each, where) for each, where in ((asked[0], opened.asked.text), (given[0], near))),
            )


def _printed(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match.group() if match else ""


def _unit(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    if _sign(candidate, "unit") <= -1 and candidate.claim is not None:
        yield Difference("unit", opened.asked.unit, candidate.claim.figure.unit)


def _role(opened: Opened, candidate: Candidate) -> Iterator[Difference]:
    """An office that the passage does not name: 区长 where only 书记 stands."""
    if opened.asked.kind != "person":
        return
    asked = _ROLES.search(opened.asked.text)
    around = fold_in_place(f"{opened.passage.paragraph.context} {opened.text}")
    if asked and asked.group() not in around and asked.group()[-2:] not in around:
        yield Difference("absent", asked.group())


_CHECKS: Sequence[Callable[[Opened, Candidate], Iterator[Difference]]] = (
    _subject, _place, _number, _role, _scope, _aspect, _year, _plan, _unit,
)  # fmt: skip
