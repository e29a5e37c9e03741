"""What consent says of itself to the rest: a condition, a gate, references, words of its rows."""

from collections.abc import Sequence

from flask import g

from crm.consent import queries, rules
from crm.consent.models import Basis, ContactBasis, ContactPurpose, Objection
from crm.core.conditions import Condition, ConditionKind, Group, OwnFilter, Phrase, one_of
from crm.core.i18n import _, _l
from crm.core.labels import words_for
from crm.core.references import Blanked, Joined, Moved, Reference
from crm.core.undo import RowWords
from crm.stakeholders.models import Person
from crm.stakeholders.rules.visibility import AddressGate

CONTACT = "contact"
CONDITIONS = (
    ConditionKind(
        CONTACT,
        _l("May be written to"),
        holds=lambda given: queries.may_be_written_to(
            ContactPurpose(given.text("purpose")), given.day
        ),
        says=lambda _given: Phrase(
            _l("may be written to for: %(purpose)s"), _l("may not be written to for: %(purpose)s")
        ),
        parameters=(one_of("purpose", _l("Purpose"), ContactPurpose),),
        own_filter=OwnFilter(CONTACT, _l("May be written to for")),
    ),
)

# The stricter one comes first: nobody is written to against what they once said.
STRICTEST = Basis.WITHDRAWN, Basis.DECLINED, Basis.NOT_ASKED, Basis.CONSENT, Basis.PUBLIC_TASK
REFERENCES = (
    Reference(
        ContactBasis,
        "person_id",
        Moved.REPOINTED_UNLESS_THERE,
        told=("purpose", "basis", "source", "at"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
        joined=Joined(
            lambda row: row["purpose"],
            # Of two that are as strict the last one counts, as when it is noted.
            order=lambda row: (STRICTEST.index(row["basis"]), -row["at"].timestamp()),
        ),
        is_own=True,
    ),
    Reference(
        Objection,
        "person_id",
        Moved.REPOINTED_UNLESS_THERE,
        told=("source", "at"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
        # The first time counts.
        joined=Joined(lambda row: row["person_id"], order=lambda row: row["at"]),
        is_own=True,
    ),
)
TOLD = (
    RowWords(
        ContactBasis,
        _l("Grounds for writing"),
        fields={
            "purpose": _l("What it is for"),
            "basis": _l("Basis"),
            "source": _l("Where they said so"),
            "at": _l("Date"),
        },
        owner="person_id",
    ),
    RowWords(
        Objection,
        _l("Objections"),
        fields={"source": _l("Where they said so"), "at": _l("Date")},
        owner="person_id",
    ),
)


def standing_of(person: Person) -> rules.Standing:
    """Return what decides about a person; their page asks it twice, for a link and for a card."""
    kept: tuple[Person, rules.Standing] | None = g.get("standing")
    # Each request loads the person anew.
    if kept is None or kept[0] is not person:
        kept = g.standing = person, queries.standing(person)
    return kept[1]


def _is_open(person: Person) -> bool:
    standing = standing_of(person)
    begin = (rules.may_begin(standing, purpose) for purpose in ContactPurpose)
    return rules.Allowed.ALWAYS in set(begin)


def _purpose(asked: Group) -> ContactPurpose:
    """Return for what a list is narrowed to those who may be written to, or the usual."""
    if not asked.any and not asked.negated:
        for part in asked.parts:
            if isinstance(part, Condition) and part.kind == CONTACT and not part.negated:
                return ContactPurpose(part.values[0])
    return ContactPurpose.PROJECT_WORK


def _heading(asked: Group) -> str:
    return str(_("May be written to for: %(purpose)s", purpose=words_for(_purpose(asked))))


def _passing(asked: Group, persons: Sequence[Person]) -> set[int]:
    purpose, standings = _purpose(asked), queries.standings_of_loaded(persons)
    return {
        person_id
        for person_id, standing in standings.items()
        if rules.refusal(standing, purpose, rules.Asking.FOLLOW_UP) is None
    }


GATE = AddressGate(_is_open, _heading, _passing)
