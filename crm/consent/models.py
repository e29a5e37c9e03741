"""The grounds for writing to persons, and who objects to it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, enum_type


class ContactPurpose(StrEnum):
    """For what somebody is written to."""

    PROJECT_WORK = "project_work"
    SESSION = "session"
    PANEL = "panel"
    NEWS = "news"


class Basis(StrEnum):
    """On which lawful ground, or why not; "not asked" is not "declined"."""

    PUBLIC_TASK = "public_task"
    CONSENT = "consent"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


# The public task does not reach to the panel and news; consent to one session stands on the
# invited list, with the session it was given for.
FITTING = """
(basis <> 'public_task' OR purpose NOT IN ('panel', 'news'))
AND (basis <> 'consent' OR purpose <> 'session')
"""


class ContactBasis(Base, ProjectScoped, Audited):
    """The ground for one person and purpose, where it is not the usual one."""

    __tablename__ = "contact_basis"
    __table_args__ = (
        UniqueConstraint("person_id", "purpose"),
        CheckConstraint(" ".join(FITTING.split()), name="fitting"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[ContactPurpose] = mapped_column(enum_type(ContactPurpose))
    basis: Mapped[Basis] = mapped_column(enum_type(Basis))
    # Where it was given: a form, a conversation, a link; in the user's words.
    source: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Objection(Base, ProjectScoped, Audited):
    """Somebody does not want to be written to by this project; it beats every ground."""

    __tablename__ = "objection"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    source: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
