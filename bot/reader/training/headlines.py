"""Compose title, byline and credit lines, each a paragraph of its own."""

import random

from bot.reader.training.words import WORDS, Subject, draw, new_company, new_place

CREDITS = {
    "（本报记者 {a}）": ["这篇报道是谁写的", "本文记者是谁", "记者叫什么名字", "谁报道的", "作者是哪位"],
    "本报记者 {a} 摄": ["照片是谁拍的", "这张图片谁拍的", "摄影者是谁", "图片作者", "谁摄的影"],
    "责任编辑：{a}": ["责任编辑是谁", "责编是哪位", "谁编辑的", "这版的责编"],
    "（{a} 供图）": ["图片由谁提供", "供图者是谁", "谁提供的照片"],
    "（记者 {a} 综合整理）": ["这组内容由谁整理", "整理的记者叫什么", "谁负责整理的"],
    "文字：{a}": ["文字作者是谁", "文字由谁负责", "文字是谁写的"],
}
ROLES = [
    "{k}委书记",
    "{k}委书记",
    "{k}长",
    "{k}长",
    "{k}委副书记、{k}长",
    "{k}委常委、宣传部部长",
    "副{k}长",
    "{k}人大常委会主任",
]
ROLE_ASKED = ["{p}{r}是谁", "{p}的{r}叫什么", "{p}{r}姓名", "谁是{p}{r}", "{p} {r}", "{p}的{r}是哪位"]
TITLE_ASKED = [
    "{p}的发言标题",
    "{p}那篇文章的标题是什么",
    "{p}的发言题目叫什么",
    "{p}发言题目",
    "{p}材料的题目是啥",
]


def role_of(place: Subject, rng: random.Random) -> str:
    """Return an office of the place: 市委书记, 副县长."""
    return rng.choice(ROLES).replace("{k}", place.kind)


def shown_office(place: Subject, role: str) -> str:
    """Join place and office as bylines do: 云岭市委书记, 云岭市副市长."""
    return (place.name if role.startswith(place.kind) else place.full) + role


def title(rng: random.Random) -> str:
    """Return a headline without a place."""
    first, second = rng.sample(WORDS["theme"], 2)
    return rng.choice(
        [f"{first} {second} {rng.choice(WORDS['ambition'])}", f"{first} {rng.choice(WORDS['ambition'])}"]
    )


def byline(place: Subject, rng: random.Random) -> str:
    """Return office and name: 云岭市委书记 何小平."""
    return f"{shown_office(place, role_of(place, rng))} {draw('person', rng)}"


def heading_over(place: Subject, rng: random.Random) -> str:
    """Return a heading that names the place the paragraph is about."""
    about = rng.choice(WORDS["ambition"])
    lines = [
        byline(place, rng),
        f"{title(rng)} {byline(place, rng)}",
        f"{place.full}：{about}",
        f"三、{place.full}",
    ]
    return rng.choice([*lines, f"{place.full}工作情况", f"{place.name}：{about}", place.full])


def answer_at(context: str, part: str) -> tuple[int, int]:
    """Return the span of a part of the line."""
    start = context.index(part)
    return start, start + len(part)


def credit_line(rng: random.Random, empty: bool) -> tuple[str, str, str, tuple[int, int] | None]:
    """Ask who wrote, took or edited; empty: ask for a part that the line does not name."""
    shape = rng.choice(list(CREDITS))
    names = " ".join(dict.fromkeys(draw("person", rng) for _ in range(rng.choice([1, 1, 2]))))
    line, heading = shape.replace("{a}", names), rng.choice(["", title(rng)])
    photo = {"本报记者 {a} 摄", "（{a} 供图）"}
    others = [other for other in CREDITS if other.startswith("责任") and other != shape]
    if empty and shape in photo | {"责任编辑：{a}"}:
        asked = ["文字作者是谁", "文字是谁写的"] if shape in photo else CREDITS["本报记者 {a} 摄"]
        return rng.choice(asked), line, heading, None
    if empty:
        return rng.choice(CREDITS[others[0]]), line, heading, None
    return rng.choice(CREDITS[shape]), line, heading, answer_at(line, names)


def office_line(rng: random.Random, empty: bool) -> tuple[str, str, str, tuple[int, int] | None]:
    """Ask who holds an office; empty: ask for another place or another office."""
    place, role, person = new_place(rng), "", draw("person", rng)
    role = role_of(place, rng)
    asked, named = role, place
    if "、" in role and not empty:
        asked = rng.choice([role, *role.split("、")])
    if rng.random() < 0.12:
        return boss_line(rng, empty)
    if empty and rng.random() < 0.5:
        others = [r for r in (f"副{place.kind}长", f"{place.kind}委书记", "政协主席") if r not in role]
        asked = rng.choice(others)
    elif empty:
        named = next(p for p in iter(lambda: new_place(rng), None) if p.name != place.name)
        asked = asked.replace(place.kind, named.kind)
    line = f"{shown_office(place, role)} {person}"
    shown = named.name if asked.startswith(named.kind) or rng.random() < 0.4 else named.full
    question = rng.choice(ROLE_ASKED).replace("{p}", shown).replace("{r}", asked)
    return question, line, rng.choice(["", title(rng)]), None if empty else answer_at(line, person)


def boss_line(rng: random.Random, empty: bool) -> tuple[str, str, str, tuple[int, int] | None]:
    """Ask for a company's officer by the line under a report."""
    company, person = new_company(rng), draw("person", rng)
    role, other = rng.sample(WORDS["bossrole"], 2)
    question = rng.choice(ROLE_ASKED).replace("{p}", company.name).replace("{r}", other if empty else role)
    line = f"{company.full}{role} {person}"
    return question, line, "", None if empty else answer_at(line, person)


def title_line(rng: random.Random, empty: bool) -> tuple[str, str, str, tuple[int, int] | None]:
    """Ask for the title of a place's speech; the byline stands over it."""
    place, line = new_place(rng), title(rng)
    named = next(p for p in iter(lambda: new_place(rng), None) if p.name != place.name) if empty else place
    question = rng.choice(TITLE_ASKED).replace("{p}", rng.choice([named.name, named.full]))
    return question, line, byline(place, rng), None if empty else (0, len(line))


def headline(rng: random.Random, empty: bool) -> tuple[str, str, str, tuple[int, int] | None]:
    """Return question, line, heading and answer."""
    return rng.choice([credit_line, office_line, office_line, title_line])(rng, empty)
