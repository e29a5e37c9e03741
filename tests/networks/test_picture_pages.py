"""What goes with the picture: what was chosen in it, how it looks, and when it is held back."""

import json

import pytest
from flask.testing import FlaskClient

from crm.networks.rules import picture
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.networks.gathering import meet


def test_what_is_chosen_in_the_picture_stands_beside_it_without_javascript(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident, title="Kennen en begrijpen")

    who = pages.text_of(leader.get(f"{where}?point=p{official.id}"))
    why = pages.text_of(leader.get(f"{where}?point=p{official.id}&with=p{resident.id}"))
    nobody = pages.text_of(leader.get(f"{where}?point=p999&with=p{resident.id}"))

    assert "To the page of Dirk Ambtenaar" in who
    assert "Kennen en begrijpen" not in who
    assert "What ties Dirk Ambtenaar to Greet Bewoner" in why
    assert "Kennen en begrijpen" in why
    assert "What ties" not in nobody


def test_the_part_beside_the_picture_comes_by_itself(
    leader: FlaskClient, reviewer: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident, title="Kennen en begrijpen")
    address = f"{where}/people/{resident.id}?part=panel&with=p{official.id}"

    part, pseudonymous = leader.get(address).text, reviewer.get(address).text

    assert "<html" not in part
    assert "Kennen en begrijpen" in part
    assert "Greet Bewoner" in part
    assert "Greet Bewoner" not in pseudonymous


def test_what_marks_grow_with_and_their_names_stand_in_the_address(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident, factories.person("Derde", first_name="Daan"))
    meet(official, resident)
    query = "?tie=attendance&minimum=0"

    by_ties = json.loads(leader.get(f"{where}/picture.json{query}").data)
    by_weight = json.loads(leader.get(f"{where}/picture.json{query}&size=strength&labels=few").data)
    text = leader.get(f"{where}{query}&size=strength&labels=few").text

    assert len({node["size"] for node in by_ties["nodes"]}) == 1
    assert len({node["size"] for node in by_weight["nodes"]}) == 2
    assert (by_ties["labels"], by_weight["labels"]) == (160, 10)
    assert "size=strength&amp;labels=few" in text
    assert "A bigger mark has more of this: Weight of the ties." in text


def test_marks_grow_with_a_figure_and_its_sentences_stand_beside_the_picture(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    guest = factories.person("Derde", first_name="Daan", helix=Helix.RESEARCH)
    meet(official, resident)
    meet(resident, guest)
    query = "?tie=attendance&minimum=0"

    data = json.loads(leader.get(f"{where}/picture.json{query}&size=betweenness").data)
    beside = pages.text_of(leader.get(f"{where}{query}&point=p{resident.id}"))
    part = pages.text_of(leader.get(f"{where}/people/{resident.id}{query}&part=panel"))

    sizes = {node["id"]: node["size"] for node in data["nodes"]}
    assert sizes[f"p{resident.id}"] > sizes[f"p{official.id}"] == sizes[f"p{guest.id}"]
    for text in (beside, part):
        assert "Lies on this part of the shortest ways between others: 1" in text
        assert "What would break without Greet Bewoner" in text
        assert "1 other would lose every way" in text


def test_a_picture_that_is_too_large_is_held_back_and_says_why(
    leader: FlaskClient,
    where: str,
    official: Person,
    resident: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meet(official, resident)
    monkeypatch.setattr(picture, "READABLE", 1)

    held_back, drawn = leader.get(where).text, leader.get(f"{where}?anyway=y").text

    assert "marks are too many for one picture" in held_back
    assert "Show the organisations" in held_back
    assert "data-network=" not in held_back
    assert "picture.json" not in held_back
    assert "Greet Bewoner" in held_back
    assert "data-network=" in drawn
    assert "anyway=y" in drawn
