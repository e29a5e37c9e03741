"""Pages of the network."""

from crm.networks.views import comparing, figures, saving, taking
from crm.networks.views.pages import pages
from crm.networks.views.sharing import shared_pages

__all__ = ["comparing", "figures", "pages", "saving", "shared_pages", "taking"]
