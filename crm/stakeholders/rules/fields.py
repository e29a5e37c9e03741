"""The fields of persons, organisations and their roles, in the order in which they are told."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from crm.core.cleaning import clean_line
from crm.core.conditions import Audience
from crm.core.db import Base
from crm.core.fields import (
    DAY,
    NAMED,
    NOTE,
    YES_NO,
    Column,
    Derived,
    Field,
    Kind,
    Merge,
    Rows,
    Where,
    choice,
    text,
)
from crm.core.i18n import LazyString, _, _l
from crm.core.labels import words_for
from crm.core.normalisation import fold
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.rules.columns import read_helix
from crm.stakeholders.values import addresses, languages, names, phones

BETWEEN_TAGS = re.compile(r"[,;\n]")
_BETWEEN = re.compile(r"[;\n]")
EVERYBODY, BY_NAME = Audience.EVERYBODY, Audience.NAMED
FILE, ASKED = Where.FILE, Where.FORM | Where.FILE
NAME = ASKED | Where.SEARCH
CALLED = NAME | Where.OWN_PAGE  # which they can correct themselves
NOTED = Where.NOWHERE  # that which no form asks and no file has
SHORT, LONG = text(40), text(1_000)


def typed_tags(cell: str) -> tuple[str, ...]:
    """Return the tags in a field: commas, semicolons and new lines stand between them."""
    return tuple(BETWEEN_TAGS.split(cell))


def parts_of(cell: str, *, more: str = "") -> list[str]:
    """Return the values in a cell."""
    pieces = _BETWEEN.split(cell.replace(more, ";") if more else cell)
    return list(filter(None, map(clean_line, pieces)))


def _several(
    text: Callable[[Any], str],
    usual: Callable[[str], str] = clean_line,
    one: LazyString | None = None,
    **more: Any,
) -> Kind:
    """Return a kind of rows, of each of which `text` makes what stands in a file, or otherwise."""
    shown, typed = more.pop("shown", text), more.pop("typed", text)
    return Kind(
        "rows" if one else "words",
        of=lambda data: tuple(part or "" for part in data) if one else typed_tags(data or ""),
        write=lambda rows: "; ".join(map(text, rows)),
        say=lambda rows: "; ".join(map(shown, rows)),
        typed=lambda rows: [typed(row) for row in rows] if one else ", ".join(map(typed, rows)),
        usual=usual,
        # People put commas between tags, which no tag holds; in an address they may stand.
        read=lambda cell: tuple(parts_of(cell, more="" if one else ",")),
        label=one,
        **more,
    )


EMAILS = _several(
    lambda email: str(email.address),
    # The first address is the one that is written to: order counts, and capitals do not.
    lambda cell: ";".join(map(str.lower, parts_of(cell))),
    _l("E-mail address"),
    longest=254,
)
PHONES = _several(
    lambda phone: phone.number or phone.raw,
    lambda cell: ";".join(phones.read(raw).number or raw for raw in parts_of(cell)),
    _l("Phone number"),
    longest=60,
    # What could not be read as a number is shown as it was typed.
    shown=lambda phone: phones.national(phone.number) if phone.number else phone.raw,
    typed=lambda phone: phone.raw or phone.number,
)
TAGS = _several(
    lambda tag: str(tag.word),
    # Tags have no order: a spreadsheet that sorted them changed nothing.
    lambda cell: ";".join(sorted(set(map(fold, parts_of(cell, more=","))))),
    longest=1_000,
)


def _role_in_words(role: Affiliation) -> str:
    place = role.organisation.name if role.organisation else _("speaks for themselves")
    return ", ".join(filter(None, (role.role, place, words_for(role.helix))))


def _by_role(found: Callable[[Affiliation], str]) -> Derived:
    """Return what a person has by the role that is the main one on a day."""

    def read(person: Person, day: date) -> str:
        role = person.main_affiliation(day)
        return found(role) if role else ""

    return Derived(read)


def _field(
    owner: type[Base], name: str, label: LazyString, kind: Kind | None = None, **more: Any
) -> Field:
    """Return a field that a form asks and a file has, in a column with its name, or otherwise."""
    store = more.pop("store", None) or Column(getattr(owner, name))
    told = {"where": ASKED, "column": name, **more}
    return Field(f"{owner.__tablename__}.{name}", label, kind or text(), store, **told)


_person, _place = partial(_field, Person), partial(_field, Organisation, audience=EVERYBODY)
_found = partial(_place, where=NAME)
_noted, _role = partial(_person, where=NOTED, merge=Merge.OURS), partial(_field, Affiliation)
_worked_out, _part = partial(_person, where=FILE), partial(_person, where=NAME)
_called = partial(_person, where=CALLED)
_own = partial(_person, where=ASKED | Where.OWN_PAGE)
_WORK = _by_role(lambda role: role.organisation.name if role.organisation else "")
_USE = choice(names.NameUse, names.name_use)
_FORM = choice(names.FormOfAddress, names.form_of_address)
_AREA, _NOTE, _SINCE = _l("Neighbourhood"), _l("Note"), _l("In the register since")

# Whoever does not see everybody reads a name as a whole, never in parts.
PERSON = (
    _called("initials", _l("Initials"), SHORT),
    _called("first_name", _l("First name")),
    _called("prefix", _l("Prefix"), SHORT),
    _called("surname", _l("Surname")),
    _part("partner_prefix", _l("Partner's prefix"), SHORT),
    _part("partner_surname", _l("Partner's surname")),
    _person("name_use", _l("Name in use"), _USE),
    _person("form_of_address", _l("Form of address"), _FORM),
    _own(
        "emails", _l("E-mail addresses"), EMAILS, store=Rows("emails", models.Email), column="email"
    ),
    _own("phones", _l("Phone numbers"), PHONES, store=Rows("phones", models.Phone), column="phone"),
    _noted("roles", _l("Roles"), _several(_role_in_words), store=Rows("affiliations", Affiliation)),
    _worked_out("organisation", _l("Organisation"), store=_WORK, audience=EVERYBODY),
    _worked_out("role", _l("Role"), store=_by_role(lambda role: role.role), audience=BY_NAME),
    _worked_out(
        "helix",
        _l("Helix"),
        choice(Helix, read_helix),
        store=Derived(Person.helix_on),
        audience=EVERYBODY,
    ),
    _own("language", _l("Language"), choice(languages.NAMES, languages.meant)),
    _person("area", _AREA, NAMED, store=Column(Person.area_id, "area"), audience=EVERYBODY),
    _person("tags", _l("Tags"), TAGS, store=Rows("tags", models.PersonTag), audience=BY_NAME),
    _person(
        "is_private",
        _l("Treat as a private person"),
        YES_NO,
        where=Where.FORM,
        merge=Merge.STRICTER,
    ),
    _noted("pseudonym", _l("Number in place of the name")),
    _noted("hidden_at", _l("Does not want to be shown, since"), DAY),
    _noted("hidden_source", _l("Where they said so")),
    _person("note", _NOTE, NOTE, merge=Merge.BOTH),
    _noted("created_at", _SINCE, DAY),
)
ORGANISATION = (
    _found("name", _l("Name"), column="organisation", is_required=True),
    _found("kind", _l("Kind of organisation"), text(80), column="kind_of_organisation"),
    _place("website", _l("Website"), text(500, addresses.website)),
    _place("street", _l("Street and number")),
    _place("postcode", _l("Postcode"), text(20, addresses.postcode)),
    _found("town", _l("Town"), text(normal=addresses.town)),
    _place("area", _AREA, NAMED, store=Column(Organisation.area_id, "area")),
    _place(
        "helix",
        _l("Usual helix"),
        choice(Helix, read_helix, _l("Choose a helix")),
        is_required=True,
    ),
    _place("second_helix", _l("Second helix"), choice(Helix, read_helix, _l("None"))),
    _place("tags", _l("Tags"), TAGS, store=Rows("tags", models.OrganisationTag)),
    _place("note", _NOTE, NOTE, merge=Merge.BOTH, audience=Audience.NOBODY),
    _place("created_at", _SINCE, DAY, where=NOTED, merge=Merge.OURS),
)
AFFILIATION = (
    _role(
        "organisation",
        _l("Organisation"),
        store=Column(Affiliation.organisation_id, "organisation"),
    ),
    _role("role", _l("Role")),
    _role("helix", _l("Helix"), choice(Helix, read_helix)),
    _role("helix_reason", _l("Why another helix"), LONG),
    _role("since", _l("From"), DAY),
    _role("until", _l("Until"), DAY),
    _role("is_main", _l("This is the main role"), YES_NO),
)
FIELDS = (*PERSON, *ORGANISATION, *AFFILIATION)


def columns_of(declared: tuple[Field, ...]) -> dict[str, LazyString]:
    """Return what the columns of a table are called."""
    return {one.store.name: one.label for one in declared if isinstance(one.store, Column)}
