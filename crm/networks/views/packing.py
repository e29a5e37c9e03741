"""What is taken away, for pages and for the command line: the network that was asked for."""

from crm.core import clock
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.exports import Heading, Takeaway, pack
from crm.networks.forms import NetworkFilterForm
from crm.networks.queries import Look
from crm.projects.models import Project
from crm.web.forms import shown
from crm.web.rendering import label, write_number


def takeaway(actor: Actor, project: Project, form: NetworkFilterForm) -> Takeaway:
    """Return what `form` asks for, as `actor` may see it."""
    selection = form.chosen()
    seen = queries.look(actor, project.id, selection)
    places = queries.places(project.id, selection)
    title = _("Network: %(view)s", view=label(seen.selection.view))
    heading = Heading(project.name, title, clock.today(), filters(form, seen))
    return pack(actor, project.id, seen, places, heading)


def filters(form: NetworkFilterForm, seen: Look) -> tuple[str, ...]:
    """Return in words what was asked for otherwise than usual, a line each."""
    asked = form.query()
    lines = [
        ": ".join((str(field.label.text), shown(field)))
        for field in form
        if field.name in asked and field.name != "view"
    ]
    if seen.was_thinned:
        least = write_number(seen.selection.minimum)
        lines.append(str(_("Only ties of weight %(weight)s and more", weight=least)))
    return tuple(lines)
