"""What is asked when people are invited, or the invited list is changed."""

from dataclasses import dataclass

from flask import request

from crm.design_sessions.forms.reading import member, number, numbered
from crm.stakeholders.models import Helix
from crm.web.forms import Form


@dataclass(frozen=True, slots=True)
class Chosen:
    """The people who were ticked, and the helix that was chosen for some of them."""

    person_ids: list[int]
    helixes: dict[int, Helix]
    everybody: bool


class PeopleForm(Form):
    """Ticks beside names (`person`), a helix beside some (`helix-12`), or all of the filter."""

    def details(self) -> Chosen:
        """Return who was ticked; without a tick, a helix that was chosen for somebody remains."""
        ticked = [number(given) for given in request.form.getlist("person")]
        return Chosen(
            # A tick that is no id is sent by no page of ours; it finds nobody and gives a 404.
            person_ids=[0 if one is None else one for one in ticked],
            helixes=self._helixes(),
            everybody=bool(request.form.get("everybody")),
        )

    def _helixes(self) -> dict[int, Helix]:
        given = {numbered(name, "helix-"): value for name, value in request.form.items()}
        chosen = {one: member(Helix, value) for one, value in given.items()}
        return {
            one: helix for one, helix in chosen.items() if one is not None and helix is not None
        }
