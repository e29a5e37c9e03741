"""Pages on which two records become one."""

from collections.abc import Callable
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
FIND: dict[Kind, Callable[[int], Person | Organisation]] = {
    Kind.PERSON: person_queries.person, Kind.ORGANISATION: organisation_queries.organisation
}  # fmt: skip
PAGES = {
    Kind.PERSON: ("persons.person", "person_id"),
    Kind.ORGANISATION: ("organisations.organisation", "organisation_id"),
}
MERGED = {Kind.PERSON: services.PERSONS, Kind.ORGANISATION: services.ORGANISATIONS}


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
    actor: Actor, project: Project, person_id: int, other_person_id: int
) -> ResponseReturnValue:
    """Show two persons beside each other and ask what is right of each."""
    return _page(actor, project, _two(Kind.PERSON, project, person_id, other_person_id))


@pages.post(PEOPLE, requires=EDIT)
def merge_people(
    actor: Actor, project: Project, person_id: int, other_person_id: int
) -> ResponseReturnValue:
    """Make one person of two."""
    form = _two(Kind.PERSON, project, person_id, other_person_id)
    form.attempt(lambda merge: services.merge_persons(actor, project, merge=merge))
    if form.is_refused:
        return _page(actor, project, form)
    return _done(Kind.PERSON, project, person_id, other_person_id)


@pages.get(PLACES, requires=EDIT)
def places(
    actor: Actor, project: Project, organisation_id: int, other_organisation_id: int
) -> ResponseReturnValue:
    """Show two organisations beside each other and ask what is right of each."""
    form = _two(Kind.ORGANISATION, project, organisation_id, other_organisation_id)
    return _page(actor, project, form)


@pages.post(PLACES, requires=EDIT)
def merge_places(
    actor: Actor, project: Project, organisation_id: int, other_organisation_id: int
) -> ResponseReturnValue:
    """Make one organisation of two."""
    form = _two(Kind.ORGANISATION, project, organisation_id, other_organisation_id)
    form.attempt(lambda merge: services.merge_organisations(actor, project, merge=merge))
    if form.is_refused:
        return _page(actor, project, form)
    return _done(Kind.ORGANISATION, project, organisation_id, other_organisation_id)


def _two(kind: Kind, project: Project, kept_id: int, gone_id: int) -> MergeForm:
    """Return the form for both, as it was filled in if it was."""
    try:
        kept, gone = FIND[kind](kept_id), FIND[kind](gone_id)
    except NotFound:
        _lead_on(kind, project, kept_id, gone_id)
        raise
    if kept_id == gone_id:
        raise OneAndTheSame
    return MergeForm(kept, gone, request.form)


def _lead_on(kind: Kind, project: Project, kept_id: int, gone_id: int) -> None:
    """
    Lead who asks once more, or the other way round, to what both became.

    :raises NoLongerThere: if they saw both, and one of them is gone otherwise
    """
    for gone, kept in ((kept_id, gone_id), (gone_id, kept_id)):
        with suppress(NotFound):
            if records.now_at(kind, gone) == kept:
                flash(_("These two are one already."), "info")
                abort(redirect(_address(kind, project, kept), 303))
    # An address that was only typed is told no more than that nothing is there.
    if request.method == "POST" and (_was_here(kind, kept_id) or _was_here(kind, gone_id)):
        raise NoLongerThere


def _was_here(kind: Kind, record_id: int) -> bool:
    """Return whether the project has somebody with this id, or had them before a merge."""
    for ask in (FIND[kind], partial(records.now_at, kind)):
        with suppress(NotFound):
            ask(record_id)
            return True
    return False


def _page(actor: Actor, project: Project, form: MergeForm) -> ResponseReturnValue:
    eyes, slug, kept, gone = shown_as(actor), project.slug, form.kept, form.gone
    if isinstance(kept, Person) and isinstance(gone, Person):
        names = eyes.name(kept), eyes.name(gone)
        swapped = url_for(".people", project_slug=slug, person_id=gone.id, other_person_id=kept.id)
    elif isinstance(kept, Organisation) and isinstance(gone, Organisation):
        names = kept.name, gone.name
        swapped = url_for(
            ".places", project_slug=slug, organisation_id=gone.id, other_organisation_id=kept.id
        )
    else:
        raise TypeError(kept)
    return page(
        "stakeholders/merge.html",
        form=form,
        names=names,
        swapped=swapped,
        is_person=isinstance(kept, Person),
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


def _address(kind: Kind, project: Project, kept_id: int, **more: int | None) -> str:
    view, name = PAGES[kind]
    asked: dict[str, Any] = {name: kept_id, **more}
    return url_for(view, project_slug=project.slug, **asked)


def _done(kind: Kind, project: Project, kept_id: int, gone_id: int) -> ResponseReturnValue:
    """Say that it is done, and lead to the one that stays, with the way back."""
    flash(_("The two are one now. Everything that named the other names this one."), "success")
    step = records.merge_of(MERGED[kind], gone_id)
    return redirect(_address(kind, project, kept_id, step=step), 303)
