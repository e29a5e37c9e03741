"""
The list of persons as a file, which Kring can also read again.

What leaves Kring can be mailed to: an e-mail address stands only with those who pass the gate.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from crm.core import access
from crm.core.conditions import Group
from crm.core.errors import Text
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.models import Kind, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import persons
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.rules.round_trip import Meant, cells_of, code_of, number_of
from crm.stakeholders.rules.visibility import Shown, ShownPerson, address_gate, shown_as
from crm.stakeholders.views.persons import asked_for
from crm.web.pages import Pages, Table
from crm.web.rendering import label

pages = Pages("person_files")
PURPOSE = "stakeholders.export"
BETWEEN = "; "
OWN_NAME = (Field.FORM_OF_ADDRESS, Field.INITIALS, Field.FIRST_NAME, Field.PREFIX, Field.SURNAME)
NAME = (*OWN_NAME, Field.PARTNER_PREFIX, Field.PARTNER_SURNAME, Field.NAME_USE)
EVERYBODY = (Field.ORGANISATION, Field.ROLE, Field.HELIX, Field.AREA, Field.TAGS)
CONTACT = (Field.EMAIL, Field.PHONE, Field.LANGUAGE, Field.NOTE)
# So many rows are asked about in one statement.
AT_ONCE = 500
PRIVATE = _l("Private person")


@pages.files("/persons/export", requires=StakeholderPermission.EXPORT, is_long=True)
def export(actor: Actor, project: Project) -> Table:
    """Return what the list shows."""
    headings, rows = table_of(actor, asked_for(actor, project))
    return "-".join((project.slug, _("persons"))), headings, rows


def table_of(actor: Actor, chosen: PersonFilter) -> tuple[list[Text], Iterator[list[object]]]:
    """Return the headings and rows of a file of persons, as `actor` may see them."""
    access.note(access.Access("persons.export", PURPOSE))
    written = _Written(
        shown_as(actor),
        lru_cache(maxsize=None, typed=True)(lambda member: str(label(member))),
        (str(_("no")), str(_("yes"))),
    )
    everybody = persons.everybody(actor, chosen)
    if actor.sees_private_persons:
        asked = chosen.where
        may = address_gate().heading(asked)
        named = (FIELD_LABELS[field] for field in (Field.RECORD, *NAME, *EVERYBODY, *CONTACT))
        headings: list[Text] = [*named, PRIVATE, may, FIELD_LABELS[Field.CODE]]
        return headings, _full_rows(written, everybody, asked)
    # Without a number: a list with pseudonyms is none to bring back.
    return [FIELD_LABELS[field] for field in (Field.FULL_NAME, *EVERYBODY)], map(
        written.row, everybody
    )


def _full_rows(
    written: "_Written", everybody: Iterator[Person], asked: Group
) -> Iterator[list[object]]:
    """Return rows in which only those have an e-mail address who pass the gate."""
    while some := list(islice(everybody, AT_ONCE)):
        passing = address_gate().passing(asked, some)
        for person in some:
            may = person.id in passing
            number = number_of(person.project_id, Meant(Kind.PERSON, person.id))
            # The code is of what stands in the file, so that coming back shows what changed in it.
            left = cells_of(person, written.eyes.day) | ({} if may else {Field.EMAIL: ""})
            row = written.full_row(person, may_be_written_to=may)
            yield [number, *row, code_of(number, left)]


@dataclass(frozen=True, slots=True)
class _Written:
    """How persons are written in one file: as somebody sees them, and in which words."""

    eyes: Shown
    words: Callable[[StrEnum | None], str]
    no_and_yes: tuple[str, str]

    def row(self, person: Person) -> list[object]:
        """Return the cells for who sees no addresses."""
        return [self.eyes.name(person), *self._common(person, self.eyes.brief(person))]

    def full_row(self, person: Person, *, may_be_written_to: bool) -> list[object]:
        """Return all cells, but for number and code."""
        parts, shown = self.eyes.name_parts(person), self.eyes.person(person)
        return [
            self.words(parts.form_of_address),
            parts.initials,
            parts.first_name,
            parts.prefix,
            parts.surname,
            parts.partner_prefix,
            parts.partner_surname,
            self.words(parts.name_use),
            *self._common(person, shown),
            BETWEEN.join(shown.emails) if may_be_written_to else "",
            BETWEEN.join(shown.phones),
            person.language,
            shown.note,
            self.no_and_yes[shown.is_private],
            self.no_and_yes[may_be_written_to],
        ]

    def _common(self, person: Person, shown: ShownPerson) -> list[object]:
        role = self.eyes.main_role(person)
        return [
            role.organisation if role else "",
            role.role if role else "",
            self.words(shown.helix),
            person.area.name if person.area else "",
            BETWEEN.join(shown.tags),
        ]
