"""Own fields: defining, filling in, who sees what, removing and coming back."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm.core import clock
from crm.core.audit import AuditEntry
from crm.core.db import session
from crm.core.errors import Forbidden, StaleRecord
from crm.core.permissions import Actor, Role, system
from crm.own_fields import jobs, queries, services
from crm.own_fields.models import MOST, OwnField, OwnOption, PersonValue
from crm.own_fields.services import FieldDetails
from crm.own_fields.values import YES, FieldKind, NotAValue
from crm.projects.models import Project
from crm.stakeholders.models import Kind, Person
from crm.stakeholders.queries import condition_filter
from crm.stakeholders.queries.persons import PersonFilter, conditions
from crm.stakeholders.services.persons import remove_person
from crm.steps.queries import step as step_of
from crm.steps.services import take_back
from tests import factories
from tests.pages import Enter, text_of
from tests.stakeholders.merges import merged

pytestmark = pytest.mark.both_engines("own SQL")


@pytest.fixture
def leader(project: Project) -> Actor:
    return system(project.id)


def defined(
    leader: Actor,
    project: Project,
    kind: FieldKind = FieldKind.TEXT,
    label: str = "Kleur",
    *words: str,
) -> OwnField:
    details = FieldDetails(label, "om te weten", options=words)
    return services.define(leader, project, subject=Kind.PERSON, kind=kind, details=details)


def values(person: Person) -> Mapping[int, list[str]]:
    found = queries.values_of(Kind.PERSON, [person.id])[person.id]
    return {key: [value.value for value in several] for key, several in found.items()}


def test_a_value_can_be_given_changed_and_taken_away(leader: Actor, project: Project) -> None:
    person, field = factories.person("Vos"), defined(leader, project)

    services.set_values(leader, person, given={field.id: ["rood"]})
    services.set_values(leader, person, given={field.id: ["blauw"]})
    assert values(person) == {field.id: ["blauw"]}

    services.set_values(leader, person, given={field.id: [""]})
    assert values(person) == {}
    told = select(AuditEntry.operation).where(AuditEntry.table == "person_value")
    assert list(session().scalars(told.order_by(AuditEntry.id))) == ["create", "change", "remove"]


def test_several_options_are_a_row_each_and_a_word_that_changes_stays_chosen(
    leader: Actor, project: Project
) -> None:
    person = factories.person("Vos")
    field = defined(leader, project, FieldKind.SEVERAL_OF, "Dagdeel", "ochtend", "middag", "avond")
    morning, noon, evening = field.words
    services.set_values(leader, person, given={field.id: [str(morning), str(evening)]})

    words = ["vroeg", "avond", "nacht"]
    details = FieldDetails("Dagdeel", "om te weten", options=words)
    services.change(leader, field, details=details, revision=field.revision)

    assert values(person) == {field.id: ["vroeg", "avond"]}
    assert list(field.words.values()) == ["vroeg", "avond", "nacht"]
    assert session().get(OwnOption, noon) is None


def test_an_option_that_somebody_has_cannot_be_left_out(leader: Actor, project: Project) -> None:
    person, field = (
        factories.person("Vos"),
        defined(leader, project, FieldKind.ONE_OF, "K", "a", "b", "c"),
    )
    first, *others = field.words
    services.set_values(leader, person, given={field.id: [str(first)]})
    left = FieldDetails("K", "om", options=[field.words[key] for key in others])

    with pytest.raises(services.OptionInUse, match="1"):
        services.change(leader, field, details=left, revision=field.revision)


def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_kept(
    leader: Actor, project: Project
) -> None:
    person = factories.person("Vos")
    colour, number = defined(leader, project), defined(leader, project, FieldKind.NUMBER, "Aantal")

    with pytest.raises(NotAValue) as refusal:
        services.set_values(leader, person, given={colour.id: ["rood"], number.id: ["veel"]})

    assert refusal.value.field == number.input_name
    assert values(person) == {}


def test_refusals_of_a_definition(leader: Actor, project: Project) -> None:
    field = defined(leader, project)
    with pytest.raises(services.LabelTaken):
        defined(leader, project, label="KLEUR")
    with pytest.raises(services.OptionsMissing):
        defined(leader, project, FieldKind.ONE_OF, "Keuze", "a", "A")
    with pytest.raises(services.MayBeDelicate):
        defined(leader, project, label="Allergieën")
    with pytest.raises(StaleRecord):
        services.change(leader, field, details=FieldDetails("K", "om"), revision=9)
    for number in range(MOST - 1):
        defined(leader, project, label=f"Veld {number}")
    with pytest.raises(services.TooManyFields):
        defined(leader, project, label="Te veel")


def test_what_is_delicate_can_be_kept_by_who_considered_it(leader: Actor, project: Project) -> None:
    details = FieldDetails("Dieet", "voor het eten", is_considered=True)

    field = services.define(
        leader, project, subject=Kind.PERSON, kind=FieldKind.TEXT, details=details
    )

    assert field.label == "Dieet"


def test_only_leaders_define_fields(project: Project) -> None:
    account = factories.member(project, Role.PLANNER)
    planner = Actor(account.id, account.name).in_project(project.id, Role.PLANNER)

    with pytest.raises(Forbidden):
        defined(planner, project)


def test_a_field_that_is_removed_is_gone_at_once_and_comes_back_with_its_values(
    leader: Actor, project: Project
) -> None:
    person, field = factories.person("Vos"), defined(leader, project)
    services.set_values(leader, person, given={field.id: ["rood"]})

    step = services.remove(leader, field)
    assert (queries.own_fields(Kind.PERSON), values(person)) == ([], {})

    take_back(leader, step_of(step))
    assert queries.own_fields(Kind.PERSON) == [field]
    assert values(person) == {field.id: ["rood"]}


def test_values_of_a_field_that_was_removed_are_thrown_away_after_a_month(
    leader: Actor, project: Project
) -> None:
    person, field, other = (
        factories.person("Vos"),
        defined(leader, project),
        defined(leader, project, label="B"),
    )
    services.set_values(leader, person, given={field.id: ["rood"], other.id: ["x"]})
    services.remove(leader, field)
    field_id = field.id

    jobs.throw_away({})
    assert session().scalar(select(func.count(PersonValue.id))) == 2

    with clock.frozen(clock.now() + services.KEPT + timedelta(hours=1)):
        jobs.throw_away({})
    assert values(person) == {other.id: ["x"]}
    assert session().get(OwnField, field_id) is None


def test_who_goes_takes_their_values_along(leader: Actor, project: Project) -> None:
    person, field = factories.person("Vos"), defined(leader, project)
    services.set_values(leader, person, given={field.id: ["rood"]})

    remove_person(leader, person)

    assert session().scalar(select(func.count(PersonValue.id))) == 0


def test_of_two_that_are_merged_the_value_of_the_one_that_stays_counts(
    leader: Actor, project: Project
) -> None:
    kept, gone = factories.person("Vos"), factories.person("Vos")
    colour, day = (
        defined(leader, project),
        defined(leader, project, FieldKind.SEVERAL_OF, "Dag", "ma", "di"),
    )
    monday, tuesday = map(str, day.words)
    services.set_values(leader, kept, given={colour.id: ["rood"], day.id: [monday]})
    services.set_values(leader, gone, given={colour.id: ["blauw"], day.id: [monday, tuesday]})

    merged(leader, project, kept, gone)

    assert values(kept) == {colour.id: ["rood"], day.id: ["ma", "di"]}


def test_the_page_of_a_person_shows_them_and_lets_them_be_filled_in(
    enter: Enter, leader: Actor, project: Project
) -> None:
    trade = factories.organisation("Winkel")
    person = factories.person("Vos", at=trade)
    field = defined(leader, project, FieldKind.YES_NO, "Sleutel")
    address = f"/projects/{project.slug}/persons/{person.id}"
    planner = enter(Role.PLANNER)

    wrong = planner.post(f"{address}/own-fields", data={field.input_name: "soms"})
    saved = planner.post(f"{address}/own-fields", data={field.input_name: YES})

    assert (wrong.status_code, saved.location) == (400, address)
    assert "Sleutel yes" in text_of(enter(Role.REVIEWER).get(address))


def test_a_private_field_is_nothing_to_a_reviewer(
    enter: Enter, leader: Actor, project: Project
) -> None:
    trade = factories.organisation("Winkel")
    person = factories.person("Vos", at=trade)
    details = FieldDetails("Bijzonderheid", "om te weten", is_private=True)
    field = services.define(
        leader, project, subject=Kind.PERSON, kind=FieldKind.TEXT, details=details
    )
    services.set_values(leader, person, given={field.id: ["geheimpje"]})
    address = f"/projects/{project.slug}/persons/{person.id}"

    assert "geheimpje" in enter(Role.PLANNER).get(address).text
    reviewer = enter(Role.REVIEWER)
    assert "Bijzonderheid" not in reviewer.get(address).text
    assert reviewer.get(f"{address}/own-fields").status_code == 403


def test_nothing_of_a_private_person_is_shown_to_a_reviewer(
    enter: Enter, leader: Actor, project: Project
) -> None:
    person, field = factories.person("Vos"), defined(leader, project)
    services.set_values(leader, person, given={field.id: ["felrood"]})
    address = f"/projects/{project.slug}/persons/{person.id}"

    assert "felrood" in enter(Role.LEADER).get(address).text
    assert "felrood" not in enter(Role.REVIEWER).get(address).text


def test_people_are_found_by_what_was_chosen_in_a_field(leader: Actor, project: Project) -> None:
    fox, hare, owl = (factories.person(name) for name in ("Vos", "Haas", "Uil"))
    field = defined(leader, project, FieldKind.SEVERAL_OF, "Dag", "ma", "di")
    monday, tuesday = map(str, field.words)
    services.set_values(leader, fox, given={field.id: [monday, tuesday]})
    services.set_values(leader, hare, given={field.id: [tuesday]})

    def found(where: str) -> set[int]:
        narrowing = condition_filter.read(where, leader)
        assert not narrowing.refusal, narrowing.refusal
        chosen = conditions(PersonFilter(where=narrowing.meant), clock.today())
        return set(session().scalars(select(Person.id).where(*chosen)))

    assert found(f"own:{field.id}") == {fox.id, hare.id}
    assert found(f"own:{field.id}-{monday}") == {fox.id}
    assert found(f"!own:{field.id}-{monday}") == {hare.id, owl.id}


def test_nobody_is_found_by_a_private_field_who_may_not_see_it(
    enter: Enter, leader: Actor, project: Project
) -> None:
    person = factories.person("Vos", at=factories.organisation("Winkel"))
    details = FieldDetails("Stil", "om te weten", is_private=True)
    field = services.define(
        leader, project, subject=Kind.PERSON, kind=FieldKind.TEXT, details=details
    )
    services.set_values(leader, person, given={field.id: ["ja"]})
    address = f"/projects/{project.slug}/persons?where=own:{field.id}"

    assert "Vos" in text_of(enter(Role.PLANNER).get(address))
    shown = text_of(enter(Role.REVIEWER).get(address))
    assert "Vos" not in shown
    assert "Stil" not in shown


def test_a_file_holds_what_its_reader_may_see_of_own_fields(
    enter: Enter, leader: Actor, project: Project
) -> None:
    seller = factories.person("Vos", at=factories.organisation("Winkel"))
    resident = factories.person("Haas")
    colour, day = defined(leader, project), defined(leader, project, FieldKind.DATE, "Sinds")
    details = FieldDetails("Stil", "om te weten", is_private=True)
    hidden = services.define(
        leader, project, subject=Kind.PERSON, kind=FieldKind.TEXT, details=details
    )
    for person, word in ((seller, "rood"), (resident, "blauw")):
        given = {colour.id: [word], day.id: ["1-2-2026"], hidden.id: ["geheimpje"]}
        services.set_values(leader, person, given=given)
    address = f"/projects/{project.slug}/persons/export.csv"

    to_planner, to_reviewer = (
        enter(role).get(address).text for role in (Role.PLANNER, Role.REVIEWER)
    )

    assert all(word in to_planner for word in ("Kleur", "Sinds", "Stil", "rood", "blauw"))
    assert to_planner.count("geheimpje") == 2
    assert all(word in to_reviewer for word in ("Kleur", "rood"))
    assert not any(word in to_reviewer for word in ("Stil", "geheimpje", "blauw"))


def test_a_line_that_goes_gives_nobody_another_option(leader: Actor, project: Project) -> None:
    person = factories.person("Vos")
    field = defined(leader, project, FieldKind.ONE_OF, "Keuze", "a", "b", "c")
    _first, _second, last = field.words
    services.set_values(leader, person, given={field.id: [str(last)]})

    details = FieldDetails("Keuze", "om te weten", options=["a", "c"])
    services.change(leader, field, details=details, revision=field.revision)

    assert values(person) == {field.id: ["c"]}
    assert list(field.words.values()) == ["a", "c"]
