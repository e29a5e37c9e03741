"""What narrows a list: of sessions, and of the register when people are invited."""

from collections.abc import Iterable, Mapping

from wtforms import SelectField, StringField

from crm.core.cleaning import clean_line
from crm.core.conditions import Group
from crm.core.i18n import _l, written_number
from crm.design_sessions.forms.reading import member, number
from crm.design_sessions.models import DesignPhase, SessionKind
from crm.design_sessions.queries import SessionFilter
from crm.design_sessions.queries.session_lists import AnswerGroup, NotedGroup, PeopleFilter
from crm.neighbourhoods.models import Area
from crm.stakeholders.models import Helix
from crm.stakeholders.queries.persons import PersonFilter
from crm.web.forms import AskedForm, SelectChoice, choices_of, where_typed
from crm.web.rendering import label


class SessionFilterForm(AskedForm):
    """Which sessions are listed; it stands in the address and changes nothing."""

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
        """Return what was asked; what makes no sense counts as not asked."""
        return SessionFilter(
            search=(self.q.data or "").strip(),
            kind=member(SessionKind, self.kind.data),
            phase=member(DesignPhase, self.phase.data),
            year=number(self.year.data),
        )

    def typed(self) -> dict[str, str]:
        """Return what was chosen, as it stands in an address."""
        return {name: str(field.data) for name, field in self._fields.items() if field.data}


class SessionPeopleForm(AskedForm):
    """Which people of a session are listed; it stands in the address and changes nothing."""

    q = StringField(_l("Name"), filters=[where_typed(clean_line)])
    answer = SelectField(_l("Answer"), default="")
    noted = SelectField(_l("Attendance"), default="")

    def offer(self, noted: Mapping[NotedGroup, int]) -> None:
        """Fill the choices; of each that can be noted it is told of how many people it is."""
        every = SelectChoice("", _l("All"))
        self.answer.choices = [every, *choices_of(AnswerGroup)]
        counted = [
            SelectChoice(one.value, f"{label(one)} ({written_number(number)})")
            for one, number in noted.items()
        ]
        self.noted.choices = [every, *counted]

    def chosen(self) -> PeopleFilter:
        """Return what was asked; what makes no sense counts as not asked."""
        return PeopleFilter(
            search=(self.q.data or "").strip(),
            answer=member(AnswerGroup, self.answer.data),
            noted=member(NotedGroup, self.noted.data),
        )

    def typed(self) -> dict[str, str]:
        """Return what was chosen, as it stands in an address."""
        return {name: str(field.data) for name, field in self._fields.items() if field.data}


class RegisterFilterForm(AskedForm):
    """Which people of the register are offered to be invited."""

    q = StringField(_l("Name"), filters=[where_typed(clean_line)])
    helix = SelectField(_l("Helix"), default="")
    area = SelectField(_l("Neighbourhood"), default="")
    tag = SelectField(_l("Tag"), default="", filters=[where_typed(clean_line)])
    organisation = StringField(_l("Organisation"), filters=[where_typed(clean_line)])
    segment = SelectField(_l("Segment"), default="")

    def offer(
        self,
        areas: Iterable[Area],
        tags: Iterable[tuple[str, str]],
        segments: Iterable[tuple[str, str]],
    ) -> None:
        """Fill the choices: the four helixes, and the areas, tags and segments that there are."""
        every = SelectChoice("", _l("All"))
        self.helix.choices = [every, *choices_of(Helix)]
        self.area.choices = [every, *(SelectChoice(str(one.id), one.name) for one in areas)]
        self.tag.choices = [every, *(SelectChoice(key, word) for key, word in tags)]
        self.segment.choices = [every, *(SelectChoice(key, name) for key, name in segments)]

    def chosen(self, organisation_id: int | None, where: Group) -> PersonFilter:
        """
        Return what was asked; what makes no sense counts as not asked.

        :param where: the conditions of the segment
        """
        return PersonFilter(
            search=(self.q.data or "").strip(),
            helix=member(Helix, self.helix.data),
            area_id=number(self.area.data),
            tag=(self.tag.data or "").strip(),
            organisation_id=organisation_id,
            where=where,
        )

    def typed(self) -> dict[str, str]:
        """Return what was filled in, as it stands in an address."""
        return {name: str(field.data) for name, field in self._fields.items() if field.data}
