"""What can be found of the register by words, and what an actor sees of it."""

from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import joinedload

from crm.core import clock, fields, search
from crm.core.conditions import Audience
from crm.core.db import Base, among, session
from crm.core.fields import Where
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.search import Document, Lines, Question, Result, SearchSource, Shown, Sieve, excerpt
from crm.neighbourhoods.models import Area
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, Email, Organisation, Person, PersonTag, Phone
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries.persons import PERSON, called, counts_as_private
from crm.stakeholders.rules.fields import ORGANISATION as ORGANISATION_FIELDS
from crm.stakeholders.rules.fields import PERSON as PERSON_FIELDS
from crm.stakeholders.rules.visibility import shown_as

ORGANISATION = "organisation"
PERSON_NOTE = "person_note"
ORGANISATION_NOTE = "organisation_note"
_SAID = [one.store.attribute for one in PERSON_FIELDS if Where.SEARCH in one.where]
_WHOLE_NAME = reduce(lambda text, part: text + " " + part, [*_SAID, func.coalesce(Area.name, "")])
_IDS: BindParameter[int] = bindparam("ids", expanding=True)


def person_documents(ids: Sequence[int]) -> Iterable[Document]:
    """
    Return what can be found of these persons: name, organisations, tags, area, addresses, numbers.

    All of it is hidden of who is private on every day; addresses and numbers of everybody.
    """
    rows = session().execute(_persons(), {"ids": list(ids)}).all()
    if not rows:
        return []  # as while many go
    said, addresses, numbers = (defaultdict[int, list[str]](list) for _ in range(3))
    # By the number of their place in the statement: what is said comes from three tables.
    places = said, said, said, addresses, numbers
    texts = session().execute(_person_texts(tuple(_in_tables(Person))), {"ids": list(ids)})
    for person_id, text, place, _row in texts:
        places[place][person_id].append(text)
    return [
        Document(
            project_id,
            person_id,
            " ".join(said[person_id] if open_ else ()),
            head=name,
            hidden=" ".join([*([] if open_ else said[person_id]), *addresses[person_id]]),
            numbers=numbers[person_id],
        )
        for person_id, project_id, name, open_ in rows
    ]


# The places of texts that everybody sees who sees a name, and of those that only some see.
_OPEN, _HIDDEN = 2, 3


def _in_tables(model: type[Base]) -> Iterator[tuple[fields.Values, int]]:
    """Return where the texts of fields are that have a table of their own, each with its place."""
    for one in fields.of(model, Where.SEARCH):
        if isinstance(one.store, fields.Values):
            yield one.store, _HIDDEN if one.audience is Audience.NOBODY else _OPEN


def organisation_documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return what can be found of these organisations: name, kind, town, area and tags."""
    said = [one.store.attribute for one in ORGANISATION_FIELDS if Where.SEARCH in one.where]
    columns = (Organisation.id, Organisation.project_id, *said, Area.name)
    statement = select(*columns).outerjoin(Organisation.area)
    rows = session().execute(statement.where(Organisation.id.in_(ids))).all()
    if not rows:
        return []
    texts = {row[0]: [text for text in row[2:] if text] for row in rows}
    tags = select(models.OrganisationTag.organisation_id, models.OrganisationTag.word)
    here = tags.where(models.OrganisationTag.organisation_id.in_(ids))
    for organisation_id, word in session().execute(here):
        texts[organisation_id].append(word)
    hidden: dict[int, list[str]] = defaultdict(list)
    for store, place in _in_tables(Organisation):
        for organisation_id, text, *_more in session().execute(store.texts(ids, place)):
            (hidden if place == _HIDDEN else texts)[organisation_id].append(text)
    return [
        Document(row[1], row[0], " ".join(texts[row[0]]), row[2], " ".join(hidden[row[0]]))
        for row in rows
    ]


def _notes_on(model: type[Person | Organisation]) -> Callable[[Sequence[int]], list[Document]]:
    def notes(ids: Sequence[int]) -> list[Document]:
        rows = session().execute(
            select(model.project_id, model.id, model.note).where(model.id.in_(ids))
        )
        return [Document(project_id, row_id, note) for project_id, row_id, note in rows if note]

    return notes


# Both are asked whenever a person is saved; making a statement takes longer than its answer.
@cache
def _persons() -> Select[int, int, str, bool]:
    outside = select(Affiliation.id).where(
        Affiliation.person_id == Person.id, Affiliation.helix != models.Helix.END_USERS
    )
    # Who is shown by name to everybody, on one day or other: the index knows no days.
    is_open = and_(Person.hidden_at.is_(None), ~Person.is_private, outside.exists())
    columns = Person.id, Person.project_id, Person.name_key, is_open
    return select(*columns).where(Person.id.in_(_IDS))


@cache
def _person_texts(
    further: tuple[tuple[fields.Values, int], ...],
) -> CompoundSelect[int, str, int, int]:
    wanted = select(select(Person.id).where(Person.id.in_(_IDS)).cte("ids").c.id)
    names = select(Person.id, _WHOLE_NAME, literal(0).label("place"), Person.id.label("row"))
    places = select(Affiliation.person_id, Organisation.name, literal(1), Affiliation.id)
    tags = select(PersonTag.person_id, PersonTag.word, literal(2), PersonTag.id)
    emails = select(Email.person_id, Email.address, literal(3), Email.id)
    # What could not be read as a number is found by the digits that were typed.
    number = case((Phone.number != "", Phone.number), else_=Phone.raw)
    numbers = select(Phone.person_id, number, literal(4), Phone.id)
    every = (
        names.outerjoin(Person.area)
        .where(Person.id.in_(wanted))
        .union_all(
            places.join(Affiliation.organisation).where(Affiliation.person_id.in_(wanted)),
            tags.where(PersonTag.person_id.in_(wanted)),
            emails.where(Email.person_id.in_(wanted)),
            numbers.where(Phone.person_id.in_(wanted)),
            *(store.texts(wanted, place) for store, place in further),
        )
    )
    return every.order_by("place", "row")


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
    about = tuple(filter(None, (main.role, main.organisation))) if main else ()
    return Result(person.id, eyes.name(person), about, helix=person.helix_on(eyes.day))


def persons_by_id(ids: Sequence[int]) -> Mapping[int, Person]:
    """Return these persons with their roles, by id; one statement."""
    roles = joinedload(Person.affiliations).joinedload(Affiliation.organisation)
    statement = select(Person).where(among(Person.id, ids)).options(roles).order_by(Person.id)
    return {person.id: person for person in session().scalars(statement).unique()}


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


_PERSON_PAGE = ("persons.person", "person_id")
# Named once: hits and notes with the same way to load share one statement.
ORGANISATION_LINES = Lines(lines_of_organisations)
_ORGANISATION_PAGE = ("organisations.organisation", "organisation_id")
READ, READ_NOTES = StakeholderPermission.READ, StakeholderPermission.READ_NOTES
_NOTES = ("notes", _l("Notes"))
SOURCES = (
    SearchSource(
        PERSON,
        person_documents,
        ChainMap(
            {Person: "id", **dict.fromkeys((Affiliation, Email, Phone, PersonTag), "person_id")},
            fields.searched(PERSON),
        ),
        Shown(
            "people",
            _l("People"),
            _PERSON_PAGE,
            persons_by_id,
            described_person,
            READ,
            sieve=Sieve(
                # Whom everybody sees by name today.
                lambda person_id: (
                    select(Person.id)
                    .where(Person.id == person_id, ~counts_as_private(clock.today()))
                    .exists()
                ),
                behind=called_so,
            ),
        ),
        # Who works somewhere is found by what that is called.
        borrowed={
            Organisation: lambda ids: session().scalars(
                select(Affiliation.person_id).where(among(Affiliation.organisation_id, ids))
            )
        },
    ),
    SearchSource(
        ORGANISATION,
        organisation_documents,
        ChainMap(
            {Organisation: "id", models.OrganisationTag: "organisation_id"},
            fields.searched(ORGANISATION),
        ),
        Shown(
            "organisations",
            _l("Organisations"),
            _ORGANISATION_PAGE,
            ORGANISATION_LINES,
            lambda _actor, line, _question: Result(
                line.id,
                line.title,
                tuple(filter(None, (line.sort, line.place))),
                helix=models.Helix(line.helix),
            ),
            READ,
        ),
    ),
    SearchSource(
        PERSON_NOTE,
        _notes_on(Person),
        {Person: "id"},
        Shown(
            *(*_NOTES, _PERSON_PAGE, persons_by_id),
            lambda actor, person, question: Result(
                person.id, shown_as(actor).name(person), excerpt=excerpt(person.note, question)
            ),
            READ_NOTES,
        ),
    ),
    SearchSource(
        ORGANISATION_NOTE,
        _notes_on(Organisation),
        {Organisation: "id"},
        Shown(
            *(*_NOTES, _ORGANISATION_PAGE, ORGANISATION_LINES),
            lambda _actor, line, question: Result(
                line.id, line.title, excerpt=excerpt(line.text, question)
            ),
            READ_NOTES,
        ),
    ),
)
