"""What is kept of a network: views and links to them, figures, places, names looked up."""

from crm.networks.models.declared_ties import LINK_LASTS, DeclaredTie, DeclaringLink, SaidBy
from crm.networks.models.figures import KeptFigures
from crm.networks.models.layout import NetworkLayout, NothingToPutBack
from crm.networks.models.name_lookups import NameLookup
from crm.networks.models.saved_views import SavedView, ShareLink

__all__ = [
    "LINK_LASTS",
    "DeclaredTie",
    "DeclaringLink",
    "KeptFigures",
    "NameLookup",
    "NetworkLayout",
    "NothingToPutBack",
    "SaidBy",
    "SavedView",
    "ShareLink",
]
