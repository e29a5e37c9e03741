"""The conditions that stand in an address: what they ask, and why they cannot be asked."""

from dataclasses import dataclass
from datetime import date

from crm.core import clock, conditions
from crm.core.conditions import EVERYBODY, NOBODY, ConditionRefused, Group
from crm.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Conditions as somebody asks them."""

    asked: Group = EVERYBODY  # as they stand in the address
    meant: Group = EVERYBODY  # the same with segments unfolded; nobody, where they cannot be read
    words: str = ""  # the same in plain words
    # What is meant in plain words, where a segment is among what is asked; nothing for who may not
    # know all of it.
    says: str = ""
    refusal: str = ""  # why they cannot be read; nothing if they can
    is_partly_hidden: bool = False  # whether one of them may not be known to who asks

    @property
    def address(self) -> str:
        """The conditions as they stand in an address."""
        return conditions.write(self.asked)

    def held(self) -> Group:
        """Return what is meant, or raise `ConditionRefused`: here a mistake must not go by."""
        if self.refusal:
            raise ConditionRefused(self.refusal)
        return self.meant


def read(text: str, actor: Actor, day: date | None = None) -> Narrowing:
    """Return the conditions that `text` asks, or why they cannot be asked."""
    if not text.strip():
        return Narrowing()
    day = day or clock.today()
    try:
        asked = conditions.parse(text)
        return of(asked, actor, day)
    except ConditionRefused as refusal:
        # Nobody, and not everybody: a mistake in an address must never reach the whole register.
        return Narrowing(meant=NOBODY, refusal=str(refusal))


def of(asked: Group, actor: Actor, day: date | None = None) -> Narrowing:
    """Return conditions as `actor` asks them; raise `ConditionRefused` for what makes no sense."""
    day = day or clock.today()
    meant = conditions.expanded(asked, actor, day)
    known = conditions.Asked(actor, day)
    told = {conditions.kind_of(part.kind).told for part in conditions.conditions_of(meant)}
    kinds = (conditions.kind_of(part.kind) for part in conditions.conditions_of(asked))
    stands_for_more = any(kind.expands is not None for kind in kinds)
    # A segment may ask what a pseudonym hides: its words are for those who see everybody.
    may_read = actor.sees_private_persons
    return Narrowing(
        asked,
        meant,
        words=conditions.sentence(asked, actor, day) if asked.parts else "",
        says=conditions.sentence(meant, actor, day) if may_read and stands_for_more else "",
        is_partly_hidden=not all(map(known.may_know, told)),
    )
