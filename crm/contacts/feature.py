"""The manifest of contacts."""

from datetime import timedelta

from crm.contacts import declared, jobs
from crm.contacts.models import ImportState
from crm.contacts.queries.imports import sources_of_organisation, sources_of_person
from crm.contacts.rules.choices import Choice, Reason
from crm.contacts.rules.plan import RowOutcome
from crm.contacts.rules.row_messages import Level
from crm.contacts.views import import_questions, imports
from crm.core.i18n import _l
from crm.stakeholders.policy import StakeholderPermission
from crm.web.feature import Feature, JobKind, Panel

ORIGINS = "contacts/_origins_panel.html"

FEATURE = Feature(
    name="contacts",
    labels=(
        {
            ImportState.UPLOADED: _l("Uploaded"),
            ImportState.MAPPED: _l("Columns chosen"),
            ImportState.DONE: _l("Done"),
            ImportState.CANCELLED: _l("Stopped"),
        },
        {
            RowOutcome.NEW: _l("New"),
            RowOutcome.CHANGED: _l("Changed"),
            RowOutcome.DUPLICATE: _l("Duplicate"),
            RowOutcome.SKIPPED: _l("Skipped"),
            RowOutcome.REJECTED: _l("Rejected"),
            RowOutcome.ASIDE: _l("No row"),
        },
        {
            Reason.RECORD: _l("Known by its Kring number"),
            Reason.EMAIL: _l("Same e-mail address"),
            Reason.PHONE: _l("Same phone number and name"),
            Reason.NAME_AND_ORGANISATION: _l("Same name and organisation"),
            Reason.NAME: _l("Same name, and the list says no more"),
            Reason.ORGANISATION: _l("Same organisation"),
            Reason.SAME_NAME: _l("Same name, other details"),
            Reason.INITIALS: _l("The initials fit"),
            Reason.SPELLING: _l("Nearly the same name"),
            Reason.SAME_PHONE: _l("Same phone number, other name"),
            Reason.SHARED_EMAIL: _l("Same e-mail address, other name"),
        },
        {
            Choice.FILL: _l("Fill what is empty"),
            Choice.OVERWRITE: _l("Overwrite"),
            Choice.NEW: _l("Add as new"),
            Choice.SKIP: _l("Skip"),
        },
        {
            Level.ERROR: _l("Error"),
            Level.WARNING: _l("Warning"),
            Level.ASIDE: _l("No row"),
        },
    ),
    pages=(imports.pages, import_questions.pages),
    # The kinds of jobs and steps stand in rows of installations: they keep their first name.
    jobs=(JobKind("stakeholders.clear_imports", jobs.clear_imports, every=timedelta(days=1)),),
    tasks=(jobs.LOOKS, jobs.IMPORTS),
    steps=declared.STEPS,
    told=declared.TOLD,
    references=declared.REFERENCES,
    panels=(
        Panel(
            "person_aside",
            ORIGINS,
            lambda _actor, person: {"sources": sources_of_person(person)},
            StakeholderPermission.EDIT,
            place=80,
        ),
        Panel(
            "organisation_aside",
            ORIGINS,
            lambda _actor, organisation: {"sources": sources_of_organisation(organisation)},
            StakeholderPermission.EDIT,
            place=80,
        ),
    ),
)
