"""Made-up people and projects for tests: only what a test says matters, the rest is filled in."""

from tests.factories.accounts import account, link, sign_in
from tests.factories.initiatives import initiative
from tests.factories.projects import leader_of, member, project
from tests.factories.stakeholders import basis, objection, organisation, person, together

__all__ = [
    "account",
    "basis",
    "initiative",
    "leader_of",
    "link",
    "member",
    "objection",
    "organisation",
    "person",
    "project",
    "sign_in",
    "together",
]
