"""What the register says of its steps, which can be undone, and of the rows that they change."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from crm.core.db import among, session
from crm.core.i18n import _, _l, written_number
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.core.undo import RowWords, Step, StepKind
from crm.stakeholders.models import (
    Affiliation,
    ContactBasis,
    Email,
    FormerRecord,
    LikelyPair,
    Objection,
    Organisation,
    OrganisationOrigin,
    OrganisationTag,
    Person,
    PersonOrigin,
    PersonTag,
    Phone,
    RememberedColumns,
    RememberedWord,
    Segment,
)
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import step_subjects as subjects
from crm.stakeholders.services import import_preview, merging, segments, selections
from crm.stakeholders.services.persons import name_values


def _of_import(step: Step) -> str:
    new, changed = map(written_number, (step.about["new"], step.about["changed"]))
    return str(_("%(new)s new, %(changed)s changed", new=new, changed=changed))


def _of_segment(_step: Step) -> str:
    return str(_("A segment"))


def _of_selection(step: Step) -> str:
    return str(_("%(persons)s people", persons=written_number(step.about["persons"])))


def _of_two(_step: Step) -> str:
    return str(_("two that were one"))


STEPS = (
    StepKind(
        merging.PERSONS,
        _l("Merge of people"),
        StakeholderPermission.EDIT,
        _of_two,
        subjects.merged_persons,
        endpoint="persons.person",
        argument="person_id",
    ),
    StepKind(
        merging.ORGANISATIONS,
        _l("Merge of organisations"),
        StakeholderPermission.EDIT,
        _of_two,
        subjects.merged_organisations,
        endpoint="organisations.organisation",
        argument="organisation_id",
    ),
    StepKind(
        import_preview.STEP,
        _l("Import"),
        StakeholderPermission.EDIT,
        _of_import,
        subjects.files,
        endpoint="importing.contact_import",
        argument="import_id",
    ),
    StepKind(
        segments.STEP,
        _l("Removal"),
        StakeholderPermission.KEEP,
        _of_segment,
        subjects.removed_segments,
    ),
    *(
        StepKind(
            kind,
            label,
            StakeholderPermission.EDIT,
            _of_selection,
            told,
            endpoint="bulk_orders.order",
            argument="order_id",
        )
        for kind, label, told in (
            (selections.TAG, _l("Tag given"), subjects.tags),
            (selections.UNTAG, _l("Tag taken away"), subjects.tags),
            (selections.AFFILIATE, _l("Role given"), subjects.roles),
        )
    ),
)


def _segments(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    # Those of others that are not shared are nobody else's to read.
    seen = Segment.is_shared | (Segment.account_id == actor.account_id)
    found = select(Segment.id, Segment.name).where(among(Segment.id, ids), seen)
    return {row.id: row.name for row in session().execute(found)}


def _of_names(ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return what is made of the names of persons: how they are sorted and found."""
    found = session().scalars(select(Person).where(among(Person.id, ids)))
    return {
        one.id: {key: values[key] for key in ("sort_key", "name_key")}
        for one in found
        if not one.name_parts.is_empty and (values := name_values(one.name_parts))
    }


def _of_organisation_names(ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    names = select(Organisation.id, Organisation.name).where(among(Organisation.id, ids))
    return {
        row.id: {"name_key": fold(row.name), "sort_key": fold(row.name)}
        for row in session().execute(names)
    }


_PERSON = RowWords(
    Person,
    _l("People"),
    fields={
        "initials": _l("Initials"),
        "first_name": _l("First name"),
        "prefix": _l("Prefix"),
        "surname": _l("Surname"),
        "partner_prefix": _l("Partner's prefix"),
        "partner_surname": _l("Partner's surname"),
        "name_use": _l("Name in use"),
        "form_of_address": _l("Form of address"),
        "language": _l("Language"),
        "area_id": _l("Neighbourhood"),
        "is_private": _l("Treat as a private person"),
        "note": _l("Note"),
        "hidden_at": _l("Does not want to be shown, since"),
        "hidden_source": _l("Where they said so"),
        "pseudonym": _l("Number in place of the name"),
        "created_at": _l("In the register since"),
    },
    names=subjects.names_of_persons,
    together=(
        (
            *("surname", "first_name", "initials", "prefix", "partner_prefix", "partner_surname"),
            *("name_use", "sort_key", "name_key"),
        ),
    ),
    derive=_of_names,
    endpoint="persons.person",
    argument="person_id",
)
_ORGANISATION = RowWords(
    Organisation,
    _l("Organisations"),
    fields={
        "name": _l("Name"),
        "kind": _l("Kind of organisation"),
        "website": _l("Website"),
        "street": _l("Street and number"),
        "postcode": _l("Postcode"),
        "town": _l("Town"),
        "area_id": _l("Neighbourhood"),
        "helix": _l("Usual helix"),
        "second_helix": _l("Second helix"),
        "note": _l("Note"),
        "created_at": _l("In the register since"),
    },
    names=subjects.names_of_organisations,
    together=(("name", "name_key", "sort_key"),),
    derive=_of_organisation_names,
    endpoint="organisations.organisation",
    argument="organisation_id",
)
_AFFILIATION = RowWords(
    Affiliation,
    _l("Roles"),
    fields={
        "organisation_id": _l("Organisation"),
        "role": _l("Role"),
        "helix": _l("Helix"),
        "helix_reason": _l("Why another helix"),
        "since": _l("From"),
        "until": _l("Until"),
        "is_main": _l("This is the main role"),
    },
    owner="person_id",
)
TOLD = (
    _PERSON,
    _ORGANISATION,
    _AFFILIATION,
    RowWords(
        Email,
        _l("E-mail addresses"),
        fields={"address": _l("E-mail address"), "position": _l("Place in the list")},
        owner="person_id",
        together=(("address", "address_key"),),
    ),
    RowWords(
        Phone,
        _l("Phone numbers"),
        fields={"number": _l("Phone number"), "position": _l("Place in the list")},
        owner="person_id",
        together=(("number", "raw"),),
    ),
    RowWords(
        PersonTag,
        _l("Tags"),
        fields={"word": _l("Tag")},
        owner="person_id",
        together=(("word", "word_key"),),
    ),
    RowWords(
        OrganisationTag,
        _l("Tags"),
        fields={"word": _l("Tag")},
        owner="organisation_id",
        together=(("word", "word_key"),),
    ),
    RowWords(
        PersonOrigin,
        _l("Rows of imported lists"),
        unseen=("contact_import_id", "row", "raw", "given", "is_new"),
        owner="person_id",
    ),
    RowWords(
        OrganisationOrigin,
        _l("Rows of imported lists"),
        unseen=("contact_import_id", "row", "given"),
        owner="organisation_id",
    ),
    RowWords(
        ContactBasis,
        _l("Grounds for writing"),
        fields={
            "purpose": _l("What it is for"),
            "basis": _l("Basis"),
            "source": _l("Where they said so"),
            "at": _l("Date"),
        },
        owner="person_id",
    ),
    RowWords(
        Objection,
        _l("Objections"),
        fields={"source": _l("Where they said so"), "at": _l("Date")},
        owner="person_id",
    ),
    RowWords(
        Segment,
        _l("Segments"),
        fields={"name": _l("Name"), "is_shared": _l("Share with everybody in the project")},
        unseen=("account_id", "conditions", "made_at"),
        names=_segments,
    ),
    RowWords(
        FormerRecord,
        _l("Old addresses of records that were merged"),
        fields={"organisation_id": _l("Organisation")},
        unseen=("old_id", "merged_at"),
        owner="person_id",
    ),
    RowWords(
        LikelyPair,
        _l("Likely duplicates"),
        fields={
            "other_person_id": _l("Person"),
            "organisation_id": _l("Organisation"),
            "other_organisation_id": _l("Organisation"),
        },
        unseen=("kind", "score", "reasons", "state", "found_at", "decided_by_id", "decided_at"),
        owner="person_id",
    ),
    RowWords(
        RememberedWord,
        _l("Remembered words of lists"),
        fields={"word": _l("Word"), "meaning": _l("Meaning")},
        unseen=("field", "word_key", "chosen_at"),
    ),
    RowWords(
        RememberedColumns,
        _l("Remembered columns of lists"),
        unseen=("headings_key", "columns", "chosen_at"),
    ),
)
