"""The words that Kring brings for each purpose, until somebody writes their own."""

from functools import cache
from pathlib import Path

from crm.core.mail import Purpose

LANGUAGES = ("nl", "en")
# Files and no Python: whoever corrects a sentence should not meet quotes and escapes.
FOLDER = Path(__file__).parent.parent / "texts"


def built_in(purpose: Purpose, language: str) -> tuple[str, str] | None:
    """Return subject and body of our own words; nothing in a language that we have none in."""
    return ours(purpose, language) if language in LANGUAGES else None


@cache
def ours(purpose: Purpose, language: str) -> tuple[str, str]:
    """Return subject and body of our own words in one of our languages."""
    written = (FOLDER / language / f"{purpose}.md").read_text(encoding="utf-8")
    subject, _between, body = written.partition("\n\n")
    return subject.strip(), body.strip()


def near(language: str) -> str:
    """Return the language in which we say what stands below words in `language`."""
    return language if language in LANGUAGES else "en"


# Below each message: why one gets it, which the law asks, and how one gets no more of them.
# No planner writes these, so that they cannot be left out.
_DUTCH = {
    Purpose.INVITE: "Je krijgt deze mail omdat {project} je uitnodigt voor een bijeenkomst.",
    Purpose.REMINDER: "Je krijgt deze mail omdat {project} je uitnodigde voor een bijeenkomst.",
    Purpose.CONFIRMATION: "Je krijgt deze mail omdat je {project} een antwoord gaf.",
    Purpose.CHANGE: "Je krijgt deze mail omdat {project} je uitnodigde voor deze bijeenkomst.",
    Purpose.CANCELLATION: "Je krijgt deze mail omdat {project} je uitnodigde voor deze"
    " bijeenkomst.",
    Purpose.WAITING: "Je krijgt deze mail omdat je je bij {project} hebt aangemeld.",
    Purpose.OFFER: "Je krijgt deze mail omdat je bij {project} op de wachtlijst staat.",
    Purpose.THANKS: "Je krijgt deze mail omdat je bij een bijeenkomst van {project} was.",
    Purpose.CONSENT_REQUEST: "Je krijgt deze mail omdat {project} wil weten of we je mogen"
    " schrijven. Zonder ja schrijven we je niet meer.",
    Purpose.NEWS: "Je krijgt deze mail omdat {project} je op de hoogte houdt.",
    Purpose.DETAILS: "Je krijgt deze mail omdat iemand bij {project} om deze link vroeg.",
    Purpose.COLLEAGUE: "Je krijgt deze mail omdat een collega je uitnodigde voor Kring.",
    Purpose.RESET: "Je krijgt deze mail omdat iemand voor dit adres een nieuw wachtwoord vroeg.",
    Purpose.ADDRESS: "Je krijgt deze mail omdat iemand met dit adres wil inloggen in Kring.",
    Purpose.TIES: "Je krijgt deze mail omdat je bij {project} bekend bent.",
}
_ENGLISH = {
    Purpose.INVITE: "You get this mail because {project} invites you to a session.",
    Purpose.REMINDER: "You get this mail because {project} invited you to a session.",
    Purpose.CONFIRMATION: "You get this mail because you gave {project} an answer.",
    Purpose.CHANGE: "You get this mail because {project} invited you to this session.",
    Purpose.CANCELLATION: "You get this mail because {project} invited you to this session.",
    Purpose.WAITING: "You get this mail because you signed up with {project}.",
    Purpose.OFFER: "You get this mail because you are on the waiting list of {project}.",
    Purpose.THANKS: "You get this mail because you came to a session of {project}.",
    Purpose.CONSENT_REQUEST: "You get this mail because {project} wants to know whether we may"
    " write to you. Without a yes, we will not write again.",
    Purpose.NEWS: "You get this mail because {project} keeps you informed.",
    Purpose.DETAILS: "You get this mail because somebody asked {project} for this link.",
    Purpose.COLLEAGUE: "You get this mail because a colleague invited you to Kring.",
    Purpose.RESET: "You get this mail because somebody asked for a new password for this address.",
    Purpose.ADDRESS: "You get this mail because somebody wants to sign in with this address.",
    Purpose.TIES: "You get this mail because {project} knows you.",
}
REASONS = {"nl": _DUTCH, "en": _ENGLISH}
UNSUBSCRIBE = {"nl": "Geen mail meer ontvangen", "en": "Get no more mail"}
