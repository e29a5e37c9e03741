"""Pages of the network."""

from crm.networks.views import comparing, figures, looking_up, placing, saving, taking
from crm.networks.views.pages import pages
from crm.networks.views.sharing import shared_pages

__all__ = [
    "comparing",
    "figures",
    "looking_up",
    "pages",
    "placing",
    "saving",
    "shared_pages",
    "taking",
]
