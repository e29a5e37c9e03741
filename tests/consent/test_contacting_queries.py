"""What decides whether persons may be written to, as it is read for one and for many."""

from datetime import date

import pytest
from flask import Flask

from crm.consent import queries, rules
from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Asking
from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.mail import Reason, Recipient
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.statements import counted

pytestmark = [pytest.mark.usefixtures("project"), pytest.mark.both_engines("own SQL")]


def is_contact(person: Person, day: date | None = None) -> bool:
    in_sql = queries.standings([person], day=day)[person.id].is_contact
    assert in_sql == rules.is_contact(person, day or clock.today())
    return in_sql


def test_officials_and_contacts_of_organisations_are_the_contacts() -> None:
    firm = factories.organisation("Bouwbedrijf Proef", helix=Helix.BUSINESS)
    club = factories.organisation("Buurtvereniging Proef", helix=Helix.END_USERS)

    assert is_contact(factories.person(at=firm))
    assert is_contact(factories.person(helix=Helix.GOVERNMENT))
    assert not is_contact(factories.person(at=club))
    assert not is_contact(factories.person(helix=Helix.RESEARCH))
    assert not is_contact(factories.person())


def test_a_role_that_ended_and_a_person_marked_private_are_no_contacts(project: Project) -> None:
    firm = factories.organisation("Bouwbedrijf Proef", helix=Helix.BUSINESS)
    gone, hidden = factories.person(at=firm), factories.person(at=firm)
    with unit_of_work(system(project.id), "tests.change"):
        gone.affiliations[0].until = date(2026, 3, 31)
        hidden.is_private = True

    assert is_contact(gone, date(2026, 3, 31))
    assert not is_contact(gone, date(2026, 4, 1))
    assert not is_contact(hidden)


def test_what_was_noted_counts_instead_of_what_is_usual() -> None:
    person = factories.person(helix=Helix.GOVERNMENT)
    factories.basis(person, ContactPurpose.NEWS, Basis.CONSENT)
    factories.basis(person, ContactPurpose.SESSION, Basis.DECLINED)

    stands = queries.standings([person])[person.id]

    assert {one: stands.basis(one) for one in ContactPurpose} == {
        ContactPurpose.PROJECT_WORK: Basis.PUBLIC_TASK,
        ContactPurpose.SESSION: Basis.DECLINED,
        ContactPurpose.PANEL: Basis.NOT_ASKED,
        ContactPurpose.NEWS: Basis.CONSENT,
    }
    assert stands.ground(ContactPurpose.NEWS).source == "a form"
    assert stands.objection is None


def test_an_objection_is_read_with_its_source() -> None:
    person = factories.person(helix=Helix.GOVERNMENT)
    factories.objection(person)

    stands = queries.standings([person])[person.id]

    assert stands.objection
    assert stands.objection.source == "a call"


def recipient(person: Person) -> Recipient | Reason:
    stands = queries.standings([person])[person.id]
    work = ContactPurpose.PROJECT_WORK
    return rules.recipient(person, stands, purpose=work, asking=Asking.FOLLOW_UP)


def test_a_recipient_has_the_first_address_the_name_and_the_language() -> None:
    person = factories.person(helix=Helix.GOVERNMENT, email="ans@proef.example")

    made = recipient(person)

    assert made == Recipient("ans@proef.example", "Ans Proef", "nl", person_id=person.id)


def test_nobody_refused_and_nobody_without_an_address_is_a_recipient() -> None:
    objector = factories.person(helix=Helix.GOVERNMENT, email="ans@proef.example")
    factories.objection(objector)

    assert recipient(objector) is Reason.OBJECTED
    assert recipient(factories.person(helix=Helix.GOVERNMENT)) is Reason.NO_ADDRESS


def test_many_persons_take_as_many_statements_as_one(app: Flask) -> None:
    persons = [
        factories.person(f"Proef{n}", helix=Helix.GOVERNMENT, email=f"p{n}@proef.example")
        for n in range(20)
    ]

    def asked_for(some: list[Person]) -> int:
        # Read afresh, so that nothing is in memory that a statement should bring.
        session().expire_all()
        assert [one.first_name for one in some]
        with counted(app) as sent:
            stand = queries.standings(some)
            made = [
                rules.recipient(
                    one,
                    stand[one.id],
                    purpose=ContactPurpose.PROJECT_WORK,
                    asking=Asking.FOLLOW_UP,
                )
                for one in some
            ]
        assert all(isinstance(one, Recipient) for one in made)
        return len(sent)

    assert asked_for(persons[:1]) == asked_for(persons)
