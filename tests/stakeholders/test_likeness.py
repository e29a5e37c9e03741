"""Likeness: who looks like whom and why, without a database."""

import pytest

from crm.stakeholders.rules.likeness import (
    LIKELY,
    POSSIBLE,
    PersonTraits,
    Why,
    in_turn,
    is_searched,
    keys_of,
    likeness,
    organisation_traits,
    person_traits,
)
from crm.stakeholders.values.names import NameParts


def who(
    name: str, *, email: str = "", phone: str = "", at: int | None = None, area: int | None = None
) -> PersonTraits:
    given, _comma, surname = name.partition("|")
    initials = given if given.endswith(".") else ""
    parts = NameParts(
        initials=initials, first_name="" if initials else given, prefix="de", surname=surname
    )
    places = () if at is None else (at,)
    return person_traits(
        parts, emails=(email,), phones=(phone,), organisations=places, area_id=area
    )


LIKELY_TWOS = [
    ("same e-mail", who("Jan|Vries", email="jan@x.nl"), who("J.|Vries", email="JAN@x.nl")),
    ("e-mail, other surname", who("Els|Bos", email="e@x.nl"), who("Els|Mos-Dam", email="e@x.nl")),
    ("same number", who("Jan|Vries", phone="+31612345678"), who("Jan|Vries", phone="+31612345678")),
    ("name and organisation", who("Élise|Çelik", at=7), who("elise|Celik", at=7)),
    ("initial and organisation", who("J.|Vries", at=7), who("Jan|Vries", at=7)),
    ("typing error", who("Jan|Dijkstra", at=7), who("Jan|Dijstra", at=7)),
    ("prefix in the surname", who("Jan|Vries", at=7), who("Jan|de vries", at=7)),
    ("letters turned", who("Marieke|Veen", at=7), who("Mareike|Veen", at=7)),
]
UNLIKELY_TWOS = [
    ("namesakes elsewhere", who("Jan|Vries", at=7), who("Jan|Vries", at=8)),
    ("name alone", who("Jan|Vries"), who("Jan|Vries")),
    ("a household", who("Jan|Vries", email="fam@x.nl"), who("Els|Vries", email="fam@x.nl")),
    ("a shared mailbox", who("Jan|Vries", email="i@x.nl"), who("Kim|Bos", email="i@x.nl")),
    ("colleagues", who("Jan|Vries", at=7), who("Kim|Vries", at=7)),
    ("another initial", who("J.|Vries", at=7), who("Kim|Vries", at=7)),
    ("short names differ", who("Jan|Bos", at=7), who("Jan|Vos", at=7)),
]  # fmt: skip


@pytest.mark.parametrize("two", LIKELY_TWOS, ids=lambda two: two[0])
def test_these_are_likely_one(two: tuple[str, PersonTraits, PersonTraits]) -> None:
    _name, one, other = two

    assert likeness(one, other).score >= LIKELY
    assert keys_of(one) & keys_of(other)


@pytest.mark.parametrize("two", UNLIKELY_TWOS, ids=lambda two: two[0])
def test_these_are_not(two: tuple[str, PersonTraits, PersonTraits]) -> None:
    _name, one, other = two

    assert likeness(one, other).score < LIKELY


@pytest.mark.parametrize("two", [*LIKELY_TWOS, *UNLIKELY_TWOS], ids=lambda two: two[0])
def test_it_does_not_matter_who_is_first(two: tuple[str, PersonTraits, PersonTraits]) -> None:
    _name, one, other = two

    assert likeness(one, other) == likeness(other, one)


def test_the_reasons_are_told_the_strongest_first() -> None:
    one = who("J.|Vries", email="jan@x.nl", at=7, area=3)
    other = who("Jan|Vries", email="jan@x.nl", at=7, area=3)

    found = likeness(one, other)

    assert found.score == 100
    assert found.reasons == (
        Why.SAME_EMAIL, Why.INITIALS_FIT, Why.SAME_ORGANISATION, Why.SAME_AREA
    )  # fmt: skip


def test_a_namesake_is_possible_while_one_types() -> None:
    assert likeness(who("Jan|Vries"), who("Jan|Vries", at=7)).score >= POSSIBLE


def test_a_first_name_with_a_near_surname_shares_a_block_only_while_one_types() -> None:
    shared = keys_of(who("Jan|Jansen")) & keys_of(who("Jan|Jansson"))

    assert [is_searched(one) for one in shared] == [False]


def test_the_mark_changes_with_each_trait() -> None:
    base = who("Jan|Vries", email="a@x.nl", phone="+31612345678", at=7, area=3)
    others = [
        who("Jaap|Vries", email="a@x.nl", phone="+31612345678", at=7, area=3),
        who("Jan|Vries", email="b@x.nl", phone="+31612345678", at=7, area=3),
        who("Jan|Vries", email="a@x.nl", phone="", at=7, area=3),
        who("Jan|Vries", email="a@x.nl", phone="+31612345678", at=8, area=3),
        who("Jan|Vries", email="a@x.nl", phone="+31612345678", at=7, area=4),
    ]

    assert len({base.mark, *(one.mark for one in others)}) == 6


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stichting De Schakel", "de schakel"),
        ("Bakkerij Noord B.V.", "Bakkerij Noord"),
        ("Noord Bakkerij", "Bakkerij Noord"),
    ],
)
def test_the_legal_form_and_the_order_of_words_tell_nothing(one: str, other: str) -> None:
    mine, theirs = organisation_traits(one), organisation_traits(other)

    assert likeness(mine, theirs).score >= LIKELY
    assert keys_of(mine) & keys_of(theirs)


def test_a_typing_error_in_a_name_needs_one_thing_more() -> None:
    mine = organisation_traits("Buurthuis de Schakel", town="Assen")
    theirs = organisation_traits("Buurthuis de Schakkel", town="Assen")

    found = likeness(mine, theirs)

    assert found.score >= LIKELY
    assert found.reasons == (Why.NEAR_NAME,)


def test_the_same_name_in_two_towns_is_two_organisations() -> None:
    mine = organisation_traits("De Schakel", town="Assen")
    theirs = organisation_traits("De Schakel", town="Emmen")

    assert likeness(mine, theirs).score < LIKELY


def test_letters_of_a_name_on_the_same_website_are_likely() -> None:
    mine = organisation_traits("Natuur en Milieu Drenthe", website="https://www.nemd.example/x")
    theirs = organisation_traits("NEMD", website="http://nemd.example")

    assert likeness(mine, theirs).reasons == (Why.SAME_WEBSITE, Why.LETTERS_FIT)


def test_every_key_has_its_turn_and_an_address_comes_first() -> None:
    person = keys_of(who("Jan|Vries", email="jan@x.nl", phone="+31612345678", at=7))
    place = keys_of(
        organisation_traits("GGD Noord Drenthe", website="https://ggd.example", postcode="9401 AA")
    )

    turns = [in_turn(keys) for keys in (person, place)]

    assert [set().union(*groups) for groups in turns] == [person, place]
    assert {key[0] for key in person | place} == set("epntoi") | set("nsbzwhac")
    assert turns[0][0] == ["e:jan@x.nl", "p:+31612345678"]
