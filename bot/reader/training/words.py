"""Draw invented names, dates and amounts from the word lists."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SLOT = re.compile(r"\{(\w+)\}")


def read_lists(name: str) -> dict[str, list[str]]:
    """Read `key: one|two|three` lines of a text file beside this one."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line)
    return {key: values.split("|") for key, values in pairs}


WORDS = read_lists("words.txt")


@dataclass(frozen=True, slots=True)
class Subject:
    """Name whom figures are about: a place (云岭, 云岭市) or a company."""

    name: str
    full: str
    kind: str
    region: str


def new_place(rng: random.Random) -> Subject:
    """Return an invented city, county or district."""
    name = rng.choice(WORDS["first"]) + rng.choice(WORDS["second"])
    kind = rng.choice(WORDS["kind"])
    region = "全省" if kind == "市" else rng.choice(["全省", "全市"])
    return Subject(name, name + kind, kind, region)


def new_company(rng: random.Random) -> Subject:
    """Return an invented company, known by a short and a full name."""
    name = rng.choice(WORDS["first"]) + rng.choice(WORDS["second"]) + rng.choice(WORDS["trade"])
    return Subject(name, name + rng.choice(WORDS["firm"]), "公司", rng.choice(["同行业", "全国同行"]))


def new_date(rng: random.Random) -> str:
    """Return a date with or without its year, hour or part of the month."""
    day = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    year = f"{rng.randint(2008, 2029)}年"
    month = f"{year}{rng.randint(1, 12)}月"
    part = f"{year}{rng.choice(['年底', '上半年', '第三季度', '国庆节前'])}".replace("年年底", "年底")
    return rng.choice([day, day, year + day, month, part])


def new_amount(rng: random.Random) -> int:
    """Return a count of two to four digits."""
    return rng.choice([rng.randint(11, 99), rng.randint(100, 999), rng.randint(1000, 9800)])


NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "person": lambda rng: rng.choice(WORDS["family"]) + rng.choice(WORDS["given"]),
    "place": lambda rng: new_place(rng).full,
    "company": lambda rng: rng.choice([new_company(rng).full, new_company(rng).name]),
    "project": lambda rng: rng.choice(WORDS["nature"]) + rng.choice(WORDS["works"]),
    "school": lambda rng: rng.choice(WORDS["nature"]) + rng.choice(WORDS["school"]),
    "museum": lambda rng: rng.choice(WORDS["nature"]) + rng.choice(WORDS["museum"]),
    "date": new_date,
    "month": lambda rng: f"{rng.randint(1, 12)}月",
    "year": lambda rng: f"{rng.randint(1905, 2019)}年",
    "money": lambda rng: f"{rng.choice(['', '', '约', '近', '超'])}{new_amount(rng) / 10:g}亿元",
    "pct": lambda rng: f"{rng.randint(50, 990) / 10:g}%",
    "km": lambda rng: f"{rng.randint(11, 990) / 10:g}",
    "n": lambda rng: str(new_amount(rng)),
    "few": lambda rng: str(rng.randint(11, 99)),
    "nsmall": lambda rng: str(rng.randint(2, 9)),
    "phone": lambda rng: f"{rng.randint(1000, 9999)}{rng.randint(1000, 9999)}",
}


def draw(slot: str, rng: random.Random) -> str:
    """Return one value for a slot: `project2` draws a project."""
    kind = "nsmall" if slot == "n3" else slot.rstrip("0123456789")
    return NUMBERS[kind](rng) if kind in NUMBERS else rng.choice(WORDS[kind])


class Slots(dict[str, str]):
    """Fill each slot on first use with a value that no other slot of the paragraph has."""

    def __init__(self, rng: random.Random, used: set[str], **fixed: str) -> None:
        super().__init__(fixed)
        self.rng, self.used = rng, used

    def __missing__(self, slot: str) -> str:
        value = draw(slot, self.rng)
        for _ in range(40):
            if not any(value in other or other in value for other in self.used):
                break
            value = draw(slot, self.rng)
        if not value[0].isdigit():
            self.used.add(value)
        self[slot] = value
        return value


def fill(template: str, slots: dict[str, str]) -> str:
    """Put slot values into `{slot}` places."""
    return SLOT.sub(lambda match: slots[match[1]], template)
