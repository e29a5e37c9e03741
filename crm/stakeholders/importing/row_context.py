"""What a row says by where it stands: as the row above, below a title, two people in one row."""

from collections.abc import Sequence
from dataclasses import replace

from crm.core.normalisation import fold
from crm.stakeholders.importing import value_words
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import CROSSES, Field
from crm.stakeholders.importing.headings import second_people
from crm.stakeholders.importing.name_annotations import with_comma
from crm.stakeholders.importing.name_order import surname_stands_first, with_comma_behind_surname
from crm.stakeholders.importing.row_messages import Message, Problem
from crm.stakeholders.importing.side_rows import is_group
from crm.stakeholders.models import Helix

_WORDS_FOR_SAME = ("idem", "id.", "dito", "ditto", "ibid", "ibid.")
_SIGNS_FOR_SAME = ('"', "''", ",,", "\u201c", "\u201d", "\u201e", "\u3003")
_SAME = frozenset(_SIGNS_FOR_SAME).union(
    *((word, word.capitalize(), word.upper()) for word in _WORDS_FOR_SAME)
)
_HELIXES = frozenset({Field.HELIX, *CROSSES})
_ORGANISATIONS = frozenset(
    {Field.ORGANISATION, Field.ORGANISATION_ROLE, Field.ROLE_ORGANISATION, Field.RECORD}
)


# Other headings that name the surname first stand above names in either order.
_SURNAME_FIRST = frozenset({
    "achternaam voornaam", "achternaam en voornaam", "familienaam en voornaam",
    "last name first name", "surname first name", "nazwisko i imie", "cognome e nome",
})  # fmt: skip


class Place:
    """Where in a list a row stands; it is asked about the rows in their order."""

    def __init__(
        self,
        headings: Sequence[str],
        columns: Sequence[Field | None],
        first: Sequence[Candidate],
        rows: Sequence[Sequence[str]] = (),
    ) -> None:
        """
        Begin at the top of a list.

        :param columns: what each heading holds
        :param first: what its first row says, if there is one
        :param rows: the cells of all its rows
        """
        self._width = len(columns)
        self._above: Sequence[str] = ()
        self._helix: Helix | None = None
        self._organisation = ""
        self._is_return = Field.RECORD in columns
        self._has_helix = not _HELIXES.isdisjoint(columns)
        # Where no column has organisations and the first row is one, it is that of those below.
        self._is_parted = _ORGANISATIONS.isdisjoint(columns) and any(
            one.organisation and not one.is_person for one in first
        )
        behind = (at for at, heading in enumerate(headings) if fold(heading) in _SURNAME_FIRST)
        self._surname_first = [at for at in behind if columns[at] is Field.FULL_NAME]
        self._surname_shown_first = [
            at
            for at in _whole_names(columns)
            if at not in self._surname_first and surname_stands_first(row[at] for row in rows)
        ]
        held = dict(zip(headings, columns, strict=True))
        others = second_people(headings, held)
        self._seconds = [at for at, heading in enumerate(headings) if heading in others]

    def cells(self, typed: Sequence[str]) -> Sequence[str]:
        """
        Return the cells of the next row, those of the row above where they say "idem".

        Where the heading says that surnames stand first, or all names show it, a comma parts them.
        """
        if not (self._is_return or _SAME.isdisjoint(typed)):
            typed = [
                self._above[at] if cell in _SAME and at < len(self._above) else cell
                for at, cell in enumerate(typed)
            ]
        self._above = typed
        for at in self._surname_first:
            typed = [*typed[:at], with_comma(typed[at]), *typed[at + 1 :]]
        for at in self._surname_shown_first:
            typed = [*typed[:at], with_comma_behind_surname(typed[at]), *typed[at + 1 :]]
        return typed

    def completed(self, found: Candidate, cells: Sequence[str]) -> Candidate:
        """
        Return what a row says with what the title above it says: a helix, an organisation.

        Of another person in the same row, "Voornaam 2", it is said that there are two.
        """
        if not self._has_helix and is_group(cells, self._width):
            self._helix = value_words.helix(" ".join(cells))
        if self._is_parted and self._width > 1 and sum(map(bool, cells)) == 1:
            self._organisation = "" if found.is_person else found.organisation
        others = [cells[at] for at in self._seconds if any(map(str.isalnum, cells[at]))]
        if not (self._helix or self._organisation or others) or found.is_rejected:
            return found
        said = (Message(found.row, Problem.TWO_PEOPLE, None, one) for one in others)
        return replace(
            found,
            helix=self._helix or found.helix,
            organisation=found.organisation or self._organisation,
            messages=(*found.messages, *said),
        )


def _whole_names(columns: Sequence[Field | None]) -> list[int]:
    """Return where whole names stand, but in no list that left Kring."""
    is_return = Field.RECORD in columns
    return [at for at, one in enumerate(columns) if one is Field.FULL_NAME and not is_return]
