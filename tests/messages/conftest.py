"""What tests of messages ask for."""

import pytest

from crm.core import mail
from crm.core.mail import MailKind, Outgoing, Purpose, Reason, Withheld


def never(_outgoing: Outgoing) -> Withheld:
    """Send nothing."""
    return Withheld(Reason.CANCELLED)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[Purpose, MailKind]:
    """What features say of their purposes, for one test; invitations are bulk mail."""
    made = {purpose: MailKind(purpose, never) for purpose in Purpose}
    made[Purpose.INVITE] = MailKind(Purpose.INVITE, never, is_bulk=True)
    monkeypatch.setattr(mail, "_kinds", made)
    return made
