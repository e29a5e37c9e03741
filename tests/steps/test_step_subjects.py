"""What the list of steps says each was about: files, who was merged, tags, sessions."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.core import undo
from crm.core.audit import AuditValue
from crm.core.db import remove_many, session, unit_of_work, unscoped
from crm.core.permissions import Actor, Role, system
from crm.core.undo import Step
from crm.design_sessions.services import attendance_lists, inviting
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.services import merging, selections
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.merging import Merge
from crm.steps import queries
from crm.steps.services import take_back
from tests import factories
from tests.contacts.lists import imported
from tests.design_sessions.long_lists import ALL_NEW, columns_chosen
from tests.pages import Enter, text_of
from tests.stakeholders.merges import last_step, planned
from tests.stakeholders.test_selections import people
from tests.statements import counted

ERASING = {**unscoped("as erasure does"), "synchronize_session": False}
LIST = "Voornaam;Achternaam\nAda;Vos\nBo;Berg\n"


def subject(actor: Actor, step: Step) -> str:
    session().expire_all()
    return queries.subjects_of(actor, [step])[step.id]


def two() -> tuple[int, int]:
    return (
        factories.person("Jansen", first_name="Jan").id,
        factories.person("Jansen", first_name="Johannes").id,
    )


def test_an_import_is_told_by_its_file_and_how_many_rows_it_had(
    project: Project, enter: Enter
) -> None:
    imported(project, LIST)

    listed = enter(Role.PLANNER).get(f"/projects/{project.slug}/steps")
    one = enter(Role.LEADER).get(f"/projects/{project.slug}/steps/{last_step().id}")

    assert "Import lijst.csv, 2 rows" in text_of(listed)
    assert "What it was about lijst.csv, 2 rows" in text_of(one)


def test_who_may_not_do_it_is_told_nothing_of_it(project: Project) -> None:
    imported(project, LIST)
    kept, gone = two()
    merging.merge_persons(system(project.id), project, merge=Merge(kept, gone))
    reviewer = factories.member(project, Role.REVIEWER)
    eyes = Actor(reviewer.id, reviewer.name).in_project(project.id, Role.REVIEWER)

    steps = session().scalars(select(Step)).all()

    assert set(queries.subjects_of(eyes, steps).values()) == {""}


def test_a_merge_is_told_by_both_names_also_once_it_is_undone(
    project: Project, opened: Session
) -> None:
    leader = factories.leader_of(project)
    kept, gone = two()
    merging.merge_persons(leader, project, merge=Merge(kept, gone))
    step = last_step()

    before = subject(leader, step)
    take_back(leader, step)
    back = last_step()

    assert before == "Jan Jansen + Johannes Jansen"
    assert subject(leader, step) == "Jan Jansen + Johannes Jansen"
    assert subject(leader, back) == "Merge of people: Jan Jansen + Johannes Jansen"
    take_back(leader, back)
    assert subject(leader, last_step()).startswith("Done again: Merge of people: Jan Jansen")


def test_who_was_erased_or_is_gone_is_not_named_by_a_merge(project: Project) -> None:
    leader = factories.leader_of(project)
    kept, gone = two()
    merging.merge_persons(leader, project, merge=Merge(kept, gone))
    step = last_step()
    with unit_of_work(leader, "tests.erase"):
        session().execute(delete(AuditValue), execution_options=ERASING)

    erased = subject(leader, step)
    with unit_of_work(leader, "tests.remove"):
        remove_many(Person, Person.id == kept)

    assert erased == "Jan Jansen"
    assert subject(leader, step) == ""


def test_two_organisations_that_were_merged_are_named(project: Project) -> None:
    leader = factories.leader_of(project)
    ids = [factories.organisation(name).id for name in ("Club", "De Club")]
    merging.merge_organisations(leader, project, merge=Merge(ids[0], ids[1]))

    assert subject(leader, last_step()) == "Club + De Club"


def test_tags_and_roles_are_told_by_their_words(project: Project) -> None:
    actor = system(project.id)
    ids = people(project, 3)
    factories.organisation("Club", helix=Helix.BUSINESS)
    role = AffiliationDetails(organisation="Club", role="bestuur", helix=Helix.BUSINESS)

    told = []
    selections.tag_persons(actor, project, person_ids=ids, word="Groen doen")
    told.append(subject(actor, last_step()))
    selections.untag_persons(actor, project, person_ids=ids, word="groen doen")
    told.append(subject(actor, last_step()))
    selections.affiliate_persons(actor, project, person_ids=ids, details=role)
    told.append(subject(actor, last_step()))

    assert told == ["Groen doen", "Groen doen", "bestuur, Club"]


def test_sessions_and_their_lists_are_told_by_title_and_file(project: Project) -> None:
    leader = factories.leader_of(project)
    made = planned(leader, project)
    inviting.invite_selection(leader, made, person_ids=people(project, 2))
    invited = subject(leader, last_step())
    listed = columns_chosen(leader, made)
    attendance_lists.start(leader, listed, decisions=ALL_NEW)

    assert invited == "Ontwerpbijeenkomst"
    assert subject(leader, last_step()) == "Ontwerpbijeenkomst; lijst.csv, 11 rows"


def test_a_page_of_steps_asks_the_same_for_two_and_for_many(app: Flask, project: Project) -> None:
    leader, ids = factories.leader_of(project), people(project, 12)

    def statements_of(change: Callable[[int], None], number: int) -> int:
        for at in range(number):
            change(at)
        steps = session().scalars(select(Step).order_by(Step.id.desc()).limit(number)).all()
        with counted(app) as sent:
            assert all(queries.subjects_of(leader, steps).values())
        return len(sent)

    def tag(at: int) -> None:
        selections.tag_persons(leader, project, person_ids=ids, word=f"tag {at} {len(words)}")
        words.append(at)

    def merge(_at: int) -> None:
        kept, gone = people(project, 2)
        merging.merge_persons(leader, project, merge=Merge(kept, gone))

    words: list[int] = []
    for change in (tag, merge, lambda _at: undo_last(leader)):
        assert statements_of(change, 2) == statements_of(change, 5)


def undo_last(leader: Actor) -> None:
    """Take back the last step that is no undoing and not undone."""
    kept = select(Step).where(Step.kind != undo.UNDO, Step.undone_at.is_(None))
    take_back(leader, session().scalars(kept.order_by(Step.id.desc()).limit(1)).one())
