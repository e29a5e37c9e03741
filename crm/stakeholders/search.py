"""What can be found of persons and organisations: their words for the index."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import reduce

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, func, literal, select

from crm.core.db import among, session
from crm.core.search import Document
from crm.neighbourhoods.models import Area
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

PERSON = "person"
ORGANISATION = "organisation"
PERSON_NOTE = "person_note"
ORGANISATION_NOTE = "organisation_note"
_NAME = (
    Person.initials, Person.first_name, Person.prefix, Person.surname, Person.partner_prefix,
    Person.partner_surname, func.coalesce(Area.name, ""),
)  # fmt: skip
Texts = dict[int, list[str]]
_JOINED = reduce(lambda text, part: text + " " + part, _NAME)


def person_documents(ids: Sequence[int]) -> Iterable[Document]:
    """
    Return what can be found of these persons: name, organisations, tags, area, addresses, numbers.

    All of it is hidden of who is private on every day; addresses and numbers of everybody.
    """
    columns = Person.id, Person.project_id, Person.name_key, may_be_named()
    rows = session().execute(select(*columns).where(Person.id.in_(ids))).all()
    texts = _shown_texts(select(Person.id).where(Person.id.in_(ids)))
    addresses, numbers = _reached_by(ids)
    return [
        Document(
            project_id, person_id, " ".join(texts[person_id] if open_ else ()), head=name,
            hidden=" ".join([*([] if open_ else texts[person_id]), *addresses[person_id]]),
            numbers=numbers[person_id],
        )
        for person_id, project_id, name, open_ in rows
    ]  # fmt: skip


def may_be_named() -> ColumnElement[bool]:
    """Return the condition for persons who are shown by name to everybody, on one day or other."""
    outside = select(Affiliation.id).where(
        Affiliation.person_id == Person.id, Affiliation.helix != Helix.END_USERS
    )
    return and_(Person.hidden_at.is_(None), ~Person.is_private, outside.exists())


def organisation_documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return what can be found of these organisations: name, kind, town, area and tags."""
    columns = (Organisation.name, Organisation.kind, Organisation.town, Area.name)
    statement = select(Organisation.id, Organisation.project_id, *columns).outerjoin(
        Organisation.area
    )
    rows = session().execute(statement.where(Organisation.id.in_(ids))).all()
    texts = {row[0]: [text for text in row[2:] if text] for row in rows}
    tags = select(OrganisationTag.organisation_id, OrganisationTag.word)
    for organisation_id, word in _pairs(tags.where(OrganisationTag.organisation_id.in_(ids))):
        texts[organisation_id].append(word)
    return [Document(row[1], row[0], " ".join(texts[row[0]]), head=row[2]) for row in rows]


def person_notes(ids: Sequence[int]) -> Iterable[Document]:
    """Return what can be found of the notes on these persons, by who may read them."""
    return _notes(select(Person.project_id, Person.id, Person.note).where(Person.id.in_(ids)))


def organisation_notes(ids: Sequence[int]) -> Iterable[Document]:
    """Return what can be found of the notes on these organisations, by who may read them."""
    columns = Organisation.project_id, Organisation.id, Organisation.note
    return _notes(select(*columns).where(Organisation.id.in_(ids)))


def people_at(organisation_ids: Collection[int]) -> Iterable[int]:
    """Return the persons who borrow words of these organisations."""
    at_one = among(Affiliation.organisation_id, organisation_ids)
    return session().scalars(select(Affiliation.person_id).where(at_one))


def _reached_by(ids: Sequence[int]) -> tuple[Texts, Texts]:
    """Return the addresses and the telephone numbers of these persons; one statement."""
    # What could not be read as a number is found by the digits that were typed.
    number = case((Phone.number != "", Phone.number), else_=Phone.raw)
    emails = select(Email.person_id, Email.address, literal(0).label("place"), Email.id)
    numbers = select(Phone.person_id, number, literal(1), Phone.id)
    asked = emails.where(Email.person_id.in_(ids)).union_all(
        numbers.where(Phone.person_id.in_(ids))
    )
    found: tuple[Texts, Texts] = defaultdict(list), defaultdict(list)
    for person_id, text, place, _id in session().execute(asked.order_by("place", "id")):
        found[place][person_id].append(text)
    return found


def _shown_texts(which: Select[int]) -> dict[int, list[str]]:
    """Return what is said of persons and is no address; one statement, however many they are."""
    ids = which.cte("ids")
    wanted = select(ids.c.id)
    names = select(Person.id, _JOINED).outerjoin(Person.area).where(Person.id.in_(wanted))
    organisations = (
        select(Affiliation.person_id, Organisation.name)
        .join(Affiliation.organisation)
        .where(Affiliation.person_id.in_(wanted))
    )
    tags = select(PersonTag.person_id, PersonTag.word).where(PersonTag.person_id.in_(wanted))
    texts: dict[int, list[str]] = {}
    for person_id, text in _pairs(names.union_all(organisations, tags)):
        texts.setdefault(person_id, []).append(text)
    return texts


def _notes(statement: Select[int, int, str]) -> Iterable[Document]:
    rows = session().execute(statement)
    return [Document(project_id, row_id, note) for project_id, row_id, note in rows if note]


def _pairs(statement: Select[int, str] | CompoundSelect[int, str]) -> Iterable[tuple[int, str]]:
    return [(key, text) for key, text in session().execute(statement)]
