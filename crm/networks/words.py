"""A network in two sentences of plain language."""

from crm.core.i18n import _, _l, ngettext, written_number
from crm.networks.measures.counts import Measures
from crm.networks.selection import NetworkView

FEW_POINTS, FEW_TIES = 20, 30


def sentences(
    measures: Measures, view: NetworkView, drawn: Measures | None = None
) -> tuple[str, ...]:
    """
    Return what is connected, what that says as far as figures can bear, and what of it is drawn.

    :param drawn: measures of the lines drawn; none where all ties are
    """
    lines = () if drawn is None or drawn.ties == measures.ties else (_drawn(measures, drawn, view),)
    return (_connected(measures, view), _meaning(measures, view), *lines)


def _drawn(measures: Measures, drawn: Measures, view: NetworkView) -> str:
    named = {
        "lines": written_number(drawn.ties),
        "ties": written_number(measures.ties),
        "shown": written_number(drawn.nodes),
        "known": _known(view),
    }
    if drawn.nodes == measures.nodes:
        words = _l("The picture draws %(lines)s of the %(ties)s ties, between %(shown)s %(known)s.")
        return str(words) % named
    return str(
        ngettext(
            "The picture draws %(lines)s of the %(ties)s ties, between %(shown)s %(known)s; "
            "%(num)s has only lighter ties.",
            "The picture draws %(lines)s of the %(ties)s ties, between %(shown)s %(known)s; "
            "%(num)s have only lighter ties.",
            measures.nodes - drawn.nodes,
            **named,
        )
    )


def _connected(measures: Measures, view: NetworkView) -> str:
    if not measures.ties:
        return str(_("Nothing ties anybody together in this selection."))
    ties = ngettext("%(num)s tie", "%(num)s ties", measures.ties)
    named = {"ties": ties, "nodes": written_number(measures.nodes), "known": _known(view)}
    if not measures.isolates:
        return str(_("There are %(ties)s between %(nodes)s %(known)s; nobody is without.", **named))
    return str(
        ngettext(
            "There are %(ties)s between %(nodes)s %(known)s; %(num)s has no tie.",
            "There are %(ties)s between %(nodes)s %(known)s; %(num)s have no tie.",
            measures.isolates,
            **named,
        )
    )


def _known(view: NetworkView) -> str:
    if view is NetworkView.SESSIONS:
        return str(_("people and sessions"))
    return str(_("organisations") if view is NetworkView.ORGANISATIONS else _("stakeholders"))


def _meaning(measures: Measures, view: NetworkView) -> str:
    if not measures.ties:
        return str(_("Choose a longer period, more kinds of tie or a lower minimum weight."))
    if view is NetworkView.SESSIONS:
        return str(_("A tie says that somebody came to a session."))
    share = round(100 * measures.external / measures.ties)
    few = measures.nodes < FEW_POINTS or measures.ties < FEW_TIES
    words = (
        _l(
            "Of these ties, %(share)s in 100 join two different helixes, but with so few ties that "
            "says little."
        )
        if few
        else _l(
            "Of these ties, %(share)s in 100 join two different helixes, which depends on who was "
            "invited: one large meeting is enough to tie everybody to everybody."
        )
    )
    return str(words) % {"share": share}
