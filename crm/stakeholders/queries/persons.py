"""Questions about persons: one, the roles of one, and lists as each may see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from crm.core import clock, references, search
from crm.core.conditions import EVERYBODY, Asked, Group, holds
from crm.core.db import among, project_in_scope, session, the_one, unscoped
from crm.core.errors import NotFound
from crm.core.normalisation import fold
from crm.core.pagination import COUNTED, PER_PAGE, Page, count_of, page_of
from crm.core.permissions import Actor, system
from crm.stakeholders.models import Affiliation, Helix, Person, PersonTag

# The kind under which persons stand in the index of search; kept in rows.
PERSON = "person"
# The order of a Dutch name list; the id last, or of namesakes one could be on two pages and another
# on none.
IN_ORDER = Person.sort_key, Person.id
MOST_FOUND = 1_000
MOST_TAGS = 200


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Which persons a list shows; what is empty leaves nobody out."""

    search: str = ""
    # A role of today in this helix, whether the main one or not; somebody without any role of today
    # counts for the end users.
    helix: Helix | None = None
    area_id: int | None = None
    tag: str = ""
    organisation_id: int | None = None
    private: bool | None = None  # only private persons, or only the others
    where: Group = EVERYBODY  # further conditions, in which segments are unfolded
    ids: frozenset[int] | None = None  # only these persons

    def __bool__(self) -> bool:
        return self != PersonFilter()


def person(person_id: int) -> Person:
    """Return one person with roles, contact details, tags and area, or raise `NotFound`."""
    found = session().scalars(_one(), {"asked": person_id}).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


# Making the statement took longer than the answer.
@cache
def _one() -> Select[Person]:
    # One person has few addresses: they come along in the statement that loads the person.
    contact = (joinedload(Person.emails), joinedload(Person.phones))
    one = select(Person).where(Person.id == bindparam("asked"))
    return one.options(*for_lists(), *contact)


def affiliation(person: Person, affiliation_id: int) -> Affiliation:
    """Return one role of a person, with its organisation, or raise `NotFound`."""
    whole = (joinedload(Affiliation.organisation), joinedload(Affiliation.person))
    own = (Affiliation.id == affiliation_id, Affiliation.person_id == person.id)
    return the_one(select(Affiliation).where(*own).options(*whole))


def rows_that_refer(person: Person) -> int:
    """Return how many rows of other features name a person: what is lost with the person."""
    total = 0
    for reference in references.to(Person):
        if not reference.is_own:
            column = getattr(reference.model, reference.column)
            rows = select(func.count()).select_from(reference.model).where(column == person.id)
            total += session().scalar(rows) or 0
    return total


def by_name(
    chosen: PersonFilter, *, day: date | None = None, of_all: bool = False
) -> Select[Person]:
    """
    Return the statement for the persons that `chosen` leaves on `day`, in the order of a name list.

    With `of_all` it is fast where all of them are asked for, otherwise where a limit is put to it.

    It is for those who see names: for an actor who may not, `person_lists` also hides what the
    order and the search give away.
    """
    day = day or clock.today()
    held = conditions(chosen, day, of_all=of_all)
    statement = select(Person).where(*held).order_by(*IN_ORDER)
    if chosen.search.strip():
        # What else is asked is asked of everybody with these words, not of the first thousand.
        every = of_all or bool(replace(chosen, search=""))
        limit = search.ALL if every else MOST_FOUND + 1
        found = search.found(PERSON, chosen.search, limit=limit)
        statement = statement.where(among(Person.id, found))
    return statement.options(*for_lists())


def counts_as_private(day: date) -> ColumnElement[bool]:
    """Return the condition for private persons, as `Person.counts_as_private` has it."""
    outside = has_role(Affiliation.running_on(day), Affiliation.helix != Helix.END_USERS)
    return or_(Person.hidden_at.is_not(None), Person.is_private, ~outside)


def tags_in_use(actor: Actor) -> list[tuple[str, str]]:
    """
    Return key and word of the tags on persons of the project, by word, at most 200.

    Whoever may not see private persons is offered none: which of them are only on private persons
    takes a look at everybody.
    """
    if not actor.sees_private_persons:
        return []
    # It leaps from word to word in the index, so its time follows the words, not the persons.
    rows = session().execute(
        _leaps(),
        {"project": project_in_scope()},
        execution_options=unscoped("it names its project itself"),
    )
    return sorted((tag.key, tag.word) for tag in rows)


def conditions(
    chosen: PersonFilter, day: date, *, of_all: bool = False
) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter, but for its search, for those who see names."""
    held: list[ColumnElement[bool]] = []
    if chosen.helix:
        held.append(has_helix(chosen.helix, day, of_all=of_all))
    if chosen.area_id:
        held.append(Person.area_id == chosen.area_id)
    if chosen.tag.strip():
        tagged = select(PersonTag.person_id).where(PersonTag.word_key == fold(chosen.tag))
        held.append(Person.id.in_(tagged))
    if chosen.organisation_id:
        here = Affiliation.organisation_id == chosen.organisation_id
        held.append(has_role(Affiliation.running_on(day), here, of_all=of_all))
    if chosen.private is not None:
        private = counts_as_private(day)
        held.append(private if chosen.private else ~private)
    if chosen.ids is not None:
        held.append(among(Person.id, sorted(chosen.ids)))
    if chosen.where != EVERYBODY:
        held.append(holds(chosen.where, Asked(system(), day, of_all=of_all)))
    return held


# Every list asks this, and making the statement took longer than the answer.
@cache
def _leaps() -> Select[Any]:
    project_id = bindparam("project", type_=Integer)
    mine, later = aliased(PersonTag), aliased(PersonTag)
    keys = select(func.min(mine.word_key).label("key")).where(mine.project_id == project_id)
    leap = keys.cte("leap", recursive=True)
    after = (later.project_id == project_id, later.word_key > leap.c.key)
    leap = leap.union_all(
        select(select(func.min(later.word_key)).where(*after).scalar_subquery()).where(
            leap.c.key.is_not(None)
        )
    )
    of_key = (PersonTag.project_id == project_id, PersonTag.word_key == leap.c.key)
    word = select(PersonTag.word).where(*of_key).order_by(PersonTag.id).limit(1).scalar_subquery()
    return select(leap.c.key, word.label("word")).where(leap.c.key.is_not(None)).limit(MOST_TAGS)


def has_helix(helix: Helix, day: date, *, of_all: bool = False) -> ColumnElement[bool]:
    """Return the condition for persons with a role in a helix; end users may have none at all."""
    has_one = has_role(Affiliation.running_on(day), Affiliation.helix == helix, of_all=of_all)
    if helix is Helix.END_USERS:
        return or_(has_one, ~has_role(Affiliation.running_on(day)))
    return has_one


def has_role(*conditions: ColumnElement[bool], of_all: bool = False) -> ColumnElement[bool]:
    """
    Return the condition for persons with a role of which all of these hold.

    :param of_all: whether all of them are asked for: gathering who has such a role in one go takes
        a third of asking it of each person, but the first page of a list would wait for it
    """
    if of_all:
        return Person.id.in_(select(Affiliation.person_id).where(*conditions))
    return select(Affiliation.id).where(Affiliation.person_id == Person.id, *conditions).exists()


# Each list asks how, and saying so took as long as putting the question.
@cache
def for_lists() -> tuple[ORMOption, ...]:
    """Return how to load persons for a list: areas, roles with organisations, tags."""
    return (
        joinedload(Person.area),
        selectinload(Person.affiliations).joinedload(Affiliation.organisation),
        selectinload(Person.tags),
    )


def with_details() -> tuple[ORMOption, ...]:
    """Return how to load persons with their e-mail addresses and phone numbers too."""
    return (*for_lists(), selectinload(Person.emails), selectinload(Person.phones))


T = TypeVar("T")
# So many persons are in memory at once while a file is made.
IN_MEMORY = 500
# What a reviewer may call somebody whose name is hidden, in the languages of the product.
_CALLED = ("resident", "bewoner")
_LONGEST_NUMBER = 9


def page_of_persons(
    actor: Actor, chosen: PersonFilter, number: int, *, count_all: bool = False
) -> Page[Person]:
    """
    Return page `number` (from 1) of the list as `actor` may see it.

    Whoever may not see private persons gets them behind the others, by pseudonym.
    """
    statements = [by_name(chosen, of_all=count_all)]
    if not actor.sees_private_persons:
        statements = [*_named_and_private(actor, chosen)]
    if chosen.search.strip():
        held = [_held(statement) for statement in statements]
        return _page_of_found(held, max(1, number), count_all=count_all)
    if chosen and not count_all and number <= COUNTED // PER_PAGE:
        # Whom the conditions leave is looked for once, for the page and for how many there are.
        return _page_of_found(statements, max(1, number))
    if len(statements) == 1:
        return page_of(statements[0], number, count_all=count_all)
    return _page_of_both(*statements, number=max(1, number), count_all=count_all)


def everybody(actor: Actor, chosen: PersonFilter) -> Iterator[Person]:
    """Return all persons that `chosen` leaves, with details, in the order `actor` may see."""
    asked = chosen.search.strip()
    if actor.sees_private_persons:
        found = set(search.found(PERSON, asked, limit=search.ALL)) if asked else None
        yield from _each(by_name(replace(chosen, search=""), of_all=True), found)
        return
    for statement in _named_and_private(actor, chosen):
        yield from _each(_held(statement) if asked else statement, None)


def ids_of(chosen: PersonFilter) -> list[int]:
    """Return the ids of everybody that `chosen` leaves, lowest first; for those who see names."""
    asked = chosen.search.strip()
    everybody = by_name(replace(chosen, search=""), of_all=True)
    # Putting thousands in order of name would take a quarter of the time, and nobody asks for it.
    statement = everybody.with_only_columns(Person.id).order_by(None).order_by(Person.id)
    ids = list(session().scalars(statement))
    if not asked:
        return ids
    found = set(search.found(PERSON, asked, limit=search.ALL))
    return [person_id for person_id in ids if person_id in found]


def called_so(actor: Actor, question: str) -> ColumnElement[bool]:
    """Return the condition for those with words that begin like these, as far as `actor` sees."""
    if actor.sees_private_persons:
        return among(Person.id, search.found(PERSON, question, limit=search.ALL))
    private = counts_as_private(clock.today())
    named = ~private & _by_what_is_shown(question)
    asked = called(search.words_of(question))
    return named if asked is None else named | (private & asked)


def _named_and_private(actor: Actor, chosen: PersonFilter) -> tuple[Select[Person], Select[Person]]:
    """Return the statements for those shown by name and those shown by pseudonym."""
    day = clock.today()
    # What would tell more than is shown is left out, or asked below of each group apart.
    plain = replace(chosen, private=None, where=EVERYBODY)
    base, private = select(Person).where(*conditions(plain, day)), counts_as_private(day)
    known, barely = Asked(actor, day), Asked(actor, day, of_hidden=True)
    named = base.where(~private, holds(chosen.where, known)).order_by(*IN_ORDER)
    # In the order of their numbers: the order of names would tell what the names are.
    hidden = base.where(private, holds(chosen.where, barely)).order_by(Person.pseudonym)
    # Nobody under a pseudonym is found by a tag: that would tell what they have.
    if chosen.tag.strip() or chosen.private is False:
        hidden = hidden.where(Person.id.is_(None))
    if chosen.private:
        named = named.where(Person.id.is_(None))
    if chosen.search.strip():
        named = named.where(_by_what_is_shown(chosen.search))
        asked = called(search.words_of(chosen.search))
        hidden = hidden.where(Person.id.is_(None) if asked is None else asked)
    return named.options(*for_lists()), hidden.options(*for_lists())


def _by_what_is_shown(question: str) -> ColumnElement[bool]:
    """Return the condition for those of whom a word that everybody may see matches: no address."""
    asked = search.literal(question)
    if not asked:
        return Person.id.is_(None)
    return Person.id.in_(search.openly_found(PERSON, asked))


def called(words: Sequence[str]) -> ColumnElement[bool] | None:
    """Return the condition for pseudonyms that are asked for, if any: "14", "resident 14"."""
    numbers = [int(word) for word in words if word.isdecimal() and len(word) <= _LONGEST_NUMBER]
    others = [word for word in words if not word.isdecimal()]
    if len(numbers) > 1 or not all(
        any(called.startswith(word) for called in _CALLED) for word in others
    ):
        return None
    if numbers:
        return Person.pseudonym == numbers[0]
    return Person.pseudonym.is_not(None) if others else None


def _page_of_found(
    statements: Sequence[Select[Person]], number: int, *, count_all: bool = False
) -> Page[Person]:
    """Return a page of at most a thousand, or all, who are put in order before any is loaded."""
    ids: list[int] = []
    for statement in statements:
        # One more than is counted tells whether there are more than that.
        keys = statement.with_only_columns(Person.id)
        ids += session().scalars(keys if count_all else keys.limit(COUNTED + 1 - len(ids)))
    start = (number - 1) * PER_PAGE
    shown = ids[start : start + PER_PAGE]
    wanted = select(Person).where(Person.id.in_(shown)).options(*for_lists())
    loaded = session().scalars(_held(wanted))
    by_id = {person.id: person for person in loaded.unique()}
    capped = not count_all and len(ids) > COUNTED
    total = COUNTED if capped else len(ids)
    persons = [by_id[person_id] for person_id in shown if person_id in by_id]
    return Page(persons, number, total, capped, PER_PAGE)


def _held(statement: Select[T]) -> Select[T]:
    """
    Hold a statement that names its persons by id to the project in scope, by a sum.

    The usual condition would lead SQLite to read the whole project in order of name, to find few.
    """
    ours = Person.project_id + 0 == project_in_scope()
    return statement.where(ours).execution_options(**unscoped("the sum holds it to the project"))


def _page_of_both(
    first: Select[Person], second: Select[Person], *, number: int, count_all: bool
) -> Page[Person]:
    """Return a page of `first` with `second` behind it, counting no further than is needed."""
    page = page_of(first, number, count_all=count_all)
    rest = PER_PAGE - len(page.items)
    if page.total_is_capped and not rest:
        return page
    before = count_of(first) if page.total_is_capped else page.total
    behind = count_of(second, None if count_all else COUNTED + 1)
    start = max(0, (number - 1) * PER_PAGE - before)
    more = list(session().scalars(second.limit(rest).offset(start)).unique()) if rest else []
    capped = not count_all and before + behind > COUNTED
    total = COUNTED if capped else before + behind
    return Page([*page.items, *more], number, total, capped, PER_PAGE)


def _each(statement: Select[Person], found: set[int] | None) -> Iterator[Person]:
    """Return the persons of a statement with details, a part at a time; only those in `found`."""
    parts = statement.options(*with_details()).execution_options(yield_per=IN_MEMORY)
    for person in session().scalars(parts):
        if found is None or person.id in found:
            yield person
