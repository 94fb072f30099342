"""Gaps of a machine's signals and what vouches for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.session import Session, sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Witnesses
from gadong.core.domain.machine_state import Grade, State
from gadong.metering.domain.run import Run
from tests.support.billing.difficult_days import priced
from tests.support.golden import (
    MACHINE,
    MONTH,
    at,
    ran,
)

SECOND = priced(increment_seconds=1, increment_grace_seconds=0)


def silent(runs: list[Run], since: str, *, counted: int | None, held: int = 0) -> list[Run]:
    """Return the runs, the idle one that begins at an instant made unknown, with what a counter
    moved across it.

    The machine was last heard so many seconds before, which its last word still holds for.
    """
    gap = replace(
        next(r for r in runs if r.start == at(since)),
        state=State.UNKNOWN,
        grade=Grade.UNRESOLVED,
        held_from=at(since) - timedelta(seconds=held),
        counted_seconds=counted,
    )
    return [gap if r.start == gap.start else r for r in runs]


def found(runs: list[Run], held: list[Booking], came: list[CheckIn] | None = None) -> list[Session]:
    """Return the sessions of the example day."""
    witnesses = Witnesses(bookings=held, check_ins=came or [])
    bounds = MONTH.widened(before=timedelta(days=9), after=timedelta(days=9))
    usages = attribute(runs, witnesses, AttributionLimits(), bounds=bounds)
    return sessions(MACHINE, usages, runs, witnesses, AttributionLimits())


EIGHT = silent(ran(("10:00", "11:56"), ("12:04", "14:00")), "11:56", counted=480)
