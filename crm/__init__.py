"""Kring, a stakeholder CRM for quadruple-helix projects."""

from crm.application import create_app

__all__ = ["create_app"]
