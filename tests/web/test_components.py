"""Components: each kind of field is labelled, hinted and told what is wrong, as text."""

from dataclasses import dataclass

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional

from crm.core.pagination import Page
from crm.stakeholders.models import Helix
from crm.web.forms import Form, SelectChoice
from tests.conventions import page_rules

pytestmark = pytest.mark.engine("sqlite")
HOSTILE = '<img src=x onerror="alert(1)">'
PAGE = """
<!doctype html><html lang="en"><head><title>x</title></head><body><h1>x</h1>
{% from "components/edit_form.html" import edit_form %}
{% from "components/field.html" import field %}
{% call edit_form(form) %}{% for one in form %}{{ field(one, hint=hint) }}{% endfor %}{% endcall %}
</body></html>
"""


@dataclass(frozen=True)
class Row:
    """How many of a helix there are, and should be."""

    helix: Helix
    count: int
    target: int | None
    short: int | None


class Everything(Form):
    """A form with a field of each kind."""

    name = StringField("Name", [DataRequired("Fill in a name.")])
    note = TextAreaField("Note")
    emails = FieldList(EmailField("E-mail"), label="E-mail addresses", min_entries=2)
    place = SelectField("Place", choices=[SelectChoice("one", "One"), SelectChoice("two", "Two")])
    tags = SelectMultipleField(
        "Tags", choices=[SelectChoice("red", "Red"), SelectChoice("blue", "Blue")]
    )
    title = RadioField(
        "Title",
        [DataRequired("Choose one.")],
        choices=[SelectChoice("ms", "Ms"), SelectChoice("mr", "Mr")],
    )
    private = BooleanField("Private")
    day = DateField("Day", [Optional()])
    places = IntegerField("Places", [Optional()])
    file = FileField("File")


def page_of(app: Flask, form_data: dict[str, str], hint: str = "") -> str:
    with app.test_request_context(method="POST", data=form_data):
        form = Everything(MultiDict(form_data), meta={"csrf": False})
        form.validate()
        return render_template_string(PAGE.strip(), form=form, hint=hint)


def test_every_kind_of_field_is_labelled(app: Flask) -> None:
    assert page_rules.faults(page_of(app, {}, hint="A hint")) == []


def test_what_is_wrong_stands_beside_its_field_and_above(app: Flask) -> None:
    page = page_of(app, {"place": "one"})

    assert page.count("Fill in a name.") == 2
    assert 'href="#name"' in page
    assert 'aria-describedby="name-error"' in page


def test_what_was_typed_stays_text(app: Flask) -> None:
    page = page_of(app, {"name": HOSTILE, "note": HOSTILE, "emails-0": HOSTILE}, hint=HOSTILE)

    assert "<img" not in page
    assert page.count("&lt;img") > 3


def test_a_balance_says_in_numbers_what_it_draws(app: Flask) -> None:
    rows = [Row(Helix.RESEARCH, 3, 8, 5), Row(Helix.BUSINESS, 9, None, None)]
    template = (
        '{% from "components/helix_balance.html" import helix_balance %}{{ helix_balance(rows) }}'
    )

    with app.test_request_context(headers={"Accept-Language": "en"}):
        drawn = render_template_string(template, rows=rows)

    assert 'class="helix-shape--research" y="1" width="3"' in drawn
    assert 'data-label="Short"><strong class="helix-balance__short">5</strong>' in drawn


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Page([1, 2], 1, 2, total_is_capped=False), "1 to 2 of 2"),
        (Page([1] * 50, 2, 1000, total_is_capped=True), "51 to 100 of more than 1,000"),
        (Page([], 1, 0, total_is_capped=False), "Nothing found"),
    ],
)
def test_a_list_says_where_one_is_in_it(app: Flask, page: Page[int], words: str) -> None:
    template = '{% from "components/pagination.html" import pagination %}{{ pagination(page) }}'

    with app.test_request_context("/?tag=a&tag=b", headers={"Accept-Language": "en"}):
        shown = render_template_string(template, page=page)

    assert words in shown
    assert ("tag=a&amp;tag=b&amp;page=3" in shown) == (page.number == 2)
