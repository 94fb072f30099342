"""Waiting for what another process or thread will do.

A limit, so that never is a failure and not a hang.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep


def until(is_so: Callable[[], object], *, within: float = 20, what: str = "") -> None:
    """Return when it is so; AssertionError when the time is up."""
    deadline = monotonic() + within
    while not is_so():
        if monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or is_so}")
        sleep(0.05)
