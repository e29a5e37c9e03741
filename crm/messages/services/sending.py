"""What every batch shares: when it goes, and that nothing goes before it is ready to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crm.core import clock
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.mail import Purpose, Recipient
from crm.messages.services import templates
from crm.projects.models import Project
from crm.projects.services import take_reply_address
from crm.stakeholders.addresses import email_key


class NobodyToSendTo(Conflict):
    """Nobody would get the message."""

    message = _l("Nobody gets this message now.")


class PossiblyTwice(Conflict):
    """Two persons of the register have one address, and nobody said that this is right."""

    message = _l("Some people share an address. Look whether they are one person, or continue.")
    field = "despite_doubles"


class InThePast(Invalid):
    """A moment to send at that has been."""

    message = _l("This moment has been. Choose a later one, or send now.")
    field = "at_time"


class HourSkipped(Invalid):
    """The clock skips this hour when summer time begins."""

    message = _l("This hour does not exist: the clock goes forward in that night.")
    field = "at_time"


@dataclass(frozen=True, slots=True)
class Sending:
    """
    How a batch is sent.

    :param key: random, from the form; sent twice, it is still one batch
    :param not_before: none for at once
    :param despite_doubles: whether somebody saw that people share an address, and goes on
    :param reply_address: where answers come, if the project has no address for them yet
    """

    key: str
    not_before: datetime | None = None
    despite_doubles: bool = False
    reply_address: str = ""


def moment(local: datetime, zone: str) -> datetime:
    """
    Return the moment at which a clock in `zone` says `local`, the first of two.

    :raises HourSkipped: if the clock never says it
    """
    found = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise HourSkipped
    return found


def hold(project: Project, to: Collection[Recipient], sending: Sending) -> None:
    """
    Hold the rules about any batch, inside its command; the first one says where answers come.

    :raises InThePast: if it should have gone already
    :raises NobodyToSendTo: if nobody would get it
    :raises PossiblyTwice: if people share an address and nobody looked at it
    :raises ReplyAddressMissing, ReplyAddressUnusable: if answers would come nowhere
    """
    if sending.not_before is not None and sending.not_before < clock.now():
        raise InThePast
    if not to:
        raise NobodyToSendTo
    if len({email_key(one.address) for one in to}) < len(to) and not sending.despite_doubles:
        raise PossiblyTwice
    take_reply_address(project, sending.reply_address)


def pinned(purpose: Purpose, languages: Iterable[str]) -> Mapping[str, int]:
    """
    Return the id of the words in each of the languages, inside a command.

    :raises LanguageLacking: if a language has no words
    """
    wanted = sorted(set(languages))
    return {language: templates.pinned(purpose, language).id for language in wanted}
