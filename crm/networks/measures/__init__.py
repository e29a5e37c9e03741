"""Measures of networks: every one of them, and what each means."""

from crm.networks.measures.arrays import Arrays, arrays_of
from crm.networks.measures.figures import Figure, Figures, figures, no_progress
from crm.networks.measures.paths import OnProgress
from crm.networks.measures.vocabulary import NetworkMeasure, PointMeasure

__all__ = [
    "Arrays",
    "Figure",
    "Figures",
    "NetworkMeasure",
    "OnProgress",
    "PointMeasure",
    "arrays_of",
    "figures",
    "no_progress",
]
