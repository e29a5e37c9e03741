"""
The list of persons as a file, which Kring can also read again.

What leaves Kring can be mailed to: an e-mail address stands only with those who pass the gate.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from crm.core import access, fields
from crm.core.conditions import Group
from crm.core.errors import Text
from crm.core.fields import Where
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.models import Kind, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import persons
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.rules.round_trip import (
    Meant,
    cells_as_left,
    code_of,
    heading_of,
    in_file,
    number_of,
)
from crm.stakeholders.rules.visibility import Shown, address_gate, shown_as
from crm.stakeholders.views.persons import asked_for
from crm.web.pages import Pages, Table

pages = Pages("person_files")
PURPOSE = "stakeholders.export"
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
    eyes, asked = shown_as(actor), chosen.where
    columns = in_file(Kind.PERSON, filter(eyes.may_see, fields.of(Person, Where.FILE)))
    headings: list[Text] = [*map(heading_of, columns)]
    rows = _rows(eyes, columns, persons.everybody(actor, chosen), asked)
    if actor.sees_private_persons:
        may = address_gate().heading(asked)
        record, code = FIELD_LABELS[Field.RECORD], FIELD_LABELS[Field.CODE]
        return [record, *headings, PRIVATE, may, code], rows
    # Without a number: a list with pseudonyms is none to bring back.
    return [FIELD_LABELS[Field.FULL_NAME], *headings], rows


def _rows(
    eyes: Shown, columns: Sequence[fields.Field], everybody: Iterator[Person], asked: Group
) -> Iterator[list[object]]:
    """Return rows in which only those have an e-mail address who pass the gate."""
    says, no_and_yes = [_in_words(one.kind) for one in columns], (str(_("no")), str(_("yes")))
    sees_all = eyes.actor.sees_private_persons
    while some := list(islice(everybody, AT_ONCE)):
        held = [eyes.values(one, some) for one in columns]
        passing = address_gate().passing(asked, some) if sees_all else ()
        for person in some:
            may = person.id in passing
            mine: list[Any] = [
                None if one.column == Field.EMAIL and not may else of.get(person.id)
                for one, of in zip(columns, held, strict=True)
            ]
            cells = [
                "" if value is None else say(value) for say, value in zip(says, mine, strict=True)
            ]
            if not sees_all:
                yield [eyes.name(person), *cells]
                continue
            number = number_of(person.project_id, Meant(Kind.PERSON, person.id))
            # The code is of what stands in the file, so that coming back shows what changed in it.
            left = code_of(number, cells_as_left(columns, mine))
            private = person.counts_as_private(eyes.day)
            yield [number, *cells, no_and_yes[private], no_and_yes[may], left]


def _in_words(kind: fields.Kind) -> Callable[[Any], str]:
    """Return how a column is written; of few words, which stand in thousands of rows, each once."""
    if kind.control == "choice" and kind.cell is None:
        return lru_cache(maxsize=None, typed=True)(kind.say)
    return kind.cell or kind.say
