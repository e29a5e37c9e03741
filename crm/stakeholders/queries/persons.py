"""Questions about persons: one, a page of the list, everybody for a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from crm.core import clock, references, search
from crm.core.db import project_in_scope, session, unscoped
from crm.core.errors import NotFound
from crm.core.folding import fold
from crm.core.pagination import COUNTED, PER_PAGE, Page, count_of, page_of
from crm.core.permissions import Actor
from crm.stakeholders.models import Affiliation, Helix, Person, PersonTag
from crm.stakeholders.references import AS_PERSON
from crm.stakeholders.search import PERSON, words_shown_to_everybody

MOST_FOUND = 1_000
MOST_TAGS = 200
# What a reviewer may call somebody whose name is hidden, in the languages of the product.
_CALLED = ("resident", "bewoner")
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """
    Which persons a list shows; what is empty leaves nobody out.

    :param helix: a role of today in this helix, whether the main one or not; somebody without
        any role of today counts for the end users
    :param private: only private persons, or only the others
    """

    search: str = ""
    helix: Helix | None = None
    area_id: int | None = None
    tag: str = ""
    organisation_id: int | None = None
    private: bool | None = None

    def __bool__(self) -> bool:
        return self != PersonFilter()


def person(person_id: int) -> Person:
    """
    Return one person with roles, contact details, tags and area.

    :raises NotFound: if the project in scope has none with this id
    """
    statement = select(Person).where(Person.id == person_id).options(*_with_details())
    found = session().scalar(statement)
    if found is None:
        raise NotFound
    return found


def affiliation(person: Person, affiliation_id: int) -> Affiliation:
    """
    Return one role of a person, with its organisation.

    :raises NotFound: if the person has none with this id
    """
    statement = (
        select(Affiliation)
        .where(Affiliation.id == affiliation_id, Affiliation.person_id == person.id)
        .options(joinedload(Affiliation.organisation), joinedload(Affiliation.person))
    )
    found = session().scalar(statement)
    if found is None:
        raise NotFound
    return found


def rows_that_refer(person: Person) -> int:
    """Return how many rows of other features name a person: what is lost with the person."""
    total = 0
    for reference in references.to(Person):
        if reference.kept != AS_PERSON:
            column = getattr(reference.model, reference.column)
            rows = select(func.count()).select_from(reference.model).where(column == person.id)
            total += session().scalar(rows) or 0
    return total


def any_person() -> bool:
    """Whether the project has any person."""
    return session().scalar(select(Person.id).limit(1)) is not None


def by_name(chosen: PersonFilter, *, day: date | None = None) -> Select[Person]:
    """
    Return the statement for the persons that `chosen` leaves on `day`, in the order of a name list.

    It is for those who see names: for an actor who may not, `page_of_persons` also hides what the
    order and the search give away.
    """
    day = day or clock.today()
    statement = select(Person).where(*_conditions(chosen, day)).order_by(*_in_order())
    if chosen.search.strip():
        statement = statement.where(Person.id.in_(_found(chosen.search)))
    return statement.options(*_for_lists())


def page_of_persons(
    actor: Actor, chosen: PersonFilter, number: int, *, count_all: bool = False
) -> Page[Person]:
    """
    Return page `number` (from 1) of the list as `actor` may see it.

    Whoever may not see private persons gets them behind the others, by pseudonym.
    """
    if actor.sees_private_persons:
        return page_of(by_name(chosen), number, count_all=count_all)
    named, private = _named_and_private(chosen, clock.today())
    return _page_of_both(named, private, max(1, number), count_all=count_all)


def everybody(actor: Actor, chosen: PersonFilter) -> list[Person]:
    """Return all persons that `chosen` leaves, with details, in the order `actor` may see."""
    if actor.sees_private_persons:
        return _all(by_name(chosen))
    return [one for part in _named_and_private(chosen, clock.today()) for one in _all(part)]


def running_on(day: date) -> ColumnElement[bool]:
    """Return the condition for roles that run on `day`."""
    return and_(
        or_(Affiliation.since.is_(None), Affiliation.since <= day),
        or_(Affiliation.until.is_(None), Affiliation.until >= day),
    )


def counts_as_private(day: date) -> ColumnElement[bool]:
    """Return the condition for private persons, as `Person.counts_as_private` has it."""
    outside = _has_role(running_on(day), Affiliation.helix != Helix.END_USERS)
    return or_(Person.is_private, ~outside)


def tags_in_use(actor: Actor) -> list[tuple[str, str]]:
    """Return key and word of the tags on persons that `actor` may see, by word, at most 200."""
    if actor.sees_private_persons:
        return _all_tags()
    statement = (
        select(PersonTag.word_key, func.min(PersonTag.word))
        .join(Person, Person.id == PersonTag.person_id)
        .where(~counts_as_private(clock.today()))
        .group_by(PersonTag.word_key)
        .order_by(PersonTag.word_key)
        .limit(MOST_TAGS)
    )
    return [(key, word) for key, word in session().execute(statement)]


def _conditions(chosen: PersonFilter, day: date) -> list[ColumnElement[bool]]:
    held: list[ColumnElement[bool]] = []
    if chosen.helix:
        held.append(_has_helix(chosen.helix, day))
    if chosen.area_id:
        held.append(Person.area_id == chosen.area_id)
    if chosen.tag.strip():
        tagged = select(PersonTag.person_id).where(PersonTag.word_key == fold(chosen.tag))
        held.append(Person.id.in_(tagged))
    if chosen.organisation_id:
        here = Affiliation.organisation_id == chosen.organisation_id
        held.append(_has_role(running_on(day), here))
    if chosen.private is not None:
        private = counts_as_private(day)
        held.append(private if chosen.private else ~private)
    return held


def _all_tags() -> list[tuple[str, str]]:
    """
    Return key and word of all tags on persons of the project, by word, at most 200.

    It leaps from word to word in the index, so its time follows the words, not the persons.
    """
    project_id = project_in_scope()
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
    statement = select(leap.c.key, word).where(leap.c.key.is_not(None)).limit(MOST_TAGS)
    rows = session().execute(statement, execution_options=unscoped("it names its project itself"))
    return sorted((key, text) for key, text in rows)


def _has_helix(helix: Helix, day: date) -> ColumnElement[bool]:
    has_one = _has_role(running_on(day), Affiliation.helix == helix)
    if helix is Helix.END_USERS:
        return or_(has_one, ~_has_role(running_on(day)))
    return has_one


def _has_role(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Affiliation.id).where(Affiliation.person_id == Person.id, *conditions).exists()


def _found(question: str) -> list[int]:
    return search.found(PERSON, question, limit=MOST_FOUND + 1)


def _named_and_private(chosen: PersonFilter, day: date) -> tuple[Select[Person], Select[Person]]:
    """Return the statements for those shown by name and those shown by pseudonym."""
    base = select(Person).where(*_conditions(replace(chosen, private=None), day))
    private = counts_as_private(day)
    named = base.where(~private).order_by(*_in_order())
    hidden = base.where(private).order_by(Person.pseudonym)
    if chosen.tag.strip() or chosen.private is False:
        hidden = hidden.where(Person.id.is_(None))
    if chosen.private:
        named = named.where(Person.id.is_(None))
    if chosen.search.strip():
        named = named.where(Person.id.in_(_found_by_what_is_shown(chosen.search)))
        hidden = hidden.where(_called(chosen.search))
    return named.options(*_for_lists()), hidden.options(*_for_lists())


def _found_by_what_is_shown(question: str) -> list[int]:
    """Return ids whose words that everybody may see match: a found address would be a told one."""
    asked = search.words_of(question)
    shown = words_shown_to_everybody(_found(question))
    return [
        person_id
        for person_id, words in shown.items()
        if all(any(word.startswith(start) for word in words) for start in asked)
    ]


def _called(question: str) -> ColumnElement[bool]:
    """Return the condition for pseudonyms that are asked for: "14", "resident 14", "bewoner"."""
    words = search.words_of(question)
    numbers = [int(word) for word in words if word.isdecimal() and len(word) <= _LONGEST_NUMBER]
    others = [word for word in words if not word.isdecimal()]
    if len(numbers) > 1 or not all(_begins_what_they_are_called(word) for word in others):
        return Person.id.is_(None)
    if numbers:
        return Person.pseudonym == numbers[0]
    return Person.pseudonym.is_not(None) if others else Person.id.is_(None)


def _begins_what_they_are_called(word: str) -> bool:
    return any(called.startswith(word) for called in _CALLED)


def _page_of_both(
    first: Select[Person], second: Select[Person], number: int, *, count_all: bool
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


def _all(statement: Select[Person]) -> list[Person]:
    return list(session().scalars(statement.options(*_with_details())).unique())


def _in_order() -> Sequence[ColumnElement[str] | ColumnElement[int]]:
    return Person.sort_key.expression, Person.id.expression


def _for_lists() -> tuple[ORMOption, ...]:
    return (
        joinedload(Person.area),
        selectinload(Person.affiliations).joinedload(Affiliation.organisation),
        selectinload(Person.tags),
    )


def _with_details() -> tuple[ORMOption, ...]:
    return (*_for_lists(), selectinload(Person.emails), selectinload(Person.phones))
