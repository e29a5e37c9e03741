"""Numbers in sentences, as the reader writes them."""

import pytest
from flask import Flask, render_template_string

from crm.core.i18n import in_language, ngettext
from crm.stakeholders.views.selections import ACTIONS

LANGUAGES = pytest.mark.parametrize(("language", "written"), [("nl", "11.035"), ("en", "11,035")])
SAYS = """{{ ngettext("%(num)s person is chosen.", "%(num)s people are chosen.", number) }}"""


@LANGUAGES
def test_a_number_in_a_sentence_has_the_separator_of_the_reader(
    app: Flask, language: str, written: str
) -> None:
    with app.test_request_context(), in_language(language):
        said = ngettext("%(num)s person is chosen.", "%(num)s people are chosen.", 11_035)
        shown = render_template_string(SAYS, number=11_035)

    assert said == shown
    assert written in said


@LANGUAGES
def test_what_was_done_with_many_says_so_too(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(), in_language(language):
        said = [str(action.words(11_035)) for action in ACTIONS]

    assert all(written in one for one in said)


def test_what_was_typed_stays_text_in_a_template(app: Flask) -> None:
    with app.test_request_context(), in_language("en"):
        shown = render_template_string(
            """{{ ngettext("%(num)s of %(name)s", "%(num)s of all %(name)s", 2, name=name) }}""",
            name="<b>",
        )

    assert shown == "2 of all &lt;b&gt;"
