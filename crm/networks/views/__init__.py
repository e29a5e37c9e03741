"""Pages of the network."""

from crm.networks.views import taking
from crm.networks.views.pages import pages

__all__ = ["pages", "taking"]
