"""Pieces → sections: headings, bylines, notes, captions and ornaments told apart, each where it belongs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice

from embeddings.documents.block import Block
from embeddings.paragraphs.articles import with_articles
from embeddings.paragraphs.kinds import DATE_OR_NUMBER, LEAD, REPEATED, Piece, piece_of
from embeddings.paragraphs.lines import is_prose, is_sentence, joined, opens_list
from embeddings.paragraphs.lists import opens_article, with_labels, with_lists
from embeddings.paragraphs.questions import with_answers
from embeddings.types import Paragraph, Role

_PHOTO = re.compile(r"摄|拍友|供图|图片|图[/／:：]|制图")
_TITLE, _SUBTITLE, _SUBHEAD = 1, 2, 3
_LONGEST_FLOATING = 5
_TOLD = re.compile(r"[：:\d]")  # 甲：12 is no word of a headline
_LONGEST_HEADLINE = 30
# 一、二、; 【用法】【贮藏】: a paragraph that begins like a heading stands beside it
_BESIDE = (re.compile(r"^[一二三四五六七八九十]+、"), re.compile(r"^【[^】]{1,12}】"))


@dataclass(slots=True)
class Section:
    """Paragraphs that speak about the same; every article, speech and caption is one."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    byline: str = ""

    def close_with(self, byline: str) -> None:
        """Give a byline printed at the end to paragraphs that have none."""
        self.paragraphs = [
            part if part.byline or part.role == "heading" else replace(part, byline=byline)
            for part in self.paragraphs
        ]


def sections(blocks: Sequence[Block]) -> tuple[list[Section], list[str]]:
    """Return the sections of a document in order, and the ornaments set aside."""
    pieces = with_labels([piece_of(line) for line in joined(blocks)])
    kept = _with_floating(pieces)
    aside = [piece.text for piece in kept if piece.kind == "ornament"]
    kept = [piece for piece in kept if piece.kind != "ornament"]
    return list(_Walk().over(_headlines(with_articles(with_lists(with_answers(kept)))))), aside


def _with_floating(pieces: Sequence[Piece]) -> list[Piece]:
    """Tell the words of a picture's headline by the repeated character beside them: no heading, and yet kept.

    争争争 / 三支 / 建设 / 排头兵 → a section without headline begins
    """
    found: list[Piece] = []
    for is_run, run in groupby(pieces, lambda piece: _floats(piece) or piece.kind == "ornament"):
        parts = list(run)
        if is_run and found and opens_list(found[-1].text):  # what is listed is no ornament
            parts = [replace(p, kind="heading") if re.search(r"\w", p.text) else p for p in parts]
        elif is_run and any(REPEATED.match(piece.text) for piece in parts):
            parts = [replace(piece, kind="floating") if _floats(piece) else piece for piece in parts]
        found += parts
    return found


def _headlines(pieces: Sequence[Piece]) -> list[Piece]:
    """Take what pauses like a sentence for the headline that it is, right over other headlines and an opening.

    上半年“成绩单”揭晓：我县GDP增速全市第二 / 总量前移一位 / 本报讯（记者 某某）…
    """
    found: list[Piece] = []
    opens = False  # whether what stands below the headlines opens an article
    for piece in reversed(pieces):
        text = piece.block.text
        short = opens and piece.kind == "prose" and len(text) <= _LONGEST_HEADLINE
        if short and is_prose(text) and not is_sentence(text):
            piece = replace(piece, kind="heading")
        if piece.kind != "heading":
            opens = opens_article(piece)
        found.append(piece)
    return found[::-1]


def _floats(piece: Piece) -> bool:
    text = piece.block.text
    short = len(text) <= _LONGEST_FLOATING and not _TOLD.search(text)
    return piece.kind == "heading" and not piece.level and short


def _is_plain_heading(piece: Piece | None) -> bool:
    return piece is not None and piece.kind == "heading" and not piece.level and not piece.block.level


def _tells(piece: Piece) -> bool:
    """Say whether a piece is text that a heading may stand over; a lone date or number is not."""
    return piece.kind in ("row", "label", "list", "item", "note") or (
        piece.kind == "prose" and is_prose(piece.block.text)
    )


class _Walk:
    """Goes through the pieces once, with the headings that stand at each."""

    def __init__(self) -> None:
        self._section = Section()
        self._headings: list[tuple[int, str]] = []
        self._ended = True  # an article ended: the next heading is a title
        self._floating = False  # whether the last piece was a word of a picture's headline

    def over(self, pieces: Sequence[Piece]) -> Iterator[Section]:
        """Yield each section when it ends."""
        last_prose = max((n for n, piece in enumerate(pieces) if _tells(piece)), default=-1)
        for number, piece in enumerate(pieces):
            following = pieces[number + 1] if number + 1 < len(pieces) else None
            if self._starts_section(pieces, number):
                yield from self._end()
            self._floating = piece.kind == "floating"
            if piece.kind == "heading" and (number > last_prose or self._signs(following)):
                self._add(piece.block.text, "body")  # 落款: who signs after the last sentence is no heading
            elif piece.kind == "heading":
                self._head(piece, following)
            elif piece.kind == "byline":
                yield from self._byline(piece)
            elif piece.kind == "note":
                self._add(piece.block.text, "note")
                yield from self._end()
            elif piece.kind == "floating":
                self._section.paragraphs.append(Paragraph(piece.text, role="heading"))
            elif piece.kind in ("row", "label"):
                self._add(piece.text, "row", piece.under)
            elif piece.kind == "caption" or self._is_photo(following, piece):
                self._add(piece.block.text, "caption")
            elif piece.kind in ("prose", "list", "item"):
                if lead := LEAD.match(piece.block.text):
                    self._section.byline = lead[1] or ""
                self._close_alike(piece.text)
                self._add(piece.text, "body", piece.under)
                self._ended = False
        yield from self._end()

    def _signs(self, following: Piece | None) -> bool:
        """Say whether who signs stands over the date, at the end of what he wrote."""
        dated = following is not None and bool(DATE_OR_NUMBER.search(following.block.text))
        return dated and not self._ended

    def _starts_section(self, pieces: Sequence[Piece], number: int) -> bool:
        piece, rest = pieces[number], islice(pieces, number + 1, None)
        if piece.kind == "floating" and self._floating:
            return False
        if piece.kind == "floating":
            self._headings = []
            self._ended = False
            return True
        if piece.kind == "heading":
            # 标题 / ——副题 / 某市委书记 某某: a headline with a byline under it begins an article.
            under = next((other for other in rest if other.kind != "heading"), None)
            opens = under is not None and opens_article(under)
            told = any(part.role != "heading" for part in self._section.paragraphs)
            return not piece.block.level and (
                (self._ended and bool(self._section.paragraphs)) or (opens and told)
            )
        if self._is_photo(next(rest, None), piece):
            self._headings = []
            return True
        return False

    def _is_photo(self, following: Piece | None, piece: Piece) -> bool:
        credited = (
            following is not None and following.kind == "byline" and bool(_PHOTO.search(following.block.text))
        )
        return piece.kind == "prose" and credited

    def _head(self, piece: Piece, following: Piece | None) -> None:
        self._ended = False
        fresh = not any(part.role != "heading" for part in self._section.paragraphs)
        level = piece.block.level or piece.level
        if not level:
            level = _TITLE if fresh and not self._headings else _SUBHEAD
            dash = piece.block.text.startswith(("—", "－", "-"))
            if self._headings and (dash or (fresh and _is_plain_heading(following))):
                level = _SUBTITLE
        if fresh and not self._section.paragraphs and not piece.block.level and not piece.level:
            self._headings, level = [], _TITLE
        above = tuple(text for other, text in self._headings if other < level)
        self._headings = [(other, text) for other, text in self._headings if other < level]
        self._headings.append((level, piece.block.text))
        self._section.paragraphs.append(
            Paragraph(piece.block.text, above, self._section.byline, "", "heading")
        )

    def _close_alike(self, text: str) -> None:
        """End the heading that a paragraph of the same numbering stands beside: 一、参数 / 二、安装。地基…"""
        if not self._headings:
            return
        shape = next((shape for shape in _BESIDE if shape.match(text)), None)
        place = next((n for n, (_, told) in enumerate(self._headings) if shape and shape.match(told)), None)
        if place is not None:
            self._headings = self._headings[:place]

    def _byline(self, piece: Piece) -> Iterator[Section]:
        text = piece.block.text
        closes = any(part.role in ("body", "caption") for part in self._section.paragraphs)
        if closes and self._section.paragraphs[0].role == "byline":
            yield from self._end()  # 祖安 2024-08-05 08:30 over each message
            closes = False
        if closes:
            self._section.close_with(text)
        else:
            self._section.byline = text
            self._section.close_with(text)
        self._section.paragraphs.append(Paragraph(text, self._path(), text, "", "byline"))
        if closes:
            yield from self._end()
            self._headings, self._ended = [], True

    def _add(self, text: str, role: Role, under: tuple[str, ...] = ()) -> None:
        path = (*self._path(), *under)
        self._section.paragraphs.append(Paragraph(text, path, self._section.byline, "", role))

    def _path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._headings)

    def _end(self) -> Iterator[Section]:
        if self._section.paragraphs:
            yield self._section
        self._section = Section()
