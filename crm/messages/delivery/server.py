"""The address of a mail server, as the settings give it."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crm.core.errors import Invalid
from crm.core.i18n import _l

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465, "imap": 143, "imaps": 993}


class NoSuchAddress(Invalid):
    """The setting is no address of a server."""

    message = _l("This is no address of a mail server. It looks like smtp+starttls://host:587.")


@dataclass(frozen=True, slots=True)
class Server:
    """
    Where a server is, and how one signs in.

    :param path: what stands after the host, such as the name of a folder of mail
    """

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

    def __repr__(self) -> str:
        return f"Server({self.scheme}://{self.name})"


def server(address: str) -> Server:
    """
    Return what an address such as smtp+starttls://user:password@host:587 says.

    :raises NoSuchAddress: if it cannot be read
    """
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
