"""Facts about messages."""

from dataclasses import dataclass

from crm.core.events import Fact
from crm.core.mail import Purpose


@dataclass(frozen=True, slots=True)
class SessionDeclined(Fact):
    """
    By the link in a message, somebody asked for no more mail about what it was about.

    :param purpose: of the message
    :param about_id: the record that the purpose is about
    """

    purpose: Purpose
    about_id: int
