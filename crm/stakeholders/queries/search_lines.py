"""What of the register is found by words, and what an actor sees of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from crm.core import clock, search
from crm.core.db import among, session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.search import Lines, Question, Result, SearchSource, Shown, Sieve, excerpt
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Helix,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
    Phone,
)
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries.persons import called, counts_as_private
from crm.stakeholders.search import (
    ORGANISATION,
    ORGANISATION_NOTE,
    PERSON,
    PERSON_NOTE,
    organisation_documents,
    organisation_notes,
    people_at,
    person_documents,
    person_notes,
)
from crm.stakeholders.visibility import shown_as


def is_named(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition for persons whom everybody sees by name today, by their id."""
    named = ~counts_as_private(clock.today())
    return select(Person.id).where(Person.id == person_id, named).exists()


def called_so(question: Question) -> Select[int] | None:
    """Return the statement for those under a pseudonym who are asked for by it, if any are."""
    asked = called([words[0] for words in question.words])
    if asked is None:
        return None
    private = counts_as_private(clock.today())
    return select(Person.id).where(private, asked).order_by(Person.pseudonym)


def described_person(actor: Actor, person: Person, _question: Question) -> Result:
    """Return what `actor` sees of a person."""
    eyes = shown_as(actor)
    main = eyes.main_role(person)
    about = _filled(main.role, main.organisation) if main else ()
    return Result(person.id, eyes.name(person), about, helix=person.helix_on(eyes.day))


def described_person_note(actor: Actor, person: Person, question: Question) -> Result:
    """Return the note on a person, around what was asked for."""
    name = shown_as(actor).name(person)
    return Result(person.id, name, excerpt=excerpt(person.note, question))


def described_organisation(_actor: Actor, one: Any, _question: Question) -> Result:
    """Return what everybody sees of an organisation."""
    return Result(one.id, one.title, _filled(one.sort, one.place), helix=Helix(one.helix))


def described_organisation_note(_actor: Actor, one: Any, question: Question) -> Result:
    """Return the note on an organisation, around what was asked for."""
    return Result(one.id, one.title, excerpt=excerpt(one.text, question))


def persons_by_id(ids: Sequence[int]) -> Mapping[int, Person]:
    """Return these persons with their roles, by id; one statement."""
    roles = joinedload(Person.affiliations).joinedload(Affiliation.organisation)
    statement = select(Person).where(among(Person.id, ids)).options(roles).order_by(Person.id)
    return {one.id: one for one in session().scalars(statement).unique()}


def lines_of_organisations(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the statement for what is told of these organisations in a line."""
    told = search.line(
        Organisation.id,
        title=Organisation.name,
        sort=Organisation.kind,
        place=Organisation.town,
        helix=Organisation.helix,
        text=Organisation.note,
    )
    return told.where(among(Organisation.id, ids))


def _filled(*words: str) -> tuple[str, ...]:
    return tuple(word for word in words if word)


_PERSON_PAGE = ("persons.person", "person_id")
ORGANISATION_LINES = Lines(lines_of_organisations)
_ORGANISATION_PAGE = ("organisations.organisation", "organisation_id")
SOURCES = (
    SearchSource(
        PERSON,
        person_documents,
        {
            Person: "id",
            Affiliation: "person_id",
            Email: "person_id",
            Phone: "person_id",
            PersonTag: "person_id",
        },
        Shown(
            "people",
            _l("People"),
            _PERSON_PAGE,
            persons_by_id,
            described_person,
            StakeholderPermission.READ,
            sieve=Sieve(is_named, behind=called_so),
        ),
        borrowed={Organisation: people_at},
    ),
    SearchSource(
        ORGANISATION,
        organisation_documents,
        {Organisation: "id", OrganisationTag: "organisation_id"},
        Shown(
            "organisations",
            _l("Organisations"),
            _ORGANISATION_PAGE,
            ORGANISATION_LINES,
            described_organisation,
            StakeholderPermission.READ,
        ),
    ),
    SearchSource(
        PERSON_NOTE,
        person_notes,
        {Person: "id"},
        Shown(
            "notes",
            _l("Notes"),
            _PERSON_PAGE,
            persons_by_id,
            described_person_note,
            StakeholderPermission.READ_NOTES,
        ),
    ),
    SearchSource(
        ORGANISATION_NOTE,
        organisation_notes,
        {Organisation: "id"},
        Shown(
            "notes",
            _l("Notes"),
            _ORGANISATION_PAGE,
            ORGANISATION_LINES,
            described_organisation_note,
            StakeholderPermission.READ_NOTES,
        ),
    ),
)
