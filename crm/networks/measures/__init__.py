"""Measures of networks: every one of them, and what each means."""

from crm.networks.measures.arrays import Arrays, arrays_of
from crm.networks.measures.figures import Figure, Figures, figures, nobody_is_told
from crm.networks.measures.paths import Told
from crm.networks.measures.vocabulary import NetworkMeasure, PointMeasure

__all__ = [
    "Arrays",
    "Figure",
    "Figures",
    "NetworkMeasure",
    "PointMeasure",
    "Told",
    "arrays_of",
    "figures",
    "nobody_is_told",
]
