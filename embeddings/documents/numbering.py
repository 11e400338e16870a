"""Word's automatic numbers as text: 第一条, 1.1, （二） stand in numbering.xml, not in the paragraph."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACE = re.compile(r"%(\d)")
_BULLET = ""
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def chinese(number: int, digits: str = _DIGITS, places: str = "\0十百千") -> str:
    """Return a number as it is counted: 12 → 十二, 105 → 一百〇五."""
    if not 0 < number < 10_000:
        return str(number)
    parts: list[str] = []
    zero = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            parts.append((digits[0] if zero else "") + digits[digit] + places[place].strip("\0"))
        zero = not digit and bool(parts)
    text = "".join(parts)
    return text[1:] if 10 <= number < 20 and digits == _DIGITS else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _of(characters: str) -> Callable[[int], str]:
    return lambda number: characters[number - 1] if 0 < number <= len(characters) else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(
        {ord("0") + n: ord("０") + n for n in range(10)}
    ),
    "decimalEnclosedCircle": _of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedCircleChinese": _of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedFullstop": _of("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "decimalEnclosedParen": _of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "ideographEnclosedCircle": _of("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
    "ideographDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "chineseLegalSimplified": lambda number: chinese(number, _CAPITALS, "\0拾佰仟"),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerLetter": _letter,
    "none": lambda number: "",
    "bullet": lambda number: _BULLET,
}
_COUNTED = (
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "koreanCounting",
)
_FORMATS |= dict.fromkeys(_COUNTED, chinese)


@dataclass(frozen=True, slots=True)
class Level:
    """How one level is numbered: 第%1条 of chineseCounting from 1."""

    form: str
    text: str
    start: int = 1
    digits_only: bool = False  # isLgl: 第1.2条 under 第一章
    space: str = " "


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of a document in their order."""

    levels: dict[tuple[str, int], Level] = field(default_factory=dict)  # (list, level)
    lists: dict[str, str] = field(default_factory=dict)  # number id → the list that counts
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Any) -> "Numbering":
        """Read numbering.xml; None where a document has none."""
        numbering = cls()
        if root is None:
            return numbering
        for abstract in root.iterfind(f"{_W}abstractNum"):
            name = f"a{abstract.get(f'{_W}abstractNumId')}"
            numbering.levels.update({(name, number): level for number, level in _levels(abstract)})
        for num in root.iterfind(f"{_W}num"):
            numbering._add(num)
        return numbering

    def _add(self, num: Any) -> None:
        identity = num.get(f"{_W}numId")
        of = num.find(f"{_W}abstractNumId")
        abstract = f"a{of.get(f'{_W}val')}" if of is not None else ""
        changes = list(num.iterfind(f"{_W}lvlOverride"))
        self.lists[identity] = abstract
        if not changes:
            return
        own = self.lists[identity] = f"n{identity}"  # counts by itself
        self.levels.update(
            {(own, n): level for (name, n), level in list(self.levels.items()) if name == abstract}
        )
        for change in changes:
            number = _number(change, "ilvl", 0)
            self.levels.update({(own, at): level for at, level in _levels(change)})
            start = change.find(f"{_W}startOverride")
            if start is not None and (level := self.levels.get((own, number))):
                first = _number(start, "val", 1)
                self.levels[own, number] = Level(
                    level.form, level.text, first, level.digits_only, level.space
                )

    def next(self, number_id: str, level: int) -> tuple[str, bool] | None:
        """Count one paragraph; return what stands before it and whether that is a bullet, None for no list."""
        name = self.lists.get(number_id, "")
        here = self.levels.get((name, level))
        if here is None:
            return None
        self._counts[name, level] = self._counts.get((name, level), here.start - 1) + 1
        for deeper in range(level + 1, 9):
            self._counts.pop((name, deeper), None)
        if here.form == "bullet":
            return _BULLET, True
        text = _PLACE.sub(lambda place: self._shown(name, int(place[1]) - 1, here), here.text)
        return (text + here.space if text else ""), False

    def _shown(self, name: str, level: int, asking: Level) -> str:
        own = self.levels.get((name, level))
        if own is None:
            return ""
        count = self._counts.get((name, level), own.start)
        form = "decimal" if asking.digits_only else own.form
        return _FORMATS.get(form, str)(count)


def _levels(parent: Any) -> Iterator[tuple[int, Level]]:
    for level in parent.iterfind(f"{_W}lvl"):
        text = _value(level, "lvlText", "")
        space = {"nothing": "", "space": " "}.get(_value(level, "suff", "tab"), " ")
        space = "" if text.endswith(("、", "）", "．", "：")) else space
        found = Level(
            _value(level, "numFmt", "decimal"),
            text,
            _number(level.find(f"{_W}start"), "val", 1),
            level.find(f"{_W}isLgl") is not None,
            space,
        )
        yield _number(level, "ilvl", 0), found


def _value(parent: Any, name: str, default: str) -> str:
    found = parent.find(f"{_W}{name}")
    return default if found is None else str(found.get(f"{_W}val", default))


def _number(element: Any, name: str, default: int) -> int:
    value = "" if element is None else str(element.get(f"{_W}{name}", ""))
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else default
