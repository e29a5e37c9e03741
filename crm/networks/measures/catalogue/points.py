"""What each measure of a point means."""

from collections.abc import Mapping

from crm.core.i18n import _l
from crm.networks.measures.catalogue.meaning import Meaning
from crm.networks.measures.vocabulary import PointMeasure

_INVITED = _l("Who is invited decides who meets: it says little about somebody's own choice.")
_LARGE_MEETINGS = _l(
    "Whoever comes to large meetings scores high without doing anything. Weigh small meetings "
    "more, or look at people and sessions."
)
_BROKER = _l("A pair that meets outside what is noted here counts as not knowing each other.")
_GOULD = "Gould & Fernandez 1989, Sociological Methodology 19:89-126"

POINTS: Mapping[PointMeasure, Meaning] = {
    PointMeasure.DEGREE: Meaning(
        _l("Ties"),
        _l("With how many others somebody is tied."),
        "k",
        "Freeman 1979, Social Networks 1:215-239",
        _INVITED,
        _l("Is tied to this many others: %(found)s."),
        0,
    ),
    PointMeasure.SHARE_OF_TIES: Meaning(
        _l("Share of possible ties"),
        _l("With which part of all others somebody is tied: 0 nobody, 1 everybody."),
        "k / (n − 1)",
        "Freeman 1979, Social Networks 1:215-239",
        _l("It falls by itself as a network grows: do not compare networks of different sizes."),
        _l("That is this part of all others: %(found)s (1 is everybody)."),
    ),
    PointMeasure.STRENGTH: Meaning(
        _l("Weight of the ties"),
        _l("How much all ties of somebody weigh together."),
        "s = Σ w",
        "Barrat et al. 2004, PNAS 101:3747-3752",
        _l("One large meeting adds a tie with everybody in it."),
        _l("All these ties together weigh %(found)s."),
        2,
    ),
    PointMeasure.BETWEENNESS: Meaning(
        _l("Betweenness"),
        _l("How often somebody lies on the shortest ways between others: 0 never, 1 always."),
        "Σ σ(s,t|v) / σ(s,t) · 2 / ((n − 1)(n − 2))",
        "Freeman 1977, Sociometry 40:35-41",
        _LARGE_MEETINGS,
        _l("Lies on this part of the shortest ways between others: %(found)s (1 is all of them)."),
    ),
    PointMeasure.CLOSENESS: Meaning(
        _l("Closeness"),
        _l("In how few steps somebody reaches all others: 1 is a tie with everybody."),
        "((r − 1) / Σ d) · ((r − 1) / (n − 1))",
        "Wasserman & Faust 1994, Social Network Analysis, 5.2.2",
        _l("In a small network everybody is close to everybody."),
        _l("Is this near to all others: %(found)s (1 is a tie with everybody)."),
    ),
    PointMeasure.CONSTRAINT: Meaning(
        _l("Constraint"),
        _l("How much somebody's ties all lead into one group: low is free to link groups."),
        "Σ (p(i,j) + Σ p(i,q) p(q,j))²",
        "Burt 1992, Structural Holes, chapter 2",
        _l("With one or two ties it is always high."),
        _l("Is held by one group this much: %(found)s (low means ties into several groups)."),
    ),
    PointMeasure.EFFECTIVE_SIZE: Meaning(
        _l("Effective size"),
        _l("How many of somebody's ties lead to others who are not tied to each other already."),
        "n − 2t / n",
        "Burt 1992; Borgatti 1997, Connections 20:35-38",
        _l("Everybody in one meeting is tied to everybody, so one meeting counts as about one."),
        _l("The ties lead to about this many separate groups or people: %(found)s."),
        1,
    ),
    PointMeasure.EFFICIENCY: Meaning(
        _l("Efficiency"),
        _l("Which part of somebody's ties leads to others not tied to each other already."),
        "(n − 2t / n) / n",
        "Borgatti 1997, Connections 20:35-38",
        _l("Whoever has a single tie has 1 without being a link."),
        _l("This part of the ties leads somewhere else: %(found)s (1 is all of them)."),
    ),
    PointMeasure.CORE: Meaning(
        _l("Core"),
        _l("The densest group somebody is in: in core 4 everybody has 4 ties within it."),
        "max k: v ∈ k-core",
        "Seidman 1983, Social Networks 5:269-287",
        _l("One meeting of thirty makes a core of 29."),
        _l("Is part of a group in which each has at least this many ties: %(found)s."),
        0,
    ),
    PointMeasure.PARTICIPATION: Meaning(
        _l("Spread over helixes"),
        _l("How evenly somebody's ties lie over the helixes: 0 all in one, 0.75 even over four."),
        "1 − Σ (k(h) / k)²",
        "Guimerà & Amaral 2005, Nature 433:895-900",
        _l("With fewer than four ties it cannot be even."),
        _l("The ties are spread over the helixes like this: %(found)s (0 one helix, 0.75 even)."),
    ),
    PointMeasure.COORDINATOR: Meaning(
        _l("Coordinator"),
        _l("Between how many pairs somebody stands when all three are of one helix."),
        "#{a – b – c : h(a) = h(b) = h(c)}",
        _GOULD,
        _BROKER,
        _l("Links this many pairs within the own helix: %(found)s."),
        0,
    ),
    PointMeasure.ITINERANT: Meaning(
        _l("Outside broker"),
        _l("Between how many pairs of another helix somebody stands."),
        "#{a – b – c : h(a) = h(c) ≠ h(b)}",
        _GOULD,
        _BROKER,
        _l("Links this many pairs within another helix: %(found)s."),
        0,
    ),
    PointMeasure.BOUNDARY: Meaning(
        _l("Gatekeeper"),
        _l("Between how many pairs somebody stands of which one is of the own helix."),
        "#{a – b – c : h(a) = h(b) ≠ h(c)}",
        _GOULD,
        _BROKER,
        _l("Links this many pairs of one from the own helix and one from another: %(found)s."),
        0,
    ),
    PointMeasure.LIAISON: Meaning(
        _l("Liaison"),
        _l("Between how many pairs somebody stands when all three are of different helixes."),
        "#{a – b – c : h(a) ≠ h(b) ≠ h(c) ≠ h(a)}",
        _GOULD,
        _BROKER,
        _l("Links this many pairs from two other helixes: %(found)s."),
        0,
    ),
    PointMeasure.ARTICULATION: Meaning(
        _l("Holds parts together"),
        _l("Whether a part of the network would fall apart without somebody: 1 yes, 0 no."),
        "c(G − v) > c(G)",
        "Harary 1969, Graph Theory, chapter 3",
        _l("Parts that fall apart here may well meet elsewhere."),
        digits=0,
    ),
}
