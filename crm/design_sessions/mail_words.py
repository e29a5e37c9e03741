"""What messages to invited people say in words: what they answered, what came of it, and more."""

from crm.core.i18n import _
from crm.core.mail import Outgoing, Purpose
from crm.design_sessions.mail_checks import BACK, ITEM, TOLD
from crm.design_sessions.models import Answer, DesignSession, Invitation


def answer_words(answer: Answer) -> str:
    """Return what somebody answered, as they would say it."""
    return {
        Answer.YES: str(_("Yes, I will come")),
        Answer.MAYBE: str(_("Maybe, I do not know yet")),
        Answer.NO: str(_("No, I cannot come")),
    }.get(answer, "")


def further_words(outgoing: Outgoing, invitation: Invitation | None = None) -> str:
    """Return what else a message tells, if anything."""
    if invitation is not None and ITEM in outgoing.params:
        return _words_of_item(invitation)
    if BACK in outgoing.params:
        return str(
            _(
                "By mistake we took you and somebody else for one person, and took the session out "
                "of your calendar. It comes back now; your answer has not changed."
            )
        )
    if outgoing.params.get("reopened"):
        return str(_("The session goes on after all."))
    if outgoing.params.get("given"):
        return str(_("You were on the waiting list, and a place has fallen free. It is yours."))
    return str(outgoing.params.get("words", ""))


def _words_of_item(invitation: Invitation) -> str:
    if invitation.answer in TOLD:
        return str(
            _(
                "You were on our list twice. One of the two items goes from your calendar; the "
                "other stays, and so does your answer."
            )
        )
    return str(_("You were on our list twice, and what you said last was that you do not come."))


def outcome(outgoing: Outgoing, held: DesignSession) -> str:
    """Return what has come to an end, in a message that takes something back."""
    if outgoing.purpose is not Purpose.CANCELLATION:
        return ""
    if ITEM in outgoing.params:
        return str(_("An item of “%(title)s” goes from your calendar.", title=held.title))
    if outgoing.params.get("left"):
        return str(_("You are not on the list of “%(title)s” any more.", title=held.title))
    return str(_("Unfortunately, “%(title)s” will not take place.", title=held.title))
