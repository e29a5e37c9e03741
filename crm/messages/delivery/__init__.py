"""The loop that hands messages over, each step in a short transaction of its own."""

from crm.messages.delivery.loop import Deliverer, deliverers

__all__ = ["Deliverer", "deliverers"]
