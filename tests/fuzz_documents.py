"""Mutated real files: `python -m tests.fuzz_documents [COUNT] [FIRST_SEED]`, 10,000 cases unless told.

Only blocks or a DocumentError may come out, and no file may end the child that reads it. What does is
printed with its seed, which makes the same case again.
"""

import io
import random
import sys
import time
import zipfile
from collections import Counter
from functools import cache

from embeddings.documents.child import Limits, Reading
from embeddings.errors import DocumentError
from tests.columns import Layout
from tests.columns import made as made_columns
from tests.forms import FORMS, Paper, as_html, as_text, zipped
from tests.hostile import scanned_pdf, word_document

LIMITS = Limits(seconds=60)
_ENDED_THE_CHILD = ("READING_SECONDS", "进程中断")
_TOKENS = (
    b"\0", b"\xff\xfe", b"<", b"</", b"<!--", b"<!DOCTYPE html>", b"&#x110000;", b"\x1a", b'"', b"\\", b"%PDF-1.7",
    b"endobj", b"stream\n", b"/Type", b"99999999999", b"-1", b"1e309", b"NaN", b"]]>", b"PK\x03\x04", b"|", b"```",
)  # fmt: skip


@cache
def corpus() -> tuple[tuple[str, bytes], ...]:
    """Return real files in every form."""
    paper = Paper("云湾县")
    files = [(f"年鉴.{form}", make(paper)) for form, make in FORMS.items()]
    files += [("年鉴.txt", as_text(paper).encode(code)) for code in ("gb18030", "utf-16")]
    files.append(("年鉴.html", as_html(paper, "gbk").encode("gbk")))
    files.append(("报.pdf", made_columns(Layout(5, columns=3, headline=True))[0]))
    files.append(("扫描.pdf", scanned_pdf()))
    files.append(("图.png", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    files.append(("空.docx", word_document("<w:document/>")))
    return tuple(files)


def mutated(seed: int) -> tuple[str, bytes]:
    """Return one damaged file; the same for the same seed."""
    chance = random.Random(seed)
    name, content = chance.choice(corpus())
    if content.startswith(b"PK") and chance.random() < 0.7:
        content = _inside(content, chance)
    else:
        content = _damaged(content, chance)
    if chance.random() < 0.1:
        name = f"改名.{chance.choice(list(FORMS))}"
    return name, content


def _inside(content: bytes, chance: random.Random) -> bytes:
    """Damage a member of an archive, its checksum made right again; or take it out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(members))
    if chance.random() < 0.15:
        del members[name]
    else:
        member = members[name]
        assert isinstance(member, bytes)
        members[name] = _damaged(member, chance)
    return zipped(members)


def _damaged(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(len(damaged) + 1)
        length = chance.choice((1, 2, 8, 64, 512))
        kind = chance.randrange(7)
        if kind == 0 and damaged:
            damaged[min(place, len(damaged) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del damaged[place : place + length]
        elif kind == 2:
            damaged[place:place] = chance.choice(_TOKENS)
        elif kind == 3:
            damaged[place : place + length] = chance.randbytes(length)
        elif kind == 4:
            damaged[place:place] = damaged[place : place + length] * chance.choice((1, 20))
        elif kind == 5:
            other = chance.choice(corpus())[1]
            start = chance.randrange(len(other))
            damaged[place : place + length] = other[start : start + length]
        elif chance.random() < 0.3:
            del damaged[place:]
    return bytes(damaged)


def outcome(reading: Reading, seed: int) -> str:
    """Read one case: "read", "refused", or why the child ended."""
    name, content = mutated(seed)
    try:
        blocks = reading.read(name, content)
    except DocumentError as error:
        why = str(error)
        assert why and "\n" not in why
        return why if any(mark in why for mark in _ENDED_THE_CHILD) else "refused"
    assert blocks
    assert all(block.text.strip() and "\0" not in block.text for block in blocks)
    return "read"


def main() -> None:
    """Run the cases and say how they ended."""
    count, first = [*map(int, sys.argv[1:]), *(10_000, 0)[len(sys.argv) - 1 :]][:2]
    outcomes: Counter[str] = Counter()
    began = time.monotonic()
    with Reading(LIMITS) as reading:
        for seed in range(first, first + count):
            ended = outcome(reading, seed)
            outcomes[ended] += 1
            if ended not in ("read", "refused"):
                print(f"seed {seed}: {mutated(seed)[0]}: {ended}", flush=True)
    print(f"{count} cases in {time.monotonic() - began:.0f} s: {dict(outcomes)}")
    sys.exit(1 if set(outcomes) - {"read", "refused"} else 0)


if __name__ == "__main__":
    main()
