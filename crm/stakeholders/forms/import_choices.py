"""What is chosen for the rows of an import: for one row, or for all rows of a kind."""

from collections.abc import Mapping

from flask import request

from crm.stakeholders.importing.choices import Choice, Decisions, Reason
from crm.stakeholders.importing.columns import Field
from crm.web.forms import Form

LONGEST_NUMBER = 9
HERE, THERE = "here", "there"


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
        return Decisions(kinds, rows, _cells())


def _cells() -> dict[int, dict[Field, bool]]:
    """Return row → field → whether the cell of the list is taken, where that was chosen."""
    found: dict[int, dict[Field, bool]] = {}
    for one in Field:
        given = _numbered(request.form, f"cell-{one.value}-")
        for row, chosen in given.items():
            if chosen in {THERE, HERE}:
                found.setdefault(row, {})[one] = chosen == THERE
    return found


def _numbered(given: Mapping[str, str], before: str) -> dict[int, str]:
    """Return number → value of the fields that are called so, with a number behind it."""
    found = {name.removeprefix(before): text for name, text in given.items() if before in name}
    return {
        int(number): text
        for number, text in found.items()
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    }
