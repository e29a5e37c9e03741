"""The ways out of Kring: a mail server, spoken to over one connection, and a folder of files."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from crm.core import mail, tokens
from crm.messages.rules import server_replies
from crm.messages.rules.server import Server
from crm.messages.rules.server_replies import Reply, Stage, Verdict

NO_REPLY = Reply(0)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message that is ready to leave: its bytes never change any more."""

    public_name: str
    address: str
    mime: bytes


@dataclass(frozen=True, slots=True)
class Handover:
    """What became of a message, and how far the conversation about it had come."""

    verdict: Verdict
    reply: Reply = NO_REPLY
    stage: Stage = Stage.CONNECT


# Notes that the bytes begin to leave; if it is not so, the message belongs to somebody else.
Begin = Callable[[], bool]


class Way(Protocol):
    """A way out: a mail server or a folder."""

    def hand_over(self, sealed: Sealed, begin: Begin) -> Handover:
        """Hand one message over, calling `begin` just before its bytes leave."""

    def close(self) -> None:
        """Let go of what was held open."""


@dataclass(frozen=True, slots=True)
class Files:
    """A folder that gets one `.eml` a message; written twice, it is still one."""

    folder: Path

    def hand_over(self, sealed: Sealed, begin: Begin) -> Handover:
        """Write one message; the file is whole as soon as it has its name."""
        # Under another name until it is whole: who watches the folder never reads half a message.
        unfinished = self.folder / f".{sealed.public_name}.{os.getpid()}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not begin():
                return Handover(Verdict.LOST)
            try:
                unfinished.write_bytes(sealed.mime)
                unfinished.replace(self.folder / f"{sealed.public_name}.eml")
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as failure:
            return Handover(Verdict.AWAY, Reply(0, failure.strerror or type(failure).__name__))
        return Handover(Verdict.FILED)

    def close(self) -> None:
        """Nothing is held open."""


MOST_MESSAGES = 50
TIMEOUT = 30.0
# RFC 5321 allows a server ten minutes for the last reply; this ends before the lease does.
LAST_TIMEOUT = 240.0
_GO_ON = 354
# A dot alone in a line ends a message, so one that begins a line is doubled (RFC 5321).
_DOTS = re.compile(rb"(?m)^\.")
_MAC = 8


class Broken(Exception):
    """The conversation broke off or was refused; it says how far it had come."""

    def __init__(self, stage: Stage, reply: Reply) -> None:
        self.stage = stage
        self.reply = reply
        super().__init__(stage)


def envelope_sender(public_name: str) -> str:
    """Return who gets what comes back, so that it names the message and cannot be made up."""
    settings = mail.settings()
    if not settings.bounce_address:
        return settings.sender
    local, _at, domain = settings.bounce_address.rpartition("@")
    return f"{local}+{public_name}.{bounce_mac(public_name)}@{domain}"


def bounce_mac(public_name: str) -> str:
    """Return what proves that an address for what comes back is ours; case does not count."""
    return tokens.digest(f"bounce|{public_name}")[:_MAC]


class Relay:
    """One mail server; the connection opens with the first message and again when it must."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._handed_over = 0

    def hand_over(self, sealed: Sealed, begin: Begin) -> Handover:
        """Hand one message over; a connection that was closed meanwhile is opened once more."""
        was_used = self._handed_over > 0
        try:
            return self._attempt(sealed, begin)
        except Broken as broken:
            self.close()
            # A server may hang up on a quiet connection; that says nothing of this message.
            if was_used and broken.stage is Stage.SENDER:
                return self.hand_over(sealed, begin)
            verdict = server_replies.judge(broken.stage, broken.reply)
            return Handover(verdict, broken.reply, broken.stage)

    def close(self) -> None:
        """Say goodbye, if somebody is there to hear it."""
        smtp, self._smtp, self._handed_over = self._smtp, None, 0
        if smtp is not None:
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()

    def _attempt(self, sealed: Sealed, begin: Begin) -> Handover:
        if self._handed_over >= MOST_MESSAGES:
            self.close()
        if self._smtp is None:
            self._smtp = connect(self._server)
        smtp = self._smtp
        self._handed_over += 1
        options = [f"size={len(sealed.mime)}"] if smtp.has_extn("size") else []
        local, at, domain = sealed.address.rpartition("@")
        if not local.isascii() and smtp.has_extn("smtputf8"):
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        ascii_domain = partial(domain.encode, "ascii" if domain.isascii() else "idna")
        sender = envelope_sender(sealed.public_name)
        for stage, speak in (
            (Stage.SENDER, lambda: smtp.mail(sender, options)),
            # Encoded there: of a domain that cannot be, it is said that the server takes none such.
            (Stage.RECIPIENT, lambda: smtp.rcpt(local + at + ascii_domain().decode())),
        ):
            outcome = self._said(stage, _reply(stage, speak))
            if outcome is not None:
                return outcome
        if not begin():
            _reply(Stage.SENDER, smtp.rset)
            return Handover(Verdict.LOST)
        return self._data(smtp, sealed.mime)

    def _said(self, stage: Stage, reply: Reply) -> Handover | None:
        """Return what to make of a refusal, and forget the message; nothing if it may go on."""
        verdict = server_replies.judge(stage, reply)
        if verdict is Verdict.ACCEPTED:
            return None
        if verdict is Verdict.AWAY:
            raise Broken(stage, reply)
        assert self._smtp is not None  # noqa: S101 - for mypy: it was spoken to just now
        try:
            _reply(Stage.SENDER, self._smtp.rset)
        except Broken:
            self.close()
        return Handover(verdict, reply, stage)

    def _data(self, smtp: smtplib.SMTP, mime: bytes) -> Handover:
        go_on = _reply(Stage.DATA, lambda: smtp.docmd("data"))
        if go_on.code != _GO_ON:
            return self._said(Stage.DATA, go_on) or Handover(Verdict.OURS, go_on, Stage.DATA)
        ended = mime if mime.endswith(b"\r\n") else mime + b"\r\n"
        # Until the last dot has left, a server that goes away has not taken the message.
        _reply(Stage.DATA, lambda: _send(smtp, _DOTS.sub(b"..", ended) + b".\r\n"))
        try:
            last = _last_reply(smtp)
        except Broken as broken:
            self.close()
            return Handover(Verdict.UNKNOWN, broken.reply, Stage.DATA)
        return self._said(Stage.DATA, last) or Handover(Verdict.ACCEPTED, last, Stage.DATA)


def connect(server: Server) -> smtplib.SMTP:
    """
    Open a connection: greet, make it private and sign in, as far as the address says so.

    :raises Broken: if that does not succeed; the reply says why
    """
    name = mail.settings().sender.rpartition("@")[2]
    context = ssl.create_default_context()
    is_private = server.scheme == "smtps"
    way = partial(smtplib.SMTP_SSL, context=context) if is_private else smtplib.SMTP
    with _speaking(Stage.CONNECT):
        smtp = way(server.host, server.port, local_hostname=name, timeout=TIMEOUT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.scheme == "smtp+starttls":
                smtp.starttls(context=context)
                # What was said before it was private counts no more (RFC 3207).
                smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _send(smtp: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    smtp.send(data)
    return 0, b""


def _last_reply(smtp: smtplib.SMTP) -> Reply:
    assert smtp.sock is not None  # noqa: S101 - for mypy: it was written to just now
    smtp.sock.settimeout(LAST_TIMEOUT)
    try:
        return _reply(Stage.DATA, smtp.getreply)
    finally:
        if smtp.sock is not None:
            smtp.sock.settimeout(TIMEOUT)


def _reply(stage: Stage, speak: Callable[[], tuple[int, bytes]]) -> Reply:
    try:
        with _speaking(stage):
            code, text = speak()
    except ValueError:  # a sign that this server does not take; nothing was said to it
        return Reply(553, "5.6.7 the server takes no such address")
    return Reply(max(code, 0), text.decode("utf-8", "replace"))


@contextmanager
def _speaking(stage: Stage) -> Iterator[None]:
    """Say of whatever goes wrong inside a `with` block how far the conversation had come."""
    try:
        yield
    except smtplib.SMTPResponseException as refusal:
        words = refusal.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        raise Broken(stage, Reply(max(refusal.smtp_code, 0), text)) from refusal
    except (OSError, smtplib.SMTPException) as failure:
        told = getattr(failure, "strerror", None) or str(failure)
        raise Broken(stage, Reply(0, told or type(failure).__name__)) from failure
