"""What of a person may be shown to whom: the only way a name or address reaches an output."""

from dataclasses import dataclass
from datetime import date

from crm.core import clock
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.stakeholders import names
from crm.stakeholders.models import Helix, Person


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A person as one actor may see them: a name with details, or a stable pseudonym."""

    id: int
    name: str
    list_name: str
    helix: Helix
    is_pseudonym: bool
    is_private: bool
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The eyes of one actor on one day."""

    actor: Actor
    day: date

    def person(self, person: Person) -> ShownPerson:
        """
        Return what this actor may see of `person`.

        Load `affiliations`, and for details `emails` and `phones`, with the person: asking for
        them one by one costs a statement each.
        """
        private = person.counts_as_private(self.day)
        helix = person.helix_on(self.day)
        if private and not self.actor.sees_private_persons:
            alias = _("Resident %(number)s", number=person.pseudonym)
            return ShownPerson(person.id, alias, alias, helix, is_pseudonym=True, is_private=True)
        return ShownPerson(
            id=person.id,
            name=names.full_name(person.name_parts),
            list_name=names.list_name(person.name_parts),
            helix=helix,
            is_pseudonym=False,
            is_private=private,
            emails=tuple(email.address for email in person.emails),
            phones=tuple(phone.number or phone.raw for phone in person.phones),
            note=person.note if self.actor.sees_private_persons else "",
        )

    def name(self, person: Person) -> str:
        """Return the name or pseudonym of `person`; `affiliations` must be loaded with it."""
        if person.counts_as_private(self.day) and not self.actor.sees_private_persons:
            return str(_("Resident %(number)s", number=person.pseudonym))
        return names.full_name(person.name_parts)


def shown_as(actor: Actor, day: date | None = None) -> Shown:
    """Return the eyes of `actor`, today or on `day`."""
    return Shown(actor, day or clock.today())
