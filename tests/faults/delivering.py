"""A worker in a process of its own, to be killed: `python -m tests.faults.delivering SERVER`."""

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta

import crm
from config import Config
from crm.core import leases, mail
from crm.core.mail import Content, MailKind, Outgoing, Purpose, Recipient
from crm.messages.jobs.loop import Deliverer

LEASE = timedelta(seconds=1)


def content(outgoing: Outgoing) -> Content:
    """Write to the address that the test put into the parameters."""
    to = Recipient(outgoing.params["to"], "Ans", "nl")
    return Content(to, {"session": "Speelplek", "answer_link": "http://127.0.0.1/r/x"})


def kinds() -> dict[Purpose, MailKind]:
    """Return what is said of invitations, which are sent again, and of reminders, which are not."""
    return {
        Purpose.INVITE: MailKind(Purpose.INVITE, content),
        Purpose.REMINDER: MailKind(Purpose.REMINDER, content, resends=False),
    }


def main() -> None:
    """Hand messages over until told to stop; leases are short, so that the test is."""
    leases.LEASE = LEASE
    app = crm.create_app(Config.from_environment(os.environ))
    mail.use_settings(replace(mail.settings(), server=sys.argv[1]))
    for kind in kinds().values():
        mail.register(kind)
    worker = Deliverer(app.extensions["kring_database"], app.app_context, 0.05)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


if __name__ == "__main__":
    main()
