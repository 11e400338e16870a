"""Write training paragraphs of figures and facts, each marked with the answers it holds."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from bot.reader.training.figures import Figure, figure_sentence
from bot.reader.training.headlines import heading_over, title
from bot.reader.training.words import WORDS, Slots, Subject, fill, new_company, new_place

HERE = Path(__file__).parent
LONGEST = 320
MARK = re.compile(r"<(\w+):([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold a sentence with `<mark:answer>` places and the questions for each mark."""

    text: str
    asked: dict[str, list[str]]


@dataclass(slots=True)
class Fact:
    """Hold a marked answer of a sentence: its span in the paragraph, its questions, its names."""

    aspect: str
    asked: list[str]
    slots: Slots
    start: int
    end: int


@dataclass(slots=True)
class Paragraph:
    """Collect the sentences written so far and what they say."""

    subject: Subject
    heading: str
    year: str
    goal_year: str
    other: Subject | None = None
    text: str = ""
    facts: list[Fact] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)


def read_shapes() -> list[Shape]:
    """Parse shapes.txt: a `# sentence` line, then a `mark: questions` line for each mark."""
    shapes = []
    for line in (HERE / "shapes.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            shapes.append(Shape(line[2:], {}))
        else:
            mark, questions = line.split(": ", 1)
            shapes[-1].asked[mark] = questions.split("|")
    return shapes


SHAPES = read_shapes()
ANY_SUBJECT = [shape for shape in SHAPES if not re.search(r"\{[Sp]\}", shape.text + str(shape.asked))]


def start_paragraph(rng: random.Random) -> Paragraph:
    """Choose what the paragraph is about and whether its heading or its text says so."""
    subject = new_company(rng) if rng.random() < 0.12 else new_place(rng)
    at = rng.randint(2009, 2028)
    year = rng.choice([f"{at}年", f"{at}年", "去年", "去年", "今年上半年", "今年前三季度", ""])
    goal_year = (
        f"{at + 1}年" if year.startswith("20") and rng.random() < 0.4 else rng.choice(["今年", "新的一年"])
    )
    if year.startswith("今年"):
        goal_year = "明年"
    heading = rng.choice(["", "", title(rng)])
    if subject.kind != "公司" and rng.random() < 0.55:
        heading = heading_over(subject, rng)
    paragraph = Paragraph(subject, heading, year, goal_year, used={subject.name, subject.full})
    if subject.name not in heading:
        paragraph.text = opening(paragraph, rng)
    return paragraph


def opening(paragraph: Paragraph, rng: random.Random) -> str:
    """Return a first sentence that names the subject, or nothing where the next one will."""
    if paragraph.subject.kind == "公司" or rng.random() < 0.4:
        return ""
    slots = Slots(rng, paragraph.used, place=rng.choice([paragraph.subject.full, paragraph.subject.name]))
    return fill(rng.choice(WORDS["opener"]), slots)


def subject_word(paragraph: Paragraph, rng: random.Random) -> str:
    """Return the grammatical subject: the name where nothing said it yet, else 全市, 我市 or nothing."""
    subject = paragraph.subject
    if subject.name not in paragraph.heading + paragraph.text:
        return rng.choice([subject.full, subject.name])
    if subject.kind == "公司":
        return rng.choice(["", "公司"])
    return rng.choice(["", "", f"全{subject.kind}", f"我{subject.kind}", subject.name])


def add_figures(paragraph: Paragraph, rng: random.Random, goal: bool, other: Subject | None = None) -> None:
    """Append a sentence of figures about the subject or, for contrast, another place."""
    told = paragraph.year and (paragraph.year not in paragraph.text or other) and not goal
    words = {
        "S": other.full if other else subject_word(paragraph, rng),
        "T": f"{paragraph.year}{rng.choice(['', '，'])}" if told else "",
        "N": paragraph.goal_year + rng.choice(["", "，"]),
    }
    taken = set() if other or (goal and rng.random() < 0.5) else paragraph.taken
    text, figures = figure_sentence(other or paragraph.subject, words, taken, rng, goal)
    if len(paragraph.text + text) > LONGEST:
        return
    at = len(paragraph.text)
    paragraph.figures += [
        Figure(f.subject, f.metric, f.aspect, f.start + at, f.end + at) for f in figures
    ]  # fmt: skip
    paragraph.text += text
    paragraph.other = other or paragraph.other


def add_facts(paragraph: Paragraph, shape: Shape, rng: random.Random) -> None:
    """Append a sentence of a shape, its marks becoming facts."""
    if {fact.aspect for fact in paragraph.facts} & set(shape.asked):
        return
    subject = paragraph.subject
    slots = Slots(rng, paragraph.used, S=subject_word(paragraph, rng), p=subject.full, region=subject.region)
    text, facts, at = paragraph.text, [], 0
    for mark in MARK.finditer(shape.text):
        text += fill(shape.text[at : mark.start()], slots)
        answer = fill(mark[2], slots)
        facts.append(Fact(mark[1], shape.asked[mark[1]], slots, len(text), len(text) + len(answer)))
        text, at = text + answer, mark.end()
    text += fill(shape.text[at:], slots)
    if len(text) <= LONGEST:
        paragraph.text, paragraph.facts = text, paragraph.facts + facts


def compose_paragraph(rng: random.Random) -> Paragraph:
    """Write a paragraph: figures and facts first, then goals, then another place's figures."""
    paragraph = start_paragraph(rng)
    company = paragraph.subject.kind == "公司"
    sentences = rng.randint(2, 5)
    shapes = [
        s
        for s in SHAPES
        if not company or ("{S}" not in s.text and "{p}" not in s.text and "{p}" not in str(s.asked))
    ]
    for turn in range(sentences):
        if turn == 0 if company else rng.random() < 0.36:
            add_figures(paragraph, rng, goal=False)
        else:
            add_facts(paragraph, rng.choice(shapes), rng)
        if rng.random() < 0.12 and len(paragraph.text) < LONGEST - 40:
            paragraph.text += rng.choice(WORDS["filler"])
    if not company and rng.random() < 0.35:
        add_figures(paragraph, rng, goal=True)
    if paragraph.figures and not company and rng.random() < 0.2:
        other = new_place(rng)
        if other.name != paragraph.subject.name and other.name not in paragraph.text:
            add_figures(paragraph, rng, goal=False, other=other)
    return paragraph
