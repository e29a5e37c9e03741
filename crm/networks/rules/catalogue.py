"""The catalogue of measures: what each means, its formula, its source and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm.core.i18n import LazyString, _l
from crm.networks.rules.figures import NetworkMeasure, PointMeasure


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    One measure explained.

    :param sentence: what it says of one point, with its value as `%(found)s`; empty for a network
    """

    label: LazyString
    means: LazyString  # what it says, in one sentence
    formula: str  # how it is calculated, in signs
    source: str  # who described it, and where
    caution: LazyString  # when not to read anything into it
    sentence: LazyString | str = ""
    digits: int = 3  # digits behind the comma that are worth showing


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


_SIZE = _l("A large network is no better than a small one.")
_MEETINGS = _l("One large meeting changes it more than ten small ones.")
_CHANCE = _l("Say nothing about it below 20 people or 30 ties: chance alone moves it far.")
_SIZES = _l("Never read it alone: unequal helixes and large meetings give high values by chance.")
_KRACKHARDT = "Krackhardt & Stern 1988, Social Psychology Quarterly 51:123-140"

SHAPE: Mapping[NetworkMeasure, Meaning] = {
    NetworkMeasure.POINTS: Meaning(
        _l("People and organisations"),
        _l("How many people and organisations are counted here, with and without a tie."),
        "n",
        "Wasserman & Faust 1994, Social Network Analysis",
        _l("Whoever stands in the register counts, also who never came."),
        digits=0,
    ),
    NetworkMeasure.ALONE: Meaning(
        _l("Without a tie"),
        _l("How many of them have no tie at all."),
        "#{v : k(v) = 0}",
        "Wasserman & Faust 1994, Social Network Analysis",
        _l("They may know others well in ways that are not noted here."),
        digits=0,
    ),
    NetworkMeasure.TIES: Meaning(
        _l("Ties"),
        _l("How many pairs are tied."),
        "m",
        "Wasserman & Faust 1994, Social Network Analysis",
        _MEETINGS,
        digits=0,
    ),
    NetworkMeasure.WEIGHT: Meaning(
        _l("Weight of all ties"),
        _l("How much all ties weigh together."),
        "Σ w",
        "Newman 2001, Physical Review E 64:016132",
        _l("Compare it only where ties are weighed alike."),
        digits=2,
    ),
    NetworkMeasure.COMPONENTS: Meaning(
        _l("Groups that hang together"),
        _l("How many groups there are without any tie between them."),
        "c(G)",
        "Harary 1969, Graph Theory",
        _SIZE,
        digits=0,
    ),
    NetworkMeasure.LARGEST: Meaning(
        _l("Largest group"),
        _l("How many are in the largest group that hangs together."),
        "max |C|",
        "Harary 1969, Graph Theory",
        _MEETINGS,
        digits=0,
    ),
    NetworkMeasure.DENSITY: Meaning(
        _l("Density"),
        _l("Which part of all pairs is tied: 0 none, 1 all."),
        "2m / (n(n − 1))",
        "Wasserman & Faust 1994, Social Network Analysis, 4.1.3",
        _l("It falls by itself as a network grows: do not compare networks of different sizes."),
    ),
    NetworkMeasure.MEAN_PATH: Meaning(
        _l("Average distance"),
        _l("How many steps it takes on average from one to another who can be reached."),
        "Σ d(s,t) / #{(s,t)}",
        "Watts & Strogatz 1998, Nature 393:440-442",
        _l("Pairs that cannot reach each other are left out, so it is low in loose pieces too."),
    ),
    NetworkMeasure.DIAMETER: Meaning(
        _l("Greatest distance"),
        _l("How many steps the two take that are furthest apart and still reach each other."),
        "max d(s,t)",
        "Harary 1969, Graph Theory",
        _l("It hangs on a single pair."),
        digits=2,
    ),
    NetworkMeasure.TRANSITIVITY: Meaning(
        _l("Closed triangles"),
        _l("How often two who are tied to the same third are tied to each other: 0 to 1."),
        "3 · triangles / triples",
        "Newman, Watts & Strogatz 2002, PNAS 99:2566-2572",
        _l("Each meeting closes all its triangles, so it is high in every network of meetings."),
    ),
    NetworkMeasure.DEGREE_ASSORTATIVITY: Meaning(
        _l("Do the busy meet the busy"),
        _l("Whether those with many ties are tied to others with many: 1 yes, −1 the reverse."),
        "r = cov(k, k′) / var(k)",
        "Newman 2002, Physical Review Letters 89:208701",
        _MEETINGS,
    ),
    NetworkMeasure.CORE: Meaning(
        _l("Innermost core"),
        _l("The highest number of ties that everybody in one group has within that group."),
        "max k: k-core ≠ ∅",
        "Seidman 1983, Social Networks 5:269-287",
        _l("One meeting of thirty makes a core of 29."),
        digits=0,
    ),
    NetworkMeasure.CORE_SIZE: Meaning(
        _l("In the innermost core"),
        _l("How many are in that innermost core."),
        "|k-core|",
        "Seidman 1983, Social Networks 5:269-287",
        _MEETINGS,
        digits=0,
    ),
    NetworkMeasure.ARTICULATIONS: Meaning(
        _l("Hold parts together"),
        _l("How many there are without whom a part of the network would fall apart."),
        "#{v : c(G − v) > c(G)}",
        "Harary 1969, Graph Theory, chapter 3",
        _l("Parts that fall apart here may well meet elsewhere."),
        digits=0,
    ),
}

HELIXES: Mapping[NetworkMeasure, Meaning] = {
    NetworkMeasure.EI_INDEX: Meaning(
        _l("E-I index"),
        _l("Whether ties lie across helixes (+1) or within them (−1)."),
        "(E − I) / (E + I)",
        _KRACKHARDT,
        _SIZES,
    ),
    NetworkMeasure.EI_BY_CHANCE: Meaning(
        _l("E-I index by chance"),
        _l("What the E-I index would be if ties did not care about helixes."),
        "2p − 1, p = (n² − Σ n(h)²) / (n(n − 1))",
        _KRACKHARDT,
        _l("It counts everybody in the register, also who never came."),
    ),
    NetworkMeasure.EI_Z: Meaning(
        _l("Distance from chance (z)"),
        _l("How far the E-I index lies from 1,000 random deals of the helixes: below 2 is chance."),
        "(EI − mean) / sd",
        _KRACKHARDT,
        _l("No test below 20 people or 30 ties. People of one meeting are not independent."),
        digits=2,
    ),
    NetworkMeasure.ASSORTATIVITY: Meaning(
        _l("Like seeks like"),
        _l("How strongly ties stay within helixes: 1 wholly, 0 as by chance, below 0 less."),
        "(Σ e(h,h) − Σ a(h)²) / (1 − Σ a(h)²)",
        "Newman 2003, Physical Review E 67:026126",
        _CHANCE,
    ),
    NetworkMeasure.SEGREGATION: Meaning(
        _l("Segregation"),
        _l("How many fewer ties cross helixes than by chance: 1 none cross, 0 as by chance."),
        "(E* − E) / E*",
        "Freeman 1978, Sociological Methods & Research 6:411-429",
        _CHANCE,
    ),
    NetworkMeasure.SYNERGY: Meaning(
        _l("Synergy of the helixes"),
        _l("Whether helixes come together in patterns that pairs do not explain: below 0 they do."),
        "Σ H(i) − Σ H(i,j) + Σ H(i,j,k) − H(i,j,k,l)",
        "Leydesdorff 2003, Scientometrics 58:445-467",
        _l("Below about thirty sessions it is noise. It is in bits, and has no scale to compare."),
    ),
    NetworkMeasure.EVENNESS: Meaning(
        _l("Mix of a session"),
        _l("How evenly sessions are mixed on average: 1 is four helixes alike, 0 is one alone."),
        "(1 − Σ p(h)²) / (3/4)",
        "Blau 1977, Inequality and Heterogeneity",
        _l("A session meant for one helix lowers it, and rightly so."),
    ),
}

COMMUNITIES: Mapping[NetworkMeasure, Meaning] = {
    NetworkMeasure.COMMUNITIES: Meaning(
        _l("Communities"),
        _l("Into how many groups the network divides that are denser within than between."),
        "Leiden: max Q",
        "Traag, Waltman & van Eck 2019, Scientific Reports 9:5233",
        _l("Some division is always found, also where there is none."),
        digits=0,
    ),
    NetworkMeasure.MODULARITY: Meaning(
        _l("How clear the communities are"),
        _l("How many more ties lie within communities than by chance: above 0.3 is a clear one."),
        "Q = Σ (m(c) / m − (k(c) / 2m)²)",
        "Newman & Girvan 2004, Physical Review E 69:026113",
        _CHANCE,
    ),
}

MIXING = Meaning(
    _l("Ties between helixes"),
    _l("How many ties join each two helixes, and how that compares with chance (1 is as chance)."),
    "m(g,h) / (m · 2n(g)n(h) / (n(n − 1)))",
    "Newman 2003, Physical Review E 67:026126",
    _CHANCE,
)
HOMOPHILY = Meaning(
    _l("Keeps to itself"),
    _l("How much a helix is tied within itself: 1 only so, 0 as by chance, below 0 less."),
    "(m(h,h) − e) / (k(h) − e), e = k(h)(n(h) − 1) / (n − 1)",
    "Coleman 1958, Human Organization 17:28-36",
    _CHANCE,
)


_BORGATTI = "Borgatti & Everett 1997, Social Networks 19:243-269"

# Where people are tied to the sessions they came to, and to nobody else.
SHAPE_OF_TWO: Mapping[NetworkMeasure, Meaning] = {
    **SHAPE,
    NetworkMeasure.DENSITY: replace(
        SHAPE[NetworkMeasure.DENSITY],
        means=_l("Which part of all pairs of a person and a session is tied: 0 none, 1 all."),
        formula="m / (n₁n₂)",
        source=_BORGATTI,
    ),
}
POINTS_OF_TWO: Mapping[PointMeasure, Meaning] = {
    **POINTS,
    PointMeasure.SHARE_OF_TIES: replace(
        POINTS[PointMeasure.SHARE_OF_TIES],
        means=_l("To which part of all sessions somebody came, or which part of all came to it."),
        formula="k / n₂",
        source=_BORGATTI,
        sentence=_l("That is this part of those on the other side: %(found)s (1 is all of them)."),
    ),
    PointMeasure.BETWEENNESS: replace(
        POINTS[PointMeasure.BETWEENNESS],
        means=_l("How often a point lies on shortest ways: 0 never, 1 the most there can be."),
        formula="Σ σ(s,t|v) / σ(s,t) / max",
        source=_BORGATTI,
        sentence=_l("Lies on this part of the shortest ways, of the most there can be: %(found)s."),
    ),
    PointMeasure.CLOSENESS: replace(
        POINTS[PointMeasure.CLOSENESS],
        means=_l("In how few steps a point reaches all others: 1 with the whole other side tied."),
        formula="((n₂ + 2(n₁ − 1)) / Σ d) · ((r − 1) / (n − 1))",
        source=_BORGATTI,
        sentence=_l(
            "Is this near to all others: %(found)s (1 is a tie with the whole other side)."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The meanings that hold in a view of the network."""

    shape: Mapping[NetworkMeasure, Meaning]
    points: Mapping[PointMeasure, Meaning]
    helixes: Mapping[NetworkMeasure, Meaning]
    communities: Mapping[NetworkMeasure, Meaning]
    mixing: Meaning
    homophily: Meaning

    @property
    def network(self) -> Mapping[NetworkMeasure, Meaning]:
        """The measures of a network as a whole."""
        return {**self.shape, **self.helixes, **self.communities}


ONE_MODE = Catalogue(SHAPE, POINTS, HELIXES, COMMUNITIES, MIXING, HOMOPHILY)
TWO_MODES = replace(ONE_MODE, shape=SHAPE_OF_TWO, points=POINTS_OF_TWO)


def catalogue_of(*, two_modes: bool) -> Catalogue:
    """Return the meanings of a network of one mode, or of two."""
    return TWO_MODES if two_modes else ONE_MODE
