"""What cannot be asked of the network: it is told beside its field, and not asked."""

from datetime import date

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from crm.networks.forms.asked import NetworkFilterForm
from crm.stakeholders.models import Person
from tests import factories
from tests.networks.gathering import meet

pytestmark = pytest.mark.engine("sqlite")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=2021-05-01&until=2021-04-01", "Deze dag ligt voor de eerste. Kies een latere dag."),
        ("minimum=drie", "Dit is geen getal. Schrijf het in cijfers."),
        ("half_life=1.5", "Dit is geen heel getal. Schrijf het in cijfers."),
        ("from=2021-02-30", "Die dag bestaat niet. Kies er een in de kalender."),
        ("half_life=0", "Nummer moet tussen 1 en 36500 liggen."),
    ],
)
def test_what_makes_no_sense_is_told_once_beside_its_field_in_the_language_of_the_reader(
    app: Flask, query: str, told: str
) -> None:
    with app.test_request_context(f"/?{query}", headers={"Accept-Language": "nl"}):
        form = NetworkFilterForm(request.args)

        assert [str(error) for field in form for error in field.errors] == [told]


def test_a_last_day_before_the_first_is_not_asked(
    leader: FlaskClient, where: str, resident: Person
) -> None:
    meet(resident, factories.person("Bakker"), day=date(2021, 6, 1))

    found = leader.get(f"{where}/picture.json?from=2021-05-01&until=2021-04-01").get_json()

    assert len(found["edges"]) == 1
