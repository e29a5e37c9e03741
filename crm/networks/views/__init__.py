"""Pages of the network."""

from crm.networks.views import (
    asking_ties,
    changing,
    communities,
    comparing,
    declaring,
    figures,
    list_files,
    looking_up,
    placing,
    saving,
    taking,
)
from crm.networks.views.own_ties import own_pages
from crm.networks.views.pages import pages
from crm.networks.views.sharing import shared_pages

__all__ = [
    "asking_ties",
    "changing",
    "communities",
    "comparing",
    "declaring",
    "figures",
    "list_files",
    "looking_up",
    "own_pages",
    "pages",
    "placing",
    "saving",
    "shared_pages",
    "taking",
]
