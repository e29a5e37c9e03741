"""The organisations that an attendance list names, and of which helix those are that are new."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm.core.normalisation import fold
from crm.design_sessions.importing.columns import columns_of
from crm.design_sessions.importing.decisions import decisions_of
from crm.design_sessions.importing.plan import ListedRow
from crm.design_sessions.models import AttendanceList
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.organisations import HelixOfNew, helix_by_name
from crm.stakeholders.importing.tables import table_of
from crm.stakeholders.importing.value_words import is_doubtful_helix
from crm.stakeholders.models import Helix
from crm.stakeholders.queries import import_memory
from crm.stakeholders.queries.organisations import ids_by_key

MOST_ASKED = 40


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """
    An organisation that is not in the register, and of which no row of a list says the helix.

    :ivar count: in how many rows of people who are not in the register either
    :ivar helix: what somebody said of it, or what its name says by itself; none if neither
    :ivar is_said: whether somebody said it
    """

    name: str
    count: int
    helix: Helix | None
    is_said: bool


@dataclass(frozen=True, slots=True)
class NewOrganisations:
    """
    The new organisations of a list by folded name, those in most rows first.

    :ivar others: the helix of those of which nothing says it; none if nobody chose one
    """

    found: Mapping[str, NewOrganisation]
    others: Helix | None

    @property
    def asked(self) -> list[NewOrganisation]:
        """Those about which somebody is asked now."""
        return [one for one in self.found.values() if not one.is_said][:MOST_ASKED]

    @property
    def has_open(self) -> bool:
        """Whether there are some of which nothing says the helix."""
        return any(one.helix is None for one in self.found.values())

    @property
    def helix_of_new(self) -> HelixOfNew:
        """The helix that each of them gets; only asked for where none is open."""
        named = {key: one.helix for key, one in self.found.items() if one.helix is not None}
        return HelixOfNew(self.others or Helix.END_USERS, named)

    def helix(self, name: str) -> Helix | None:
        """Return the helix that the new organisation with this name gets, as far as is known."""
        one = self.found.get(fold(name))
        return (one.helix if one else None) or self.others


def new_organisations(listed: AttendanceList, rows: Iterable[ListedRow]) -> NewOrganisations:
    """Return the organisations that come into the register if these rows do."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for row in rows:
        key = fold(row.looked.organisation)
        if key and row.may_be_new:
            counts[key] += 1
            names.setdefault(key, row.looked.organisation)
    known, told = ids_by_key(counts), _told_by(listed) if counts else set()
    said = import_memory.meanings_of(Field.ORGANISATION)
    return NewOrganisations(
        {
            key: _new(names[key], count, said.get(key, ""))
            for key, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
            if key not in known and key not in told
        },
        decisions_of(listed.decisions).helix,
    )


def _new(name: str, count: int, said: str) -> NewOrganisation:
    helix = Helix(said) if said else helix_by_name(name)
    return NewOrganisation(name, count, helix, is_said=bool(said))


def _told_by(listed: AttendanceList) -> set[str]:
    """Return the folded names of organisations of which a row of the list says the helix."""
    columns, table = columns_of(listed.columns), table_of(listed.table)
    at = {columns.get(heading): place for place, heading in enumerate(table.headings)}
    if Field.HELIX not in at or Field.ORGANISATION not in at:
        return set()
    known = import_memory.meanings_of(Field.HELIX)
    helix, organisation = at[Field.HELIX], at[Field.ORGANISATION]
    return {
        fold(row[organisation])
        for row in table.rows
        if row[helix].strip() and (known.get(fold(row[helix])) or not is_doubtful_helix(row[helix]))
    }
