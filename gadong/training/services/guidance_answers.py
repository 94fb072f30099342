"""Requests for an answer after guidance, to whoever asked for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from gadong.core.database import Tx
from gadong.people.domain.centre import Centre
from gadong.satisfaction.services import requests
from gadong.training.store import guidance

# The desk records the expert's work in the days after; of what is recorded later nobody is asked.
ASKED_WITHIN = timedelta(days=7)


def ask_after_guidance(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Ask once whoever asked for guidance that was done; return how many were asked.

    Contacts that the desk recorded without a request have nobody to be asked.
    """
    done = guidance.given(tx, centre.id, since=now - ASKED_WITHIN, now=now)
    return sum(requests.ask_once(tx, centre, use, now=now) for use in done)
