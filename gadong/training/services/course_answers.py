"""Requests for an answer after a course, to everybody who attended it."""

from __future__ import annotations

from datetime import datetime, timedelta

from gadong.core.database import Tx
from gadong.people.domain.centre import Centre
from gadong.satisfaction.services import requests
from gadong.training.store import courses

# Attendance is recorded on the day or in the days after; whoever is marked later is not asked.
ASKED_WITHIN = timedelta(days=7)


def ask_after_courses(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Ask once everybody who attended a course of the last week; return how many were asked."""
    attended = courses.attended(tx, centre.id, since=now - ASKED_WITHIN, now=now)
    return sum(requests.ask_once(tx, centre, use, now=now) for use in attended)
