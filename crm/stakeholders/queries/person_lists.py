"""Lists of persons as each role may see them: a page, or everybody for a file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select

from crm.core import clock, search
from crm.core.conditions import EVERYBODY, Asked, holds
from crm.core.db import among, project_in_scope, session, unscoped
from crm.core.pagination import COUNTED, PER_PAGE, Page, count_of, page_of
from crm.core.permissions import Actor
from crm.stakeholders.models import Person
from crm.stakeholders.queries.persons import (
    PersonFilter,
    by_name,
    conditions,
    counts_as_private,
    for_lists,
    in_order,
    with_details,
)
from crm.stakeholders.search import PERSON

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
        held = [_held(one) for one in statements]
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
    for one in _named_and_private(actor, chosen):
        yield from _each(_held(one) if asked else one, None)


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
    return [one for one in ids if one in found]


def called_so(actor: Actor, question: str) -> ColumnElement[bool]:
    """Return the condition for those with words that begin like these, as far as `actor` sees."""
    if actor.sees_private_persons:
        return among(Person.id, search.found(PERSON, question, limit=search.ALL))
    private = counts_as_private(clock.today())
    named = ~private & _by_what_is_shown(question)
    return named | (private & _by_pseudonym(question))


def _named_and_private(actor: Actor, chosen: PersonFilter) -> tuple[Select[Person], Select[Person]]:
    """Return the statements for those shown by name and those shown by pseudonym."""
    day = clock.today()
    plain = replace(chosen, private=None, contact=None, where=EVERYBODY)
    base, private = select(Person).where(*conditions(plain, day)), counts_as_private(day)
    known, barely = Asked(actor, day), Asked(actor, day, of_hidden=True)
    named = base.where(~private, holds(chosen.where, known)).order_by(*in_order())
    hidden = base.where(private, holds(chosen.where, barely)).order_by(Person.pseudonym)
    if chosen.tag.strip() or chosen.private is False:
        hidden = hidden.where(Person.id.is_(None))
    if chosen.private:
        named = named.where(Person.id.is_(None))
    if chosen.search.strip():
        named = named.where(_by_what_is_shown(chosen.search))
        hidden = hidden.where(_by_pseudonym(chosen.search))
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
    if len(numbers) > 1 or not all(_begins_what_they_are_called(word) for word in others):
        return None
    if numbers:
        return Person.pseudonym == numbers[0]
    return Person.pseudonym.is_not(None) if others else None


def _by_pseudonym(question: str) -> ColumnElement[bool]:
    asked = called(search.words_of(question))
    return Person.id.is_(None) if asked is None else asked


def _begins_what_they_are_called(word: str) -> bool:
    return any(called.startswith(word) for called in _CALLED)


def _page_of_found(
    statements: Sequence[Select[Person]], number: int, *, count_all: bool = False
) -> Page[Person]:
    """Return a page of at most a thousand, or all, who are put in order before any is loaded."""
    ids: list[int] = []
    for one in statements:
        keys = one.with_only_columns(Person.id)
        ids += session().scalars(keys if count_all else keys.limit(COUNTED + 1 - len(ids)))
    start = (number - 1) * PER_PAGE
    shown = ids[start : start + PER_PAGE]
    wanted = select(Person).where(Person.id.in_(shown)).options(*for_lists())
    loaded = session().scalars(_held(wanted))
    by_id = {person.id: person for person in loaded.unique()}
    capped = not count_all and len(ids) > COUNTED
    total = COUNTED if capped else len(ids)
    return Page([by_id[one] for one in shown if one in by_id], number, total, capped, PER_PAGE)


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
