"""How a file is read: what was found, and what somebody chooses instead."""

from typing import Protocol

from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from crm.core.i18n import _, _l
from crm.stakeholders.importing.encodings import ENCODINGS
from crm.stakeholders.importing.tables import NO_QUOTE, Reading
from crm.web.forms import AskedForm, Form, SelectChoice

MOST_ABOVE = 1_000
_DELIMITERS = {
    "semicolon": (";", _l("semicolon ;")),
    "comma": (",", _l("comma ,")),
    "tab": ("\t", _l("tab")),
    "bar": ("|", _l("upright line |")),
    "colon": (":", _l("colon :")),
    "caret": ("^", _l("caret ^")),
    "tilde": ("~", _l("tilde ~")),
}
_QUOTES = {
    "double": ('"', _l('double "')),
    "single": ("'", _l("single '")),
    "none": (NO_QUOTE, _l("none")),
}


class KeptFile(Protocol):
    """A file that is kept, and how it was read."""

    is_text: bool
    encoding: str
    delimiter: str
    quote: str
    heading_row: int


class _ReadingFields:
    """What is asked about how a file is read."""

    encoding = SelectField(_l("Encoding of the letters"), validate_choice=False)
    delimiter = SelectField(_l("Between the cells"), validate_choice=False)
    quote = SelectField(_l("Around cells"), validate_choice=False)
    heading_row = IntegerField(
        _l("Line with the headings"), [Optional(), NumberRange(1, MOST_ABOVE)]
    )

    def chosen(self) -> Reading:
        """Return how the file is to be read; what makes no sense counts as not chosen."""
        row = self.heading_row.data or 0
        delimiter = _DELIMITERS.get(self.delimiter.data or "")
        quote = _QUOTES.get(self.quote.data or "")
        return Reading(
            encoding=self.encoding.data if self.encoding.data in ENCODINGS else "",
            delimiter=delimiter[0] if delimiter else "",
            quote=quote[0] if quote else "",
            heading_row=row if 0 < row <= MOST_ABOVE else 0,
        )


class ReadingForm(_ReadingFields, AskedForm):
    """How the file is shown; it stands in the address and changes nothing."""

    def offer(self, kept: KeptFile) -> None:
        """Fill the choices, the one that was found first."""
        self.encoding.choices = [_found(kept.encoding.upper()), *_encodings()]
        self.delimiter.choices = [_found(_word(_DELIMITERS, kept.delimiter)), *_offer(_DELIMITERS)]
        self.quote.choices = [_found(_word(_QUOTES, kept.quote)), *_offer(_QUOTES)]


class ReadAgainForm(_ReadingFields, Form):
    """The same, to read the list like that."""

    def details(self) -> Reading:
        """Return how the file is to be read."""
        return self.chosen()


def _found(word: str) -> SelectChoice:
    return SelectChoice("", str(_("As now: %(word)s", word=word)) if word else str(_("As now")))


def _encodings() -> list[SelectChoice]:
    return [SelectChoice(name, name.upper()) for name in ENCODINGS]


def _offer(words: dict[str, tuple[str, object]]) -> list[SelectChoice]:
    return [SelectChoice(name, str(label)) for name, (_sign, label) in words.items()]


def _word(words: dict[str, tuple[str, object]], sign: str) -> str:
    return next((str(label) for one, label in words.values() if one == sign), sign)
