"""Pages about records that look like one: the list, and who is meant by what is typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.organisations import NewOrganisationForm
from crm.stakeholders.forms.persons import NewPersonForm, number
from crm.stakeholders.forms.selections import PairFilterForm
from crm.stakeholders.likeness import Why
from crm.stakeholders.models import Helix, Kind, LikelyPair
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import duplicates as queries
from crm.stakeholders.services import duplicates
from crm.stakeholders.visibility import shown_as
from crm.web.downloads import csv_file, excel_file
from crm.web.pages import Pages
from crm.web.rendering import label, page

pages = Pages("duplicates")
EDIT = StakeholderPermission.EDIT
PURPOSE = "stakeholders.duplicates"
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that look alike, as this actor may see it."""

    id: int
    name: str
    place: str
    helix: Helix | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    pair: LikelyPair
    sides: tuple[Side, Side]
    reasons: list[Why]


@pages.get("/duplicates", requires=EDIT)
def pairs(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the pairs that look like one, the likest first."""
    form, chosen = _form()
    found = page_of(queries.pairs(chosen), number(request.args.get("page")) or 1)
    return page(
        "stakeholders/duplicates.html",
        form=form,
        chosen=chosen,
        found=found,
        rows=rows_of(actor, found.items),
        counts={kind: queries.open_count(kind) for kind in Kind},
        crowded=queries.crowded_blocks(chosen.kind),
        waits=queries.is_waiting(chosen.kind),
        told_apart=queries.any_told_apart(chosen.kind),
    )


@pages.get("/duplicates.csv", requires=EDIT)
def as_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what the list shows as CSV."""
    return csv_file(_name(project), _headings(), _file(actor))


@pages.get("/duplicates.xlsx", requires=EDIT)
def as_excel(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what the list shows as a workbook."""
    return excel_file(_name(project), _headings(), _file(actor))


@pages.post("/duplicates/<int:pair_id>/apart", requires=EDIT)
def tell_apart(actor: Actor, project: Project, pair_id: int) -> ResponseReturnValue:
    """Keep that two are not the same."""
    duplicates.tell_apart(actor, queries.pair(pair_id))
    flash(_("Kept: they are not the same. The list does not show them again."), "success")
    return _back(project)


@pages.post("/duplicates/<int:pair_id>/doubt", requires=EDIT)
def doubt_again(actor: Actor, project: Project, pair_id: int) -> ResponseReturnValue:
    """Put a pair that was told apart back on the list."""
    duplicates.doubt_again(actor, queries.pair(pair_id))
    flash(_("The two are back on the list."), "success")
    return _back(project)


def _form() -> tuple[PairFilterForm, queries.PairFilter]:
    form = PairFilterForm(request.args)
    form.offer()
    return form, form.chosen()


def _back(project: Project) -> ResponseReturnValue:
    """Return to the list as it was narrowed, which the button sent along."""
    asked: dict[str, Any] = {**PairFilterForm(request.form).asked()}
    return redirect(url_for("duplicates.pairs", project_slug=project.slug, **asked), 303)


def rows_of(actor: Actor, found: list[LikelyPair]) -> list[Row]:
    """Return pairs of one kind as lines of the list."""
    ids = sorted({record_id for pair in found for record_id in pair.ids})
    persons = bool(found) and found[0].kind is Kind.PERSON
    sides = people(actor, ids) if persons else organisations(ids)
    return [
        Row(pair, (sides[pair.ids[0]], sides[pair.ids[1]]), [Why(why) for why in pair.reasons])
        for pair in found
    ]


def people(actor: Actor, ids: list[int]) -> Mapping[int, Side]:
    """Return persons as lines of them show who they are, by id."""
    # By what this actor may see: a private person stands under a pseudonym here as well.
    eyes = shown_as(actor)
    found = {}
    for key, person in queries.persons_by_id(ids).items():
        role, shown = eyes.main_role(person), eyes.brief(person)
        found[key] = Side(key, shown.list_name, role.organisation if role else "", shown.helix)
    return found


def organisations(ids: list[int]) -> Mapping[int, Side]:
    """Return organisations as lines of them show which they are, by id."""
    found = queries.organisations_by_id(ids)
    return {key: Side(key, place.name, place.town, place.helix) for key, place in found.items()}


def _name(project: Project) -> str:
    return "-".join((project.slug, _("duplicates")))


def _headings() -> list[str]:
    one, other = _("One"), _("The other")
    return [_("Score"), _("Reasons"), one, _("Where"), other, _("Where"), _("State")]


def _file(actor: Actor) -> Iterator[list[object]]:
    access.note(access.Access("duplicates.export", PURPOSE))
    _shown, chosen = _form()
    for row in rows_of(actor, list(queries.every_pair(chosen))):
        one, other = row.sides
        reasons = BETWEEN.join(str(label(why)) for why in row.reasons)
        state = label(row.pair.state)
        yield [row.pair.score, reasons, one.name, one.place, other.name, other.place, state]


@dataclass(frozen=True, slots=True)
class ShownTwin:
    """
    A known record beside what was typed.

    :param place: the organisation of a person, or the town of an organisation
    """

    id: int
    name: str
    place: str
    helix: Helix
    reasons: Sequence[Why]
    is_person: bool


def shown_people(actor: Actor, form: NewPersonForm) -> list[ShownTwin]:
    """Return the persons who may be meant, as this actor may see them."""
    found = duplicates.twins_of_person(form.typed())
    people = queries.persons_by_id([twin.id for twin in found]) if found else {}
    eyes = shown_as(actor)
    shown = []
    for twin in found:
        person, reasons = people[twin.id], twin.likeness.reasons
        role, brief = eyes.main_role(person), eyes.brief(person)
        place = role.organisation if role else ""
        shown.append(ShownTwin(twin.id, brief.name, place, brief.helix, reasons, is_person=True))
    return shown


def shown_organisations(form: NewOrganisationForm) -> list[ShownTwin]:
    """Return the organisations that may be meant."""
    found = duplicates.twins_of_organisation(form.typed())
    places = queries.organisations_by_id([twin.id for twin in found]) if found else {}
    told = ((places[twin.id], twin.likeness.reasons) for twin in found)
    return [
        ShownTwin(place.id, place.name, place.town, place.helix, reasons, is_person=False)
        for place, reasons in told
    ]
