"""The manifest of stakeholders."""

from datetime import timedelta

from flask import Flask

from crm.core import conditions
from crm.core.i18n import _l
from crm.neighbourhoods.events import AreaRenamed
from crm.neighbourhoods.queries import AreaUse, register_use
from crm.stakeholders import jobs
from crm.stakeholders.declared.conditions import CONDITIONS, of_fields
from crm.stakeholders.declared.references import REFERENCES
from crm.stakeholders.declared.search import SOURCES
from crm.stakeholders.declared.steps import STEPS, TOLD
from crm.stakeholders.declared.ties import SOURCE as TIES
from crm.stakeholders.models import Helix, Kind, Organisation, PairState, Person
from crm.stakeholders.policy import RULES, StakeholderPermission
from crm.stakeholders.queries.duplicates import anybody_waits
from crm.stakeholders.rules.columns import FIELD_LABELS
from crm.stakeholders.rules.fields import FIELDS
from crm.stakeholders.rules.likeness import Why
from crm.stakeholders.services import organisations as services
from crm.stakeholders.services.duplicates import FOLLOWERS
from crm.stakeholders.values.names import FormOfAddress, NameUse
from crm.stakeholders.views import (
    affiliations,
    duplicates,
    exports,
    merging,
    organisations,
    persons,
    selections,
    showing,
)
from crm.web.feature import Feature, JobKind, NavigationItem, Panel


def _set_up(_app: Flask) -> None:
    conditions.provide(of_fields)
    register_use(AreaUse(Person, _l("People"), "persons.persons"))
    register_use(AreaUse(Organisation, _l("Organisations"), "organisations.organisations"))


FEATURE = Feature(
    name="stakeholders",
    rules=RULES,
    labels=(
        FIELD_LABELS,
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
            Why.SAME_EMAIL: _l("same e-mail address"),
            Why.SAME_PHONE: _l("same phone number"),
            Why.SAME_NAME: _l("same name"),
            Why.INITIALS_FIT: _l("initials fit"),
            Why.NEAR_NAME: _l("almost the same name"),
            Why.SAME_ORGANISATION: _l("same organisation"),
            Why.SAME_AREA: _l("same neighbourhood"),
            Why.SAME_WEBSITE: _l("same website"),
            Why.SAME_ADDRESS: _l("same address"),
            Why.PART_OF_NAME: _l("one name within the other"),
            Why.LETTERS_FIT: _l("letters of the name fit"),
        },
        {PairState.OPEN: _l("Not decided yet"), PairState.NOT_THE_SAME: _l("Not the same")},
        {Kind.PERSON: _l("People"), Kind.ORGANISATION: _l("Organisations")},
    ),
    pages=(
        persons.pages,
        selections.pages,
        selections.order_pages,
        exports.pages,
        affiliations.pages,
        showing.pages,
        organisations.pages,
        duplicates.pages,
        merging.pages,
    ),
    jobs=(
        JobKind("stakeholders.fill_likeness", jobs.fill_likeness, timedelta(days=1), is_long=True),
        JobKind(
            "stakeholders.find_pairs",
            jobs.find_likely_pairs,
            timedelta(minutes=2),
            is_long=True,
            is_needed=anybody_waits,
        ),
    ),
    tasks=(jobs.ORDERS,),
    navigation=(
        NavigationItem(_l("People"), "persons.persons", StakeholderPermission.READ, place=10),
        NavigationItem(
            _l("Organisations"), "organisations.organisations", StakeholderPermission.READ, place=20
        ),
    ),
    panels=(
        Panel(
            "person_aside",
            "stakeholders/_person_showing.html",
            showing.of_person,
            StakeholderPermission.EDIT,
        ),
    ),
    reactions=((AreaRenamed, services.index_area_anew),),
    search=SOURCES,
    ties=(TIES,),
    fields=FIELDS,
    steps=STEPS,
    followers=FOLLOWERS,
    conditions=CONDITIONS,
    bulk_actions=selections.ACTIONS,
    further_actions=selections.of_fields,
    told=TOLD,
    references=REFERENCES,
    setup=_set_up,
)
