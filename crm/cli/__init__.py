"""Commands for people with a shell."""

from flask import Flask

from crm.cli.accounts import accounts
from crm.cli.audit import audit
from crm.cli.backups import backup, restore
from crm.cli.contacts import importing
from crm.cli.demo import demo
from crm.cli.faults import in_words
from crm.cli.mail import mail
from crm.cli.networks import network
from crm.cli.people import exporting
from crm.cli.projects import projects
from crm.cli.register import contacts
from crm.cli.serving import carry_out, migrate, serve, worker

COMMANDS = tuple(
    in_words(command)
    for command in (
        accounts, audit, backup, carry_out, contacts, demo, exporting, importing, mail, migrate,
        network, projects, restore, serve, worker,
    )
)  # fmt: skip


def init(app: Flask) -> None:
    """Add the commands to `flask --app crm`."""
    for command in COMMANDS:
        app.cli.add_command(command)
