"""Questions about who would get a message: to whom it goes, to whom not, and why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm.core.db import session
from crm.core.mail import Purpose, Reason, Recipient
from crm.core.permissions import Actor
from crm.messages.queries import suppressions, templates
from crm.messages.queries.earlier_messages import standings
from crm.stakeholders import consent
from crm.stakeholders.addresses import email_key
from crm.stakeholders.consent import Asking, Standing
from crm.stakeholders.models import Basis, ContactPurpose, Person
from crm.stakeholders.visibility import ShownPerson, shown_as

# What somebody is asked consent for.
ASKED_FOR = (ContactPurpose.PANEL, ContactPurpose.NEWS)
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
        return sorted(Counter(one.recipient.language for one in self.to).items())

    @property
    def doubles(self) -> list[list[Addressed]]:
        """Those who share an address with somebody else: perhaps one human, known twice."""
        by_address: dict[str, list[Addressed]] = {}
        for one in self.to:
            by_address.setdefault(email_key(one.recipient.address), []).append(one)
        return [together for together in by_address.values() if len(together) > 1]

    def lacking(self) -> list[str]:
        """Return the languages that some of them read and that have no words for this purpose."""
        return templates.languages_lacking(self.purpose, [one for one, _number in self.languages])


def selection(purpose: Purpose, found: Iterable[Found], *, is_bulk: bool = True) -> Selection:
    """Return who of those `found` gets a message, leaving out addresses that get no mail."""
    pairs = list(found)
    addresses = (to.address for _one, to in pairs if isinstance(to, Recipient))
    kept = suppressions.reasons_by_scope(addresses)
    to, without = [], []
    for person, one in pairs:
        if isinstance(one, Reason):
            without.append(NotAddressed(person, one))
            continue
        reason = suppressions.reason_against(kept.get(one.address, {}), is_bulk=is_bulk)
        if reason is None:
            to.append(Addressed(person, one))
        else:
            without.append(NotAddressed(person, reason))
    return Selection(purpose, to, without)


def asked(
    purpose: Purpose, people: Sequence[Person], *, contact: ContactPurpose, asking: Asking
) -> Selection:
    """Return who of these people would get a message for a purpose of contact now."""
    known = standings(people)
    found = [
        (one, consent.recipient(one, known[one.id], purpose=contact, asking=asking))
        for one in people
    ]
    return selection(purpose, found)


def to_ask(people: Sequence[Person]) -> Selection:
    """Return who of these people may be asked, once, whether they may be written to for more."""
    known = standings(people)
    found = [(one, _asked_for_consent(one, known[one.id])) for one in people]
    return selection(Purpose.CONSENT_REQUEST, found)


def recipient(
    person: Person, contact: ContactPurpose, asking: Asking, *, before: int
) -> Recipient | Reason:
    """Return a person as the recipient of a message that is about to be sent, or why not."""
    standing = standings([person], before=before)[person.id]
    return consent.recipient(person, standing, purpose=contact, asking=asking)


def recipient_of_request(person: Person, *, before: int) -> Recipient | Reason:
    """Return a person as the recipient of a request for consent about to be sent, or why not."""
    return _asked_for_consent(person, standings([person], before=before)[person.id])


def person_to_write(person_id: int | None) -> Person | None:
    """Return somebody to whom a message is about to be sent, if they are known still."""
    return session().scalar(select(Person).where(Person.id == person_id))


def _asked_for_consent(person: Person, standing: Standing) -> Recipient | Reason:
    """
    Ask for what nobody asked yet; who answered for everything is not asked again.

    The request names all of its purposes: whoever said no to one of them does not get it.
    """
    is_open = any(standing.ground(one).basis is Basis.NOT_ASKED for one in ASKED_FOR)
    if not is_open and standing.objection is None:
        return Reason.ANSWERED
    asking = Asking.CONSENT_REQUEST
    each = [consent.recipient(person, standing, purpose=one, asking=asking) for one in ASKED_FOR]
    return next((one for one in each if isinstance(one, Reason)), each[0])


def shown(actor: Actor, selection: Selection) -> dict[int, ShownPerson]:
    """Return by id how `actor` may see the people of a selection; their roles must be loaded."""
    eyes = shown_as(actor)
    people = [*(one.person for one in selection.to), *(one.person for one in selection.without)]
    return {one.id: eyes.brief(one) for one in people}
