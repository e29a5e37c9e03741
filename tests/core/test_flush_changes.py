"""What follows from a row follows too where the row goes with its list, or to another record."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.services.import_preview import STEP
from crm.core import derived_rows, search, undo
from crm.core.db import unit_of_work
from crm.core.derived_rows import Follower
from crm.core.permissions import system
from crm.core.search import Document, SearchSource, sources
from crm.design_sessions.models import DesignSession, Invitation, SessionKind
from crm.design_sessions.services import inviting, planning
from crm.design_sessions.services.planning import LocalTime, SessionDetails
from crm.projects.models import Project
from crm.stakeholders.models import Email, Person, PersonTag, Phone
from tests import factories

pytestmark = pytest.mark.both_engines("locks")


def test_a_tag_that_was_taken_out_of_its_list_is_not_found(
    opened: Session, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def documents(ids: Sequence[int]) -> Iterable[Document]:
        rows = opened.scalars(select(PersonTag).where(PersonTag.person_id.in_(ids)))
        return [Document(project.id, one.person_id, one.word) for one in rows]

    source = SearchSource("tests.tags", documents, {PersonTag: "person_id"})
    monkeypatch.setattr(derived_rows, "_followers", {})
    monkeypatch.setattr(sources, "_sources", {})
    search.register(source)
    person = factories.person("Vos")
    with unit_of_work(system(project.id), "tests.tag"):
        person.tags.append(PersonTag(word="Buurtvader", word_key="buurtvader"))
    assert search.found(source.kind, "buurtvader") == [person.id]

    with unit_of_work(system(project.id), "tests.untag"):
        person.tags.clear()

    assert search.found(source.kind, "buurtvader") == []


def test_an_address_that_went_to_somebody_else_finds_only_them(
    opened: Session, project: Project
) -> None:
    person, other = factories.person("Vos", email="vos@geheimpost.example"), factories.person("Das")
    assert search.found("person", "geheimpost") == [person.id]

    with unit_of_work(system(project.id), "tests.move"):
        opened.scalars(select(Email)).one().person_id = other.id

    assert search.found("person", "geheimpost") == [other.id]


def test_a_number_that_was_taken_out_of_its_list_is_told(
    opened: Session, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    tell = lambda ids, _new: told.extend(ids)  # noqa: E731 - said once
    follower = Follower("tests.numbers", tell, {Phone: "person_id"})
    monkeypatch.setattr(derived_rows, "_followers", {follower.kind: follower})
    person = factories.person("Vos")
    with unit_of_work(system(project.id), "tests.number"):
        person.phones.append(Phone(number="+31592000000", raw=""))
    told.clear()

    with unit_of_work(system(project.id), "tests.no_number"):
        person.phones.clear()

    assert told == [person.id]


def test_an_invitation_that_takes_answers_along_does_not_go_with_its_list_in_a_step(
    opened: Session, project: Project
) -> None:
    held = invited(opened, project, factories.person("Vos"))

    with pytest.raises(undo.RemovedAroundTheDoor):
        leave_out_in_a_step(project, held)

    assert opened.scalars(select(Invitation)).all() != []


def leave_out_in_a_step(project: Project, held: DesignSession) -> None:
    with unit_of_work(system(project.id), "tests.list"):
        undo.begin(STEP)
        held.invitations.clear()


def invited(opened: Session, project: Project, person: Person) -> DesignSession:
    actor = factories.leader_of(project)
    day = LocalTime(datetime.fromisoformat("2031-03-04T14:00"))
    details = SessionDetails("Bij Vos", SessionKind.FIELD_VISIT, day, day)
    inviting.invite(
        actor, held := planning.add_session(actor, project, details=details),
        person_ids=[person.id], helixes={},
    )  # fmt: skip
    return held
