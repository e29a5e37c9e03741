"""How a value of an own field is read, kept and put in order."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from crm.core.errors import Invalid
from crm.core.i18n import LazyString, _, _l, written_day
from crm.core.normalisation import fold

LONGEST = 500
# Within these a number is put in order as text by its digits, on both engines alike.
MOST_DIGITS = 12
DECIMALS = 6
YES, NO = "1", "0"


class FieldKind(StrEnum):
    """What may stand in an own field."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"


CHOSEN = frozenset({FieldKind.ONE_OF, FieldKind.SEVERAL_OF})


class NotAValue(Invalid):
    """It is no value of this kind."""

    message = _l("This cannot be kept in this field.")


class Value(NamedTuple):
    """
    A value as it is kept.

    :ivar value: as it reads; numbers and days in the one way of computers
    :ivar key: text by which values are compared and put in order, on both engines alike
    :ivar slot: the option of a field that may have several; of all others 0
    """

    value: str
    key: str
    slot: int = 0


def read(kind: FieldKind, text: str, options: Mapping[int, str]) -> Value | None:
    """
    Return what was filled in as it is kept, or nothing where nothing was.

    :param options: id → word of what can be chosen
    :raises NotAValue: if it makes no sense in a field of this kind
    """
    text = " ".join(text.split())
    if not text:
        return None
    if kind is FieldKind.NUMBER:
        return _number(text)
    if kind is FieldKind.DATE:
        return _day(text)
    if kind is FieldKind.YES_NO:
        if text not in {YES, NO}:
            raise NotAValue(_l("Choose yes or no."))
        return Value(text, text)
    if kind in CHOSEN:
        number = int(text) if text.isdecimal() else 0
        if number not in options:
            raise NotAValue(_l("Choose one of these."))
        return Value(options[number], str(number), number if kind is FieldKind.SEVERAL_OF else 0)
    if len(text) > LONGEST:
        raise NotAValue(_("No more than %(most)d characters fit here.", most=LONGEST))
    return Value(text, fold(text))


def _number(text: str) -> Value:
    typed = text.replace(" ", "")
    # "1.250,5" and "1250,5" are Dutch; a single point is the sign of decimals.
    if "," in typed:
        typed = typed.replace(".", "").replace(",", ".")
    try:
        number = Decimal(typed).quantize(Decimal(1).scaleb(-DECIMALS))
    except InvalidOperation as refusal:
        raise NotAValue(_l("Write a number in digits, such as 12 or 7,5.")) from refusal
    if not number.is_finite() or abs(number) >= Decimal(10) ** MOST_DIGITS:
        raise NotAValue(_l("Write a number in digits, such as 12 or 7,5."))
    plain = f"{number.normalize():f}"
    # Above all that are below nothing; so the order of the texts is that of the numbers.
    lifted = number + Decimal(10) ** MOST_DIGITS
    return Value(
        "0" if number == 0 else plain, f"{lifted:0{MOST_DIGITS + DECIMALS + 2}.{DECIMALS}f}"
    )


def _day(text: str) -> Value:
    parts = text.replace("/", "-").replace(".", "-").split("-")
    # As people in the Netherlands write it, day first; a browser sends the year first.
    ordered = parts if len(parts[0]) == len("2026") else parts[::-1]
    try:
        year, month, day = map(int, ordered)
        found = date(year, month, day).isoformat()
    except ValueError as refusal:
        raise NotAValue(_l("Write a day as 31-12-2026.")) from refusal
    return Value(found, found)


def shown(kind: FieldKind, text: str) -> str | LazyString:
    """Return a value that is kept as its reader sees it."""
    if kind is FieldKind.YES_NO:
        return _("yes") if text == YES else _("no")
    if kind is FieldKind.DATE and text:
        return written_day(date.fromisoformat(text))
    return text.replace(".", ",") if kind is FieldKind.NUMBER else text
