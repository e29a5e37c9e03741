"""What is chosen for the rows of an import: for one row, or for all rows of a kind."""

from collections.abc import Mapping

from flask import request

from crm.stakeholders.importing.decisions import Choice, Decisions, Reason
from crm.web.forms import Form

LONGEST_NUMBER = 9


class ChoicesForm(Form):
    """The choices on one page of rows; a select that was left as it is says nothing."""

    def details(self) -> Decisions:
        """Return what was chosen; what was not offered is left out."""
        choices = {one.value: one for one in Choice}
        kinds = {
            one: choices[given]
            for one in Reason
            if (given := request.form.get(f"kind-{one.value}", "")) in choices
        }
        rows = {
            row: choices[given]
            for row, given in _numbered(request.form, "row-").items()
            if given in choices
        }
        return Decisions(kinds, rows)


def _numbered(given: Mapping[str, str], before: str) -> dict[int, str]:
    """Return number → value of the fields that are called so, with a number behind it."""
    found = {name.removeprefix(before): text for name, text in given.items() if before in name}
    return {
        int(number): text
        for number, text in found.items()
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    }
