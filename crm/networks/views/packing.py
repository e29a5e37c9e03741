"""What is taken away, for pages and for the command line: the network that was asked for."""

from collections.abc import Iterator

from flask_babel import format_date, get_locale
from werkzeug.datastructures import MultiDict
from wtforms import Field

from crm.core import clock
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.networks.forms.asked import AppearanceForm, NetworkFilterForm, query_of
from crm.networks.queries import materials, network_views, pictures
from crm.networks.queries.network_views import Look
from crm.networks.rules import words
from crm.networks.rules.picture import Seat
from crm.networks.rules.selection import NetworkView
from crm.networks.views.exports.takeaway import Heading, Placed, Takeaway, pack, writable
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
# The title says the view, and what only leaves lines out of the picture is said with the picture.
UNSAID = {"view", "minimum", "per_person"}


def takeaway(actor: Actor, project: Project, args: MultiDict[str, str]) -> Takeaway:
    """Return what `args`, as of an address, ask of the network, as `actor` may see it."""
    form, look = NetworkFilterForm(args), AppearanceForm(args).chosen()
    form.offer(materials.offers(actor, project))
    whole = actor, project.id, form.chosen()
    seen = network_views.with_every_name(actor, network_views.look(*whole))
    sizes, places = pictures.sizes(*whole, look.size), network_views.places(*whole)
    seats = pictures.seats(*whole) if look.chairs else []
    placed = Placed(places, sizes or {}, seats, pictures.shelves(seen, places))
    growing = (
        _("These figures have to be worked out first: until then all marks have one size.")
        if sizes is None
        else _("A bigger mark has more of this: %(measure)s.", measure=label(look.size))
    )
    notes = (str(growing), str(LEGEND), *([str(CHAIRS)] if seats else []))
    return pack(actor, project.id, seen, placed, _heading(project, form, seen, seats, notes))


def _summary(seen: Look, seats: list[Seat]) -> str:
    """Return what the network is and what the picture draws of it, for who cannot see it."""
    told = (
        f"{area}: {', '.join(str(label(helix)) for helix in helixes)}"
        for area, helixes in pictures.missing(seats).items()
    )
    lines = words.sentences(seen.measures, seen.selection.view, seen.drawn)
    # Not within the braces: Pythons differ in whether texts are gathered from there.
    heading = _("Empty chairs")
    empty = [f"{heading}. {'; '.join(told)}."] if seats else []
    return writable(" ".join((*lines, *empty)))


def _heading(
    project: Project, form: NetworkFilterForm, seen: Look, seats: list[Seat], notes: tuple[str, ...]
) -> Heading:
    # Only what is drawn is explained.
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
    """Return in words what was asked otherwise than usual, and what is not drawn, a line each."""
    return asked_for(form, seen) + tuple(map(writable, _cut(seen)))


def _cut(seen: Look) -> Iterator[str]:
    """Yield which of the ties the picture draws, where those are not all."""
    asked = seen.selection
    if asked.month and seen.left_out:
        yield str(_("Drawn: the lines of the whole period, as far as they were there then"))
        return
    if seen.left_out and asked.minimum:
        least = write_number(asked.minimum)
        yield str(_("Drawn: only ties of weight %(weight)s and more", weight=least))
    if asked.per_person is not None:
        most = write_number(asked.per_person)
        yield str(_("Drawn: of each the %(number)s ties that say most", number=most))


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
    """Return in words of what the network is, where that is not the usual, a line each."""
    # What was asked and may not be, such as a tag by who only reads, is not in `seen` nor here.
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
    if field.name == "month":
        return str(format_date(seen.selection.month, "MMMM yyyy"))
    return shown(field)
