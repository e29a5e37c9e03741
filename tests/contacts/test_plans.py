"""What an import would do, decided on plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.choices import Reason
from crm.contacts.rules.existing_records import KnownOrganisation, KnownPerson, Register
from crm.contacts.rules.organisations import HelixOfNew
from crm.contacts.rules.plan import Plan, PlannedRow, RowOutcome
from crm.contacts.rules.planner import make_plan
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_rows
from crm.intake.reading.tables import Table
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.names import NameParts

COLUMNS: dict[str, Field | None] = {
    "Voornaam": Field.FIRST_NAME,
    "Achternaam": Field.SURNAME,
    "Organisatie": Field.ORGANISATION,
    "E-mail": Field.EMAIL,
    "Telefoon": Field.PHONE,
    "Helix": Field.HELIX,
    "Trefwoorden": Field.TAGS,
}
CELLS = some.sampled_from(
    ["", "", "Ada", "ada", "Bo", "=1+1", "a@kring.example", "b@kring.example", "geen adres",
     "0612345678", "6,1E+08", "overheid", "iets", "sport, SPORT"]
)  # fmt: skip
ROWS = some.lists(some.tuples(*[CELLS] * len(COLUMNS)), min_size=1, max_size=12)


def person(row: int = 1, *, name: str = "Bo", **details: object) -> Candidate:
    return Candidate(row, NameParts(first_name=name), **details)  # type: ignore[arg-type]  # the caller names fields of it


def planned(*candidates: Candidate, register: Register | None = None) -> Plan:
    return make_plan(candidates, register or Register(), HelixOfNew())


def only(*candidates: Candidate, register: Register) -> PlannedRow:
    return planned(*candidates, register=register).rows[-1]


def knowing(known: KnownPerson, email: str = "bo@kring.example") -> Register:
    return Register(persons={known.id: known}, keys={("email", email): known.id})


@given(ROWS)
def test_every_row_has_one_outcome(rows: list[tuple[str, ...]]) -> None:
    table = Table(tuple(COLUMNS), tuple(rows), tuple(range(1, len(rows) + 1)))

    plan = make_plan(read_rows(table, COLUMNS), Register(), HelixOfNew())

    counts = plan.counts
    assert sum(counts.values()) == len(rows)
    # Nobody was in the register: only somebody of an earlier row can get a further role.
    changed = [row for row in plan.rows if row.outcome is RowOutcome.CHANGED]
    assert all(row.repeats is not None and row.repeats < row.candidate.row for row in changed)
    assert [row.candidate.row for row in plan.rows] == list(table.numbers)


def test_a_known_person_gets_what_is_missing_and_keeps_what_is_there() -> None:
    known = KnownPerson(7, NameParts(first_name="Bo", surname="Vos"), has_note=True)
    row = Candidate(
        1, NameParts(initials="B.", first_name="Bo", surname="Vos"),
        emails=("bo@kring.example", "vos@kring.example"), note="anders", tags=("Sport", "sport"),
    )  # fmt: skip

    found = only(row, register=knowing(known))

    assert found.outcome is RowOutcome.CHANGED
    assert found.fields == (Field.INITIALS, Field.EMAIL, Field.TAGS)
    assert found.additions
    assert found.additions.emails == ("vos@kring.example",)
    assert found.additions.tags == ("Sport",)


def test_what_somebody_is_called_does_not_change_by_a_list() -> None:
    row = Candidate(1, NameParts(first_name="Bo", surname="Vos"), emails=("bo@kring.example",))

    known = KnownPerson(7, NameParts(first_name="Bo"))
    assert only(row, register=knowing(known)).outcome is RowOutcome.DUPLICATE

    married = Candidate(1, NameParts("B.", "Bo", surname="Bos"), emails=("bo@kring.example",))
    known = KnownPerson(7, NameParts(first_name="Bo", surname="Vos"))
    assert only(married, register=knowing(known)).outcome is RowOutcome.DUPLICATE


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        (NameParts(first_name="Bo"), NameParts(first_name="Cas", surname="Vos")),
        (NameParts(first_name="Bo", surname="Vos"), NameParts(first_name="Cas", surname="Vos")),
        (NameParts(first_name="Anna", surname="Bos"), NameParts("A.", surname="Vries")),
        (NameParts(first_name="Anna", surname="Bos"), NameParts(surname="Vries")),
    ],
)
def test_somebody_else_at_the_same_address_is_asked_about(
    own: NameParts, theirs: NameParts
) -> None:
    known = KnownPerson(7, own)
    row = Candidate(1, theirs, emails=("bo@kring.example",))

    found = only(row, register=knowing(known))
    first, second = planned(
        Candidate(1, own, "Kantoor", emails=("info@kring.example",)),
        Candidate(2, theirs, "Kantoor", emails=("info@kring.example",)),
    ).rows

    assert (found.outcome, found.reason, found.person_id) == (
        RowOutcome.NEW,
        Reason.SHARED_EMAIL,
        7,
    )
    assert (first.outcome, second.outcome) == (RowOutcome.NEW, RowOutcome.NEW)
    assert [one.problem for one in second.candidate.messages] == [Problem.SHARED_EMAIL]


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        (NameParts(first_name="Anna", surname="Bos"), NameParts("A.B.", surname="Bos")),
        (NameParts(first_name="Anna", surname="Bos"), NameParts(first_name="Anna")),
        (NameParts(first_name="Anna", surname="Bos"), NameParts(surname="BOS")),
        (NameParts(first_name="Anna", surname="Bos"), NameParts(first_name="Bos", surname="Anna")),
        (
            NameParts("A.", surname="Vries", partner_surname="Bos"),
            NameParts(first_name="Anna", surname="Bos"),
        ),
    ],
)
def test_who_may_be_one_by_name_is_known_by_the_address(own: NameParts, theirs: NameParts) -> None:
    row = Candidate(1, theirs, emails=("bo@kring.example",))

    assert only(row, register=knowing(KnownPerson(7, own))).reason is Reason.EMAIL


def test_two_rows_about_one_person_add_each_thing_once() -> None:
    known = KnownPerson(7, NameParts(first_name="Bo"))
    register = knowing(known)
    register.keys["email", "b@kring.example"] = 7

    first, second = planned(
        person(1, emails=("bo@kring.example",), tags=("sport",), area="Lariks"),
        person(2, emails=("b@kring.example",), tags=("sport",), area="Lariks"),
        register=register,
    ).rows

    assert first.outcome is RowOutcome.CHANGED
    assert second.outcome is RowOutcome.DUPLICATE


def test_an_address_that_somebody_has_is_not_given_to_another() -> None:
    register = knowing(KnownPerson(7, NameParts(first_name="Bo")))
    register.persons[8] = KnownPerson(8, NameParts(first_name="Cas"))
    register.keys["email", "cas@kring.example"] = 8

    found = only(person(emails=("bo@kring.example", "cas@kring.example")), register=register)

    assert found.person_id == 7
    assert found.outcome is RowOutcome.DUPLICATE


def test_a_new_role_is_added_and_is_the_main_one_only_if_it_is_the_first() -> None:
    known = KnownPerson(7, NameParts(first_name="Bo"))
    first = person(1, emails=("bo@kring.example",), organisation="Gemeente")

    added = only(first, register=knowing(known)).additions
    more = only(
        person(2, emails=("bo@kring.example",), organisation="Café"), register=knowing(known)
    ).additions

    assert added
    assert (added.has_role, added.is_first_role) == (True, True)
    assert more
    assert (more.has_role, more.is_first_role) == (True, False)


def test_the_address_of_an_organisation_is_filled_as_a_whole_or_not_at_all() -> None:
    known = KnownOrganisation("Café", 3, (Helix.BUSINESS,), {Field.TOWN})
    row = Candidate(1, organisation="Café", street="Plein 1", website="https://cafe.example")

    found = only(row, register=Register(organisations={"cafe": known}))

    assert found.outcome is RowOutcome.CHANGED
    assert known.added == {Field.WEBSITE: "https://cafe.example"}


def test_where_an_end_user_lives_is_not_the_address_of_an_organisation() -> None:
    row = person(helix=Helix.END_USERS, organisation="Wijkraad", street="Laan 2")
    at_work = person(2, name="Cas", helix=Helix.BUSINESS, organisation="Café", street="Plein 1")

    plan = planned(row, at_work)

    assert plan.organisations["wijkraad"].added == {}
    assert plan.rows[0].kept == {"street": "Laan 2"}
    assert plan.organisations["cafe"].added == {Field.STREET: "Plein 1"}


def test_the_row_about_the_organisation_itself_knows_its_helix_best() -> None:
    plan = planned(
        person(1, organisation="Wijkraad", helix=Helix.GOVERNMENT),
        Candidate(2, organisation="wijkraad", helix=Helix.END_USERS),
    )

    assert plan.helixes(plan.organisations["wijkraad"]) == (Helix.END_USERS,)


def test_rejected_and_repeated_rows_bring_no_organisation() -> None:
    table = Table(
        tuple(COLUMNS),
        (
            ("=A", "", "Eerste", "", "", "", ""),
            ("Bo", "", "Tweede", "b@kring.example", "", "", ""),
            ("Bo", "Bos", "Derde", "B@kring.example", "", "", ""),
        ),
        (1, 2, 3),
    )

    plan = make_plan(read_rows(table, COLUMNS), Register(), HelixOfNew())

    assert list(plan.organisations) == ["tweede"]
    assert plan.rows[2].repeats == 2
