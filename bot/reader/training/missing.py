"""Ask what looks right and a paragraph does not answer: another place, year, metric or person."""

import random
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.reader.training.compositions import SHAPES, Fact, Paragraph
from bot.reader.training.figures import GOALS, figure_question, unanswered
from bot.reader.training.headlines import CREDITS, ROLE_ASKED
from bot.reader.training.words import SLOT, Slots, Subject, draw, fill, new_company, new_place

SUBJECTS = {"project", "company", "event", "school", "museum", "crop", "person"}
NAMED = SUBJECTS | {"agency", "slogan", "affair", "nature", "site", "industry"}
# 写了“正式投入使用”，再问“什么时候建成”就算不得没有答案。
CLASH_ROWS = """
progress stage open finish reopen
area floor
builder workers period finish open
newdate eventdate deadline
award prize winner
hall road
act credit method motive
hq newplant
boss founder
tenant newplant
purpose serves why
invest budget source2
site turned
where hall
eventdate newdate delay
method remedy
stop lag drop loss
pillars values
invest plantmoney
prior post bossrole head principal chief boss founder designer donor research
act college from born seat speaker
product business tech output exports cost method newplant plantmoney leader
tasks topics pillars path monthly core source promise
title made streak
quote platform feature station policy motto lead duty pilot
industries cluster goalcity leader firms by path subsidy
how through because aim effect feature
fund social trust fundsize subsidy
cadres front help
prior legend act
"""
CLASHES = [set(row.split()) for row in CLASH_ROWS.strip().splitlines()]
# 谁、哪里、为什么、哪些、怎么，比数字难，多问一些。
HARD = re.compile("谁|哪位|在哪|哪里|为什么|原因|目的|哪些|哪三|怎么|怎样|什么时候|叫什么")
Asked = TypeVar("Asked")
BASE = {"goal": "n", "goalgrowth": "growth", "goaltotal": "total", "goallevel": "level"}


def favour(pool: Sequence[Asked], question: Callable[[Asked], str], rng: random.Random) -> Asked:
    """Choose one, drawing up to three times for one whose question is of a hard kind."""
    chosen = rng.choice(pool)
    for _ in range(2):
        if HARD.search(question(chosen)):
            break
        chosen = rng.choice(pool)
    return chosen


def names_in(template: str) -> set[str]:
    """Return the named things a question template holds: `{person2}多大` → {'person2'}."""
    return {slot for slot in SLOT.findall(template) if slot.rstrip("0123456789") in NAMED}


def words_for(
    paragraph: Paragraph, subject: Subject, rng: random.Random, told: bool = False
) -> dict[str, str]:
    """Return p, t and w of a question; p may be empty where only one place is meant."""
    names = [subject.name] * 7 + [subject.full] * 2
    if not told and not paragraph.other:
        names.append("")
    year = rng.choice(["", paragraph.year]) if subject == paragraph.subject else ""
    return {"p": rng.choice(names), "t": year, "w": paragraph.goal_year}


def single_names() -> list[tuple[str, list[tuple[str, str]]]]:
    """Group the questions that hold one name and nothing else by that name's slot."""
    asked = [
        (aspect, template) for shape in SHAPES for aspect, some in shape.asked.items() for template in some
    ]
    return [(slot, [pair for pair in asked if SLOT.findall(pair[1]) == [slot]]) for slot in sorted(SUBJECTS)]


ONE_NAME = single_names()
OF_PLACE = [
    (aspect, template)
    for shape in SHAPES
    for aspect, some in shape.asked.items()
    for template in some
    if "{p}" in template
    and set(SLOT.findall(template)) <= {"p", "affair", "agency", "industry", "crop", "region"}
]
INDUSTRIAL = {"industries", "goalcity", "leader", "firms"}


def ask(fact: Fact, p: str, swapped: dict[str, str], rng: random.Random, template: str = "") -> str:
    """Fill a question of a fact; swapped holds the names to ask wrongly."""
    slots = Slots(fact.slots.rng, set(), **{**fact.slots, "p": p, **swapped})
    return fill(template or rng.choice(fact.asked), slots).strip()


def elsewhere(paragraph: Paragraph, rng: random.Random) -> Subject:
    """Return a place or company that the paragraph does not name."""
    seen = paragraph.heading + paragraph.text
    while True:
        subject = new_company(rng) if paragraph.subject.kind == "公司" else new_place(rng)
        if subject.name not in seen:
            return subject


def wrong_name(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Ask a fact of the paragraph about another project, person or place."""
    if not paragraph.facts:
        return None
    fact = favour(paragraph.facts, lambda some: some.asked[0], rng)
    template = rng.choice(fact.asked)
    names = sorted(names_in(template))
    if not names or ("{p}" in template and rng.random() < 0.5):
        if "{p}" not in template:
            return None
        return ask(fact, elsewhere(paragraph, rng).name, {}, rng, template)
    slot = rng.choice(names)
    for _ in range(20):
        value = draw(slot, rng)
        if value not in paragraph.heading + paragraph.text and not any(
            value in v or v in value for v in fact.slots.values() if v
        ):
            return ask(fact, paragraph.subject.name, {slot: value}, rng, template)
    return None


def silent_aspects(paragraph: Paragraph) -> set[str]:
    """Return the aspects that nothing in the paragraph touches."""
    said = {fact.aspect for fact in paragraph.facts}
    said |= {aspect for clash in CLASHES if clash & said for aspect in clash}
    return {aspect for shape in SHAPES for aspect in shape.asked} - said


def unsaid(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Ask something of a named project, company or person that the paragraph does not say."""
    if not paragraph.facts:
        return None
    fact = rng.choice(paragraph.facts)
    silent = silent_aspects(paragraph)
    pool = [
        template
        for slot, asked in ONE_NAME
        for aspect, template in asked
        if slot in fact.slots and aspect in silent
    ]
    return ask(fact, "", {}, rng, favour(pool, str, rng)) if pool else None


def unsaid_of_place(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Ask of the place itself what no sentence says: 云岭重点培育哪些产业."""
    if paragraph.subject.kind == "公司":
        return None
    silent = silent_aspects(paragraph)
    aspect, template = favour(OF_PLACE, lambda pair: pair[1], rng)
    if aspect not in silent or (aspect in INDUSTRIAL and "产业" in paragraph.text):
        return None
    slots = Slots(rng, set(), p=paragraph.subject.name, region=paragraph.subject.region)
    question = fill(template, slots).strip()
    drawn = [name for slot, name in slots.items() if slot not in ("p", "region")]
    return None if any(name in paragraph.text for name in drawn) else question


def wrong_place(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Ask a figure of the paragraph for a place that it is not about."""
    if not paragraph.figures:
        return None
    figure = rng.choice(paragraph.figures)
    subject = elsewhere(paragraph, rng)
    if paragraph.other and rng.random() < 0.6:
        subject = paragraph.subject if figure.subject == paragraph.other else paragraph.other
        if any(f.subject == subject and f.metric == figure.metric for f in paragraph.figures):
            return None
    words = words_for(paragraph, subject, rng, told=True)
    return figure_question(figure.metric, figure.aspect, subject, words, rng)


def wrong_metric(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Ask a sibling metric or another aspect: 增速 where only the total is given."""
    if not any(figure.subject == paragraph.subject for figure in paragraph.figures):
        return None
    found = unanswered(paragraph.figures, paragraph.subject, paragraph.text, rng)
    if found is None:
        return None
    metric, aspect = found
    words = words_for(paragraph, paragraph.subject, rng)
    question = figure_question(metric, aspect, paragraph.subject, words, rng)
    bare = question.removeprefix(words["p"]).strip() in (metric.name, *metric.aliases)
    return None if bare or (aspect == "rank" and "总量" not in question) else question


def wrong_year(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Ask a figure of another year, or last year's where only the goal is given."""
    own = [figure for figure in paragraph.figures if figure.subject == paragraph.subject]
    if not own or not paragraph.year:
        return None
    figure = rng.choice(own)
    actual = any(f.metric == figure.metric and f.aspect not in GOALS for f in own)
    if figure.aspect in GOALS and actual:
        return None
    shift = rng.choice([-3, -2, -1, 2])
    year = f"{int(paragraph.year[:4]) + shift}年" if paragraph.year.startswith("20") else "前年"
    aspect = BASE.get(figure.aspect, figure.aspect)
    words = {
        **words_for(paragraph, paragraph.subject, rng, told=True),
        "t": paragraph.year if not actual else year,
    }
    question = figure_question(figure.metric, aspect, paragraph.subject, words, rng)
    return question if words["t"] in question else None


def unsigned(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Ask a body paragraph who wrote it, or who holds an office that it does not mention."""
    subject, seen = paragraph.subject, paragraph.heading + paragraph.text
    if rng.random() < 0.3 and "记者" not in seen:
        return rng.choice([question for asked in CREDITS.values() for question in asked])
    roles = [
        role for role in (f"副{subject.kind}长", f"{subject.kind}委书记", "政协主席") if role not in seen
    ]
    if subject.kind == "公司" or not roles:
        return None
    return fill(rng.choice(ROLE_ASKED), {"p": subject.full, "r": rng.choice(roles)})


def not_answered(paragraph: Paragraph, rng: random.Random) -> str | None:
    """Return a question that looks right and has no answer in the paragraph."""
    ways = [
        wrong_name,
        unsaid,
        unsaid,
        unsaid_of_place,
        wrong_place,
        wrong_metric,
        wrong_metric,
        wrong_year,
        unsigned,
    ]
    for _ in range(12):
        question = rng.choice(ways)(paragraph, rng)
        if question:
            return question
    return None
