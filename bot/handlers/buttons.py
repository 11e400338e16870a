"""The buttons under an answer, and what their data says."""

from collections.abc import Iterable, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.words import Words

ASK, MORE, CONTEXT, WHY_SO, RATE, BAD = "ask:", "more:", "context:", "why:", "rate:", "bad:"
LONGEST_BUTTON = 40  # characters; a telephone shows no more

Row = list[InlineKeyboardButton]


def button(text: str, data: str) -> InlineKeyboardButton:
    """Return a button with its text cut to what is shown."""
    shown = text if len(text) <= LONGEST_BUTTON else text[: LONGEST_BUTTON - 1] + "…"
    return InlineKeyboardButton(shown, callback_data=data)


def offer_rows(labels: Iterable[str], offer_ids: Iterable[int]) -> list[Row]:
    """Return a row for each question that a press asks."""
    return [[button(label, f"{ASK}{number}")] for label, number in zip(labels, offer_ids, strict=True)]


def look_row(words: Words, question_id: int, shown: int | None, *, found: bool) -> Row:
    """Return what shows more of the source; `shown` passages were shown already, None: there are no more."""
    row = [button(words.context_button, f"{CONTEXT}{question_id}")]
    if shown is not None:
        row.append(button(words.more_button, f"{MORE}{question_id}:{shown}"))
    return [*row, button(words.why_button, f"{WHY_SO}{question_id}")] if found else row


def rating_row(words: Words, question_id: int, pressed: bool | None = None) -> Row:
    """Return 👍 and 👎, the pressed one marked."""
    marks = ((words.good_button, True), (words.bad_button, False))
    return [
        button(f"✓ {text}" if good is pressed else text, f"{RATE}{int(good)}:{question_id}")
        for text, good in marks
    ]


def reasons_row(words: Words, question_id: int) -> Row:
    """Return what may be bad about an answer."""
    return [button(text, f"{BAD}{kind}:{question_id}") for kind, text in words.reasons]


def without(markup: InlineKeyboardMarkup | None, *prefixes: str) -> list[Row]:
    """Return the rows of a message without the buttons whose data begins so."""
    rows: Sequence[Sequence[InlineKeyboardButton]] = markup.inline_keyboard if markup else ()
    kept = [[one for one in row if not str(one.callback_data).startswith(prefixes)] for row in rows]
    return [row for row in kept if row]
