"""Pages of the network."""

from crm.networks.views import declaring, figures, files, pages, saved_views

# Importing a module of pages is what registers them.
__all__ = ["declaring", "figures", "files", "pages", "saved_views"]
