"""Pages on which two records become one."""

from contextlib import suppress
from functools import partial
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.pagination import Page, page_of
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.merging import MergeForm
from crm.stakeholders.forms.persons import number
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import duplicates as records
from crm.stakeholders.queries import organisations as organisation_queries
from crm.stakeholders.queries import persons as person_queries
from crm.stakeholders.queries.organisations import Filter
from crm.stakeholders.queries.persons import PersonFilter, page_of_persons
from crm.stakeholders.services import merging as services
from crm.stakeholders.services.merging import NoLongerThere, OneAndTheSame
from crm.stakeholders.views import duplicates
from crm.stakeholders.visibility import shown_as
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("merging")
EDIT = StakeholderPermission.EDIT
PEOPLE = "/persons/<int:person_id>/merge/<int:other_person_id>"
PLACES = "/organisations/<int:organisation_id>/merge/<int:other_organisation_id>"


@pages.get("/persons/<int:person_id>/merge", requires=EDIT)
def choose_person(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask which other person is the same one."""
    kept, typed = person_queries.person(person_id), _typed()
    found = page_of_persons(actor, PersonFilter(search=typed), _number()) if typed else None
    ids = _ids(found, Kind.PERSON, kept.id)
    choices = duplicates.people(actor, ids)
    name = shown_as(actor).name(kept)
    return _choose(kept, name, found, [choices[key] for key in ids if key != kept.id])


@pages.get("/organisations/<int:organisation_id>/merge", requires=EDIT)
def choose_place(_actor: Actor, _project: Project, organisation_id: int) -> ResponseReturnValue:
    """Ask which other organisation is the same one."""
    kept, typed = organisation_queries.organisation(organisation_id), _typed()
    listed = organisation_queries.by_name(Filter(search=typed))
    found = page_of(listed, _number()) if typed else None
    ids = _ids(found, Kind.ORGANISATION, kept.id)
    choices = duplicates.organisations(ids)
    return _choose(kept, kept.name, found, [choices[key] for key in ids if key != kept.id])


@pages.get(PEOPLE, requires=EDIT)
def people(
    actor: Actor, _project: Project, person_id: int, other_person_id: int
) -> ResponseReturnValue:
    """Show two persons beside each other and ask what is right of each."""
    return _people_page(actor, _two_people(person_id, other_person_id))


@pages.post(PEOPLE, requires=EDIT)
def merge_people(
    actor: Actor, project: Project, person_id: int, other_person_id: int
) -> ResponseReturnValue:
    """Make one person of two."""
    form = _two_people(person_id, other_person_id)
    form.attempt(lambda merge: services.merge_persons(actor, project, merge=merge))
    if form.is_refused:
        return _people_page(actor, form)
    step = _done(services.PERSONS, other_person_id)
    slug = project.slug
    address = url_for("persons.person", project_slug=slug, person_id=person_id, step=step)
    return redirect(address, 303)


@pages.get(PLACES, requires=EDIT)
def places(
    _actor: Actor, _project: Project, organisation_id: int, other_organisation_id: int
) -> ResponseReturnValue:
    """Show two organisations beside each other and ask what is right of each."""
    return _places_page(_two_places(organisation_id, other_organisation_id))


@pages.post(PLACES, requires=EDIT)
def merge_places(
    actor: Actor, project: Project, organisation_id: int, other_organisation_id: int
) -> ResponseReturnValue:
    """Make one organisation of two."""
    form = _two_places(organisation_id, other_organisation_id)
    form.attempt(lambda merge: services.merge_organisations(actor, project, merge=merge))
    if form.is_refused:
        return _places_page(form)
    step = _done(services.ORGANISATIONS, other_organisation_id)
    slug, page_of = project.slug, "organisations.organisation"
    address = url_for(page_of, project_slug=slug, organisation_id=organisation_id, step=step)
    return redirect(address, 303)


def _two_people(kept_id: int, gone_id: int) -> MergeForm:
    """Return the form for both, as it was filled in if it was."""
    try:
        kept, gone = map(person_queries.person, (kept_id, gone_id))
    except NotFound:
        _lead_on(Kind.PERSON, kept_id, gone_id)
        raise
    if kept_id == gone_id:
        raise OneAndTheSame
    return MergeForm(kept, gone, request.form)


def _two_places(kept_id: int, gone_id: int) -> MergeForm:
    try:
        kept, gone = map(organisation_queries.organisation, (kept_id, gone_id))
    except NotFound:
        _lead_on(Kind.ORGANISATION, kept_id, gone_id)
        raise
    if kept_id == gone_id:
        raise OneAndTheSame
    return MergeForm(kept, gone, request.form)


def _lead_on(kind: Kind, kept_id: int, gone_id: int) -> None:
    """
    Lead who asks once more, or the other way round, to what both became.

    :raises NoLongerThere: if they saw both, and one of them is gone otherwise
    """
    one = _what_both_became(kind, kept_id, gone_id)
    if one is None:
        if request.method == "POST" and (_was_here(kind, kept_id) or _was_here(kind, gone_id)):
            raise NoLongerThere
        return
    flash(_("These two are one already."), "info")
    if kind is Kind.PERSON:
        address = url_for("persons.person", project_slug=_slug(), person_id=one)
    else:
        page_of = "organisations.organisation"
        address = url_for(page_of, project_slug=_slug(), organisation_id=one)
    abort(redirect(address, 303))


def _what_both_became(kind: Kind, one_id: int, other_id: int) -> int | None:
    """Return which of two the other went into, if it did."""
    for gone, kept in ((one_id, other_id), (other_id, one_id)):
        with suppress(NotFound):
            if records.now_at(kind, gone) == kept:
                return kept
    return None


def _was_here(kind: Kind, record_id: int) -> bool:
    """Return whether the project has somebody with this id, or had them before a merge."""
    here = person_queries.person if kind is Kind.PERSON else organisation_queries.organisation
    for ask in (here, partial(records.now_at, kind)):
        with suppress(NotFound):
            ask(record_id)
            return True
    return False


def _people_page(actor: Actor, form: MergeForm) -> ResponseReturnValue:
    eyes, kept, gone = shown_as(actor), form.kept, form.gone
    if not (isinstance(kept, Person) and isinstance(gone, Person)):
        raise TypeError(kept)
    swapped = url_for(".people", project_slug=_slug(), person_id=gone.id, other_person_id=kept.id)
    return _page(form, (eyes.name(kept), eyes.name(gone)), swapped, is_person=True)


def _places_page(form: MergeForm) -> ResponseReturnValue:
    kept, gone = form.kept, form.gone
    if not (isinstance(kept, Organisation) and isinstance(gone, Organisation)):
        raise TypeError(kept)
    swapped = url_for(
        ".places", project_slug=_slug(), organisation_id=gone.id, other_organisation_id=kept.id
    )
    return _page(form, (kept.name, gone.name), swapped, is_person=False)


def _page(
    form: MergeForm, names: tuple[str, str], swapped: str, *, is_person: bool
) -> ResponseReturnValue:
    return page(
        "stakeholders/merge.html",
        form=form,
        names=names,
        swapped=swapped,
        is_person=is_person,
        status=form.status,
    )


def _typed() -> str:
    return (request.args.get("q") or "").strip()


def _number() -> int:
    return number(request.args.get("page")) or 1


def _ids(found: Page[Any] | None, kind: Kind, kept_id: int) -> list[int]:
    """Return who was found, the one that stays perhaps among them, or else who looks like it."""
    return records.alike(kind, kept_id) if found is None else [record.id for record in found.items]


def _choose(
    kept: Person | Organisation, name: str, found: Page[Any] | None, choices: list[duplicates.Side]
) -> ResponseReturnValue:
    return page(
        "stakeholders/merge_choose.html",
        kept=kept,
        name=name,
        typed=_typed(),
        found=found,
        choices=choices,
        is_person=isinstance(kept, Person),
    )


def _slug() -> str:
    return str((request.view_args or {})["project_slug"])


def _done(kind: str, gone_id: int) -> int | None:
    """Say that it is done, and return the step in which it was."""
    flash(_("The two are one now. Everything that named the other names this one."), "success")
    return records.merge_of(kind, gone_id)
