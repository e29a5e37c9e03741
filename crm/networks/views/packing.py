"""What is taken away, for pages and for the command line: the network that was asked for."""

from flask_babel import get_locale
from werkzeug.datastructures import MultiDict
from wtforms import Field

from crm.core import clock
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.networks import queries, words
from crm.networks.appearance import Appearance
from crm.networks.exports import Heading, Placed, Takeaway, pack
from crm.networks.exports.takeaway import writable
from crm.networks.forms import AppearanceForm, NetworkFilterForm, query_of
from crm.networks.picture import Seat
from crm.networks.queries import Look
from crm.networks.selection import NetworkView
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.web.forms import shown
from crm.web.rendering import label, write_date, write_number

LEGEND = _l(
    "A thicker line weighs more. Organisations have a thick outline. A small mark at the foot of "
    "another is a second helix. A dashed line is a role in an organisation."
)
CHAIRS = _l(
    "An outline of dashes is an empty chair: a helix without anybody in that neighbourhood."
)
# The title says the view, and the minimum is said with what it leaves out.
UNSAID = {"view", "minimum"}


def takeaway(actor: Actor, project: Project, args: MultiDict[str, str]) -> Takeaway:
    """Return what `args`, as of an address, ask of the network, as `actor` may see it."""
    form, look = NetworkFilterForm(args), AppearanceForm(args).chosen()
    form.offer(queries.offers(actor, project))
    whole = actor, project.id, form.chosen()
    seen, sizes = queries.look(*whole), queries.sizes(*whole, look.size)
    seats = queries.seats(*whole) if look.chairs else []
    placed = Placed(queries.places(*whole), sizes or {}, seats)
    notes = _notes(look, seats, is_sized=sizes is not None)
    return pack(actor, project.id, seen, placed, _heading(project, form, seen, seats, notes))


def _notes(look: Appearance, seats: list[Seat], *, is_sized: bool) -> tuple[str, ...]:
    if is_sized:
        growing = _("A bigger mark has more of this: %(measure)s.", measure=label(look.size))
    else:
        growing = _(
            "These figures have to be worked out first: until then all marks have one size."
        )
    return (str(growing), str(LEGEND), *([str(CHAIRS)] if seats else []))


def _summary(seen: Look, seats: list[Seat]) -> str:
    """Return what the picture shows, for who cannot see it."""
    told = (
        f"{area}: {', '.join(str(label(helix)) for helix in helixes)}"
        for area, helixes in queries.missing(seats).items()
    )
    lines = words.sentences(seen.measures, seen.selection.view)
    # Not within the braces: Pythons differ in whether texts are gathered from there.
    heading = _("Empty chairs")
    empty = [f"{heading}. {'; '.join(told)}."] if seats else []
    return writable(" ".join((*lines, *empty)))


def _heading(
    project: Project, form: NetworkFilterForm, seen: Look, seats: list[Seat], notes: tuple[str, ...]
) -> Heading:
    there = {node["helix"] for _key, node in seen.shown.nodes(data=True)}
    there |= {seat.helix for seat in seats}
    locale = get_locale()
    return Heading(
        project=writable(project.name),
        title=str(_("Network: %(view)s", view=label(seen.selection.view))),
        day=clock.today(),
        dated=write_date(clock.today(), "long"),
        language=locale.language if locale else "en",
        filters=filters(form, seen),
        summary=_summary(seen, seats),
        helixes=tuple(
            (helix, str(label(helix) if helix else _("Session")))
            for helix in (*Helix, None)
            if helix in there
        ),
        notes=notes,
    )


def filters(form: NetworkFilterForm, seen: Look) -> tuple[str, ...]:
    """Return in words what was asked otherwise than usual, and what is left out, a line each."""
    lines = asked_for(form, seen)
    if seen.left_out:
        least = write_number(seen.selection.minimum)
        lines += (writable(str(_("Only ties of weight %(weight)s and more", weight=least))),)
    return lines


def described(form: NetworkFilterForm, looks: AppearanceForm, seen: Look) -> tuple[str, ...]:
    """Return in words the whole view that was asked for: what, which part, and how it looks."""
    view = [] if seen.selection.view is NetworkView.PEOPLE else [str(label(seen.selection.view))]
    asked = looks.query()
    look = [
        ": ".join((str(field.label.text), shown(field)))
        for field in (looks.size, looks.labels, looks.chairs)
        if field.name in asked
    ]
    return (*view, *filters(form, seen), *map(writable, look))


def asked_for(form: NetworkFilterForm, seen: Look) -> tuple[str, ...]:
    """
    Return in words what was asked for otherwise than usual, a line each.

    What was asked and may not be, such as a tag by who only reads, is not in `seen` nor here.
    """
    asked = query_of(seen.selection)
    lines = (
        ": ".join((str(field.label.text), _answer(field, seen)))
        for field in form
        if field.name in asked and field.name not in UNSAID
    )
    return tuple(map(writable, lines))


def _answer(field: Field, seen: Look) -> str:
    """Return what a field says; of whom one looks around, what they are called for the reader."""
    around = seen.selection.around
    if field.name == "around" and around is not None:
        return seen.names.get(around, str(_("somebody without a tie")))
    return shown(field)
