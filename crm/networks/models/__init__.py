"""Saved views of a network, and links by which outsiders see one."""

from crm.networks.models.saved import SavedView, ShareLink

__all__ = ["SavedView", "ShareLink"]
