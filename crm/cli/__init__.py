"""Commands for people with a shell."""

from flask import Flask

from crm.cli.accounts import accounts, projects
from crm.cli.context import in_words
from crm.cli.demo import demo
from crm.cli.networks import network
from crm.cli.operations import audit, backup, mail, restore
from crm.cli.register import contacts, exporting, importing
from crm.cli.serving import carry_out, migrate, serve, worker
from crm.cli.sessions import sessions

SERVING = (carry_out, migrate, serve, worker)
TENDING = (accounts, audit, backup, mail, projects, restore)
LISTS = (contacts, demo, exporting, importing, network, sessions)
COMMANDS = tuple(map(in_words, (*SERVING, *TENDING, *LISTS)))


def init(app: Flask) -> None:
    """Add the commands to `flask --app crm`."""
    for command in COMMANDS:
        app.cli.add_command(command)
