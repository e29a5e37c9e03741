"""What is asked about the people of a session: whom to list, invite, call and write to."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from flask import request
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, Length

from crm.core.cleaning import clean_line
from crm.core.conditions import Group
from crm.core.i18n import _, _l, written_number
from crm.design_sessions.forms.reading import member, number, numbered
from crm.design_sessions.models import Answer, DesignPhase, Invitation, ProposalState, SessionKind
from crm.design_sessions.queries import sessions
from crm.design_sessions.queries.sessions import SessionFilter
from crm.design_sessions.queries.standings import AnswerGroup, NotedGroup, PeopleFilter
from crm.design_sessions.services.answering import GIVEN
from crm.design_sessions.services.inviting import Said
from crm.neighbourhoods.models import Area
from crm.stakeholders.forms.selections import SelectionForm
from crm.stakeholders.models import Helix
from crm.stakeholders.queries.persons import PersonFilter
from crm.web.forms import AnswerField, AskedForm, Form, SelectChoice, choices_of, where_typed
from crm.web.rendering import label

# A value and its words.
Pairs = Iterable[tuple[str, str]]
# Who was ticked, and for which helix somebody counts.
Ticked = tuple[list[int], dict[int, Helix]]
DECISIONS = (ProposalState.INVITED, ProposalState.DECLINED)


class FilterForm(AskedForm):
    """
    What a list is narrowed to: it stands in the address and changes nothing.

    What makes no sense counts as not asked, so that an address that was kept still opens a page.
    """

    def typed(self) -> dict[str, str]:
        """Return what was filled in, as it stands in an address."""
        return {name: str(field.data) for name, field in self._fields.items() if field.data}


class SessionFilterForm(FilterForm):
    """Which sessions are listed."""

    q = StringField(_l("Title, place or goal"), filters=[where_typed(clean_line)])
    kind = SelectField(_l("Kind"), default="")
    phase = SelectField(_l("Phase"), default="")
    year = SelectField(_l("Year"), default="")

    def offer(self, years: Iterable[int]) -> None:
        """Fill the choices; `years` are those in which there are sessions."""
        every = SelectChoice("", _l("All"))
        self.kind.choices = [every, *choices_of(SessionKind)]
        self.phase.choices = [every, *choices_of(DesignPhase)]
        self.year.choices = [every, *(SelectChoice(str(year), str(year)) for year in years)]

    def chosen(self) -> SessionFilter:
        """Return what was asked."""
        return SessionFilter(
            search=(self.q.data or "").strip(),
            kind=member(SessionKind, self.kind.data),
            phase=member(DesignPhase, self.phase.data),
            year=number(self.year.data),
        )


class SessionPeopleForm(FilterForm):
    """Which people of a session are listed."""

    q = StringField(_l("Name"), filters=[where_typed(clean_line)])
    answer = SelectField(_l("Answer"), default="")
    noted = SelectField(_l("Attendance"), default="")

    def offer(self, noted: Mapping[NotedGroup, int]) -> None:
        """Fill the choices; of each that can be noted it is told of how many people it is."""
        every = SelectChoice("", _l("All"))
        self.answer.choices = [every, *choices_of(AnswerGroup)]
        words = {group: f"{label(group)} ({written_number(noted[group])})" for group in noted}
        self.noted.choices = [every, *(SelectChoice(group.value, words[group]) for group in noted)]

    def chosen(self) -> PeopleFilter:
        """Return what was asked."""
        return PeopleFilter(
            search=(self.q.data or "").strip(),
            answer=member(AnswerGroup, self.answer.data),
            noted=member(NotedGroup, self.noted.data),
        )


class RegisterFilterForm(FilterForm):
    """Which people of the register are offered to be invited."""

    q = StringField(_l("Name"), filters=[where_typed(clean_line)])
    helix = SelectField(_l("Helix"), default="")
    area = SelectField(_l("Neighbourhood"), default="")
    tag = SelectField(_l("Tag"), default="", filters=[where_typed(clean_line)])
    organisation = StringField(_l("Organisation"), filters=[where_typed(clean_line)])
    segment = SelectField(_l("Segment"), default="")

    def offer(self, areas: Iterable[Area], tags: Pairs, segments: Pairs) -> None:
        """Fill the choices: the four helixes, and the areas, tags and segments that there are."""
        every = SelectChoice("", _l("All"))
        self.helix.choices = [every, *choices_of(Helix)]
        self.area.choices = [every, *(SelectChoice(str(area.id), area.name) for area in areas)]
        self.tag.choices = [every, *(SelectChoice(key, word) for key, word in tags)]
        self.segment.choices = [every, *(SelectChoice(key, name) for key, name in segments)]

    def chosen(self, organisation_id: int | None, where: Group) -> PersonFilter:
        """Return what was asked; `where` are the conditions of the segment."""
        return PersonFilter(
            search=(self.q.data or "").strip(),
            helix=member(Helix, self.helix.data),
            area_id=number(self.area.data),
            tag=(self.tag.data or "").strip(),
            organisation_id=organisation_id,
            where=where,
        )


class SessionForm(SelectionForm):
    """One of the sessions that have not ended."""

    session = SelectField(_l("Session"), [DataRequired(_l("Choose a session."))], coerce=str)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [SelectChoice(str(key), words) for key, words in sessions.to_come()]
        self.session.choices = [SelectChoice("", _("Choose …")), *offered]

    def details(self) -> int:
        """Return the id of the session."""
        return int(self.session.data)


class PeopleForm(Form):
    """Ticks beside names (`person`), a helix beside some (`helix-12`), or all of the filter."""

    @property
    def takes_everybody(self) -> bool:
        """Whether all whom the filter leaves are meant, also those of other pages."""
        return bool(request.form.get("everybody"))

    def details(self) -> Ticked:
        """Return who was ticked; without a tick, a helix that was chosen for somebody remains."""
        # A tick that is no id is sent by no page of ours; it finds nobody and gives a 404.
        ticked = [number(given) or 0 for given in request.form.getlist("person")]
        given = numbered(request.form, "helix-")
        chosen = {person_id: member(Helix, value) for person_id, value in given.items()}
        return ticked, {person_id: helix for person_id, helix in chosen.items() if helix}


class CallForm(Form):
    """A button for each thing that can come of a call."""

    said = StringField(_l("Answer"), [AnyOf([said.value for said in Said])])
    # The sequence of the session that the caller told of: it may have been moved meanwhile.
    seen = HiddenField(default="")
    # Who stood below on the list; whoever was called may be off it on the next page.
    following = HiddenField(default="")

    def details(self) -> tuple[Said, int]:
        """Return what came of the call, and the sequence of the session that was told of."""
        return Said(self.said.data or ""), number(self.seen.data) or 0


class DecisionForm(Form):
    """Two buttons, and who it is: somebody of the register, or somebody new for a helix."""

    state = StringField(_l("Decision"), [AnyOf([state.value for state in DECISIONS])])
    # Asked, never guessed: a colleague of an unknown organisation once became business unasked.
    helix = SelectField(
        _l("Helix"), choices=lambda: [SelectChoice("", ""), *choices_of(Helix)], default=""
    )
    person = StringField(_l("Who is it?"))

    def details(self) -> dict[str, Any]:
        """Return what becomes of a proposal, and who it is or what a new person counts for."""
        return {
            "state": ProposalState(self.state.data or ""),
            "helix": Helix(self.helix.data) if self.helix.data else None,
            "person_id": number(self.person.data),
        }

    def outcome(self) -> str:
        """Return in words what came of it."""
        if self.is_refused:
            # The page that follows begins with a new form, so the words say what was wrong.
            why = " ".join(map(str, [*self.refusals, *self.helix.errors]))
            return why or _("Choose invite or decline.")
        if self.state.data == ProposalState.INVITED.value:
            return _("The colleague is on the list. Send the invitation.")
        return _("The proposal is declined. Nobody gets a message about it.")


class GivenForm(Form):
    """Ticks beside names (`person`), and where these people gave their address."""

    # Kept with the invitation: it is the ground on which this one message is sent.
    source = StringField(_l("Where did they give it?"), [Length(max=200)])

    def details(self) -> dict[str, Any]:
        """Return who was ticked (`person_ids`), and where they gave their address (`reason`)."""
        ticked = [number(given) for given in request.form.getlist("person")]
        ids = [person_id for person_id in ticked if person_id is not None]
        return {"person_ids": ids, "reason": self.source.data or ""}


class NotedAnswerForm(Form):
    """What somebody said, to the time and place that the page told of."""

    answer = AnswerField(_l("What did they say?"), choices=partial(choices_of, GIVEN))
    seen = HiddenField(default="")

    @classmethod
    def before(cls, invitation: Invitation) -> "NotedAnswerForm":
        """Return the form with the answer that stands."""
        sequence = str(invitation.design_session.sequence)
        return cls(formdata=None, data={"answer": invitation.answer.value, "seen": sequence})

    def details(self) -> dict[str, Any]:
        """Return the `answer`, and the sequence of the session that it is about."""
        seen = number(self.seen.data) or 0
        return {"answer": Answer(self.answer.data), "seen_sequence": seen}
