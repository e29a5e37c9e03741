"""The catalogue of measures: what each means, its formula, its source and its limits."""

from collections.abc import Mapping

from crm.networks.measures.catalogue.meaning import Meaning
from crm.networks.measures.catalogue.points import POINTS
from crm.networks.measures.catalogue.whole import COMMUNITIES, HELIXES, HOMOPHILY, MIXING, SHAPE
from crm.networks.measures.vocabulary import NetworkMeasure

NETWORK: Mapping[NetworkMeasure, Meaning] = {**SHAPE, **HELIXES, **COMMUNITIES}

__all__ = [
    "COMMUNITIES",
    "HELIXES",
    "HOMOPHILY",
    "MIXING",
    "NETWORK",
    "POINTS",
    "SHAPE",
    "Meaning",
]
