"""`flask --app crm backup`, `restore`, `audit …` and `mail …`: looking after an installation."""

import smtplib
import socket
import ssl
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import click

from crm.cli.context import answer, as_json, config, database, opened, stop
from crm.core import access, clock, tokens
from crm.core import audit as trail
from crm.core import backup as backups
from crm.core import mail as sending
from crm.core.permissions import system
from crm.messages.jobs import mailbox
from crm.messages.jobs.relay import Broken, Relay, Sealed, connect
from crm.messages.rules import server_replies, throttle
from crm.messages.rules.server import Server, server
from crm.projects import queries

EVERY_SECONDS = 1.0
PURPOSE = "operations.backup"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def backup(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Write everything into FILE, while Kring runs; it holds personal data."""
    settings = config()
    try:
        made = backups.write(
            database().engine, settings.data_dir, file, secret=settings.secret_key, tell=Line()
        )
    except backups.BackupRefused as refusal:
        stop(str(refusal))
    with opened():
        access.note(access.Access("installation.backup", PURPOSE))
        access.write(database(), system())
    answer({"file": str(file), **_told(made)}, as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def restore(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Put everything from FILE into this place, which must be empty."""
    settings = config()
    try:
        made = backups.restore(
            settings.database_url, settings.data_dir, file, secret=settings.secret_key, tell=Line()
        )
    except backups.BackupRefused as refusal:
        stop(str(refusal))
    answer({"made_at": made.made_at, **_told(made)}, as_json=as_json)


def _told(made: backups.Contents) -> dict[str, Any]:
    return {"tables": len(made.tables), "rows": made.rows, "files": len(made.files)}


class Line:
    """A line beside the answer that says how far long work is, once a second."""

    def __init__(self) -> None:
        """Say nothing of what takes no time."""
        self._next = time.monotonic() + EVERY_SECONDS

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say it, if it is time."""
        if time.monotonic() >= self._next:
            click.echo(f"{what}: {done:,} of {total:,}", err=True)
            self._next = time.monotonic() + EVERY_SECONDS


@click.group()
def audit() -> None:
    """Audit trail: verify."""


@audit.command()
@as_json
def verify(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Check every chain row by row; status 1 if one is broken."""
    with opened():
        chains = {"installation": 0}
        for project in queries.projects():
            chains[project.slug] = project.id
        broken = {name: trail.broken_entry(chain) for name, chain in chains.items()}
    found = {name: number for name, number in broken.items() if number is not None}
    answer({"chains": len(chains), "broken": found}, as_json=as_json)
    if found:
        raise click.exceptions.Exit(1)


_PRIVATE = {"smtp": "no", "smtp+starttls": "STARTTLS", "smtps": "TLS"}
# What can be wrong, in words; the first that fits is told.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "There is no server of the name {host}. Is it spelled right?"),
    (ConnectionRefusedError, "Nothing answers at {host}, port {port}. Is the port right?"),
    (TimeoutError, "{host} does not answer at port {port}. Does a firewall stand between?"),
    (ssl.SSLCertVerificationError, "The certificate of {host} is not to be trusted: {told}."),
    (ssl.SSLError, "No private connection to {host}: {told}. Is the port right for {scheme}?"),
    (smtplib.SMTPNotSupportedError, "{host} does not offer what {scheme} needs: {told}"),
    (smtplib.SMTPAuthenticationError, "{host} refuses the user name or password: {told}"),
)


@click.group()
def mail() -> None:
    """Mail: check."""


@mail.command()
@click.option("--to", "address", default="", help="Also send a test message to this address.")
@as_json
def check(address: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Try the settings of mail and say in words what is wrong; status 1 if something is."""
    with opened():
        settings = sending.settings()
        throttle.preset(settings.throttle)
        found: dict[str, Any] = {
            "server": "none (KRING_MAIL_SERVER is not set)",
            "messages": f"are written to files in {settings.folder}",
        }
        if settings.server:
            found = _server(settings, address)
        if settings.bounce_mailbox:
            try:
                waiting = mailbox.count(settings.bounce_mailbox)
                found["mailbox"] = f"{waiting} unread"
            except mailbox.Unreachable as failure:
                found["mailbox_trouble"] = f"The mailbox for what comes back: {failure}"
    answer(found, as_json=as_json)
    if any(key.endswith("trouble") for key in found):
        raise click.exceptions.Exit(1)


def _server(settings: sending.MailSettings, address: str) -> dict[str, Any]:
    where = server(settings.server)
    found = {"server": where.name, "from": settings.sender, "throttle": settings.throttle}
    try:
        connect(where).close()
    except Broken as broken:
        return found | {"trouble": _words(where, broken)}
    found |= {"private": _PRIVATE[where.scheme], "signed_in": "yes" if where.user else "no"}
    if not address:
        return found
    made = EmailMessage(SMTP)
    made["From"], made["To"] = settings.sender, address
    made["Subject"] = "Kring: test"
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = f"<{tokens.public()}@{settings.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("This message shows that Kring can send mail.\n")
    relay = Relay(where)
    outcome = relay.hand_over(Sealed(tokens.public(), address, made.as_bytes()), lambda: True)
    relay.close()
    said = _said(outcome.reply)
    if outcome.verdict is server_replies.Verdict.ACCEPTED:
        return found | {"test_message": f"accepted: {said}"}
    return found | {"trouble": f"The test message was not accepted: {said}"}


def _words(where: Server, broken: Broken) -> str:
    cause, reply = broken.__cause__, broken.reply
    facts = {"host": where.host, "port": where.port, "scheme": where.scheme, "told": reply.told}
    for kind, words in _TROUBLES:
        if isinstance(cause, kind):
            return words.format(**facts)
    return f"{where.host} said: {_said(reply)}"


def _said(reply: server_replies.Reply) -> str:
    return f"{reply.code or ''} {reply.told}".strip()
