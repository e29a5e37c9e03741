"""The measures by name."""

from enum import StrEnum


class PointMeasure(StrEnum):
    """What is measured of every point of a network."""

    DEGREE = "degree"
    SHARE_OF_TIES = "share_of_ties"
    STRENGTH = "strength"
    BETWEENNESS = "betweenness"
    CLOSENESS = "closeness"
    CONSTRAINT = "constraint"
    EFFECTIVE_SIZE = "effective_size"
    EFFICIENCY = "efficiency"
    CORE = "core"
    PARTICIPATION = "participation"
    COORDINATOR = "coordinator"
    ITINERANT = "itinerant"
    BOUNDARY = "boundary"
    LIAISON = "liaison"
    ARTICULATION = "articulation"


class NetworkMeasure(StrEnum):
    """What is measured of a network as a whole, but for its tables."""

    POINTS = "points"
    ALONE = "alone"
    TIES = "ties"
    WEIGHT = "weight"
    COMPONENTS = "components"
    LARGEST = "largest"
    DENSITY = "density"
    MEAN_PATH = "mean_path"
    DIAMETER = "diameter"
    TRANSITIVITY = "transitivity"
    CORE = "core"
    CORE_SIZE = "core_size"
    DEGREE_ASSORTATIVITY = "degree_assortativity"
    ARTICULATIONS = "articulations"
    COMMUNITIES = "communities"
    MODULARITY = "modularity"
    EI_INDEX = "ei_index"
    EI_BY_CHANCE = "ei_by_chance"
    EI_Z = "ei_z"
    ASSORTATIVITY = "assortativity"
    SEGREGATION = "segregation"
    SYNERGY = "synergy"
    EVENNESS = "evenness"
