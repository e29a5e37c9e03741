"""Walk-ins: people who came without being invited, some of them new in the register."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.core.commands import command
from crm.core.errors import Invalid
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.services.attending import Mark, Noted, marks_of, record_attendance
from crm.design_sessions.services.inviting import HelixNotHeld
from crm.projects import queries as projects
from crm.stakeholders import names
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries.organisations import organisation_named
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.organisations import HelixMissing
from crm.stakeholders.services.persons import NewPerson, PersonDetails, add_person


@dataclass(frozen=True, slots=True)
class WalkIn:
    """
    Somebody who came without being invited: known by id, or to be put in the register.

    :param apart_from: people of the same name that this is none of, as whoever noted it says
    """

    name: str
    person_id: int | None = None
    organisation: str = ""
    helix: Helix | None = None
    apart_from: frozenset[int] = frozenset()


class NamesKnown(Invalid):
    """People of these names are in the register already; `known` are their ids, by line."""

    message = _l("Somebody of this name is in the register already. Say who it is.")

    def __init__(self, known: Mapping[int, list[int]]) -> None:
        self.known = known
        super().__init__()


class WalkInUnclear(Invalid):
    """Something of one line cannot be used; `part` says which."""

    def __init__(self, line: int, part: str, message: object) -> None:
        self.line, self.part = line, part
        super().__init__(str(message))


@command(SessionPermission.ARRANGE)
def take_attendance(
    actor: Actor,
    design_session: DesignSession,
    *,
    noted: Mapping[int, Noted],
    walk_ins: Mapping[int, WalkIn],
) -> int:
    """
    Note who came, walk-ins (by line) among them; return for how many people that was a change.

    Doing the same once more changes nothing: who was put in the register before is found back.

    :raises NotFound: if a person is not in this project
    :raises MarkedMeanwhile: if somebody else noted something different meanwhile
    :raises NamesKnown: if a new name is known in the register, and nobody said who it is
    :raises WalkInUnclear: if a line cannot be used
    """
    queries.lock(design_session)
    marks = marks_of(design_session, noted)
    marks += _marks(actor, design_session, walk_ins)
    return record_attendance(actor, design_session, marks=marks)


def _marks(
    actor: Actor, design_session: DesignSession, walk_ins: Mapping[int, WalkIn]
) -> list[Mark]:
    known = _known(design_session, walk_ins)
    invited = queries.invited_among(design_session, [one.id for one in known.values()])
    marks = []
    for line, walk_in in walk_ins.items():
        person = known.get(line) or _add(actor, design_session, line, walk_in)
        helix = invited.get(person.id) or _helix(design_session, line, walk_in, person)
        is_walk_in = person.id not in invited
        marks.append(Mark(person, AttendanceStatus.PRESENT, helix, is_walk_in=is_walk_in))
    return marks


def _known(design_session: DesignSession, walk_ins: Mapping[int, WalkIn]) -> dict[int, Person]:
    """Return the people of the lines who are in the register, by line."""
    chosen = queries.persons(
        one.person_id for one in walk_ins.values() if one.person_id is not None
    )
    came = queries.walk_in_ids(design_session)
    found: dict[int, Person] = {}
    asked: dict[int, list[int]] = {}
    for line, walk_in in walk_ins.items():
        if walk_in.person_id is not None:
            found[line] = chosen[walk_in.person_id]
            continue
        same = [one for one in queries.named(walk_in.name) if one.id not in walk_in.apart_from]
        # A walk-in of this session with this name is who the same page put there a moment ago.
        again = [one for one in same if one.id in came and one not in found.values()]
        if again:
            found[line] = again[0]
        elif same:
            asked[line] = [one.id for one in same]
    if asked:
        raise NamesKnown(asked)
    return found


def _add(actor: Actor, design_session: DesignSession, line: int, walk_in: WalkIn) -> Person:
    """Put somebody new into the register, with the role they came in."""
    try:
        new = NewPerson(
            PersonDetails(names.propose_from_one(walk_in.name)),
            roles=(_role(design_session, walk_in),),
        )
        return add_person(actor, projects.project(design_session.project_id), new=new)
    except Invalid as refusal:
        part = "helix" if isinstance(refusal, HelixMissing) else "name"
        raise WalkInUnclear(line, part, refusal.message) from refusal


def _role(design_session: DesignSession, walk_in: WalkIn) -> AffiliationDetails:
    known = organisation_named(walk_in.organisation) if walk_in.organisation else None
    usual = {known.helix, known.second_helix} if known else {Helix.END_USERS}
    makes = bool(walk_in.organisation) and known is None
    departs = walk_in.helix not in {None, *usual} and not makes
    reason = _("Came to “%(title)s” for this helix.", title=design_session.title)
    return AffiliationDetails(
        organisation=walk_in.organisation,
        make_organisation=makes,
        helix=walk_in.helix,
        helix_reason=reason if departs else "",
    )


def _helix(design_session: DesignSession, line: int, walk_in: WalkIn, person: Person) -> Helix:
    held = queries.helixes_on(person, design_session.day)
    if walk_in.helix is None:
        return held[0]
    if walk_in.helix not in held:
        raise WalkInUnclear(line, "helix", HelixNotHeld.message)
    return walk_in.helix
