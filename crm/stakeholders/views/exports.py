"""The list of persons as a file, which Kring can also read again."""

from collections.abc import Iterator

from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import LazyString, _, _l
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.importing.columns import FIELD_LABELS, Field
from crm.stakeholders.models import Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import person_lists
from crm.stakeholders.shown import Shown, shown_as
from crm.stakeholders.views.persons import filter_form
from crm.web.downloads import csv_file, excel_file
from crm.web.pages import Pages
from crm.web.rendering import label

pages = Pages("person_files")
PURPOSE = "stakeholders.export"
BETWEEN = "; "
NAME = (
    Field.FORM_OF_ADDRESS, Field.INITIALS, Field.FIRST_NAME, Field.PREFIX, Field.SURNAME,
    Field.PARTNER_PREFIX, Field.PARTNER_SURNAME, Field.NAME_USE,
)  # fmt: skip
EVERYBODY = (Field.ORGANISATION, Field.ROLE, Field.HELIX, Field.AREA, Field.TAGS)
CONTACT = (Field.EMAIL, Field.PHONE, Field.LANGUAGE, Field.NOTE)
PRIVATE = _l("Private person")


@pages.get("/persons/export.csv", requires=StakeholderPermission.EXPORT)
def as_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what the list shows as CSV."""
    return csv_file(f"{project.slug}-{_('persons')}", _headings(actor), _rows(actor, project))


@pages.get("/persons/export.xlsx", requires=StakeholderPermission.EXPORT)
def as_excel(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what the list shows as a workbook."""
    return excel_file(f"{project.slug}-{_('persons')}", _headings(actor), _rows(actor, project))


def _headings(actor: Actor) -> list[LazyString]:
    if actor.sees_private_persons:
        return [*(FIELD_LABELS[one] for one in (*NAME, *EVERYBODY, *CONTACT)), PRIVATE]
    return [FIELD_LABELS[one] for one in (Field.FULL_NAME, *EVERYBODY)]


def _rows(actor: Actor, project: Project) -> Iterator[list[object]]:
    access.note(access.Access("persons.export", PURPOSE))
    eyes = shown_as(actor)
    everybody = person_lists.everybody(actor, filter_form(actor, project).chosen())
    if actor.sees_private_persons:
        return (_full_row(eyes, one) for one in everybody)
    return ([eyes.name(one), *_row(eyes, one)] for one in everybody)


def _full_row(eyes: Shown, person: Person) -> list[object]:
    parts, shown = eyes.name_parts(person), eyes.person(person)
    return [
        label(parts.form_of_address),
        parts.initials,
        parts.first_name,
        parts.prefix,
        parts.surname,
        parts.partner_prefix,
        parts.partner_surname,
        label(parts.name_use),
        *_row(eyes, person),
        BETWEEN.join(shown.emails),
        BETWEEN.join(shown.phones),
        person.language,
        shown.note,
        _("yes") if shown.is_private else _("no"),
    ]


def _row(eyes: Shown, person: Person) -> list[object]:
    role, shown = eyes.main_role(person), eyes.brief(person)
    return [
        role.organisation if role else "",
        role.role if role else "",
        label(shown.helix),
        person.area.name if person.area else "",
        BETWEEN.join(shown.tags),
    ]
