"""A form that was opened before a merge, a bulk action or an undo does not save over it."""

from collections.abc import Callable

import pytest

from crm.core import undo
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, system
from crm.core.undo import Decisions
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.stakeholders.services import merging, selections
from crm.stakeholders.services.merging import Merge
from tests import factories
from tests.stakeholders.merges import last_step

Act = Callable[[Actor, Project, int, int], object]


def tag(actor: Actor, project: Project, kept: int, _gone: int) -> object:
    return selections.tag_persons(actor, project, person_ids=[kept], word="Sport")


def untag(actor: Actor, project: Project, kept: int, _gone: int) -> object:
    selections.tag_persons(actor, project, person_ids=[kept], word="Sport")
    return selections.untag_persons(actor, project, person_ids=[kept], word="Sport")


def merge(actor: Actor, project: Project, kept: int, gone: int) -> object:
    return merging.merge_persons(actor, project, merge=Merge(kept, gone))


def unmerge(actor: Actor, project: Project, kept: int, gone: int) -> object:
    merge(actor, project, kept, gone)
    return take_back(actor)


def untag_by_undo(actor: Actor, project: Project, kept: int, gone: int) -> object:
    tag(actor, project, kept, gone)
    return take_back(actor)


def take_back(actor: Actor) -> object:
    with unit_of_work(actor, "tests.undo"):
        return undo.carry_out(last_step(), Decisions())


@pytest.mark.parametrize(
    ("act", "times"), [(tag, 1), (untag, 2), (merge, 1), (unmerge, 2), (untag_by_undo, 2)]
)
def test_whoever_has_the_form_open_is_told_that_it_is_old(
    project: Project, act: Act, times: int
) -> None:
    kept = factories.person("Een")
    gone = factories.person("Twee", email="twee@x.example")
    before, kept_id = kept.revision, kept.id

    act(system(project.id), project, kept_id, gone.id)

    assert session().get_one(Person, kept_id).revision >= before + times


def test_who_had_the_tag_already_is_not_changed(project: Project) -> None:
    one = factories.person("Een")
    actor = system(project.id)
    selections.tag_persons(actor, project, person_ids=[one.id], word="Sport")
    before = one.revision

    selections.tag_persons(actor, project, person_ids=[one.id], word="sport")

    session().refresh(one)
    assert one.revision == before
