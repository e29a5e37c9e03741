"""The manifest of a feature: everything the application needs to know of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

from flask import Flask, current_app

from crm.core.bulk_changes import BulkChange
from crm.core.conditions import ConditionKind
from crm.core.derived_rows import Follower
from crm.core.errors import Text
from crm.core.events import Fact
from crm.core.fields import Field
from crm.core.i18n import LazyString
from crm.core.inbound_mail import ReplyHandler
from crm.core.jobs import Handler
from crm.core.long_work import TaskKind
from crm.core.mail import MailKind
from crm.core.permissions import Actor, Permission, Rule
from crm.core.references import Loose, Reference
from crm.core.search import SearchSource
from crm.core.ties import TieSource
from crm.core.undo import RowWords, StepKind
from crm.web.pages import Pages


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A line of the main navigation of a project."""

    label: LazyString
    endpoint: str
    requires: Permission
    place: int


@dataclass(frozen=True, slots=True)
class Panel:
    """
    A block that a feature adds to a page of a lower one.

    :param page: name of the page, or of the part beside it: person, person_aside, organisation,
        organisation_aside, project_start
    :param data: gives the template's values from the actor and the page's subject
    """

    page: str
    template: str
    data: Callable[[Actor, Any], Mapping[str, Any]]
    requires: Permission
    place: int = 50


@dataclass(frozen=True, slots=True)
class BulkAction:
    """
    Something that can be done with many persons of a list at once, by one command.

    :param change: what is done
    :param form: makes the form that asks for what is needed
    :param template: shows the fields of that form
    :param words: says in a sentence how many it changed
    """

    change: BulkChange
    label: LazyString
    form: Callable[[], Any]
    template: str
    words: Callable[[int], Text]
    place: int = 50

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return self.change.key


@dataclass(frozen=True, slots=True)
class JobKind:
    """
    A kind of background work, and how often it comes back by itself.

    :param given_up: tells who waits for it that it failed for the last time
    :param is_long: whether one may take minutes: those of other kinds need not wait for it, and a
        server lets it be done by a process of its own
    :param is_needed: says before that is begun, in a moment, whether there is anything to do
    """

    kind: str
    handler: Handler
    every: timedelta | None = None
    given_up: Handler | None = None
    is_long: bool = False
    is_needed: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """
    What a feature brings; only what it needs is filled in.

    :param further_actions: gives what can be done with the fields that there are now
    :param labels: one mapping an enum, for members of two may be equal as strings
    :param search_page: the endpoint that the search box of every page in a project leads to
    """

    name: str
    pages: Sequence[Pages] = ()
    rules: Mapping[Permission, Rule] = field(default_factory=dict)
    labels: Sequence[Mapping[StrEnum, LazyString]] = ()
    navigation: Sequence[NavigationItem] = ()
    panels: Sequence[Panel] = ()
    reactions: Sequence[tuple[type[Fact], Callable[[Any], None]]] = ()
    jobs: Sequence[JobKind] = ()
    tasks: Sequence[TaskKind] = ()
    mail: Sequence[MailKind] = ()
    replies: Sequence[ReplyHandler] = ()
    search: Sequence[SearchSource] = ()
    followers: Sequence[Follower] = ()
    references: Sequence[Reference | Loose] = ()
    ties: Sequence[TieSource] = ()
    fields: Sequence[Field] = ()
    steps: Sequence[StepKind] = ()
    conditions: Sequence[ConditionKind] = ()
    bulk_actions: Sequence[BulkAction] = ()
    further_actions: Callable[[], Sequence[BulkAction]] = tuple
    told: Sequence[RowWords] = ()
    setup: Callable[[Flask], None] | None = None
    search_page: str = ""


def features() -> tuple[Feature, ...]:
    """Return the features of the application in use."""
    return cast("tuple[Feature, ...]", current_app.extensions["kring_features"])
