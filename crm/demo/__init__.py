"""The demo: a made-up project in Assen, loaded by one call."""

from crm.demo.loading import counts, is_loaded, load
from crm.demo.services import add_accounts

__all__ = ["add_accounts", "counts", "is_loaded", "load"]
