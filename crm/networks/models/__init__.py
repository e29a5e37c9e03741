"""Saved views of a network, links by which outsiders see one, and figures that were worked out."""

from crm.networks.models.figures import KeptFigures
from crm.networks.models.saved import SavedView, ShareLink

__all__ = ["KeptFigures", "SavedView", "ShareLink"]
