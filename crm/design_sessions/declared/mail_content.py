"""What messages about a session say, and whether they still may be sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.accounts import queries as accounts
from crm.consent.rules import at_address
from crm.core.i18n import _, in_language
from crm.core.mail import (
    CalendarPart,
    Content,
    MailKind,
    Outgoing,
    Purpose,
    Reason,
    Recipient,
    Said,
    Withheld,
)
from crm.design_sessions.models import Answer, Attendance, DesignSession, Invitation, SessionState
from crm.design_sessions.queries import mailing, notification_log
from crm.design_sessions.queries.people import organisations_on
from crm.design_sessions.rules import calendars, mail_checks
from crm.design_sessions.rules.links import answer_link
from crm.design_sessions.rules.mail_checks import BACK, CAME, ITEM, TOLD, reason_against
from crm.messages.queries.templates import languages_lacking
from crm.messages.rules import texts
from crm.messages.rules.times import words_for_moment, words_for_when
from crm.projects import queries as projects
from crm.stakeholders.models import Person
from crm.stakeholders.values import names


def prepare(outgoing: Outgoing) -> Said:
    """Return what a message to an invited person says, or why it is not sent any more."""
    return prepare_all([outgoing])[outgoing.id]


def prepare_all(messages: Sequence[Outgoing]) -> Mapping[int, Said]:
    """Return the same for many messages of one purpose, by id, in as many statements as for one."""
    walked = [message for message in messages if CAME in message.params]
    invited = [message for message in messages if CAME not in message.params]
    came = mailing.all_to_thank([message.params[CAME] for message in walked]) if walked else {}
    named = mailing.thanked(came) if came else {}
    thanks = {
        message.id: _thanks(message, came.get(message.params[CAME]), named) for message in walked
    }
    return {**(_all_to_invited(invited) if invited else {}), **thanks}


def _thanks(
    outgoing: Outgoing, came: Attendance | None, named: Mapping[int, Recipient | Reason]
) -> Said:
    """Return the thanks to somebody who came without an invitation, or why they get none."""
    # Nobody was there, as is noted now.
    if came is None:
        return Withheld(Reason.REVOKED)
    if came.design_session.state is SessionState.CANCELLED:
        return Withheld(Reason.CANCELLED)
    recipient = named[came.id]
    if isinstance(recipient, Reason):
        return Withheld(recipient)
    if outgoing.is_written:
        return Content(recipient, {})
    held, language = came.design_session, recipient.language
    with in_language(language):
        who = _who(came.person, held, language)
        values = {**_about(held, language), **who, "words": further_words(outgoing)}
    return Content(recipient, values, reply_to=_reply_to(held))


def _all_to_invited(messages: Sequence[Outgoing]) -> Mapping[int, Said]:
    # Bytes that are written are sent once more as they are: of those only the reader matters.
    are_written = all(message.is_written for message in messages)
    ids = [message.about_id or 0 for message in messages]
    found = notification_log.all_to_write(ids, are_written=are_written)
    about = {message.id: found.get(message.about_id or 0) for message in messages}
    purpose = messages[0].purpose
    sent = {held.id: number for number, held in about.items() if held is not None}
    named = notification_log.recipients(list(found.values()), purpose, before=sent)
    # Words and dates in one language: where a text lacks in theirs, both are in that of the text.
    read = {to.language for to in named.values() if isinstance(to, Recipient)}
    lacking = languages_lacking(purpose, read)
    spoken = {tongue: texts.near(tongue) if tongue in lacking else tongue for tongue in read}
    unheard: Collection[int] = ()
    # Nobody is reminded of what they have not heard of.
    if purpose is Purpose.REMINDER:
        unheard = found.keys() - notification_log.who_heard(found.values())
    known = _Known(named, spoken, unheard)
    return {message.id: _said(message, about[message.id], known) for message in messages}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of those to whom messages of one purpose are about to leave."""

    named: Mapping[int, Recipient | Reason]
    spoken: Mapping[str, str]
    unheard: Collection[int]


def _said(outgoing: Outgoing, invitation: Invitation | None, known: _Known) -> Said:
    if invitation is None:
        return Withheld(Reason.REVOKED)
    refused = reason_against(outgoing, invitation)
    if refused is None and invitation.id in known.unheard:
        refused = Reason.NOT_INVITED
    if refused is not None:
        return Withheld(refused)
    recipient = known.named[invitation.id]
    # What takes an item away, or brings it back, goes to the address where that item stands.
    if isinstance(recipient, Recipient) and "email" in outgoing.params:
        emails = {email.id: email for email in invitation.person.emails}
        email = emails.get(outgoing.params["email"])
        recipient = at_address(recipient, email) if email else Reason.NO_ADDRESS
    if isinstance(recipient, Reason):
        return Withheld(recipient)
    if outgoing.is_written:
        return Content(recipient, {})
    held, language = invitation.design_session, known.spoken[recipient.language]
    with in_language(language):
        values = {**_about(held, language), **_personal(outgoing, invitation, language)}
    calendar = _calendar(outgoing, invitation, recipient)
    return Content(recipient, values, reply_to=_reply_to(held), calendar=calendar)


def accepted(outgoing: Outgoing) -> None:
    """Note which calendar item a mail server took, inside the command that notes that it did."""
    invitation = notification_log.to_write(outgoing.about_id or 0)
    method = calendars.method_of(outgoing, invitation) if invitation else None
    if invitation is None or method is None:
        return
    # Where another item was taken away, their own stands as it did.
    if outgoing.params.get(ITEM, invitation.calendar_id) != invitation.calendar_id:
        return
    invitation.calendar_sequence = calendars.sequence_of(outgoing, invitation, method)
    invitation.calendar_status = method


def _reply_to(held: DesignSession) -> tuple[str, str] | None:
    contact = accounts.account(held.contact_id) if held.contact_id else None
    return (contact.name, contact.email) if contact else None


def _who(person: Person, held: DesignSession, language: str) -> dict[str, str]:
    return {
        "first_name": person.first_name,
        "greeting": names.greeting(person.name_parts, language),
        "organisations": ", ".join(organisations_on(person, held.day)),
    }


def _about(held: DesignSession, language: str) -> dict[str, str]:
    name, address = _reply_to(held) or ("", "")
    return {
        "session": held.title,
        "when": words_for_when(held.starts_at, held.ends_at, held.zone, language),
        "where": mail_checks.facts_of(held).where,
        "deadline": words_for_moment(held.answers_until, held.zone, language),
        "project": projects.project(held.project_id).name,
        "sender": name,
        "contact": held.contact_phone or address,
    }


def _personal(outgoing: Outgoing, invitation: Invitation, language: str) -> dict[str, str]:
    held, until = invitation.design_session, invitation.offer_until
    return {
        **_who(invitation.person, held, language),
        "answer_link": answer_link(invitation),
        "answer": answer_words(invitation.answer),
        "offer_until": words_for_moment(until, held.zone, language) if until else "",
        "words": further_words(outgoing, invitation),
        "outcome": outcome(outgoing, held),
        **_before(outgoing, held, language),
    }


def _before(outgoing: Outgoing, held: DesignSession, language: str) -> dict[str, str]:
    """Return when and where the session was, as far as that is another time or place now."""
    if "old" not in outgoing.params:
        return {"old_when": str(_("cancelled")) if outgoing.params.get("reopened") else ""}
    old, new = mail_checks.read(outgoing.params["old"]), mail_checks.facts_of(held)
    when = words_for_when(old.starts_at, old.ends_at, old.zone, language)
    if outgoing.purpose is Purpose.CANCELLATION:
        return {"when": when, "where": old.where}
    return {
        "old_when": when if old.is_other_time(new) else "",
        "old_where": old.where if old.where != new.where else "",
    }


def _calendar(
    outgoing: Outgoing, invitation: Invitation, recipient: Recipient
) -> CalendarPart | None:
    method = calendars.method_of(outgoing, invitation)
    if method is None:
        return None
    item = calendars.personal(
        invitation,
        language=recipient.language,
        sequence=calendars.sequence_of(outgoing, invitation, method),
        stamp=outgoing.queued_at,
        link=answer_link(invitation),
    )
    name = outgoing.params.get(ITEM, invitation.calendar_id)
    item = replace(item, uid=calendars.uid(name))
    organizer = calendars.organizer(name)
    return calendars.sent(method, item, attendee=recipient, organizer=organizer)


def _kind(purpose: Purpose, **more: Any) -> MailKind:
    return MailKind(purpose, prepare, prepare_all=prepare_all, **more)


KINDS = (
    _kind(Purpose.INVITE, is_bulk=True),
    _kind(Purpose.REMINDER, is_bulk=True, resends=False),
    _kind(Purpose.CONFIRMATION, accepted=accepted),
    _kind(Purpose.CHANGE, accepted=accepted),
    _kind(Purpose.CANCELLATION, accepted=accepted),
    _kind(Purpose.WAITING),
    _kind(Purpose.OFFER),
    _kind(Purpose.THANKS, is_bulk=True, resends=False),
)


def answer_words(answer: Answer) -> str:
    """Return what somebody answered, as they would say it."""
    return {
        Answer.YES: str(_("Yes, I will come")),
        Answer.MAYBE: str(_("Maybe, I do not know yet")),
        Answer.NO: str(_("No, I cannot come")),
    }.get(answer, "")


def further_words(outgoing: Outgoing, invitation: Invitation | None = None) -> str:
    """Return what else a message tells, if anything."""
    words: object = outgoing.params.get("words", "")
    if invitation is not None and ITEM in outgoing.params:
        words = _("You were on our list twice, and what you said last was that you do not come.")
        if invitation.answer in TOLD:
            words = _(
                "You were on our list twice. One of the two items goes from your calendar; the "
                "other stays, and so does your answer."
            )
    elif BACK in outgoing.params:
        words = _(
            "By mistake we took you and somebody else for one person, and took the session out "
            "of your calendar. It comes back now; your answer has not changed."
        )
    elif outgoing.params.get("reopened"):
        words = _("The session goes on after all.")
    elif outgoing.params.get("given"):
        words = _("You were on the waiting list, and a place has fallen free. It is yours.")
    return str(words)


def outcome(outgoing: Outgoing, held: DesignSession) -> str:
    """Return what has come to an end, in a message that takes something back."""
    if outgoing.purpose is not Purpose.CANCELLATION:
        return ""
    if ITEM in outgoing.params:
        return str(_("An item of “%(title)s” goes from your calendar.", title=held.title))
    if outgoing.params.get("left"):
        return str(_("You are not on the list of “%(title)s” any more.", title=held.title))
    return str(_("Unfortunately, “%(title)s” will not take place.", title=held.title))
