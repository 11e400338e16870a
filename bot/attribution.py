"""Which figure belongs to what and to whom: a reply may not give one to another name or measure, nor exchange two."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.assertions import FIGURE, is_owner, places_of, said, sentences_of
from embeddings.terms import tagged

_SENTENCE_END = re.compile(r"[。！？!?\n]")
_ANY_END = re.compile(r"[，,；;：:。！？!?\n]")
_SINCE = re.compile("[起底末初后前内]?")


def astray(sentence: str, texts: Sequence[str], wholes: Sequence[str]) -> str:
    """Return a figure that the passages give for something else: 营业收入7042亿元 ↛ 研发投入7042亿元.

    What stands before it in its clause (with nothing there, after it) must stand in that sentence of the passage or
    above it; and one thing that stands there on the same side must be named.
    """
    for match in FIGURE.finditer(sentence):
        sides = _sides(sentence, match)
        index = next((number for number, side in enumerate(sides) if any(_things(side))), None)
        if index is None:
            continue
        found = [
            (_sides(text, place)[index], whole.removesuffix(text) + _sentence_of(text, place))
            for text, whole in zip(texts, wholes, strict=True)
            for place in places_of(text, match.group())
        ]
        if found and not any(_is_of(sides[index], own, sayable) for own, sayable in found):
            return match.group()
    return ""


def exchanged(sentence: str, texts: Sequence[str]) -> str:
    """Return a figure that changed places with the one before it: 由37个增加到62个 ↛ 由62个增加到37个."""
    for first, second in pairwise(FIGURE.finditer(sentence)):
        if first.group() == second.group() or said(sentence[first.end() : second.start()]).names:
            continue
        orders = {
            one.start() < other.start()
            for text in texts
            for part in sentences_of(text)
            for one in places_of(part, first.group())
            for other in places_of(part, second.group())
        }
        if orders == {False}:
            return second.group()
    return ""


def moved(reply: str, wholes: Sequence[str], texts: Sequence[str]) -> str:
    """Return a figure that the passages give to others than the reply does: 龙港8.7%，余杭8.5% ↛ 余杭8.7%."""
    figures: list[str] = FIGURE.findall(reply)
    for figure in dict.fromkeys(figures):
        found = [
            (owners, whole)
            for text, whole in zip(texts, wholes, strict=True)
            for owners in _owners(text, figure)
        ]
        for names in filter(None, _owners(reply, figure) if found else ()):
            if not any(
                owners & names or (not owners and any(name in whole for name in names))
                for owners, whole in found
            ):
                return figure
    return ""


def _things(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a stretch of text is about, and whom."""
    part = said(text)
    return tuple(word for word in (*part.names, *part.doings) if word not in part.owners), part.owners


def _is_of(side: str, own: str, sayable: str) -> bool:
    """Say whether what stands beside a figure in the reply fits what stands there in a passage."""
    (things, owners), (own_things, own_owners) = _things(side), _things(own)
    wanted = own_things if things and own_things else (*own_things, *own_owners)
    fits = not wanted or any(thing in side for thing in wanted)
    return fits and all(thing in sayable for thing in (*things, *owners))


def _sides(text: str, figure: re.Match[str]) -> tuple[str, str]:
    """Return what stands before a figure in its clause, back to the figure before it, and what stands after it."""
    before = _ANY_END.split(text[: figure.start()])[-1]
    *_, last = [0, *(each.end() for each in FIGURE.finditer(before))]
    after = text[figure.end() : _end(text, figure)]
    other = FIGURE.search(after)
    return before[last:], after[: other.start()] if other else after


def _end(text: str, figure: re.Match[str]) -> int:
    """Return where a figure's clause ends; where it is a clause by itself (1956年，……), the one after it."""
    ends = [mark.start() for mark in _ANY_END.finditer(text, figure.end())]
    begins = max([0, *(mark.end() for mark in _ANY_END.finditer(text, 0, figure.start()))])
    first = ends[0] if ends else len(text)
    is_alone = begins == figure.start() and _SINCE.fullmatch(text[figure.end() : first])
    return (ends[1] if len(ends) > 1 else len(text)) if is_alone else first


def _sentence_of(text: str, figure: re.Match[str]) -> str:
    """Return the sentence of a figure up to the end of its clause."""
    start = max([0, *(mark.end() for mark in _SENTENCE_END.finditer(text, 0, figure.start()))])
    return text[start : _end(text, figure)]


def _owners(text: str, figure: str) -> Iterator[frozenset[str]]:
    """Yield whom each place of a figure belongs to: the names before it, back to the figure before them.

    龙港、余杭分别增长8.7%、8.5% → both names, for either figure
    """
    places = {match.start() for match in places_of(text, figure)}
    at, group, is_open = 0, frozenset[str](), True
    for word, kind in tagged(text):
        inside = {place for place in places if at <= place < at + len(word)}
        if inside:
            yield group
        if any(character.isdigit() for character in word):
            is_open = False
        elif is_owner(word, kind):
            group, is_open = (group | {word} if is_open else frozenset({word})), True
        at += len(word)
