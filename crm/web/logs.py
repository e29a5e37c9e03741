"""Log lines: one JSON value each, without personal data."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

# Whoever reads a log must not be able to answer for somebody.
LINKS = re.compile(r"(/(?:r|u|d|k|c|f|n|t|links)/)[^\s/?#\"']+")
# These write the path of a request when something is the matter.
SERVERS = ("waitress", "waitress.queue", "werkzeug")
_log = structlog.get_logger("kring.web")


def masked(text: str) -> str:
    """Return a text in which the token of each personal link is left out."""
    return LINKS.sub(r"\1…", text)


def init() -> None:
    """Write what Kring logs as JSON to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_words: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in SERVERS:
        logging.getLogger(name).addFilter(_mask_record)


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {
        name: masked(value) if isinstance(value, str) else value for name, value in event.items()
    }


def _mask_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = masked(record.getMessage()), ()
    return True


def note_failure(error: Exception) -> None:
    """Log that a request failed, and where."""
    # The text of an exception may hold what somebody typed; the log gets its kind and place only.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else ""
    _log.error("request failed", error=type(error).__name__, where=where)
