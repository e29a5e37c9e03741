"""Pages about records that look like one: the list, and who is meant by what is typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from crm.stakeholders.models import Helix, Kind, LikelyPair
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import duplicates as queries
from crm.stakeholders.rules.likeness import Why
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.services import duplicates
from crm.web.pages import Pages, Table
from crm.web.rendering import label, page

pages = Pages("duplicates")
EDIT = StakeholderPermission.EDIT
PURPOSE = "stakeholders.duplicates"
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Side:
    """
    A record that looks like another or like what was typed, as this actor may see it.

    :ivar place: the organisation of a person, or the town of an organisation
    :ivar reasons: why it looks like what was typed
    """

    id: int
    name: str
    place: str
    helix: Helix | None
    is_person: bool
    reasons: Sequence[Why] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    pair: LikelyPair
    sides: tuple[Side, Side]
    reasons: list[Why]


@pages.get("/duplicates", requires=EDIT)
def pairs(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the pairs that look like one, the likest first."""
    form = PairFilterForm(request.args)
    form.offer()
    chosen = form.chosen()
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


@pages.files("/duplicates", requires=EDIT)
def export(actor: Actor, project: Project) -> Table:
    """Return what the list shows."""
    access.note(access.Access("duplicates.export", PURPOSE))
    chosen = PairFilterForm(request.args).chosen()
    one, other, where = _("One"), _("The other"), _("Where")
    headings = [_("Score"), _("Reasons"), one, where, other, where, _("State")]
    rows = []
    for row in rows_of(actor, list(queries.every_pair(chosen))):
        reasons = BETWEEN.join(str(label(why)) for why in row.reasons)
        shown = [text for side in row.sides for text in (side.name, side.place)]
        rows.append([row.pair.score, reasons, *shown, label(row.pair.state)])
    return "-".join((project.slug, _("duplicates"))), headings, rows


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


def _back(project: Project) -> ResponseReturnValue:
    """Return to the list as it was narrowed, which the button sent along."""
    asked: dict[str, Any] = {**PairFilterForm(request.form).asked()}
    return redirect(url_for("duplicates.pairs", project_slug=project.slug, **asked), 303)


def rows_of(actor: Actor, found: Sequence[LikelyPair]) -> list[Row]:
    """Return pairs of one kind as lines of the list."""
    kind = found[0].kind if found else Kind.PERSON
    by_id = sides(actor, kind, sorted({record_id for pair in found for record_id in pair.ids}))
    return [
        Row(pair, (by_id[pair.ids[0]], by_id[pair.ids[1]]), [Why(why) for why in pair.reasons])
        for pair in found
    ]


def sides(
    actor: Actor, kind: Kind, ids: Sequence[int], *, in_list: bool = True
) -> Mapping[int, Side]:
    """
    Return records by id, as lines show who they are.

    :param in_list: whether persons are called as in a list, by their surname first
    """
    if kind is Kind.ORGANISATION:
        places = queries.organisations_by_id(ids).values()
        return {
            place.id: Side(place.id, place.name, place.town, place.helix, is_person=False)
            for place in places
        }
    # By what this actor may see: a private person stands under a pseudonym here as well.
    eyes, found = shown_as(actor), {}
    for key, person in queries.persons_by_id(ids).items():
        role, brief = eyes.main_role(person), eyes.brief(person)
        name, place = brief.list_name if in_list else brief.name, role.organisation if role else ""
        found[key] = Side(key, name, place, brief.helix, is_person=True)
    return found


def twins_of(actor: Actor, form: NewPersonForm | NewOrganisationForm) -> list[Side]:
    """Return the records that may be meant by what is typed in a form."""
    if isinstance(form, NewPersonForm):
        kind, found = Kind.PERSON, duplicates.twins_of_person(form.typed())
    else:
        kind, found = Kind.ORGANISATION, duplicates.twins_of_organisation(form.typed())
    # While somebody types this is asked again and again, mostly about nobody known.
    shown = sides(actor, kind, [twin.id for twin in found], in_list=False) if found else {}
    return [replace(shown[twin.id], reasons=twin.likeness.reasons) for twin in found]
