"""Questions about changes of many people that are carried out in the background."""

from sqlalchemy import select

from crm.core.db import session
from crm.core.errors import NotFound
from crm.stakeholders.models import BulkOrder


def bulk_order(order_id: int) -> BulkOrder:
    """
    Return one of them.

    :raises NotFound: if the project in scope has none with this id
    """
    found = session().scalar(select(BulkOrder).where(BulkOrder.id == order_id))
    if found is None:
        raise NotFound
    return found
