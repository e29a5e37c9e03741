"""What is checked and written last in messages about links: for colleagues, and to own details."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from crm.accounts import queries as accounts
from crm.accounts.rules import recipients
from crm.accounts.rules.links import mailed
from crm.consent.models import ContactPurpose
from crm.consent.rules import Asking
from crm.core import clock
from crm.core.i18n import _, in_language
from crm.core.mail import Content, MailKind, Outgoing, Purpose, Reason, Recipient, Withheld, link
from crm.core.permissions import Role
from crm.messages.queries import addressing, batches, own_pages
from crm.messages.rules.links import consent_link, details_link
from crm.messages.rules.times import words_for_moment
from crm.projects import queries as projects
from crm.stakeholders.values import names


def of_link(outgoing: Outgoing) -> Content | Withheld:
    """Return what a message about a single-use link says, unless the link was used or ended."""
    found = accounts.link(outgoing.about_id or 0)
    if found is None or not found.is_open:
        return Withheld(Reason.OUTDATED)
    account = accounts.account(found.account_id) if found.account_id else None
    recipient = recipients.of_link(found, account, language=outgoing.language)
    maker = accounts.account(found.made_by_id) if found.made_by_id else None
    who = recipient.name or ("collega" if recipient.language == "nl" else "colleague")
    values = {
        "first_name": recipient.name,
        "greeting": f"Beste {who}" if recipient.language == "nl" else f"Dear {who}",
        "project": projects.project(found.project_id).name if found.project_id else "Kring",
        "sender": maker.name if maker else "Kring",
        "contact": maker.email if maker else "",
        "link": link(f"/links/{mailed(outgoing.params['name'])}"),
        "expires": words_for_moment(found.expires_at, clock.zone(), recipient.language),
    }
    return Content(recipient, values, reply_to=(maker.name, maker.email) if maker else None)


def of_details(outgoing: Outgoing) -> Content | Withheld:
    """Return what the message with the link to one's own details says, while that link works."""
    found = own_pages.link(outgoing.about_id or 0)
    if found is None or found.has_ended():
        return Withheld(Reason.TOO_LATE)
    person = own_pages.person_of(found)
    recipient = own_pages.recipient(person)
    if isinstance(recipient, Reason):
        return Withheld(recipient)
    project = projects.project(found.project_id)
    # The first of several; their name and address.
    leader = next(
        (
            (member.account.name, member.account.email)
            for member in projects.members_of(project)
            if member.role is Role.LEADER
        ),
        None,
    )
    values = {
        "first_name": person.first_name,
        "greeting": names.salutation(person.name_parts, recipient.language),
        "project": project.name,
        "sender": leader[0] if leader else "Kring",
        "contact": leader[1] if leader else "",
        "link": details_link(found),
        "expires": words_for_moment(found.expires_at, clock.zone(), recipient.language),
    }
    return Content(recipient, values, reply_to=None if project.reply_address else leader)


def of_free(outgoing: Outgoing) -> Content | Withheld:
    """Return what a free message says to somebody who may still be written to for it."""
    contact = ContactPurpose(outgoing.params["contact"])
    may_get = partial(addressing.recipient, contact=contact, asking=Asking.FOLLOW_UP)
    content = to_person(outgoing, may_get)
    if isinstance(content, Withheld):
        return content
    # Of the batch, or what is tried on a page.
    own = outgoing.params.get("own")
    subject, body = own or batches.batch(outgoing.params["batch"]).words[outgoing.language]
    return replace(content, own=(subject, body))


def of_consent_request(outgoing: Outgoing) -> Content | Withheld:
    """Return what a request for consent says to somebody who was not asked before."""
    content = to_person(outgoing, addressing.recipient_of_request)
    if isinstance(content, Withheld):
        return content
    with in_language(outgoing.language):
        words = str(_("invitations to further sessions, and news of the project"))
    values = {**content.values, "words": words, "link": consent_link(outgoing.public_name)}
    return replace(content, values=values)


def to_person(outgoing: Outgoing, may_get: Callable[..., Recipient | Reason]) -> Content | Withheld:
    """Return what a message to a person says at least, if they may still get it."""
    person = addressing.person_to_write(outgoing.person_id)
    if person is None:
        return Withheld(Reason.REVOKED)
    recipient = may_get(person, before=outgoing.id)
    if isinstance(recipient, Reason):
        return Withheld(recipient)
    maker = accounts.account(outgoing.params["by"]) if outgoing.params.get("by") else None
    project = projects.project(person.project_id)
    values = {
        "first_name": person.first_name,
        "greeting": names.greeting(person.name_parts, recipient.language),
        "project": project.name,
        "sender": maker.name if maker else project.name,
        "contact": maker.email if maker else "",
    }
    # Nobody chose the maker; they answer only for a project that has no address for it.
    own = (maker.name, maker.email) if maker and not project.reply_address else None
    return Content(recipient, values, reply_to=own)


KINDS = (
    MailKind(Purpose.COLLEAGUE, of_link, is_secret=True),
    MailKind(Purpose.RESET, of_link, is_secret=True),
    MailKind(Purpose.ADDRESS, of_link, is_secret=True),
    MailKind(Purpose.DETAILS, of_details, is_secret=True),
    MailKind(Purpose.NEWS, of_free, is_bulk=True, resends=False),
    MailKind(Purpose.CONSENT_REQUEST, of_consent_request, is_bulk=True, resends=False),
)
