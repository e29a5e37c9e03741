"""Persons and organisations of a project; the project must be in scope."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from crm.consent.models import Basis, ContactBasis, ContactPurpose, Objection
from crm.core.db import project_in_scope, session, unit_of_work
from crm.core.normalisation import fold
from crm.core.permissions import system
from crm.stakeholders.models import Affiliation, Email, Helix, Organisation, Person

# Above those that the demo has drawn.
_numbers = count(100_001)


@contextmanager
def together() -> Iterator[None]:
    """Make all that is made within in one step; it has no id before the end of that."""
    with unit_of_work(system(project_in_scope()), "tests.together"):
        yield


def organisation(
    name: str = "Stichting Proef", *, helix: Helix = Helix.BUSINESS, second: Helix | None = None
) -> Organisation:
    """Make an organisation."""
    with unit_of_work(system(project_in_scope()), "tests.organisation"):
        made = Organisation(
            name=name, name_key=fold(name), sort_key=fold(name), helix=helix, second_helix=second
        )
        session().add(made)
    return made


def person(
    surname: str = "Proef",
    *,
    first_name: str = "Ans",
    at: Organisation | None = None,
    helix: Helix | None = None,
    email: str = "",
) -> Person:
    """Make a person; with a role in `at`, or speaking for themselves where a helix is given."""
    with unit_of_work(system(project_in_scope()), "tests.person"):
        made = Person(
            first_name=first_name,
            surname=surname,
            sort_key=fold(f"{surname} {first_name}"),
            name_key=fold(f"{first_name} {surname}"),
            pseudonym=next(_numbers),
        )
        role = helix or (at.helix if at else None)
        if role is not None:
            made.affiliations.append(Affiliation(organisation=at, helix=role, is_main=True))
        if email:
            made.emails.append(Email(address=email, address_key=email.casefold()))
        session().add(made)
    return made


def basis(person: Person, purpose: ContactPurpose, ground: Basis) -> ContactBasis:
    """Note on which ground a person may be written to."""
    with unit_of_work(system(project_in_scope()), "tests.basis"):
        made = ContactBasis(person_id=person.id, purpose=purpose, basis=ground, source="a form")
        session().add(made)
    return made


def objection(person: Person) -> Objection:
    """Note that a person does not want to be written to."""
    with unit_of_work(system(project_in_scope()), "tests.objection"):
        made = Objection(person_id=person.id, source="a call")
        session().add(made)
    return made
