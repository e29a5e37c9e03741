"""Pages of the network."""

from crm.networks.views.pages import pages

__all__ = ["pages"]
