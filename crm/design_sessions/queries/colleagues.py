"""Questions about colleagues: who of the project may read the answers to a session."""

from crm.accounts.models import Account
from crm.core.db import project_in_scope
from crm.core.errors import NotFound
from crm.projects import queries as projects


def colleagues() -> list[Account]:
    """
    Return everybody with a role in the project in scope who can sign in, by name.

    :raises NotFound: if no project is in scope
    """
    number = project_in_scope()
    if number is None:
        raise NotFound
    found = [one.account for one in projects.members_of(projects.project(number))]
    active = [account for account in found if account.is_active]
    return sorted(active, key=lambda account: (account.name.casefold(), account.id))
