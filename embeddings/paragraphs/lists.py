"""Pieces → pieces: the items of a list with the line that introduces them, rows of a form by themselves."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from embeddings.paragraphs.kinds import LEAD, Piece
from embeddings.paragraphs.lines import is_item, is_prose, is_sentence, label_of, opens_list

_LONGEST_LIST = 400  # characters; of a longer one every item stands for itself, under its first line
_LONGEST_ITEM = 30  # of a list without marks
_LONGEST_NAME = 12  # of one that nothing introduces
_LONGEST_NAMED = 20  # the mean length of items that only name something
_FEWEST_NAMES = 3
_FEWEST_APART = 4  # with white between them
_SHORT_VALUE = 6
_ORDINAL = re.compile(r"[一二三四五六七八九十\d]+$")
_CLAUSE_END = ("；", ";", "，", "、")


def with_labels(pieces: Sequence[Piece]) -> list[Piece]:
    """Tell the rows of a form from a headline that has a colon in it: one alone, over an article.

    姓名：甲 / 电话：12 / 姓名：乙 / 电话：34 → 电话：34 stands under 姓名：乙
    """
    heads = {
        number for number, piece in enumerate(pieces) if piece.kind == "label" and not _is_row(pieces, number)
    }
    families = {_family(pieces[number].text) for number in heads if not is_prose(pieces[number].text)}
    told: list[Piece] = []
    for number, piece in enumerate(pieces):
        if number in heads or (piece.kind == "label" and _heads_too(pieces, number, families)):
            piece = replace(piece, kind="prose" if is_prose(piece.text) else "heading")
        told.append(piece)
    return [row for _, run in groupby(told, lambda piece: piece.kind == "label") for row in _records([*run])]


def _family(text: str) -> str:
    """Return what labels of one sort share: 议题一, 议题二 → 题; 沙县, 河县 → 县."""
    return _ORDINAL.sub("", label_of(text)[0])[-1:]


def _heads_too(pieces: Sequence[Piece], number: int, families: Collection[str]) -> bool:
    """Say whether a label alone over a text is a headline as its like are: 议题二：管线."""
    beside = [pieces[place] for place in (number - 1, number + 1) if 0 <= place < len(pieces)]
    alone = number + 1 < len(pieces) and all(other.kind != "label" for other in beside)
    family = _family(pieces[number].text)
    return alone and family != "" and family in families and is_sentence(pieces[number + 1].text)


def _is_row(pieces: Sequence[Piece], number: int) -> bool:
    beside = [pieces[place] for place in (number - 1, number + 1) if 0 <= place < len(pieces)]
    if any(other.kind == "label" for other in beside):
        return True
    if number + 1 < len(pieces) and opens_article(pieces[number + 1]):
        return False
    _, value = label_of(pieces[number].text)
    return bool(re.search(r"\d", value)) or len(value) <= _SHORT_VALUE


def opens_article(piece: Piece) -> bool:
    """Say whether an article of a newspaper begins here."""
    return piece.kind == "byline" or LEAD.match(piece.text) is not None


def _records(rows: Sequence[Piece]) -> Iterator[Piece]:
    """Put the rows of a record under its first, where the first label comes again."""
    first = label_of(rows[0].text)[0] if rows[0].kind == "label" else ""
    again = bool(first) and sum(label_of(row.text)[0] == first for row in rows) > 1
    title = ""
    for row in rows:
        if again and label_of(row.text)[0] == first:
            title = row.text
            yield row
        else:
            yield replace(row, under=(title,)) if title else row


def with_lists(pieces: Sequence[Piece]) -> list[Piece]:
    """Put lists together: 需采购： / 纸 / 笔 → one piece of three lines."""
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        opener = [piece] if _opens(pieces, place) else []
        start = place + len(opener)
        end = _end_of_items(pieces, start, opened=bool(opener))
        if end == start:
            found.append(piece)
            place += 1
        else:
            found += _list(opener, pieces[start:end])
            place = end
    return found


def _opens(pieces: Sequence[Piece], place: int) -> bool:
    """Say whether a line introduces the items under it, with its colon or by standing right over them."""
    piece = pieces[place]
    if piece.kind in ("prose", "item") and opens_list(piece.text):
        return True
    if piece.kind != "heading" or piece.level or piece.block.level or place + 1 == len(pieces):
        return False
    below = pieces[place + 1]
    return below.kind == "item" and not below.apart


def _end_of_items(pieces: Sequence[Piece], start: int, *, opened: bool) -> int:
    """Return where the items end that begin at `start`; `start` itself where there are none."""
    end = start
    while end < len(pieces) and _is_marked(pieces[end]):
        if pieces[end].kind != "item" and not is_item(pieces[start].text):
            break  # 冰箱 1台 / 5. 水费由乙方承担。
        end += 1
    if end > start:
        return end
    while end < len(pieces) and _is_numbered(pieces[end]) and pieces[end].level == pieces[start].level:
        end += 1
    if end - start > 1:
        return end
    end = start
    if opened:
        return _end_of_clauses(pieces, start) or _end_of_short(pieces, start)
    return _end_of_names(pieces, start)


def _is_marked(piece: Piece) -> bool:
    return piece.kind == "item" or (piece.kind == "prose" and is_item(piece.text) and not piece.level)


def _is_numbered(piece: Piece) -> bool:
    """Say whether a piece without a stop has a number: one is a heading, two over one another are items."""
    return piece.kind == "heading" and bool(piece.level) and not piece.block.level and is_item(piece.text)


def _end_of_clauses(pieces: Sequence[Piece], start: int) -> int:
    """Return the end of clauses that one stop ends: 复印件； / 报表； / 登记表。"""
    end = start
    while end < len(pieces) and pieces[end].kind == "prose" and pieces[end].text.endswith(_CLAUSE_END):
        end += 1
    last = end < len(pieces) and pieces[end].kind == "prose" and pieces[end].text.endswith("。")
    return end + last if end > start else 0


def _end_of_short(pieces: Sequence[Piece], start: int) -> int:
    """Return the end of short lines after one that introduces them; what opens an article ends them."""
    end = start
    while end < len(pieces) and _is_listed(pieces[end]) and not opens_list(pieces[end].text):
        if pieces[end].apart and not pieces[start].apart:
            break  # they stand together, and this one stands apart
        end += 1
    if end < len(pieces) and opens_article(pieces[end]) and end > start and pieces[end - 1].apart:
        end -= 1  # its headline
    whole = end - start > 1 or (end > start and not pieces[start].apart)
    return end if whole else start


def _is_listed(piece: Piece) -> bool:
    """Say whether a piece may be one of the short lines: also 总经理 某某, which elsewhere signs."""
    signs = piece.kind == "byline" and not piece.apart and len(piece.text) <= _LONGEST_ITEM
    return signs or _is_short(piece, _LONGEST_ITEM)


def _end_of_names(pieces: Sequence[Piece], start: int) -> int:
    """Return the end of short lines that nothing introduces; two over one another may be headlines."""
    if start == 0:
        return start  # the first line of a document is its title
    end = start
    while end < len(pieces) and _is_short(pieces[end], _LONGEST_NAME):
        if end > start and pieces[end].apart and not pieces[start + 1].apart:
            break  # they stood together, and this one stands apart
        end += 1
    run = pieces[start:end]
    apart = len(run) > 1 and run[1].apart
    if len(run) < (_FEWEST_APART if apart else _FEWEST_NAMES):
        return start
    heads = end < len(pieces) and (opens_article(pieces[end]) or (apart and is_sentence(pieces[end].text)))
    return start if heads and not _are_alike(run) else end


def _are_alike(run: Sequence[Piece]) -> bool:
    lengths = [len(piece.text) for piece in run]
    return max(lengths) - min(lengths) <= 2 and max(lengths) <= _SHORT_VALUE


def _is_short(piece: Piece, longest: int) -> bool:
    return (
        piece.kind == "heading" and not piece.level and not piece.block.level and len(piece.text) <= longest
    )


def _are_paragraphs(items: Sequence[Piece], opener: Sequence[Piece]) -> bool:
    """Tell items that are whole sentences, each with something to say, from the parts of one."""
    sentences = sum("。" in piece.text for piece in items)
    long = sum(len(piece.text) for piece in items) > _LONGEST_NAMED * len(items)
    return sentences * 2 >= len(items) and (long or not opener)


def _list(opener: Sequence[Piece], items: Sequence[Piece]) -> Iterator[Piece]:
    lines = [*opener, *items]
    if sum(len(piece.text) for piece in lines) <= _LONGEST_LIST and not _are_paragraphs(items, opener):
        block = lines[0].block._replace(text="\n".join(piece.text for piece in lines), kind="text", level=0)
        yield Piece(block, "list", 0, lines[0].apart, lines[0].under)
        return
    yield from opener
    under = tuple(piece.text for piece in opener)
    yield from (replace(item, kind="list", level=0, under=under) for item in items)
