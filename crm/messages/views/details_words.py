"""What is kept about somebody, in plain words for each kind of row and each of its columns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from crm.core.i18n import LazyString, _, _l
from crm.core.undo import told_of
from crm.messages.queries.own_pages import Kept
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.rules.fields import PERSON, columns_of
from crm.web.rendering import label, write_date, write_datetime

# By table and the column that leads to the person; also those of higher features, which are known
# here by the registry of references only.
HEADINGS: dict[tuple[str, str], LazyString] = {
    ("person", "id"): _l("Who you are"),
    ("email", "person_id"): _l("E-mail addresses"),
    ("phone", "person_id"): _l("Phone numbers"),
    ("affiliation", "person_id"): _l("For whom you speak"),
    ("person_tag", "person_id"): _l("Words we put beside your name"),
    ("person_origin", "person_id"): _l("Lists that you came from"),
    ("contact_basis", "person_id"): _l("For what we may write to you, and why"),
    ("objection", "person_id"): _l("That you do not want to be written to"),
    ("involvement", "person_id"): _l("Initiatives you take part in"),
    ("invitation", "person_id"): _l("Sessions you were invited to"),
    ("answer_event", "invitation_id"): _l("What you answered, and when"),
    ("need", "invitation_id"): _l("What you need at a session"),
    ("proposal", "invitation_id"): _l("Colleagues you would like to bring"),
    ("proposal", "person_id"): _l("That somebody wanted to bring you"),
    ("attendance", "person_id"): _l("Sessions you came to"),
    ("outbox_message", "person_id"): _l("Messages to you"),
    ("reply", "person_id"): _l("What you wrote back to us"),
    ("declared_tie", "person_id"): _l("With whom you work, as was noted or as you said"),
    ("declared_tie", "other_person_id"): _l("Who works with you, as was noted or as they said"),
    ("declaring_link", "person_id"): _l("Our question with whom you work"),
    ("name_lookup", "person_id"): _l("That somebody looked up your name in the network, and why"),
    ("person_link", "person_id"): _l("Links to this page"),
    ("person_value", "person_id"): _l("What this project keeps beside that"),
    ("former_record", "person_id"): _l("That you stood in the list twice"),
    ("likely_pair", "person_id"): _l("That somebody else looks like you"),
    ("likely_pair", "other_person_id"): _l("That you look like somebody else"),
}
COLUMNS: dict[str, LazyString] = {
    **columns_of(PERSON),
    "about": _l("What it is about"),
    "address": _l("E-mail address"),
    "address_source": _l("Where we got your address"),
    "after": _l("Answer"),
    "agreed_at": _l("You agreed on"),
    "answer": _l("Your answer"),
    "answered_at": _l("Answered on"),
    "area": _l("Neighbourhood"),
    "at": _l("On"),
    "basis": _l("Ground"),
    "before": _l("Answer before"),
    "by": _l("How"),
    "closed_at": _l("Closed"),
    "created_at": _l("Known since"),
    "design_session": _l("Session"),
    "email": _l("E-mail address"),
    "expires_at": _l("Works until"),
    "field": _l("Field"),
    "finished_at": _l("Done on"),
    "found_at": _l("Noticed on"),
    "helix": _l("Part of society"),
    "helix_reason": _l("Why that part"),
    "hidden_at": _l("Not shown in the network since"),
    "hidden_source": _l("Where you said not to be shown"),
    "initiative": _l("Initiative"),
    "invited_at": _l("Invited on"),
    "is_private": _l("Treated as a private person"),
    "is_walk_in": _l("Came without an invitation"),
    "kind": _l("Kind"),
    "made_at": _l("Asked for on"),
    "merged_at": _l("Merged on"),
    "missed": _l("Whom you missed on the list"),
    "name": _l("Name"),
    "note": _l("Note"),
    "noted_at": _l("Noted on"),
    "number": _l("Number"),
    "organisation": _l("Organisation"),
    "proposed_at": _l("Proposed on"),
    "pseudonym": _l("Number in place of your name"),
    "purpose": _l("Purpose"),
    "queued_at": _l("Written on"),
    "raw": _l("As it was typed"),
    "reason": _l("Why"),
    "received_at": _l("Received"),
    "role": _l("Role"),
    "row": _l("Line in the list"),
    "said_at": _l("Said on"),
    "said_by": _l("Said by"),
    "sender": _l("Sender"),
    "since": _l("Since"),
    "source": _l("Where it was said"),
    "state": _l("State"),
    "status": _l("Status"),
    "subject": _l("Subject"),
    "text": _l("In your words"),
    "until": _l("Until"),
    "value": _l("Value"),
    "word": _l("Word"),
    "words": _l("In your words"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of row as it is read: its heading, and name and value of whatever is filled in."""

    heading: str
    rows: list[list[tuple[str, str]]]


def readable(kept: list[Kept]) -> list[Section]:
    """Return what is kept in the reader's words."""
    return [
        Section(
            str(HEADINGS.get(kind.key) or _called(kind.key[0])),
            [_row(kind, values) for values in kind.rows],
        )
        for kind in kept
    ]


def _called(table: str) -> LazyString | str:
    told = told_of(table)
    return told.label if told else table


def as_data(kept: list[Kept]) -> dict[str, Any]:
    """Return what is kept, as it is, for a machine: by table, each row by its columns."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in kept:
        rows = [dict(zip(kind.columns, values, strict=True)) for values in kind.rows]
        # Two columns of this table lead to a person, and say very different things of them.
        about = "_of_you" if kind.key == ("proposal", "person_id") else ""
        found.setdefault(kind.key[0] + about, []).extend(rows)
    return found


def _row(kept: Kept, values: tuple[Any, ...]) -> list[tuple[str, str]]:
    pairs = zip(kept.columns, values, strict=True)
    # A column that was added since is shown under its own name rather than hidden.
    written = [
        (str(COLUMNS.get(column, column)), _written(kept.key[0], column, value))
        for column, value in pairs
    ]
    return [(name, value) for name, value in written if value]


def _written(table: str, column: str, value: object) -> str:
    # Doubtful values of a list are kept as JSON, by the names of their columns.
    if (table, column) == ("person_origin", "raw"):
        doubtful = json.loads(str(value))
        value = {str(FIELD_LABELS[Field(name)]): text for name, text in doubtful.items()}
    if isinstance(value, StrEnum):
        return str(label(value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    # Moments before days: a moment is a day to the language, and would lose its hour.
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, date):
        return write_date(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {text}" for key, text in value.items() if text)
    return "" if value is None else str(value)
