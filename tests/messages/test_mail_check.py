"""`flask --app crm mail check`: it says in words what is wrong with the settings."""

import json
import shutil
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask

from crm.core import mail
from tests import imap, layers
from tests.imap import Mailbox
from tests.smtp import Sink, serving

pytestmark = pytest.mark.engine("sqlite")

Check = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture
def check(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The command, with settings and words."""

    def run(*words: str, **settings: str) -> tuple[int, dict[str, str]]:
        given = replace(mail.settings(), sender="kring@kring.example", **settings)  # type: ignore[arg-type]  # text
        monkeypatch.setattr(mail, "_settings", [given])
        with app.app_context():
            result = app.test_cli_runner().invoke(args=["mail", "check", "--json", *words])
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else {}

    return run


def test_without_a_server_it_says_where_messages_go(check: Check) -> None:
    status, told = check()

    assert status == 0
    assert "files" in told["messages"]


def test_a_server_that_works_takes_a_test_message(check: Check, sink: Sink) -> None:
    with serving(sink) as place:
        status, told = check("--to", "beheer@kring.example", server=f"smtp://{place}")

    assert (status, told["server"], told["private"]) == (0, place, "no")
    assert told["test_message"].startswith("accepted")
    assert sink.recipients == ["beheer@kring.example"]


def test_a_refused_test_message_is_told_with_the_words_of_the_server(
    check: Check, sink: Sink
) -> None:
    sink.answer("MAIL", "550 5.7.1 sender not allowed")
    with serving(sink) as place:
        status, told = check("--to", "beheer@kring.example", server=f"smtp://{place}")

    assert status == 1
    assert told["trouble"].endswith("550 5.7.1 sender not allowed")


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("smtp://127.0.0.1:1", "Nothing answers at 127.0.0.1, port 1."),
        ("smtp://nergens.invalid", "There is no server of the name nergens.invalid."),
    ],
)
def test_a_server_that_is_not_there_is_told_in_words(check: Check, server: str, words: str) -> None:
    status, told = check(server=server)

    assert status == 1
    assert told["trouble"].startswith(words)


def test_a_server_without_starttls_is_told_in_words(check: Check, sink: Sink) -> None:
    with serving(sink) as place:
        status, told = check(server=f"smtp+starttls://{place}")

    assert status == 1
    assert "does not offer what smtp+starttls needs" in told["trouble"]


@pytest.mark.parametrize(("password", "status"), [("geheim", 0), ("verkeerd", 1)])
def test_a_wrong_password_is_told_in_words(
    check: Check, sink: Sink, password: str, status: int
) -> None:
    def sign_in(
        _server: object, _session: object, _envelope: object, _how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password == b"geheim", handled=False)

    with serving(sink, authenticator=sign_in, auth_require_tls=False) as place:
        ended, told = check(server=f"smtp://kring:{password}@{place}")

    assert ended == status
    assert ("refuses the user name or password" in told.get("trouble", "")) == bool(status)
    assert "verkeerd" not in str(told)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate that only itself vouches for, and a server's side with it."""
    if shutil.which("openssl") is None:
        layers.missing("openssl")
    key, file = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", file, "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return file, context


def test_a_certificate_that_nobody_vouches_for_is_refused(
    check: Check, sink: Sink, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    with serving(sink, tls_context=certificate[1]) as place:
        status, told = check(server=f"smtp+starttls://{place}")

    assert status == 1
    assert told["trouble"].startswith("The certificate of 127.0.0.1 is not to be trusted")


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_private_connection_is_used_for_the_message(
    check: Check,
    sink: Sink,
    certificate: tuple[Path, ssl.SSLContext],
    scheme: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    asked: dict[str, Any] = {"tls_context": context, "require_starttls": True}
    how = {"tls": context} if scheme == "smtps" else asked

    with serving(sink, **how) as place:
        status, told = check("--to", "beheer@kring.example", server=f"{scheme}://{place}")

    assert (status, len(sink.arrived)) == (0, 1)
    assert told["private"] == {"smtps": "TLS", "smtp+starttls": "STARTTLS"}[scheme]


def test_settings_that_cannot_be_read_are_told_in_words(check: Check) -> None:
    assert check(server="mail.kring.example")[0] == 1
    assert check(server="smtp://kring.example", throttle="veel")[0] == 1


def test_the_mailbox_for_what_comes_back_is_tried_too(check: Check) -> None:
    with imap.serving(Mailbox(b"Subject: x\r\n\r\n")) as address:
        right = check(bounce_mailbox=address)
        wrong = check(bounce_mailbox=address.replace("geheim", "verkeerd"))

    assert (right[0], right[1]["mailbox"]) == (0, "1 unread")
    assert wrong[0] == 1
    assert wrong[1]["mailbox_trouble"].endswith("what comes back: wrong password")
