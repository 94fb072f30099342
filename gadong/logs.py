"""Events as JSON lines on standard error: ids always, personal data never."""

from __future__ import annotations

import logging
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

#: The id of the request that is being answered; empty outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


def configure(level: str) -> None:
    """Send every logger's events to standard error; called once by a program's `__main__`."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields={"asctime": "at"}
        )
    )
    handler.addFilter(name_request)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A tick is no news, nor is one that was skipped while the last one lasted: the scheduler itself
    # says once that a tick was slow.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def name_request(record: logging.LogRecord) -> bool:
    """Add the request's id to an event that is logged while the request is answered."""
    if name := REQUEST_ID.get():
        record.request_id = name
    return True
