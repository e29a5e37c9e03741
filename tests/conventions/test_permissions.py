"""The page about permissions: it says what the rules in the code say, and leaves none out."""

import pytest
from flask import Flask

from crm.core import permissions
from crm.core.permissions import NOBODY, Actor, Role
from tests.conventions import permission_table

pytestmark = pytest.mark.engine("sqlite")

# Somebody as each column of the page.
PEOPLE = {
    "nobody": NOBODY,
    "no role": Actor(1, "Bo"),
    **{role.value: Actor(1, "Bo", role=role, project_id=1) for role in Role},
    "administrator": Actor(1, "Bo", is_administrator=True),
}


def test_the_page_names_the_people_in_the_order_it_is_read() -> None:
    assert permission_table.columns() == list(permission_table.WHO)


def test_every_permission_stands_on_the_page_with_who_holds_it(app: Flask) -> None:
    assert app
    ruled = {
        str(permission): {
            who for who, actor in PEOPLE.items() if permissions.allows(actor, permission)
        }
        for permission in permissions.table()
    }

    assert permission_table.holders() == ruled
