"""What of a person may be shown to whom: the only way a name or address reaches an output."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crm.core import clock
from crm.core.conditions import Audience, Group
from crm.core.fields import Field
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.stakeholders.models import Affiliation, Helix, Person
from crm.stakeholders.values import names, phones


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """
    A person as one actor may see them: a name with details, or a stable pseudonym.

    Who only reads gets no address, number or note of anybody, and of a private person no word
    that somebody typed.
    """

    id: int
    name: str
    list_name: str
    helix: Helix
    is_pseudonym: bool
    is_private: bool
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    salutation: str = ""


@dataclass(frozen=True, slots=True)
class ShownRole:
    """A role as one actor may see it; the words are left out where the person has a pseudonym."""

    id: int
    organisation_id: int | None
    organisation: str
    role: str
    helix: Helix
    helix_reason: str
    since: date | None
    until: date | None
    is_main: bool
    runs: bool
    is_to_come: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The eyes of one actor on one day."""

    actor: Actor
    day: date
    # Whether they look at the network, where who objects is shown to nobody.
    in_network: bool = False

    def hides(self, person: Person) -> bool:
        """Whether this actor sees `person` under a pseudonym; `affiliations` must be loaded."""
        # Who objects is hidden in the network from editors too, though they see them in the list.
        if not self.actor.sees_persons or (self.in_network and person.is_hidden):
            return True
        return not self.actor.sees_private_persons and person.counts_as_private(self.day)

    def brief(self, person: Person) -> ShownPerson:
        """Return what this actor may see of `person` in a list; load `affiliations` and `tags`."""
        helix, is_private = person.helix_on(self.day), person.counts_as_private(self.day)
        if self.hides(person):
            alias = self._alias(person)
            return ShownPerson(
                person.id, alias, alias, helix, is_pseudonym=True, is_private=is_private
            )
        parts = person.name_parts
        return ShownPerson(
            id=person.id,
            name=names.full_name(parts),
            list_name=names.list_name(parts),
            helix=helix,
            is_pseudonym=False,
            is_private=is_private,
            tags=tuple(tag.word for tag in person.tags),
        )

    def row(self, person: Person) -> "tuple[ShownPerson, ShownRole | None]":
        """Return `brief` and `main_role` together, as a list shows them."""
        shown, main = self.brief(person), person.main_affiliation(self.day)
        return shown, self.role(main, hidden=shown.is_pseudonym) if main else None

    def person(self, person: Person) -> ShownPerson:
        """Return all that this actor may see of `person`; load what belongs to them before."""
        brief = self.brief(person)
        # Who only reads sees names, and still no address, number or note: not of anybody.
        if brief.is_pseudonym or not self.actor.sees_private_persons:
            return brief
        return replace(
            brief,
            emails=tuple(email.address for email in person.emails),
            # What could not be read as a number is shown as it was typed.
            phones=tuple(
                phones.national(phone.number) if phone.number else phone.raw
                for phone in person.phones
            ),
            note=person.note,
            salutation=names.salutation(person.name_parts, person.language),
        )

    def may_see(self, field: Field) -> bool:
        """Whether this actor may see a field of anybody."""
        return field.audience is not Audience.NOBODY or self.actor.sees_private_persons

    def values(self, field: Field, records: Sequence[Any]) -> Mapping[int, Any]:
        """Return by id what records have, without persons of whom this actor may not see it."""
        if not self.may_see(field):
            return {}
        for_all = field.audience is Audience.EVERYBODY
        persons = () if for_all else [one for one in records if isinstance(one, Person)]
        hidden = {person.id for person in persons if self.hides(person)}
        seen = [record for record in records if record.id not in hidden] if hidden else records
        return field.store.values(seen, self.day)  # type: ignore[no-any-return]  # any store

    def name(self, person: Person) -> str:
        """Return the name or pseudonym of `person`; `affiliations` must be loaded with it."""
        return self._alias(person) if self.hides(person) else names.full_name(person.name_parts)

    def name_parts(self, person: Person) -> names.NameParts:
        """Return the parts of the name, or the pseudonym as the only one."""
        if self.hides(person):
            # A file has columns for the parts: none of those may tell what the pseudonym hides.
            return names.NameParts(first_name=self._alias(person))
        return person.name_parts

    def main_role(self, person: Person) -> "ShownRole | None":
        """Return the role of today that counts first; load roles with organisations."""
        main = person.main_affiliation(self.day)
        return self.role(main, hidden=self.hides(person)) if main else None

    def roles(self, person: Person) -> list[ShownRole]:
        """Return the roles of `person`, the main one first; load them with organisations."""
        return [self.role(role, hidden=self.hides(person)) for role in person.affiliations]

    def role(self, affiliation: Affiliation, *, hidden: bool) -> ShownRole:
        """Return what may be seen of a role; `hidden` says whether its person has a pseudonym."""
        organisation = affiliation.organisation
        return ShownRole(
            id=affiliation.id,
            organisation_id=affiliation.organisation_id,
            organisation=organisation.name if organisation else "",
            role="" if hidden else affiliation.role,
            helix=affiliation.helix,
            helix_reason="" if hidden else affiliation.helix_reason,
            since=affiliation.since,
            until=affiliation.until,
            is_main=affiliation.is_main,
            runs=affiliation.runs_on(self.day),
            is_to_come=affiliation.since is not None and affiliation.since > self.day,
        )

    def _alias(self, person: Person) -> str:
        if person.counts_as_private(self.day):
            return str(_("Resident %(number)s", number=person.pseudonym))
        return str(_("Person %(number)s", number=person.pseudonym))


def called(person: Person) -> str:
    """Return what somebody is called where anybody may read along: the first name, or nothing."""
    return person.first_name


def shown_as(actor: Actor, day: date | None = None) -> Shown:
    """Return the eyes of `actor`, today or on `day`."""
    return Shown(actor, day or clock.today())


def shown_in_network(actor: Actor) -> Shown:
    """Return the eyes of `actor` on the network and on all that is made of it."""
    return Shown(actor, clock.today(), in_network=True)


@dataclass(frozen=True, slots=True)
class AddressGate:
    """
    Which e-mail addresses are there to write to, as a higher feature knows it.

    :param is_open: whether the address on the page of a person is one
    :param heading: what a file says over the column that tells it, from what its list is narrowed
        to
    :param passing: the ids of those whose address may stand in such a file, from the same and
        persons with their roles and addresses
    """

    is_open: Callable[[Person], bool]
    heading: Callable[[Group], str]
    passing: Callable[[Group, Sequence[Person]], Collection[int]]


# As long as nobody knows whom one may write to, no address leaves.
_SHUT = AddressGate(lambda _person: False, lambda _asked: _("May be written to"), lambda *_all: ())
_gates = [_SHUT]


def register_gate(gate: AddressGate) -> None:
    """Let addresses leave that pass `gate`, and no others."""
    _gates[:] = [gate]


def address_gate() -> AddressGate:
    """Return the gate that every address passes before it leaves."""
    return _gates[0]
