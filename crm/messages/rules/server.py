"""Mail servers as the settings give them, and the lanes by which messages leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crm.core import mail
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.messages.rules import throttle
from crm.messages.rules.throttle import Preset

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465, "imap": 143, "imaps": 993}


class NoSuchAddress(Invalid):
    """The setting is no address of a server."""

    message = _l("This is no address of a mail server. It looks like smtp+starttls://host:587.")


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is, and how one signs in; `path` may be the name of a folder of mail."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""
    path: str = ""

    @property
    def name(self) -> str:
        """Host and port, which is how all workers know it."""
        return f"{self.host}:{self.port}"

    # Without the password: a server is named in logs and in traces of failures.
    def __repr__(self) -> str:
        return f"Server({self.scheme}://{self.name})"


def server(address: str) -> Server:
    """Return what smtp+starttls://user:password@host:587 says, or raise `NoSuchAddress`."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as refusal:
        raise NoSuchAddress from refusal
    if not parts.hostname:
        raise NoSuchAddress
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    path = unquote(parts.path.lstrip("/"))
    return Server(parts.scheme, parts.hostname, port, user, password, path)


FILES = "files"


@dataclass(frozen=True, slots=True)
class Lane:
    """
    One way out: a mail server, or files.

    :param is_demo: whose messages take it: of demo projects only, of all but those, or of all
    """

    name: str
    preset: Preset = throttle.PRESETS["none"]
    is_demo: bool | None = None

    @property
    def is_limited(self) -> bool:
        """Whether the mail server sets limits that all workers share."""
        return self.preset.per_minute > 0

    @property
    def to_files(self) -> bool:
        """Whether messages of this lane become files."""
        return self.name == FILES


def lanes() -> Sequence[Lane]:
    """Return the ways out of this installation; made-up people never get mail."""
    settings = mail.settings()
    if not settings.server:
        return [Lane(FILES)]
    # Messages of demo projects are written to files, also where a server takes all others.
    preset = throttle.preset(settings.throttle)
    return [Lane(server(settings.server).name, preset, is_demo=False), Lane(FILES, is_demo=True)]
