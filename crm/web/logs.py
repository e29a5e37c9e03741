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
