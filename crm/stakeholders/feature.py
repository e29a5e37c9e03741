"""The manifest of stakeholders."""

from datetime import timedelta

from flask import Flask

from crm.core.i18n import _l
from crm.neighbourhoods.events import AreaRenamed
from crm.neighbourhoods.queries import AreaUse, register_use
from crm.stakeholders.consent import Allowed, Asking
from crm.stakeholders.importing.messages import Level
from crm.stakeholders.importing.plan import Outcome
from crm.stakeholders.jobs import clear_imports
from crm.stakeholders.models import (
    Basis,
    ContactPurpose,
    Helix,
    ImportState,
    Organisation,
    Person,
)
from crm.stakeholders.names import FormOfAddress, NameUse
from crm.stakeholders.policy import RULES, StakeholderPermission
from crm.stakeholders.references import REFERENCES
from crm.stakeholders.search import ORGANISATIONS, PERSONS
from crm.stakeholders.services import organisations as services
from crm.stakeholders.steps import STEPS
from crm.stakeholders.ties import SOURCE as TIES
from crm.stakeholders.views import (
    affiliations,
    contacting,
    exports,
    import_words,
    imports,
    organisations,
    persons,
    showing,
)
from crm.web.feature import Feature, JobKind, NavigationItem


def _count_by_area(_app: Flask) -> None:
    register_use(AreaUse(Person, _l("People"), "persons.persons"))
    register_use(AreaUse(Organisation, _l("Organisations"), "organisations.organisations"))


FEATURE = Feature(
    name="stakeholders",
    search_page="persons.persons",
    rules=RULES,
    labels=(
        {
            Helix.GOVERNMENT: _l("Government"),
            Helix.RESEARCH: _l("Research"),
            Helix.BUSINESS: _l("Business"),
            Helix.END_USERS: _l("End users"),
        },
        {
            NameUse.OWN: _l("Own"),
            NameUse.PARTNER: _l("Partner"),
            NameUse.PARTNER_THEN_OWN: _l("Partner then own"),
            NameUse.OWN_THEN_PARTNER: _l("Own then partner"),
        },
        {
            FormOfAddress.MADAM: _l("Ms"),
            FormOfAddress.SIR: _l("Mr"),
            FormOfAddress.NEUTRAL: _l("Neutral"),
        },
        {
            ContactPurpose.PROJECT_WORK: _l("Project work"),
            ContactPurpose.SESSION: _l("One session"),
            ContactPurpose.PANEL: _l("Further sessions (panel)"),
            ContactPurpose.NEWS: _l("News"),
        },
        {
            Allowed.ALWAYS: _l("yes"),
            Allowed.ONCE: _l("one message"),
        },
        {
            Asking.FIRST: _l("First invitation"),
            Asking.CONSENT_REQUEST: _l("Request for consent"),
            Asking.FOLLOW_UP: _l("Anything else"),
            Asking.REPLY: _l("Answer"),
            Asking.REQUESTED: _l("Own details"),
        },
        {
            Basis.PUBLIC_TASK: _l("Public task"),
            Basis.CONSENT: _l("Consent"),
            Basis.NOT_ASKED: _l("Not asked"),
            Basis.DECLINED: _l("Declined"),
            Basis.WITHDRAWN: _l("Withdrawn"),
        },
        {
            ImportState.UPLOADED: _l("Uploaded"),
            ImportState.MAPPED: _l("Columns chosen"),
            ImportState.DONE: _l("Done"),
            ImportState.CANCELLED: _l("Stopped"),
        },
        {
            Outcome.NEW: _l("New"),
            Outcome.CHANGED: _l("Changed"),
            Outcome.DUPLICATE: _l("Duplicate"),
            Outcome.REJECTED: _l("Rejected"),
        },
        {
            Level.ERROR: _l("Error"),
            Level.WARNING: _l("Warning"),
        },
    ),
    pages=(
        persons.pages,
        exports.pages,
        affiliations.pages,
        contacting.pages,
        showing.pages,
        organisations.pages,
        imports.pages,
        import_words.pages,
    ),
    jobs=(JobKind("stakeholders.clear_imports", clear_imports, every=timedelta(days=1)),),
    navigation=(
        NavigationItem(_l("People"), "persons.persons", StakeholderPermission.READ, place=10),
        NavigationItem(
            _l("Organisations"),
            "organisations.organisations",
            StakeholderPermission.READ,
            place=20,
        ),
    ),
    reactions=((AreaRenamed, services.index_area_anew),),
    search=(PERSONS, ORGANISATIONS),
    ties=(TIES,),
    steps=STEPS,
    references=REFERENCES,
    setup=_count_by_area,
)
