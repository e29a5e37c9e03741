"""The seam through which features say what ties people and organisations to each other."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.i18n import LazyString
from crm.core.permissions import Actor

PERSON, ORGANISATION = "p", "o"


def person_key(person_id: int) -> str:
    """Return the key of a person as a point of the network."""
    return f"{PERSON}{person_id}"


def organisation_key(organisation_id: int) -> str:
    """Return the key of an organisation as a point of the network."""
    return f"{ORGANISATION}{organisation_id}"


def is_person(key: str) -> bool:
    """Whether a point of the network is a person."""
    return key.startswith(PERSON)


def is_organisation(key: str) -> bool:
    """Whether a point of the network is an organisation."""
    return key.startswith(ORGANISATION)


def is_meeting(key: str) -> bool:
    """Whether a point of the network is a meeting: neither a person nor an organisation."""
    return not key.startswith((PERSON, ORGANISATION))


def id_of(key: str) -> int:
    """Return the id behind a key."""
    return int(key[1:])


@dataclass(frozen=True, slots=True)
class TieShare:
    """One stakeholder's own time in something; both days are included, none is open."""

    stakeholder: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """
    Something that ties those who share it: a session, an initiative, a role.

    :param id: with `kind` it names the gathering; evidence is asked for by it
    :param all_along: keys of those who were there from `since` until `until`
    :param parts: those who have days of their own
    :param since: first day of the whole, included; none is open
    :param until: last day of the whole, included; none is open
    """

    kind: str
    id: int
    all_along: tuple[str, ...] = ()
    parts: tuple[TieShare, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """
    Which gatherings are asked for, of the project in scope.

    :param folded: whether people are folded into their organisations
    :param among: only gatherings that hold one of these keys need be given, whole; none asks for
        all
    """

    folded: bool = False
    among: frozenset[str] | None = None

    def ids(self, is_wanted: Callable[[str], bool]) -> list[int] | None:
        """Return the ids behind the keys that are wanted among those asked for, if any are."""
        if self.among is None:
            return None
        return sorted(id_of(key) for key in self.among if is_wanted(key))


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    One thing that made a tie, as it is shown.

    :param id: of the record that the page of the source shows
    :param title: what it is called for the actor; empty where it has no name
    """

    kind: str
    id: int
    title: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TieSource:
    """
    One kind of tie, and where it comes from.

    :param kind: its name in addresses and exports; never changed
    :param label: its name for people
    :param gather: gives what ties, in an order that is always the same
    :param evidence: gives what is shown of gatherings with these ids
    :param page: endpoint of the page that a piece of evidence opens, and its argument for the id
    :param point: for meetings, at which people sit in a room together, the first letter of their
        keys as points among people and sessions; a large one may be left out as a plenary
    :param last_helixes: for meetings, the helix for which each person without a role on a day was
        last there until then, by their keys
    :param mixes: for meetings, how many of each helix were at each of those between two days, which
        are open where none is given
    """

    kind: str
    label: LazyString
    gather: Callable[[Asked], Iterable[Gathering]]
    evidence: Callable[[Actor, Asked, Sequence[int]], Iterable[Evidence]]
    page: tuple[str, str]
    point: str = ""
    last_helixes: Callable[[date], Mapping[str, str]] = lambda _day: {}
    mixes: Callable[[date | None, date | None], Iterable[Mapping[str, int]]] = (
        lambda _since, _until: ()
    )


_plenary = [40]
_sources: dict[str, TieSource] = {}


def register(found: Iterable[TieSource]) -> None:
    """Add the kinds of tie of a feature."""
    _sources.update({source.kind: source for source in found})


def sources(kinds: Collection[str] = ()) -> list[TieSource]:
    """Return the sources of these kinds, lowest feature first; all of them where none is named."""
    return [source for source in _sources.values() if not kinds or source.kind in kinds]


def meetings() -> dict[str, str]:
    """Return the kinds that are meetings, with the first letter of their keys as points."""
    return {source.kind: source.point for source in _sources.values() if source.point}


def use_plenary(above: int) -> None:
    """Set how many may be at a meeting before it counts as a plenary."""
    _plenary[:] = [above]


def plenary_above() -> int:
    """Return how many may be at a meeting before it counts as a plenary."""
    return _plenary[-1]


def source(kind: str) -> TieSource:
    """Return the source of one kind of tie."""
    return _sources[kind]


def label_of(kind: str) -> LazyString:
    """Return the name of one kind of tie for people."""
    return _sources[kind].label
