"""Who holds the office that a question asks for, and who, or what figure, was there before."""

import re

from bot.reader.opened import Opened
from bot.reader.people import OFFICE
from bot.sentences import Span

_CHANGED = re.compile(
    r"[由从]([^，,。；;由从]{1,16}?)(?:推迟|提前|延期?|变更|调整|改|提高|提升|增加|增长|下降|降低|降|减少|缩短|压缩|缩减|扩大|上升|涨|更名)[到至为成]"
)
_LEFT = re.compile(r"[^，,。；;、]{0,12}(?:辞去|辞职|退休|离任|卸任|免去|离职|期满|到龄|调离|去世|逝世)")
_HELD = re.compile(rf"(?<![中平草高太])(?:原任?|前任)[一-鿿]{{0,6}}{OFFICE}[：: 　]?$")  # 原财务总监|骆思敏
_FOLLOWS = re.compile(r"[^，,。；;、]{0,3}(?:接任|继任|接替|接棒)")
_BEFORE = re.compile(
    rf"原[来先定任]|(?<![中平草高太])原(?=[一-鿿]{{0,6}}{OFFICE})|前任|辞|退休|离任|离职|原计划|以前|之前|过去|去年同期|上年"
)
_OFFICE = re.compile(OFFICE)


def former(opened: Opened, span: Span) -> float:
    """Say whether an answer is what was before: 由35%提高到60%, 曹甲变更为韩乙, 曹甲因病辞职; -1 where it is asked."""
    changed = (match.span(1) for match in _CHANGED.finditer(opened.text))
    was = any(start <= span[0] and span[1] <= end for start, end in changed)
    left = opened.asked.kind == "person" and _has_left(opened.text, span)
    if not was and not left:
        return 0.0
    return -1.0 if _BEFORE.search(opened.asked.text) else 1.0


def _has_left(text: str, span: Span) -> bool:
    """Say whether who is named held an office before: 原局长甲, 甲因病辞职; not 由原副局长甲接任."""
    if _FOLLOWS.match(text, span[1]):
        return False
    return _LEFT.match(text, span[1]) is not None or _HELD.search(text[: span[0]]) is not None


def office(opened: Opened, clause: Span, sentence: Span, span: Span) -> float:
    """Return 1 for a name right behind the office that is asked for, or of who follows in it, 0.5 for one beside it."""
    asked = opened.asked
    if asked.kind != "person":
        return 0.0
    if _has_left(opened.text, span) and not _BEFORE.search(asked.text):
        return 0.0
    told = [asked.text, *(other for written in asked.wordings.values() for other in written)]
    offices = {match.group() for text in told for match in _OFFICE.finditer(text)}
    before = opened.folded[clause[0] : span[0]]
    if any(before.rstrip(":： 　").endswith(title) for title in offices):
        return 1.0
    if _FOLLOWS.match(opened.text, span[1]) and any(
        title in opened.folded[sentence[0] : span[0]] for title in offices
    ):
        return 1.0
    around = opened.folded[slice(*clause)]
    return 0.5 if any(title in around for title in offices) else 0.0
