"""The rows of an import before it is carried out: what would happen, and what is chosen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.import_choices import ChoicesForm
from crm.stakeholders.importing.choices import Choice, Reason, decisions_of
from crm.stakeholders.importing.columns import FIELD_LABELS
from crm.stakeholders.importing.plan import RowOutcome
from crm.stakeholders.importing.plan_lines import ReportLine
from crm.stakeholders.importing.row_messages import Problem
from crm.stakeholders.models import ContactImport
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import import_reports as reports
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.services import imports as services
from crm.web.pages import Pages
from crm.web.rendering import label

pages = Pages("import_choices")
MOST_PAGES = 1_000_000
Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Report:
    """
    What there is to tell of the rows of an import: one page of those that were asked for.

    :ivar reasons: why rows are taken for somebody, or may be, with how many there are
    :ivar kinds: what was chosen for all rows that have a reason
    :ivar unplaced: for which values the register has no field, with in how many rows they stand
    :ivar only_unplaced: whether only rows with such values are shown
    """

    outcome: RowOutcome | None
    reason: Reason | None
    reasons: Mapping[Reason, int]
    kinds: Mapping[Reason, Choice]
    lines: Page[ReportLine]
    unplaced: Mapping[Problem, int]
    only_unplaced: bool

    @property
    def asked(self) -> dict[str, str]:
        """What the address of this page says."""
        given = {"outcome": self.outcome, "reason": self.reason}
        told = {name: one.value for name, one in given.items() if one is not None}
        told |= {"unplaced": "yes"} if self.only_unplaced else {}
        return {**told, "page": str(self.lines.number)}


@pages.post("/persons/import/<int:import_id>/decide", requires=StakeholderPermission.EDIT)
def decide(actor: Actor, project: Project, import_id: int) -> ResponseReturnValue:
    """Keep what was chosen for the rows, and look at what would happen."""
    found = queries.contact_import(import_id)
    form = ChoicesForm()
    form.attempt(lambda chosen: services.decide(actor, found, decisions=chosen))
    for refusal in form.refusals:
        flash(refusal, "danger")
    if not form.is_refused:
        flash(_("Your choices are kept. Nothing is imported yet."), "success")
    asked = {
        name: request.form.get(name) or None for name in ("outcome", "reason", "unplaced", "page")
    }
    here = {"project_slug": project.slug, "import_id": str(import_id)}
    return redirect(url_for("importing.contact_import", **here, **asked), 303)  # type: ignore[arg-type]  # texts only


def report_asked_for(found: ContactImport) -> Report:
    """Return the rows that the address asks for; those that somebody must look at come first."""
    outcome, reason = _member(RowOutcome, "outcome"), _member(Reason, "reason")
    overview = reports.overview(found)
    only_unplaced = request.args.get("unplaced") == "yes"
    places = overview.places(outcome, reason, only_unplaced=only_unplaced)
    number = min(page_number(), max(1, -(-len(places) // PER_PAGE)))
    shown = reports.lines_at(found, places[(number - 1) * PER_PAGE : number * PER_PAGE])
    page = Page(shown, number, len(places), total_is_capped=False)
    kinds = decisions_of(found.decisions).kinds
    return Report(outcome, reason, overview.reasons, kinds, page, overview.unplaced, only_unplaced)


def page_number(name: str = "page") -> int:
    """Return the number of the page that the address asks for, of the list with this name."""
    return max(1, min(request.args.get(name, 1, type=int), MOST_PAGES))


def choices_for(reason: Reason | None, repeats: int | None = None) -> list[Choice]:
    """
    Return what can be chosen for a row that has this reason.

    :param repeats: the earlier row about the same person, to whom it may only give more
    """
    if repeats is not None:
        return [Choice.FILL, Choice.SKIP]
    if reason is None:
        return [Choice.NEW, Choice.SKIP]
    if reason is Reason.RECORD:
        return [Choice.OVERWRITE, Choice.SKIP]
    return [one for one in Choice if (reason, one) != (Reason.ORGANISATION, Choice.NEW)]


def message_headings() -> list[object]:
    """Return what stands above the columns of the file with messages."""
    return [
        _("Row"),
        _("Name"),
        _("What happens"),
        _("Weight"),
        _("Field"),
        _("Message"),
        _("Text in the file"),
    ]


def message_rows(found: ContactImport) -> Iterator[Sequence[object]]:
    """Yield what there is to say of each row, for the file with messages."""
    for line in reports.all_lines(found):
        who = line.name or line.organisation
        for one in line.messages:
            field = FIELD_LABELS[one.field] if one.field else ""
            words = (label(line.outcome), label(one.level), field, one.text, one.raw)
            yield (line.row, who, *words)


def _member(kind: type[Member], name: str) -> Member | None:
    asked = request.args.get(name, "")
    return kind(asked) if asked in list(kind) else None
