"""Whom one may write to: one table, and the only place that makes a recipient of a person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from crm.consent.models import Basis, ContactPurpose
from crm.core.mail import Purpose, Reason, Recipient
from crm.stakeholders.models import Email, Helix, Objected, Person
from crm.stakeholders.values import names


class Asking(StrEnum):
    """
    What a message asks or answers.

    FIRST is the invitation to a session that they gave their address for; FOLLOW_UP is whatever
    else we begin ourselves: any other invitation, a reminder, news. REPLY answers what they
    pressed: a confirmation, the waiting list, an offer, a change or the cancellation of a session
    they answered. REQUESTED is the link to their own details, which they asked for just now.
    """

    FIRST = "first"
    CONSENT_REQUEST = "consent_request"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"
    REQUESTED = "requested"


class Allowed(StrEnum):
    """How often something may be sent."""

    ALWAYS = "always"
    ONCE = "once"


Verdict = Allowed | Reason


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what may be asked on one basis, none for who object, for purposes."""

    basis: Basis | None
    purposes: tuple[ContactPurpose, ...]
    first: Verdict
    consent_request: Verdict
    follow_up: Verdict
    reply: Verdict = Allowed.ALWAYS
    requested: Verdict = Allowed.ALWAYS

    def of(self, asking: Asking) -> Verdict:
        """Return what this row says of `asking`."""
        found: Verdict = getattr(self, asking.value)
        return found


EVERY = tuple(ContactPurpose)
WORK = (ContactPurpose.PROJECT_WORK, ContactPurpose.SESSION)
MORE = (ContactPurpose.PANEL, ContactPurpose.NEWS)
ONE_SESSION = (ContactPurpose.SESSION,)
ALL_BUT_ONE_SESSION = (ContactPurpose.PROJECT_WORK, *MORE)
ALWAYS, ONCE, NO = Allowed.ALWAYS, Allowed.ONCE, Reason.NOT_ALLOWED
OBJECTED, DECLINED, WITHDRAWN = Reason.OBJECTED, Reason.DECLINED, Reason.UNSUBSCRIBED
# Access to one's own details is a right of its own (AVG, article 15): who objects to being written
# to (article 21) still gets the link that they asked for just now. Nothing else reaches them.
# fmt: off
TABLE = (
    #                                           first,     consent,   follow-up, reply
    Rule(None, EVERY,                           OBJECTED,  OBJECTED,  OBJECTED,  OBJECTED),
    Rule(Basis.PUBLIC_TASK, WORK,               ALWAYS,    ALWAYS,    ALWAYS),
    Rule(Basis.PUBLIC_TASK, MORE,               NO,        ONCE,      NO),
    Rule(Basis.CONSENT, EVERY,                  ALWAYS,    ALWAYS,    ALWAYS),
    Rule(Basis.NOT_ASKED, ONE_SESSION,          ONCE,      ONCE,      NO,        NO),
    Rule(Basis.NOT_ASKED, ALL_BUT_ONE_SESSION,  NO,        ONCE,      NO,        NO),
    Rule(Basis.DECLINED, EVERY,                 DECLINED,  DECLINED,  DECLINED,  DECLINED),
    Rule(Basis.WITHDRAWN, EVERY,                WITHDRAWN, WITHDRAWN, WITHDRAWN, WITHDRAWN),
)
# fmt: on
# Whoever wants to be asked for further sessions may be asked for each of them.
COVERS = {ContactPurpose.PANEL: ContactPurpose.SESSION}
# The usual basis, where none was noted: for officials and contacts of organisations, for others.
USUAL_OF_CONTACTS = {
    ContactPurpose.PROJECT_WORK: Basis.PUBLIC_TASK,
    ContactPurpose.SESSION: Basis.PUBLIC_TASK,
    ContactPurpose.PANEL: Basis.NOT_ASKED,
    ContactPurpose.NEWS: Basis.NOT_ASKED,
}
USUAL_OF_RESIDENTS = dict.fromkeys(ContactPurpose, Basis.NOT_ASKED)
# What uses up the one message that somebody who was not asked may get.
THE_ONE = frozenset({Purpose.INVITE, Purpose.CONSENT_REQUEST})


@dataclass(frozen=True, slots=True)
class Ground:
    """The basis for one purpose, as it was noted: where it was given, and when."""

    basis: Basis
    source: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about a person that decides whether they may be written to."""

    person_id: int
    is_contact: bool  # an official or the contact of an organisation, today
    # The grounds that were noted, by purpose; for the rest there is a usual one.
    noted: Mapping[ContactPurpose, Ground]
    objection: Objected | None = None  # where and when they objected, if they did
    # The purposes of the messages that went to them; unless `knowing` says so, all are taken to
    # have been written, so that nobody is asked a second time by forgetting.
    written: frozenset[Purpose] = THE_ONE
    # Whether they answered this very session, by link or phone, which is consent.
    agreed: bool = False

    def knowing(self, *, written: Collection[Purpose]) -> "Standing":
        """Return the same, knowing which messages went to them."""
        return replace(self, written=frozenset(written))

    def agreeing(self, *, answered: bool) -> "Standing":
        """Return the same for one session, knowing whether they answered it."""
        return replace(self, agreed=answered)

    def usual(self, purpose: ContactPurpose) -> Basis:
        """Return the basis that counts where none was noted."""
        return (USUAL_OF_CONTACTS if self.is_contact else USUAL_OF_RESIDENTS)[purpose]

    def ground(self, purpose: ContactPurpose) -> Ground:
        """Return the ground as it was noted, or the usual one."""
        return self.noted.get(purpose) or Ground(self.usual(purpose))

    def basis(self, purpose: ContactPurpose) -> Basis:
        """Return what counts: consent by the link or for the panel is better than not asked."""
        own = self.ground(purpose).basis
        if own is not Basis.NOT_ASKED:
            return own
        covered = any(
            narrow is purpose and self.ground(wider).basis is Basis.CONSENT
            for wider, narrow in COVERS.items()
        )
        agreed = self.agreed and purpose is ContactPurpose.SESSION
        return Basis.CONSENT if covered or agreed else own

    @property
    def had_the_one(self) -> bool:
        """
        Whether they had the one message that somebody who was not asked may get.

        An invitation that the public task allows is not it, a request for consent always is.
        """
        if self.ground(ContactPurpose.SESSION).basis is Basis.PUBLIC_TASK:
            return Purpose.CONSENT_REQUEST in self.written
        return bool(self.written & THE_ONE)


def is_contact(person: Person, day: date) -> bool:
    """Whether a person is an official or the contact of an organisation; load `affiliations`."""
    # Who is private is never written to as a contact, whatever roles they have.
    return not person.is_private and any(
        role.runs_on(day)
        and role.helix is not Helix.END_USERS
        and (role.organisation_id is not None or role.helix is Helix.GOVERNMENT)
        for role in person.affiliations
    )


def fits(basis: Basis, purpose: ContactPurpose) -> bool:
    """
    Whether a basis can be noted of a person for a purpose.

    The public task does not reach to the panel and news; consent to one session stands on the
    invited list, with the session it was given for.
    """
    if basis is Basis.PUBLIC_TASK:
        return purpose in WORK
    return basis is not Basis.CONSENT or purpose is not ContactPurpose.SESSION


def rule(basis: Basis | None, purpose: ContactPurpose) -> Rule:
    """Return the row of the table for a basis and a purpose."""
    return next(row for row in TABLE if row.basis is basis and purpose in row.purposes)


def refusal(standing: Standing, purpose: ContactPurpose, asking: Asking) -> Reason | None:
    """Return why this may not be sent to a person, or nothing where it may."""
    basis = None if standing.objection else standing.basis(purpose)
    # Their answer is consent to hear what follows from it, whatever they said of other mail; only
    # an objection goes before it.
    if not standing.objection and asking is Asking.REPLY and standing.agreed:
        basis = Basis.CONSENT
    verdict = rule(basis, purpose).of(asking)
    if isinstance(verdict, Reason):
        return verdict
    return Reason.ONCE_ONLY if verdict is Allowed.ONCE and standing.had_the_one else None


def may_begin(standing: Standing, purpose: ContactPurpose) -> Verdict:
    """Return how often we may begin to write to a person for a purpose, or why not at all."""
    refused = refusal(standing, purpose, Asking.FOLLOW_UP)
    if refused is None:
        return Allowed.ALWAYS
    # As if nothing was sent yet: how often one may begin is asked, not whether it was done.
    asked = refusal(standing.knowing(written=()), purpose, Asking.CONSENT_REQUEST)
    return Allowed.ONCE if asked is None else refused


def recipient(
    person: Person, standing: Standing, *, purpose: ContactPurpose, asking: Asking
) -> Recipient | Reason:
    """
    Return the person as somebody who may get this message, or why they may not.

    Load `emails` with the person, as `queries.standings` does.
    """
    refused = refusal(standing, purpose, asking)
    if refused is not None:
        return refused
    first = next(iter(person.emails), None)
    if first is None:
        return Reason.NO_ADDRESS
    return Recipient(
        address=first.address,
        name=names.full_name(person.name_parts),
        language=person.language,
        person_id=person.id,
    )


def at_address(to: Recipient, email: Email) -> Recipient:
    """Return the same recipient at another of their addresses."""
    return replace(to, address=email.address)
