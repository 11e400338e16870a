"""Compose sentences of figures and the questions that pick one, or that none answers."""

import random
import re
from dataclasses import dataclass
from pathlib import Path

from bot.reader.training.words import Subject, fill, read_lists

HERE = Path(__file__).parent
PIECE = re.compile(r"\{([A-Z])(\.v)?\}|<([A-Z])\.(\w+)>|\{(\w+)\}")
GOALS = {"goal", "goalgrowth", "goaltotal", "goallevel"}
# 问“增速”时，出现其中任何一种都不算没有答案。
SAME = {
    "total": {"total", "pass", "before"},
    "growth": {"growth", "fall", "more", "less", "yearly", "times", "double", "points"},
    "rank": {"rank"},
    "speedrank": {"speedrank"},
    "share": {"share"},
    "level": {"level"},
    "n": {"n", "nfront"},
    "goal": GOALS,
    "goalgrowth": GOALS,
    "goallevel": GOALS,
}
ASKABLE = {
    "stock": ["total", "growth", "rank", "speedrank", "share", "goalgrowth"],
    "count": ["n", "growth", "goal"],
    "ratio": ["level", "goallevel"],
}


@dataclass(frozen=True, slots=True)
class Metric:
    """Name something counted, its everyday names, unit and likely range."""

    kind: str
    family: str
    name: str
    aliases: tuple[str, ...]
    unit: str
    verb: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold one figure of a sentence; the span is relative to the sentence."""

    subject: Subject
    metric: Metric
    aspect: str
    start: int
    end: int


def read_metric(line: str) -> Metric:
    """Parse one line of metrics.txt."""
    kind, family, name, *aliases, unit, low, high = line.split("|")
    verb = ""
    if kind == "count":
        *aliases, unit, verb = [*aliases, unit]
    return Metric(kind, family, name, tuple(aliases[0].split(",")), unit, verb, float(low), float(high))


METRICS = [read_metric(line) for line in (HERE / "metrics.txt").read_text(encoding="utf-8").splitlines()]
SHAPES = (HERE / "figures.txt").read_text(encoding="utf-8").splitlines()
COMPANY_SHAPES = [shape for shape in SHAPES if not re.search(r"[PXYZ][.}]|全省|其中|占", shape)]
ASKED = read_lists("asked.txt")


def percent(rng: random.Random) -> str:
    """Return a growth rate such as 8.5%."""
    return f"{rng.randint(11, 389) / 10:g}%"


def number(metric: Metric, rng: random.Random) -> str:
    """Return an amount inside the metric's range, written as newspapers do."""
    amount = rng.uniform(metric.low, metric.high)
    if metric.kind == "count":
        if metric.unit in ("万亩", "公里"):
            return f"{amount:.1f}".removesuffix(".0")
        return f"{amount / 10000:.1f}万" if amount >= 20000 else str(round(amount))
    return (
        f"{amount:.0f}"
        if metric.low >= 1000
        else f"{amount:.{rng.choice([0, 1, 2]) if metric.low >= 20 else 2}f}"
    )


def counted(metric: Metric, rng: random.Random, goal: bool) -> str:
    """Return 12家, 近200家, 1000余名 or, for a goal, 20家以上."""
    plain = number(metric, rng)
    if plain.isdigit() and len(plain) > 2 and rng.random() < 0.3:
        tens = plain[:-1] + "0"
        return rng.choice([f"近{tens}{metric.unit}", f"{tens}余{metric.unit}", f"{tens}多{metric.unit}"])
    return plain + metric.unit + ("以上" if goal and rng.random() < 0.4 else "")


def place_in(rng: random.Random) -> str:
    """Return a rank as printed: 第一, 第3位, 前10."""
    few = rng.randint(2, 9)
    return rng.choice(
        ["第一", "首位", f"第{few}", f"第{few}位", "第二", "第三", f"前{rng.choice([3, 5, 10])}"]
    )


def value(metric: Metric, aspect: str, rng: random.Random) -> str:
    """Write the value of one aspect of a metric."""
    bound = rng.choice(["", "", "", "", "约", "近", "超"])
    if aspect in ("growth", "fall", "yearly", "share", "goalgrowth"):
        end = (
            "以上" if aspect == "goalgrowth" and rng.random() < 0.4 else "左右" if rng.random() < 0.04 else ""
        )
        return percent(rng) + end
    if aspect in ("rank", "speedrank"):
        return place_in(rng)
    if aspect in ("level", "goallevel"):
        low, high = int(metric.low * 10), int(metric.high * 10)
        return f"{rng.randint(low, high) / 10:g}%" + (
            "以上" if aspect == "goallevel" and rng.random() < 0.4 else ""
        )
    if aspect in ("gap", "points"):
        return f"{rng.randint(2, 60) / 10:g}个百分点"
    if aspect in ("n", "nfront", "goal"):
        return counted(metric, rng, aspect == "goal")
    if aspect == "times":
        return f"{rng.randint(2, 9)}{rng.choice(['', '.5'])}倍"
    if aspect == "double":
        return rng.choice(["翻一番", "翻了两番", "实现翻番"])
    if aspect in ("more", "less"):
        return f"{rng.uniform(metric.low, metric.high) / 9:.1f}{metric.unit}"
    if aspect == "pass":
        return rng.choice(["突破", "超过", "跨上"]) + round_number(metric, rng) + metric.unit
    if aspect == "before":
        return f"{metric.low * rng.uniform(0.4, 0.95):.1f}{metric.unit}"
    if bound:
        return bound + round_number(metric, rng) + metric.unit
    return (
        number(metric, rng) + metric.unit + ("以上" if aspect == "goaltotal" and rng.random() < 0.4 else "")
    )


def round_number(metric: Metric, rng: random.Random) -> str:
    """Return a round amount: 1000, 300, 20."""
    amount = max(rng.uniform(metric.low, metric.high), 2)
    step = max(10 ** (len(str(int(amount))) - 2), 1)
    return str(int(amount // step * step))


def pick_metrics(shape: str, subject: Subject, taken: set[str], rng: random.Random) -> dict[str, Metric]:
    """Choose a metric for each letter of a shape; what follows 其中 keeps to the family."""
    chosen: dict[str, Metric] = {}
    for letter in dict.fromkeys(match[1] for match in re.finditer(r"\{([A-Z])(?:\.v)?\}", shape)):
        if letter in "STN":
            continue
        kind = "stock" if letter in "ABC" else "ratio" if letter == "P" else "count"
        pool = [m for m in METRICS if m.kind == kind and m.name not in taken]
        pool = [m for m in pool if (m.family == "公司") == (subject.kind == "公司")]
        before = chosen.get({"B": "A", "C": "B", "Y": "X", "Z": "Y"}.get(letter, ""))
        if "其中" in shape:
            pool = [m for m in pool if m.family != "收入"]
        near = [m for m in pool if before and m.family == before.family]
        metric = rng.choice(near if near and rng.random() < 0.7 else pool)
        taken.add(metric.name)
        chosen[letter] = metric
    return chosen


def figure_sentence(
    subject: Subject, words: dict[str, str], taken: set[str], rng: random.Random, goal: bool
) -> tuple[str, list[Figure]]:
    """Compose one sentence; words hold S (主语), T (时间), N (今年)."""
    shapes = COMPANY_SHAPES if subject.kind == "公司" else SHAPES
    shape = rng.choice([shape for shape in shapes if shape.startswith("{N}") == goal])
    metrics = pick_metrics(shape, subject, taken, rng)
    text, figures, at = "", [], 0
    slots = {**words, "region": subject.region}
    for match in PIECE.finditer(shape):
        text += shape[at : match.start()]
        at = match.end()
        if match[3]:
            shown = value(metrics[match[3]], match[4], rng)
            # “达近900亿元”不通，达、到之后不留约、近、超。
            shown = shown.lstrip("约近超") if text[-1] in "达到以为" and match[4] != "pass" else shown
            figures.append(Figure(subject, metrics[match[3]], match[4], len(text), len(text) + len(shown)))
        elif match[1] in metrics:
            shown = metrics[match[1]].verb if match[2] else metrics[match[1]].name
        else:
            shown = slots[match[1] or match[5]]
        text += shown
    return text + shape[at:], figures


def figure_question(
    metric: Metric, aspect: str, subject: Subject, words: dict[str, str], rng: random.Random
) -> str:
    """Ask for one aspect of a metric; words hold p, t, w."""
    yes_or_no = aspect in ("growth", "fall") and rng.random() < 0.12
    template = rng.choice(
        [t for t in ASKED["yesno" if yes_or_no else aspect] if not words["p"] or "{p}" in t]
    )
    name = metric.name if rng.random() < 0.45 else rng.choice(metric.aliases)
    slots = {**words, "m": name, "r": subject.region, "v": metric.verb, "u": metric.unit}
    question = fill(template, slots).strip()
    return question.replace("总量", "") if metric.kind == "ratio" else question


def unanswered(
    figures: list[Figure], subject: Subject, text: str, rng: random.Random
) -> tuple[Metric, str] | None:
    """Choose a metric and an aspect near the given ones that the paragraph does not state."""
    given = [figure for figure in figures if figure.subject == subject]
    figure = rng.choice(given)
    metric = figure.metric
    if rng.random() < 0.5:
        near = [m for m in METRICS if m.family == metric.family and m.kind == metric.kind and m != metric]
        near = [m for m in near if not any(name in text for name in (m.name, *m.aliases))]
        if near:
            return rng.choice(near), figure.aspect
    stated = {f.aspect for f in given if f.metric == metric}
    # 只写了目标时，“增速多少”会被目标误答，不问。
    free = [a for a in ASKABLE[metric.kind] if not SAME[a] & stated and (a in SAME and not stated & GOALS)]
    return (metric, rng.choice(free)) if free else None
