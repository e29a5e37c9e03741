"""Pages on which two records become one."""

from collections.abc import Callable, Mapping
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
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.services import merging as services
from crm.stakeholders.views.duplicates import sides
from crm.web.pages import Pages
from crm.web.rendering import page

EDIT = StakeholderPermission.EDIT
PEOPLE = "/persons/<int:person_id>/merge"
PLACES = "/organisations/<int:organisation_id>/merge"
TWO_PEOPLE = f"{PEOPLE}/<int:other_person_id>"
TWO_PLACES = f"{PLACES}/<int:other_organisation_id>"
FIND: Mapping[Kind, Callable[[int], Person | Organisation]] = {
    Kind.PERSON: persons.person,
    Kind.ORGANISATION: organisations.organisation,
}
PAGES = {Kind.PERSON: "persons.person", Kind.ORGANISATION: "organisations.organisation"}


def about(ids: dict[str, Any]) -> list[Any]:
    """Return of which kind the records are that an address names, and the ids of one or two."""
    kind = Kind.PERSON if "person_id" in ids else Kind.ORGANISATION
    names = (f"{kind}_id", f"other_{kind}_id")
    return [kind, *(ids.pop(name) for name in names if name in ids)]


pages = Pages("merging", find=about)


@pages.get(PEOPLE, PLACES, requires=EDIT)
def choose(actor: Actor, _project: Project, kind: Kind, kept_id: int) -> ResponseReturnValue:
    """Ask which other record is the same one."""
    kept, typed = FIND[kind](kept_id), (request.args.get("q") or "").strip()
    found = _found(actor, kind, typed) if typed else None
    # Who was found, the one that stays perhaps among them, or else who looks like it.
    ids = records.alike(kind, kept_id) if found is None else [record.id for record in found.items]
    shown = sides(actor, kind, ids)
    return page(
        "stakeholders/merge_choose.html",
        kept=kept,
        name=_name(actor, kept),
        typed=typed,
        found=found,
        choices=[shown[key] for key in ids if key != kept_id],
        kind=kind,
    )


@pages.get(TWO_PEOPLE, TWO_PLACES, requires=EDIT)
def ask(
    actor: Actor, project: Project, kind: Kind, kept_id: int, gone_id: int
) -> ResponseReturnValue:
    """Show two records beside each other and ask what is right of each."""
    return _page(actor, project, kind, _two(kind, project, kept_id, gone_id))


@pages.post(TWO_PEOPLE, TWO_PLACES, requires=EDIT)
def merge(
    actor: Actor, project: Project, kind: Kind, kept_id: int, gone_id: int
) -> ResponseReturnValue:
    """Make one record of two, and lead to the one that stays, with the way back."""
    form = _two(kind, project, kept_id, gone_id)
    is_person = kind is Kind.PERSON
    run = services.merge_persons if is_person else services.merge_organisations
    form.attempt(lambda asked: run(actor, project, merge=asked))
    if form.is_refused:
        return _page(actor, project, kind, form)
    flash(_("The two are one now. Everything that named the other names this one."), "success")
    step = records.merge_of(services.PERSONS if is_person else services.ORGANISATIONS, gone_id)
    return redirect(_address(kind, project, kept_id, step=step), 303)


def _found(actor: Actor, kind: Kind, typed: str) -> Page[Person] | Page[Organisation]:
    wanted = number(request.args.get("page")) or 1
    if kind is Kind.PERSON:
        return persons.page_of_persons(actor, persons.PersonFilter(search=typed), wanted)
    return page_of(organisations.by_name(organisations.Filter(search=typed)), wanted)


def _two(kind: Kind, project: Project, kept_id: int, gone_id: int) -> MergeForm:
    """Return the form for both, as it was filled in if it was."""
    try:
        kept, gone = FIND[kind](kept_id), FIND[kind](gone_id)
    except NotFound:
        _lead_on(kind, project, kept_id, gone_id)
        raise
    if kept_id == gone_id:
        raise services.OneAndTheSame
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
        raise services.NoLongerThere


def _was_here(kind: Kind, record_id: int) -> bool:
    """Return whether the project has somebody with this id, or had them before a merge."""
    for ask in (FIND[kind], partial(records.now_at, kind)):
        with suppress(NotFound):
            ask(record_id)
            return True
    return False


def _page(actor: Actor, project: Project, kind: Kind, form: MergeForm) -> ResponseReturnValue:
    swapped: dict[str, Any] = {f"{kind}_id": form.gone.id, f"other_{kind}_id": form.kept.id}
    return page(
        "stakeholders/merge.html",
        form=form,
        names=[_name(actor, record) for record in (form.kept, form.gone)],
        swapped=url_for(".ask", project_slug=project.slug, **swapped),
        is_person=kind is Kind.PERSON,
        status=form.status,
    )


def _name(actor: Actor, record: Person | Organisation) -> str:
    return shown_as(actor).name(record) if isinstance(record, Person) else record.name


def _address(kind: Kind, project: Project, kept_id: int, **more: int | None) -> str:
    asked: dict[str, Any] = {f"{kind}_id": kept_id, **more}
    return url_for(PAGES[kind], project_slug=project.slug, **asked)
