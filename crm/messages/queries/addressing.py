"""Questions about who would get a message: to whom it goes, to whom not, and why."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from crm.consent import queries, rules
from crm.consent.models import Basis, ContactPurpose
from crm.core.db import among, session
from crm.core.mail import Purpose, Reason, Recipient
from crm.core.permissions import Actor
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.queries import suppressions, templates
from crm.stakeholders.models import Person
from crm.stakeholders.rules.visibility import ShownPerson, shown_as
from crm.stakeholders.values.addresses import email_key

# What somebody is asked consent for.
ASKED_FOR = (ContactPurpose.PANEL, ContactPurpose.NEWS)
# These never reached anybody; all others did, may have, or still will.
NEVER_LEFT = (
    MessageState.WITHHELD,
    MessageState.CANCELLED,
    MessageState.SUPERSEDED,
    MessageState.EXPIRED,
    MessageState.REJECTED,
    MessageState.FAILED,
)
Found = tuple[Person, Recipient | Reason]


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody who gets a message."""

    person: Person
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class NotAddressed:
    """Somebody who does not get it, and why."""

    person: Person
    reason: Reason


@dataclass(frozen=True, slots=True)
class Selection:
    """Who would get a message of one purpose now, and who would not, each by name."""

    purpose: Purpose
    to: Sequence[Addressed]
    without: Sequence[NotAddressed]

    @property
    def languages(self) -> list[tuple[str, int]]:
        """How many get it in each language."""
        return sorted(Counter(addressed.recipient.language for addressed in self.to).items())

    @property
    def doubles(self) -> list[list[Addressed]]:
        """Those who share an address with somebody else: perhaps one human, known twice."""
        by_address: dict[str, list[Addressed]] = {}
        for addressed in self.to:
            by_address.setdefault(email_key(addressed.recipient.address), []).append(addressed)
        return [together for together in by_address.values() if len(together) > 1]

    def lacking(self) -> list[str]:
        """Return the languages that some of them read and that have no words for this purpose."""
        return templates.languages_lacking(self.purpose, [code for code, _number in self.languages])


def firsts(person_ids: Collection[int]) -> Mapping[int, Mapping[Purpose, int]]:
    """Return with the id of the first message what of `THE_ONE` went to these persons, or will."""
    statement = (
        select(OutboxMessage.person_id, OutboxMessage.purpose, func.min(OutboxMessage.id))
        .where(
            among(OutboxMessage.person_id, sorted(set(person_ids))),
            OutboxMessage.purpose.in_(rules.THE_ONE),
            OutboxMessage.state.not_in(NEVER_LEFT),
        )
        .group_by(OutboxMessage.person_id, OutboxMessage.purpose)
    )
    found: dict[int, dict[Purpose, int]] = {}
    for person_id, purpose, first in session().execute(statement):
        if person_id is not None:
            found.setdefault(person_id, {})[purpose] = first
    return found


def standings(
    persons: Collection[Person], *, before: int | None = None
) -> dict[int, rules.Standing]:
    """
    Return by id what decides whether persons may be written to, with what was written to them.

    For a message about a session that they answered, add `.agreeing(…)`.

    :param before: only messages that are older than this one, which is about to be sent itself
    """
    written = firsts([person.id for person in persons])
    return {
        person_id: standing.knowing(written=older(written.get(person_id, {}), before))
        for person_id, standing in queries.standings(persons).items()
    }


def older(first: Mapping[Purpose, int], before: int | None) -> frozenset[Purpose]:
    """Return the purposes of which something was written before a message, or at all."""
    # By id and not by the clock, which may be set back: of two messages one is always the first.
    return frozenset(
        purpose for purpose, number in first.items() if before is None or number < before
    )


def had(purposes: Collection[Purpose]) -> ColumnElement[bool]:
    """Return the condition for persons to whom a message of these purposes went, or will."""
    left = OutboxMessage.state.not_in(NEVER_LEFT) & OutboxMessage.purpose.in_(purposes)
    return select(OutboxMessage.id).where(OutboxMessage.person_id == Person.id, left).exists()


def selection(purpose: Purpose, found: Iterable[Found], *, is_bulk: bool = True) -> Selection:
    """Return who of those `found` gets a message, leaving out addresses that get no mail."""
    pairs = list(found)
    addresses = (to.address for _person, to in pairs if isinstance(to, Recipient))
    against = suppressions.reasons_by_scope(addresses)
    addressed, without = [], []
    for person, to in pairs:
        if isinstance(to, Reason):
            without.append(NotAddressed(person, to))
            continue
        reason = suppressions.reason_against(against.get(to.address, {}), is_bulk=is_bulk)
        if reason is None:
            addressed.append(Addressed(person, to))
        else:
            without.append(NotAddressed(person, reason))
    return Selection(purpose, addressed, without)


def asked(
    purpose: Purpose, people: Sequence[Person], *, contact: ContactPurpose, asking: rules.Asking
) -> Selection:
    """Return who of these people would get a message for a purpose of contact now."""
    known = standings(people)
    found = [
        (person, rules.recipient(person, known[person.id], purpose=contact, asking=asking))
        for person in people
    ]
    return selection(purpose, found)


def to_ask(people: Sequence[Person]) -> Selection:
    """Return who of these people may be asked, once, whether they may be written to for more."""
    known = standings(people)
    found = [(person, _asked_for_consent(person, known[person.id])) for person in people]
    return selection(Purpose.CONSENT_REQUEST, found)


def recipient(
    person: Person, contact: ContactPurpose, asking: rules.Asking, *, before: int
) -> Recipient | Reason:
    """Return a person as the recipient of a message that is about to be sent, or why not."""
    standing = standings([person], before=before)[person.id]
    return rules.recipient(person, standing, purpose=contact, asking=asking)


def recipient_of_request(person: Person, *, before: int) -> Recipient | Reason:
    """Return a person as the recipient of a request for consent about to be sent, or why not."""
    return _asked_for_consent(person, standings([person], before=before)[person.id])


def _asked_for_consent(person: Person, standing: rules.Standing) -> Recipient | Reason:
    # Ask for what nobody asked yet; who answered for everything is not asked again.
    is_open = any(standing.ground(purpose).basis is Basis.NOT_ASKED for purpose in ASKED_FOR)
    if not is_open and standing.objection is None:
        return Reason.ANSWERED
    # The request names all of its purposes: whoever said no to one of them does not get it.
    asking = rules.Asking.CONSENT_REQUEST
    each = [
        rules.recipient(person, standing, purpose=purpose, asking=asking) for purpose in ASKED_FOR
    ]
    return next((found for found in each if isinstance(found, Reason)), each[0])


def person_to_write(person_id: int | None) -> Person | None:
    """Return somebody to whom a message is about to be sent, if they are known still."""
    return session().scalar(select(Person).where(Person.id == person_id))


def shown(actor: Actor, selection: Selection) -> dict[int, ShownPerson]:
    """Return by id how `actor` may see the people of a selection; their roles must be loaded."""
    eyes = shown_as(actor)
    people = [found.person for found in selection.to]
    people += [found.person for found in selection.without]
    return {person.id: eyes.brief(person) for person in people}
