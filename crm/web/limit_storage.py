"""Where limits are counted: in the database, so that all processes count together."""

from datetime import timedelta

from limits.storage import Storage
from sqlalchemy.exc import SQLAlchemyError

from crm.core import counting
from crm.web import gate

SCHEME = "database"


class InDatabase(Storage):
    """The storage of the library that knows limits, over the counts of the database in use."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as the library declares it

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong when the database is away."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return how often it was done."""
        return counting.add(gate.database(), key, amount, within=timedelta(seconds=expiry))

    def get(self, key: str) -> int:
        """Return how often it was done."""
        return counting.read(gate.database(), key)[0]

    def get_expiry(self, key: str) -> float:
        """Return until when that counts, in seconds since 1970."""
        return counting.read(gate.database(), key)[1].timestamp()

    def check(self) -> bool:
        """Whether it can be asked."""
        counting.read(gate.database(), "")
        return True

    def clear(self, key: str) -> None:
        """Forget how often it was done."""
        counting.forget(gate.database(), key)

    def reset(self) -> int | None:
        """Refuse: what others have used up is nobody's to forget."""
        raise NotImplementedError
