"""What a possible answer must agree with: place, year, aspect, unit, plan, scope, number and code of the question.

Each check says in what it differs: 余杭 is not 龙港, 增速 is not 总量, 2023 is not 2024, FC-200 is not FC-300; or else
whether it is known to agree.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from bot.reader.candidates import Candidate
from bot.reader.claims import Claim
from bot.reader.lexicon import ASKS, COUNTERS, RECKONED, RESPECTS, SCOPES, VALUES
from bot.reader.question import TIME, YEAR, labels, measures
from bot.reader.reading import Reading
from bot.reader.shapes import clause_of
from embeddings.terms import is_known

Differs = Literal["subject", "absent", "year", "aspect", "plan", "scope", "unit", "form", "unsure", "sum"]
Holds = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was asked and what the evidence has instead; `given` is empty where it has nothing of the kind."""

    kind: Differs
    asked: str = ""
    given: str = ""


Verdict = Difference | bool  # in what it differs; else whether it agrees, False where nothing is known
_ALIKE = ({"growth", "share"}, {"growth", "multiple"}, {"level", "share"})  # told in each other's words
_ASPECTS = {"level": "总量", "growth": "增速", "share": "占比", "rank": "排名", "multiple": "倍数"}
_OWN = re.compile(r"[我全本][国省市县区州镇乡]")
_YEAR_IN_FORCE = re.compile(rf"(?<![由从自比较]){YEAR.pattern}")  # 由2023年的168家增加到197家 is of no 2023
_SCALES = "十百千万亿"
_NOT_COUNTED = re.compile(r"[元%亩米吨]$")
_OFFERS = re.compile("哪|还是|吗|是不是|或")
_PEOPLE = re.compile(r"[人名位]$|人次$")


def speaks_of(reading: Reading) -> Verdict:
    """Say whether a passage speaks of a place or body that the question names, or only of another."""
    named, subject = reading.asked.subjects, reading.passage.paragraph.subject
    if any(name in reading.above or name in reading.folded for name in named):
        return True
    return Difference("subject", named[0], subject) if named and subject else False


def years_of(reading: Reading, claim: Claim | None, start: int) -> tuple[str, ...]:
    """Return the years that hold where an answer stands: its clause's, the last one before, the title's or the name's.

    2023年公报: 生产总值增长5.8% → 2023; 比上年增长 says nothing of the year before.
    """
    stated = claim.years if claim is not None else ()
    before = f"{reading.above} {reading.folded[:start]}"
    return stated or tuple(_YEAR_IN_FORCE.findall(before)[-1:])


def _subject(one: Candidate, holds: Holds) -> Verdict:
    reading, subject = one.reading, one.reading.passage.paragraph.subject
    around = f"{reading.above} {reading.folded}"
    own = not subject and _OWN.search(around) is not None
    for word in reading.asked.content:
        if word in _places() and word not in around and not (own and holds(word)):
            return Difference("subject" if subject else "absent", word, subject)
    return speaks_of(reading)


@cache
def _places() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("places.txt").read_text(encoding="utf-8").split())


def _label(one: Candidate, holds: Holds) -> Verdict:
    """Judge what is told apart by number or code: 二期 is not 三期, FC-200 not FC-300, 第二十条 may not be there."""
    reading, text = one.reading, one.reading.folded
    if not reading.asked.labels:
        return False
    clause, sentence = (labels(text[slice(*part)]) for part in (clause_of(text, one.span), one.sentence))
    before = labels(f"{reading.above} {text[: one.span[0]]}")
    told_apart = {other.kind for other in labels(f"{reading.above} {text}")} | set("条章款")
    for asked in reading.asked.labels:
        given = [other for other in clause if other.kind == asked.kind]
        given = given or [other for other in before if other.kind == asked.kind][-1:]
        if asked.kind in told_apart and asked not in (*given, *sentence):
            if given and asked.kind not in "a1":
                return Difference("subject", asked.text, given[0].text)
            return Difference("absent", asked.text)
    return True


def _year(one: Candidate, holds: Holds) -> Verdict:
    reading, claim, asked = one.reading, one.claim, set(one.reading.asked.years)
    given = years_of(reading, claim, one.span[0]) if asked else ()
    if asked & {*given, *YEAR.findall(reading.folded[slice(*one.span)])}:
        return True
    dated = claim is not None and claim.figure.kind == "date"  # 2024年公报的发布日期: 2025年3月26日
    loose = claim is None and reading.asked.kind != "figure"
    if not asked or not given or loose or (dated and asked & set(YEAR.findall(reading.above))):
        return False
    return Difference("year", f"{reading.asked.years[0]}年", f"{given[-1]}年")


def _aspect(one: Candidate, holds: Holds) -> Verdict:
    asked, claim = one.reading.asked.aspect, one.claim
    if not asked or claim is None or claim.figure.kind in ("date", "time", "code"):
        return False
    if not claim.aspect or asked == claim.aspect or {asked, claim.aspect} in _ALIKE:  # 高于全市0.8个百分点
        return asked == claim.aspect
    return Difference("aspect", _ASPECTS[asked], _ASPECTS[claim.aspect])


def _unit(one: Candidate, holds: Holds) -> Verdict:
    asked, claim = one.reading.asked.unit, one.claim
    if not asked or claim is None or one.reading.asked.aspect == "rank":
        return False
    given = one.reading.folded[slice(*one.span)] if asked == TIME else claim.figure.unit
    fits = measures(asked, given)
    if fits or (fits is None and given and _counts_the_same(asked, given)):
        return True
    return Difference("unit", asked, claim.figure.unit) if given else False


def _counts_the_same(asked: str, given: str) -> bool:
    """Say whether two counters may count the same: 人 and 名, 条 and 艘, 亿元 and 元, 个 and whatever is counted."""
    if asked == "个":
        return not _NOT_COUNTED.search(given)
    return (
        given.endswith(asked)
        or asked.endswith(given)
        or (_PEOPLE.search(given) is not None and _PEOPLE.search(asked) is not None)
        or any(asked in counters and given.lstrip(_SCALES) in counters for counters in COUNTERS)
    )


def _plan(one: Candidate, holds: Holds) -> Verdict:
    asked, claim = one.reading.asked, one.claim
    if claim is None or asked.kind != "figure" or asked.goal == claim.goal:
        return claim is not None and asked.goal
    if asked.goal:
        return Difference("plan", "目标", "实绩")
    return Difference("plan", "实绩", "目标") if asked.done else False


def _scope(one: Candidate, holds: Holds) -> Verdict:
    if one.claim is None:
        return False
    text, question = one.reading.folded, one.reading.asked.text
    near = "".join(text[slice(*span)] for span in (*one.claim.metric, one.claim.clause))
    for row in SCOPES:
        asked = next((found for each in row if (found := re.search(each, question))), None)
        given = [found for each in row if (found := re.search(each, near))]
        if asked and given and not any(found.re is asked.re for found in given):
            return Difference("scope", asked.group(), given[0].group())
    return False


def _form(one: Candidate, holds: Holds) -> Verdict:
    """Judge what is no answer: the question's own words, to 周几 no day of the week, to 谁 a town or a figure."""
    answer, asked = one.reading.folded[slice(*one.span)], one.reading.asked
    if ASKS["weekday"].search(asked.text):
        fits = VALUES["weekday"].fullmatch(answer) is not None
    elif asked.kind == "person":
        fits = not (answer in _places() or answer[:1].isdigit())
    else:  # 合计多少万元 ↛ 万元; 甲还是乙 → 甲
        fits = answer not in asked.text or _OFFERS.search(asked.text) is not None
    return Difference("form") if not fits else False


def _computed(one: Candidate, holds: Holds) -> Verdict:
    """Judge sums and differences: 甲比乙高多少 is answered where the text says it, never by reckoning."""
    question, sentence = one.reading.asked.text, one.reading.folded[slice(*one.sentence)]
    reckoned = next((says for asks, says in RECKONED.values() if asks.search(question)), None)
    return Difference("sum") if reckoned and not reckoned.search(sentence) else reckoned is not None


CHECKS: dict[str, Callable[[Candidate, Holds], Verdict]] = {
    "subject": _subject, "label": _label, "scope": _scope, "aspect": _aspect, "year": _year,
    "plan": _plan, "unit": _unit, "form": _form, "computed": _computed,
}  # fmt: skip


def verdicts(one: Candidate, holds: Holds) -> dict[str, Verdict]:
    """Return what each check says of a possible answer."""
    return {name: check(one, holds) for name, check in CHECKS.items()}


def lacking(readings: Sequence[Reading], holds: Holds) -> str:
    """Return a word of the question that neither the passages nor the library hold; empty where there is none.

    Only a word that the dictionary knows: 造价, never 天退 of 多少天退.
    """
    around = " ".join(f"{reading.above} {reading.folded}" for reading in readings)
    asked = readings[0].asked.content if readings else ()
    words = (word for word in asked if len(word) > 1 and word[0] != "最" and word not in RESPECTS)
    return next((word for word in words if is_known(word) and word not in around and not holds(word)), "")
