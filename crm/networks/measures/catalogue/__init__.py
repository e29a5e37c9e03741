"""The catalogue of measures: what each means, its formula, its source and its limits."""

from crm.networks.measures.catalogue.meaning import Meaning
from crm.networks.measures.catalogue.modes import Catalogue, catalogue_of
from crm.networks.measures.catalogue.points import POINTS

__all__ = ["POINTS", "Catalogue", "Meaning", "catalogue_of"]
