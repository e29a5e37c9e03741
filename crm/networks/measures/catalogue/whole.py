"""What each measure of a whole network means."""

from collections.abc import Mapping

from crm.core.i18n import _l
from crm.networks.measures.catalogue.meaning import Meaning
from crm.networks.measures.vocabulary import NetworkMeasure

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
