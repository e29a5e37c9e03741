"""Declared ties, and the links by which people declare theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload, selectinload

from crm.consent.models import ContactPurpose
from crm.consent.queries import may_be_written_to
from crm.consent.rules import Asking
from crm.core import clock, mail, tokens
from crm.core.db import session, the_one, unscoped
from crm.core.db.scope import enter_project
from crm.core.errors import NotFound
from crm.core.mail import Purpose, Reason
from crm.core.pagination import Page, page_of
from crm.core.permissions import Actor, system
from crm.core.ties import id_of, is_organisation, is_person, organisation_key, person_key
from crm.messages.queries import addressing
from crm.messages.queries.addressing import NotAddressed
from crm.messages.queries.reach import Aim
from crm.networks.models import DeclaredTie, DeclaringLink, SaidBy
from crm.networks.queries import listing
from crm.networks.queries.materials import names
from crm.networks.queries.network_views import look
from crm.networks.rules.selection import Selection
from crm.stakeholders.models import Affiliation, Organisation, Person
from crm.stakeholders.rules.visibility import shown_in_network

TIES = "ties"
# Nobody reads a list of all names; whom one meets most stands on it.
SHORT = 12
# Who answered is left in peace so long, however often others are asked.
ANSWER_LASTS = timedelta(days=90)
_CONTACT = ContactPurpose.PROJECT_WORK
_BY_LINK = unscoped("a link tells of which project it is")


def declaring_address(link: DeclaringLink) -> str:
    """Return where the person of a link says with whom they work; a newer link ends it."""
    return mail.link(f"/t/{tokens.signed(TIES, link.public_name)}")


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """A declared tie with what both ends are called for whoever looks."""

    tie: DeclaredTie
    one_name: str
    other_name: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody on a short list, by name and organisation, and whether they were chosen before."""

    key: str
    name: str
    is_chosen: bool


def declared_ties(actor: Actor, number: int) -> Page[DeclaredRow]:
    """Return page `number`, from 1, of the declared ties, the newest first."""
    found = page_of(_newest_first(), number)
    return Page(
        _rows(actor, found.items), found.number, found.total, found.total_is_capped, found.per_page
    )


def all_declared_ties(actor: Actor) -> list[DeclaredRow]:
    """Return every declared tie, the newest first, for a file."""
    return _rows(actor, list(session().scalars(_newest_first())))


def declared_tie(actor: Actor, tie_id: int) -> DeclaredRow:
    """Return one declared tie, or raise `NotFound`."""
    return _rows(actor, [the_one(select(DeclaredTie).where(DeclaredTie.id == tie_id))])[0]


def missed() -> list[DeclaringLink]:
    """Return the links by which somebody said whom they missed on their list, the newest first."""
    statement = (
        select(DeclaringLink)
        .where(DeclaringLink.missed != "")
        .options(joinedload(DeclaringLink.person).selectinload(Person.affiliations))
        .order_by(DeclaringLink.answered_at.desc(), DeclaringLink.id)
        .limit(SHORT)
    )
    return list(session().scalars(statement))


def declaring_link(person: Person) -> DeclaringLink | None:
    """Return the link of a person while it opens something."""
    statement = select(DeclaringLink).where(
        DeclaringLink.person_id == person.id, DeclaringLink.expires_at > clock.now()
    )
    return session().scalar(statement)


def person_by_link(token: str) -> Person:
    """Return whose link this is, in its project; raise `NotFound` if it opens nothing now."""
    # A token that was shown is random and kept as a hash; one in a message is signed, and can be
    # made again for each try.
    name, opened = tokens.public_part(token), DeclaringLink.token_hash == tokens.hashed(token)
    if name and tokens.opens(token, TIES, name):
        opened = DeclaringLink.token_hash.startswith(name, autoescape=True)
    statement = select(DeclaringLink).where(opened, DeclaringLink.expires_at > clock.now())
    found = session().scalar(statement, execution_options=_BY_LINK)
    if found is None:
        raise NotFound
    enter_project(found.project_id)
    return found.person


def link_of(person_id: int) -> DeclaringLink | None:
    """Return the link of a person, whether it still opens something or not."""
    return session().scalar(select(DeclaringLink).where(DeclaringLink.person_id == person_id))


def question() -> Aim:
    """Return what it is to ask people by mail with whom they work: as for any work in a project."""
    # Who answered lately is not asked again.
    answered = exists().where(DeclaringLink.person_id == Person.id, _answered_lately())
    return Aim(Purpose.TIES, may_be_written_to(_CONTACT, clock.today()) & ~answered, _judged)


def _judged(people: Sequence[Person]) -> addressing.Selection:
    found = addressing.asked(Purpose.TIES, people, contact=_CONTACT, asking=Asking.FOLLOW_UP)
    ids = [addressed.person.id for addressed in found.to]
    statement = select(DeclaringLink.person_id).where(_answered_lately())
    answered = set(session().scalars(statement.where(DeclaringLink.person_id.in_(ids))))
    # The condition of the aim leaves them out already; between looking and sending some answer.
    passed = [addressed.person for addressed in found.to if addressed.person.id in answered]
    without = [*found.without, *(NotAddressed(person, Reason.ANSWERED) for person in passed)]
    to = [addressed for addressed in found.to if addressed.person.id not in answered]
    return replace(found, to=to, without=without)


def _answered_lately() -> ColumnElement[bool]:
    return DeclaringLink.answered_at > clock.now() - ANSWER_LASTS


def own_ties(person: Person) -> list[DeclaredTie]:
    """Return what a person says now about with whom they work."""
    statement = (
        select(DeclaredTie)
        .where(
            DeclaredTie.person_id == person.id,
            DeclaredTie.said_by == SaidBy.THEMSELVES,
            DeclaredTie.until.is_(None),
        )
        .order_by(DeclaredTie.id)
    )
    return list(session().scalars(statement))


def short_list(person: Person) -> list[Offered]:
    """
    Return with whom a person may say they work: those they are tied to most, and chosen before.

    Others see no more than this list tells, so private persons and who does not want to be shown
    never stand on it: their organisations may.
    """
    key = person_key(person.id)
    actor = system(person.project_id)
    seen = look(actor, person.project_id, Selection(minimum=0, around=key))
    rows = listing.ties_of(actor, seen, key, "-weight")
    chosen = [tie.ends[1] for tie in own_ties(person)]
    called = _publicly_called([*chosen, *(row.other for row in rows)])
    # Chosen before come first, however many: what is not on the list cannot be kept.
    keys = [key for key in dict.fromkeys([*chosen, *(row.other for row in rows)]) if key in called]
    return [Offered(key, called[key], key in chosen) for key in keys[: max(SHORT, len(chosen))]]


def _publicly_called(keys: list[str]) -> dict[str, str]:
    """Return name and organisation of those who may be named to other stakeholders."""
    ids = [id_of(key) for key in keys if is_organisation(key)]
    organisations = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    called = {
        organisation_key(row.id): row.name
        for row in session().execute(organisations.order_by(Organisation.id))
    }
    people = (
        select(Person)
        .where(Person.id.in_([id_of(key) for key in keys if is_person(key)]))
        .options(selectinload(Person.affiliations).joinedload(Affiliation.organisation))
        .order_by(Person.id)
    )
    # As the system sees them, and then only who is no private person: no pseudonym is of use here.
    eyes = shown_in_network(system())
    for person in session().scalars(people):
        role = eyes.main_role(person)
        if not person.counts_as_private(eyes.day) and role is not None:
            about = f" ({role.organisation})" if role.organisation else ""
            called[person_key(person.id)] = f"{eyes.name(person)}{about}"
    return called


def _newest_first() -> Select[DeclaredTie]:
    return select(DeclaredTie).order_by(DeclaredTie.said_at.desc(), DeclaredTie.id.desc())


def _rows(actor: Actor, ties: list[DeclaredTie]) -> list[DeclaredRow]:
    called = names(actor, {end for tie in ties for end in tie.ends})
    return [DeclaredRow(tie, called[tie.ends[0]], called[tie.ends[1]]) for tie in ties]
