"""Somebody of each kind that may or may not be written to, and what each of them may get."""

from datetime import timedelta

from crm.consent.models import Basis, ContactPurpose
from crm.core import clock
from crm.core.db import unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import system
from crm.stakeholders.models import Helix, Person
from tests import factories

SESSION_MAIL = {Purpose.INVITE, Purpose.REMINDER, Purpose.CANCELLATION, Purpose.THANKS}
# What each of these may get, whatever is tried with them. The link to their own details, which
# they ask for themselves, goes to all of them.
MAY_GET: dict[str, set[Purpose]] = {
    "ambtenaar": SESSION_MAIL,
    "panellid": SESSION_MAIL,
    # They gave their address for this session: one message, and no other.
    "gaf-adres": {Purpose.INVITE},
    # And answered by their own link, which is consent for that session.
    "antwoordde": {*SESSION_MAIL, Purpose.CONFIRMATION} - {Purpose.THANKS},
    # Until they objected.
    "bezwaar-later": {Purpose.INVITE},
    "bezwaar": set(),
    "geweigerd": set(),
    "ingetrokken": set(),
    "lezer": set(),
    "bewoner": set(),
    "aangemerkt": set(),
    "vertrokken": set(),
}
# To these nobody may begin to write for the project's work, so no list or file has their address.
NOT_FOR_WORK = MAY_GET.keys() - {"ambtenaar", "bezwaar-later"}
# And to these for nothing at all: even their own page offers no link to write to them.
NOT_FOR_ANYTHING = NOT_FOR_WORK - {"panellid", "lezer"}

# Whom we may begin to write to, for each purpose.
ALLOWED = {
    ContactPurpose.PROJECT_WORK: {"ambtenaar", "bezwaar-later"},
    ContactPurpose.SESSION: {"ambtenaar", "bezwaar-later", "panellid"},
    ContactPurpose.PANEL: {"panellid"},
    ContactPurpose.NEWS: {"lezer"},
}


def at(name: str) -> str:
    """Return the address of one of these, which stands nowhere else."""
    return f"{name}@aan-te-schrijven.example"


def everybody() -> dict[str, Person]:
    """Make one person for each way in which somebody may or may not be written to."""
    town = factories.organisation("Gemeente Adres", helix=Helix.GOVERNMENT)
    residents = {"panellid", "gaf-adres", "antwoordde", "lezer", "bewoner"}
    made = {
        name: factories.person(name, at=None if name in residents else town, email=at(name))
        for name in MAY_GET
    }
    for purpose in ContactPurpose:
        factories.basis(made["geweigerd"], purpose, Basis.DECLINED)
        factories.basis(made["ingetrokken"], purpose, Basis.WITHDRAWN)
    factories.basis(made["lezer"], ContactPurpose.NEWS, Basis.CONSENT)
    factories.basis(made["panellid"], ContactPurpose.PANEL, Basis.CONSENT)
    factories.objection(made["bezwaar"])
    with unit_of_work(system(made["lezer"].project_id), "tests.everybody"):
        made["aangemerkt"].is_private = True
        made["vertrokken"].affiliations[0].until = clock.today() - timedelta(days=1)
    return made
