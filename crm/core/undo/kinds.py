"""The kinds of step that there are: each feature says in its manifest what its own are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crm.core.i18n import LazyString
from crm.core.permissions import Actor, Permission
from crm.core.undo.models import Step

UNDO = "undo"
Subjects = Callable[[Actor, Sequence[Step]], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class StepKind:
    """
    A kind of step.

    :param label: what it is called: "Import", "Merge"
    :param requires: what one must be allowed to do to undo it, on the step
    :param describe: says in a few words what one step of this kind was: how many, of what
    :param subjects: says what each of some steps was about, by their ids: a file, a session, who;
        asked once for a page of them, for whoever may undo them, and as they may see it
    :param endpoint: the page about what was done, if there is one
    :param argument: the name, in `Step.about` and in the page's address, of the id it needs
    """

    kind: str
    label: LazyString
    requires: Permission
    describe: Callable[[Step], str]
    subjects: Subjects | None = None
    endpoint: str = ""
    argument: str = ""


_kinds: dict[str, StepKind] = {}


def register(kind: StepKind) -> None:
    """Add a kind of step."""
    _kinds[kind.kind] = kind


def kind_of(step: Step) -> StepKind:
    """Return the kind of a step."""
    return _kinds[step.kind]


def known(kind: str) -> bool:
    """Whether a feature has declared this kind."""
    return kind in _kinds


def all_kinds() -> list[str]:
    """Return the names of all kinds."""
    return sorted(_kinds)
