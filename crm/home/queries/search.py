"""What is found in a project by words: every kind of record, the best of each first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crm.core import search
from crm.core.db import session
from crm.core.i18n import LazyString
from crm.core.pagination import COUNTED, PER_PAGE, Page
from crm.core.permissions import Actor
from crm.core.search import MOST_SIFTED, Found, Question, Result, Shown, Sieve, Span

# So many of each kind are shown beside each other, so many below the box while one types.
FIRST = 5
QUICK = 3
NOTHING = Found([], 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What somebody asks.

    :ivar group: only hits of this group are listed, a page of them; none lists the first of each
    :ivar literally: whether what is typed wrong is left as it is
    """

    typed: str = ""
    group: str = ""
    number: int = 1
    literally: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found, and the page it is on."""

    result: Result
    shown: Shown


@dataclass(frozen=True, slots=True)
class Group:
    """
    The hits under one heading: those that are shown, and how many there are.

    :ivar is_capped: whether there are more than that
    """

    key: str
    label: LazyString
    hits: list[Hit]
    total: int
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What was found.

    :ivar page: the hits of the group that was asked for, if one was
    """

    question: Question
    groups: list[Group]
    page: Page[Hit] | None = None

    @property
    def total(self) -> int:
        """How many hits there are in all."""
        return sum(group.total for group in self.groups)

    @property
    def is_capped(self) -> bool:
        """Whether there are more than that."""
        return any(group.is_capped for group in self.groups)


def find(actor: Actor, asked: Asked, *, first: int = FIRST) -> Answer:
    """
    Return what `actor` finds: the `first` of each group, or a page of one.

    Of one group at most a thousand of each kind are listed: who wants more looks in its own list.
    """
    shown = search.open_to(actor)
    listed = [kind for kind, one in shown.items() if one.group == asked.group]
    spans = {kind: Span(0, first if not listed else 0) for kind in shown}
    spans |= {kind: Span(0, COUNTED) for kind in listed}
    question, found = _found(actor, asked, spans)
    if not listed:
        return Answer(question, _groups(actor, question, shown, found))
    # Beside a page of one group the others only say how many they have.
    totals = {kind: replace(hits, ids=[]) for kind, hits in found.items()}
    page = _page(actor, question, {kind: found.get(kind, NOTHING) for kind in listed}, asked.number)
    return Answer(question, _groups(actor, question, shown, totals), page)


def everything(actor: Actor, asked: Asked) -> Iterator[Hit]:
    """Return every hit of the group that is asked for, or of all, as far as they are listed."""
    shown = search.open_to(actor)
    wanted = [kind for kind, one in shown.items() if asked.group in {"", one.group}]
    question, found = _found(actor, asked, {kind: Span(0, COUNTED) for kind in wanted})
    ids = {kind: found.get(kind, NOTHING).ids for kind in wanted}
    for hits in _hits(actor, question, ids).values():
        yield from hits


def _found(
    actor: Actor, asked: Asked, spans: Mapping[str, Span]
) -> tuple[Question, dict[str, Found]]:
    """
    Return what is looked for, and the hits; repaired only where what was typed finds nothing.

    Repairing leaves what finds something as it is. So it comes first where most likely nothing is
    found, and for who may not find all: that a private name is there leads them no other way.
    """
    question = search.literal(asked.typed)
    first = search.seems_wrong(asked.typed) or not actor.sees_private_persons
    if first and not asked.literally:
        question = search.repaired(actor, asked.typed)
        return question, _seen(actor, question, spans)
    found = _seen(actor, question, spans)
    if asked.literally or any(part.total for part in found.values()):
        return question, found
    better = search.repaired(actor, asked.typed)
    return (better, _seen(actor, better, spans)) if better.is_repaired else (question, found)


def _seen(actor: Actor, question: Question, spans: Mapping[str, Span]) -> dict[str, Found]:
    """Return the hits that the actor may see."""
    sieves = {kind: one for kind, one in search.sieves_of(actor).items() if kind in spans}
    found = search.found_of_kinds(question, spans, sieves)
    for kind, sieve in sieves.items():
        found[kind] = _with_those_behind(sieve, question, found.get(kind, NOTHING), spans[kind])
    return found


def _with_those_behind(sieve: Sieve, question: Question, found: Found, span: Span) -> Found:
    """Return hits of a kind with those that are found in another way behind them, up to a limit."""
    statement = sieve.behind(question) if question and not found.is_capped else None
    if statement is None:
        return found
    room = MOST_SIFTED - found.total
    more = list(session().scalars(statement.limit(room + 1)))
    capped = len(more) > room
    total = found.total + min(len(more), room)
    return Found([*found.ids, *more[:room]][: span.until], total, capped)


def _groups(
    actor: Actor, question: Question, shown: Mapping[str, Shown], found: Mapping[str, Found]
) -> list[Group]:
    groups: dict[str, Group] = {}
    hits = _hits(actor, question, {kind: one.ids for kind, one in found.items()})
    for kind, one in shown.items():
        before = groups.get(one.group, Group(one.group, one.label, [], 0))
        here = found.get(kind, NOTHING)
        groups[one.group] = Group(
            one.group,
            before.label,
            [*before.hits, *hits.get(kind, [])],
            before.total + here.total,
            before.is_capped or here.is_capped,
        )
    return list(groups.values())


def _page(actor: Actor, question: Question, found: Mapping[str, Found], number: int) -> Page[Hit]:
    every = [(kind, row_id) for kind, here in found.items() for row_id in here.ids]
    start = (max(1, number) - 1) * PER_PAGE
    wanted: dict[str, list[int]] = {kind: [] for kind in found}
    for kind, row_id in every[start : start + PER_PAGE]:
        wanted[kind].append(row_id)
    hits = [hit for of_kind in _hits(actor, question, wanted).values() for hit in of_kind]
    return Page(hits, max(1, number), len(every), total_is_capped=False)


def _hits(
    actor: Actor, question: Question, wanted: Mapping[str, Sequence[int]]
) -> dict[str, list[Hit]]:
    """Return the hits of each kind; a note is loaded in one statement with whom it is about."""
    shown = search.open_to(actor)
    loaded = search.loaded(shown, wanted)
    return {
        kind: [
            Hit(shown[kind].describe(actor, loaded[kind][row_id], question), shown[kind])
            for row_id in some
            if row_id in loaded[kind]
        ]
        for kind, some in wanted.items()
    }
