"""The manifest of consent."""

from crm.consent import declared, services, views
from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Allowed, Asking
from crm.core.i18n import _l
from crm.stakeholders.events import MergeFollowed
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.rules.visibility import register_gate
from crm.web.feature import Feature, Panel

FEATURE = Feature(
    name="consent",
    labels=(
        {
            ContactPurpose.PROJECT_WORK: _l("Project work"),
            ContactPurpose.SESSION: _l("One session"),
            ContactPurpose.PANEL: _l("Further sessions (panel)"),
            ContactPurpose.NEWS: _l("News"),
        },
        {Allowed.ALWAYS: _l("yes"), Allowed.ONCE: _l("one message")},
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
    ),
    pages=(views.pages,),
    panels=(
        Panel(
            "person_aside",
            "consent/_person_panel.html",
            views.of_person,
            StakeholderPermission.EDIT,
            place=20,
        ),
    ),
    reactions=((MergeFollowed, services.tell_objection),),
    conditions=declared.CONDITIONS,
    told=declared.TOLD,
    references=declared.REFERENCES,
    setup=lambda _app: register_gate(declared.GATE),
)
