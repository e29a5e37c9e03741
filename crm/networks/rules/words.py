"""What a network and its figures say, and do not say, in plain language."""

from collections.abc import Mapping

from crm.core.i18n import LazyString, _, _l, ngettext, written_number
from crm.networks.rules.figures import Figure, Figures, NetworkMeasure
from crm.networks.rules.helix_mixing import FEW_POINTS, FEW_TIES, Measures
from crm.networks.rules.selection import NetworkView

# Below this modularity a division says nothing: chance gives as much (Newman & Girvan 2004).
CLEAR_GROUPS = 0.3
# Two standard deviations: one in twenty networks lies further out by chance alone.
FAR = 2
SAME = _l("No difference.")
UNKNOWN = _l("It cannot be compared: one of the two is not defined.")
# Differences smaller than this are dust behind the comma.
DUST = 1e-9


def sentences(
    measures: Measures, view: NetworkView, drawn: Measures | None = None
) -> tuple[str, ...]:
    """Return what is connected, what that says as far as figures can bear, and what is `drawn`."""
    is_whole = drawn is None or drawn.ties == measures.ties
    lines = () if is_whole or drawn is None else (_drawn(measures, drawn, view),)
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


def are_few(figures: Figures) -> bool:
    """Whether there are too few points or ties to test anything."""
    points = figures.network[NetworkMeasure.POINTS] or 0
    ties = figures.network[NetworkMeasure.TIES] or 0
    return points < FEW_POINTS or ties < FEW_TIES


def has_clear_groups(figures: Figures) -> bool:
    """Whether the communities that were found are clear ones."""
    return (figures.network[NetworkMeasure.MODULARITY] or 0) >= CLEAR_GROUPS


def against_chance(figures: Figures) -> LazyString:
    """Return how the E-I index compares with what chance gives."""
    z = figures.network[NetworkMeasure.EI_Z]
    if are_few(figures):
        return _l("There are too few people or ties to compare with chance.")
    if z is None:
        # There is enough to test, but every deal of the helixes comes out alike.
        if not any(map(any, figures.mixing)):
            return _l("There is nothing to compare: a tie here joins a person to a session.")
        if sum(map(bool, figures.helixes)) > 1:
            return _l("There is nothing to compare: whoever is of which helix, the ties lie alike.")
        return _l("There is nothing to compare: only one helix is here.")
    if abs(z) < FAR:
        return _l("Ties cross helixes about as often as chance alone would have it.")
    return (
        _l("Ties cross helixes more often than chance alone would have it.")
        if z > 0
        else _l("Ties stay within helixes more often than chance alone would have it.")
    )


_CHANGES: Mapping[NetworkMeasure, tuple[LazyString, LazyString]] = {
    NetworkMeasure.POINTS: (
        _l("More people and organisations."),
        _l("Fewer people and organisations."),
    ),
    NetworkMeasure.ALONE: (_l("More of them have no tie."), _l("Fewer of them have no tie.")),
    NetworkMeasure.TIES: (_l("More pairs are tied."), _l("Fewer pairs are tied.")),
    NetworkMeasure.WEIGHT: (_l("Ties weigh more together."), _l("Ties weigh less together.")),
    NetworkMeasure.COMPONENTS: (
        _l("It lies in more loose groups."),
        _l("It lies in fewer loose groups."),
    ),
    NetworkMeasure.LARGEST: (
        _l("The largest group is larger."),
        _l("The largest group is smaller."),
    ),
    NetworkMeasure.DENSITY: (
        _l("A larger part of all pairs is tied."),
        _l("A smaller part of all pairs is tied; growing alone has that effect too."),
    ),
    NetworkMeasure.MEAN_PATH: (
        _l("People are more steps apart on average."),
        _l("People are fewer steps apart on average."),
    ),
    NetworkMeasure.DIAMETER: (
        _l("The furthest two are further apart."),
        _l("The furthest two are nearer."),
    ),
    NetworkMeasure.TRANSITIVITY: (
        _l("Those who share somebody are tied to each other more often."),
        _l("Those who share somebody are tied to each other less often."),
    ),
    NetworkMeasure.DEGREE_ASSORTATIVITY: (
        _l("Those with many ties are tied to each other more."),
        _l("Those with many ties are tied to each other less."),
    ),
    NetworkMeasure.CORE: (
        _l("The densest group is denser."),
        _l("The densest group is less dense."),
    ),
    NetworkMeasure.CORE_SIZE: (
        _l("More are in the densest group."),
        _l("Fewer are in the densest group."),
    ),
    NetworkMeasure.ARTICULATIONS: (
        _l("More people and organisations hold a part by themselves."),
        _l("Fewer people and organisations hold a part by themselves."),
    ),
    NetworkMeasure.COMMUNITIES: (
        _l("It divides into more groups."),
        _l("It divides into fewer groups."),
    ),
    NetworkMeasure.MODULARITY: (
        _l("The groups are more clearly apart."),
        _l("The groups are less clearly apart."),
    ),
    NetworkMeasure.EI_INDEX: (
        _l("A larger part of the ties crosses helixes; see what chance gives."),
        _l("A smaller part of the ties crosses helixes; see what chance gives."),
    ),
    NetworkMeasure.EI_BY_CHANCE: (
        _l("Chance alone gives more ties across helixes, for helixes are more equal in size."),
        _l("Chance alone gives fewer ties across helixes, for helixes are less equal in size."),
    ),
    NetworkMeasure.EI_Z: (
        _l("Compared with chance, ties cross helixes more."),
        _l("Compared with chance, ties cross helixes less."),
    ),
    NetworkMeasure.ASSORTATIVITY: (
        _l("Ties stay more within helixes."),
        _l("Ties stay less within helixes."),
    ),
    NetworkMeasure.SEGREGATION: (
        _l("Helixes are more set apart."),
        _l("Helixes are less set apart."),
    ),
    NetworkMeasure.SYNERGY: (
        _l("Helixes come together in patterns that pairs explain better."),
        _l("Helixes come together in patterns that pairs explain less."),
    ),
    NetworkMeasure.EVENNESS: (
        _l("Sessions are mixed more evenly."),
        _l("Sessions are mixed less evenly."),
    ),
}


def difference(first: Figure, second: Figure) -> Figure:
    """Return how much more the second has; none where one of the two is not defined."""
    return None if first is None or second is None else second - first


def in_words(measure: NetworkMeasure, more: Figure) -> LazyString:
    """Return what it means that the second has `more` of a measure than the first."""
    if more is None:
        return UNKNOWN
    if abs(more) < DUST:
        return SAME
    return _CHANGES[measure][0 if more > 0 else 1]
