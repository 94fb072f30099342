"""Events as JSON lines on standard error: ids always, personal data never."""

from __future__ import annotations

import logging

from pythonjsonlogger.json import JsonFormatter


def configure(level: str) -> None:
    """Send every logger's events to standard error; called once by a program's `__main__`."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields={"asctime": "at"}
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A tick is no news, nor is one that was skipped while the last one lasted: the scheduler itself
    # says once that a tick was slow.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
