"""What is taken away, for pages and for the command line: the network that was asked for."""

from flask_babel import get_locale
from werkzeug.datastructures import MultiDict
from wtforms import Field

from crm.core import clock
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.networks import queries, words
from crm.networks.appearance import Appearance, at_hand
from crm.networks.exports import Heading, Placed, Takeaway, pack
from crm.networks.exports.takeaway import writable
from crm.networks.forms import AppearanceForm, NetworkFilterForm, query_of
from crm.networks.queries import Look
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.web.forms import shown
from crm.web.rendering import label, write_date, write_number

LEGEND = _l(
    "A thicker line weighs more. Organisations have a thick outline. A small mark at the foot of "
    "another is a second helix. A dashed line is a role in an organisation."
)
# The title says the view, and the minimum is said with what it leaves out.
UNSAID = {"view", "minimum"}


def takeaway(actor: Actor, project: Project, args: MultiDict[str, str]) -> Takeaway:
    """Return what `args`, as of an address, ask of the network, as `actor` may see it."""
    form, look = NetworkFilterForm(args), AppearanceForm(args).chosen()
    form.offer(queries.offers(actor, project))
    seen = queries.look(actor, project.id, form.chosen())
    places = queries.places(actor, project.id, form.chosen())
    placed = Placed(places, at_hand(seen.shown, look.size))
    return pack(actor, project.id, seen, placed, _heading(project, form, seen, look))


def _heading(project: Project, form: NetworkFilterForm, seen: Look, look: Appearance) -> Heading:
    there = {node["helix"] for _key, node in seen.shown.nodes(data=True)}
    locale = get_locale()
    return Heading(
        project=writable(project.name),
        title=str(_("Network: %(view)s", view=label(seen.selection.view))),
        day=clock.today(),
        dated=write_date(clock.today(), "long"),
        language=locale.language if locale else "en",
        filters=filters(form, seen),
        summary=" ".join(words.sentences(seen.measures, seen.selection.view)),
        helixes=tuple(
            (helix, str(label(helix) if helix else _("Session")))
            for helix in (*Helix, None)
            if helix in there
        ),
        notes=(
            str(_("A bigger mark has more of this: %(measure)s.", measure=label(look.size))),
            str(LEGEND),
        ),
    )


def filters(form: NetworkFilterForm, seen: Look) -> tuple[str, ...]:
    """Return in words what was asked otherwise than usual, and what is left out, a line each."""
    lines = asked_for(form, seen)
    if seen.left_out:
        least = write_number(seen.selection.minimum)
        lines += (writable(str(_("Only ties of weight %(weight)s and more", weight=least))),)
    return lines


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
