"""Pages on which own fields are defined, and filled in for one record."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core import access, clock
from crm.core.db import session
from crm.core.i18n import _
from crm.core.permissions import Actor, allows
from crm.own_fields import queries, services
from crm.own_fields.forms import NewOwnFieldForm, OwnFieldForm, values_form
from crm.own_fields.models import MOST, OwnField
from crm.own_fields.policy import OwnFieldPermission
from crm.own_fields.values import FieldKind
from crm.projects.models import Project
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.views.persons import PURPOSE, asked_number, saved
from crm.steps.views.pages import undo_address
from crm.web.pages import Pages
from crm.web.rendering import page

DEFINE, EDIT = OwnFieldPermission.DEFINE, StakeholderPermission.EDIT
pages = Pages("own_fields")


@pages.get("/own-fields", requires=DEFINE)
def fields(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the own fields of people and organisations, with how many have a value."""
    return page(
        "own_fields/fields.html",
        groups=[(kind, queries.own_fields(kind), queries.counts(kind)) for kind in Kind],
        most=MOST,
        undo_url=undo_address(project, asked_number("step")),
    )


@pages.get("/own-fields/new", requires=DEFINE)
def new(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask about a new field."""
    return page("own_fields/new.html", form=NewOwnFieldForm(formdata=None))


@pages.post("/own-fields/new", requires=DEFINE)
def add(actor: Actor, project: Project) -> ResponseReturnValue:
    """Add a field."""
    form = NewOwnFieldForm()
    made = form.attempt(
        lambda given: services.define(
            actor,
            project,
            subject=Kind(form.subject.data),
            kind=FieldKind(form.kind.data),
            details=given,
        )
    )
    if made is None:
        return page("own_fields/new.html", form=form, status=form.status)
    flash(_("The field is added."), "success")
    return redirect(url_for("own_fields.fields", project_slug=project.slug), 303)


@pages.get("/own-fields/<int:own_field_id>/edit", requires=DEFINE)
def edit(_actor: Actor, _project: Project, own_field_id: int) -> ResponseReturnValue:
    """Ask what changes about a field."""
    found = queries.own_field(own_field_id)
    return _edit_page(found, OwnFieldForm.of(found))


@pages.post("/own-fields/<int:own_field_id>/edit", requires=DEFINE)
def change(actor: Actor, project: Project, own_field_id: int) -> ResponseReturnValue:
    """Change a field."""
    found, form = queries.own_field(own_field_id), OwnFieldForm()
    seen = form.seen_revision
    form.attempt(lambda given: services.change(actor, found, details=given, revision=seen))
    list_url = url_for("own_fields.fields", project_slug=project.slug)
    return saved(form, list_url, _("The field is saved.")) or _edit_page(found, form)


@pages.post("/own-fields/<int:own_field_id>/remove", requires=DEFINE)
def remove(actor: Actor, project: Project, own_field_id: int) -> ResponseReturnValue:
    """Remove a field; its values go after a while."""
    found = queries.own_field(own_field_id)
    step = ActionForm().attempt(lambda _none: services.remove(actor, found))
    flash(_("The field is removed. Its values are thrown away after 30 days."), "success")
    return redirect(url_for("own_fields.fields", project_slug=project.slug, step=step), 303)


@pages.get("/persons/<int:person_id>/own-fields", requires=EDIT)
def ask_of_person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Ask what stands in the own fields of a person."""
    return _ask(actor, project, persons.person(person_id))


@pages.post("/persons/<int:person_id>/own-fields", requires=EDIT)
def save_of_person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Save the own fields of a person."""
    return _save(actor, project, persons.person(person_id))


@pages.get("/organisations/<int:organisation_id>/own-fields", requires=EDIT)
def ask_of_organisation(
    actor: Actor, project: Project, organisation_id: int
) -> ResponseReturnValue:
    """Ask what stands in the own fields of an organisation."""
    return _ask(actor, project, organisations.organisation(organisation_id))


@pages.post("/organisations/<int:organisation_id>/own-fields", requires=EDIT)
def save_of_organisation(
    actor: Actor, project: Project, organisation_id: int
) -> ResponseReturnValue:
    """Save the own fields of an organisation."""
    return _save(actor, project, organisations.organisation(organisation_id))


def of_record(actor: Actor, record: Person | Organisation) -> Mapping[str, Any]:
    """Return what the page of a record shows of its own fields, as `actor` may see it."""
    subject, may_edit = _subject(record), allows(actor, EDIT)
    if isinstance(record, Person) and shown_as(actor).hides(record):
        return {"told": []}
    ask, project = f"own_fields.ask_of_{subject}", session().get_one(Project, record.project_id)
    ids: dict[str, Any] = {f"{subject}_id": record.id}
    url = url_for(ask, project_slug=project.slug, **ids) if may_edit else ""
    told = queries.told_of(subject, record.id, also_private=may_edit)
    return {"told": told, "url": url}


def _subject(record: Person | Organisation) -> Kind:
    return Kind.PERSON if isinstance(record, Person) else Kind.ORGANISATION


def _address(project: Project, record: Person | Organisation) -> str:
    kind = _subject(record).value
    ids: dict[str, Any] = {f"{kind}_id": record.id}
    return url_for(f"{kind}s.{kind}", project_slug=project.slug, **ids)


def _ask(actor: Actor, project: Project, record: Person | Organisation) -> ResponseReturnValue:
    subject = _subject(record)
    values = queries.values_of(subject, [record.id])[record.id]
    return _values_page(actor, project, record, values_form(queries.own_fields(subject), values))


def _save(actor: Actor, project: Project, record: Person | Organisation) -> ResponseReturnValue:
    form = values_form(queries.own_fields(_subject(record)))
    form.attempt(lambda given: services.set_values(actor, record, given=given))
    answer = saved(form, _address(project, record), _("The own fields are saved."))
    return answer or _values_page(actor, project, record, form)


def _values_page(
    actor: Actor, project: Project, record: Person | Organisation, form: Any
) -> ResponseReturnValue:
    if isinstance(record, Person):
        name = shown_as(actor).name(record)
        if record.counts_as_private(clock.today()):
            access.note(access.Access("person.card", PURPOSE, record.id))
    else:
        name = record.name
    return page(
        "own_fields/values.html",
        form=form,
        name=name,
        back_url=_address(project, record),
        status=form.status,
    )


def _edit_page(field: OwnField, form: OwnFieldForm) -> ResponseReturnValue:
    return page(
        "own_fields/edit.html",
        form=form,
        own=field,
        holders=queries.counts(field.subject).get(field.id, 0),
        status=form.status,
    )
