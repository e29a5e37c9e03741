"""Kring, a stakeholder CRM for quadruple-helix projects."""

import gc

# Nothing of what is loaded goes away again: looking for that took a sixth of the start.
gc.disable()
from crm.application import create_app  # noqa: E402 - after the line above, which it is about

gc.freeze()
gc.enable()

__all__ = ["create_app"]
