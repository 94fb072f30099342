"""Lines of sessions that cost nothing: each booked or observed hour is seen to have been looked
at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gadong.billing.domain.charge import Charge, Price, Unbilled
from gadong.billing.domain.rate_terms import OF_USE, Basis
from gadong.billing.domain.rating.billable_time import (
    is_noise,
    measured_time,
    unfilled,
)
from gadong.billing.domain.rating.billed_pieces import pieces_of
from gadong.billing.domain.rating.rating import trace_of
from gadong.billing.domain.tariff import MAINTENANCE
from gadong.booking.domain.presence import BILLED, KNOWN_SHARE, Presence
from gadong.booking.domain.session import Session
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, span, total_seconds, without
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed


def unbilled(
    priced: Sequence[tuple[Session, Price]], month: Period, charges: Sequence[Charge]
) -> list[Charge]:
    """Make a line of nothing, with its reason, for each session of the month that has no charge.

    It stands in the month in which the session begins. Bookings that were given up in time have
    none, and neither has work to order that the centre did not do.
    """
    charged = {charge.key.rsplit("/", 1)[0] for charge in charges}
    return [
        _line(session, price, month)
        for session, price in sorted(priced, key=lambda p: (p[0].start.start, p[0].key))
        if session.key not in charged
        and month.contains(session.start.start)
        and session.presence is not Presence.CANCELLED
        and not (
            session.presence is Presence.EXCUSED and session.usage_mode is UsageMode.COMMISSIONED
        )
    ]


def unmeasured(session: Session, price: Price, until: datetime) -> int:
    """Return how many booked seconds no signal speaks of, where the price is that of what was
    measured.

    Seconds in which a counter says that the machine ran, and that are not billed, are among them.
    Nothing is unmeasured once a manager decided how much is billed, or that it costs nothing.
    Nothing is unmeasured of a machine that no signals observe: its ledger is asked instead
    (`is_unlogged`).
    """
    if price.rulings.seconds is not None or price.rulings.waiver(Component.TIME):
        return 0
    if price.observed is not Observed.SIGNAL:
        return 0
    counted = 0 if session.presence is Presence.CANCELLED else unfilled(session, price.item)
    is_measured = price.item.basis in OF_USE
    booked = span(session.start.start, min(session.start.end, until))
    if not is_measured or booked is None or session.presence not in BILLED:
        return counted
    silent = without([booked], [part for run in session.runs if (part := run.clipped(booked))])
    return counted + total_seconds(silent)


def is_unlogged(session: Session, price: Price, until: datetime) -> bool:
    """Return whether a booking by its use is over, on a machine without signals, and nobody wrote
    down any use of it.

    It is settled once a manager decided how much is billed, or that it costs nothing.
    """
    is_by_use = price.observed is not Observed.SIGNAL and price.item.basis in OF_USE
    is_settled = price.rulings.seconds is not None or price.rulings.waiver(Component.TIME)
    is_over = session.booking is not None and session.start.end <= until
    if not is_by_use or is_settled or not is_over or session.presence not in BILLED:
        return False
    return not measured_time(session, price.item)[0]


def is_spoken_of(session: Session, until: datetime) -> bool:
    """Return whether signals speak of a session's time until the instant, but for a fifth of it.

    The share is that by which a no-show is known. Without it nobody knows whether a machine ran.
    """
    time = span(session.start.start, min(session.start.end, until))
    if time is None:
        return False
    known = total_seconds(
        part
        for run in session.runs
        if run.state is not State.UNKNOWN and (part := run.clipped(time))
    )
    return known >= KNOWN_SHARE * time.seconds


def _line(session: Session, price: Price, month: Period) -> Charge:
    measured, _ = measured_time(session, price.item)
    seconds = total_seconds(measured)
    trace = replace(
        trace_of(session, price, [session.reach], month),
        measured_seconds=seconds,
        decided=price.rulings.reason,
        waived=price.rulings.waiver(Component.TIME),
        unbilled=_reason(session, price, measured),
    )
    return Charge(
        key=f"{session.key}/{Component.TIME}",
        component=Component.TIME,
        amount=0,
        tax_type=price.item.tax_type,
        trace=trace,
    ).divided_by(price.division)


def _reason(session: Session, price: Price, measured: Sequence[Period]) -> Unbilled:
    """Return the reason of a line of nothing, from the session's measured time."""
    seconds = total_seconds(measured)
    if session.presence is Presence.EXCUSED:
        return Unbilled.EXCUSED
    if price.rulings.seconds is not None:
        # Decided seconds that are billed lie in the month after.
        return Unbilled.OTHER_MONTH if price.rulings.seconds else Unbilled.DECIDED
    if seconds:
        if is_noise(session, seconds, price.item):
            return Unbilled.NOISE
        return Unbilled.OTHER_MONTH if pieces_of(session, price, measured) else Unbilled.ROUNDED
    if session.presence is Presence.NO_SHOW:
        return Unbilled.NO_SHOW
    return _reason_of_no_time(session, price)


def _reason_of_no_time(session: Session, price: Price) -> Unbilled:
    """Return the reason for which nothing was measured of a session that counts as come for."""
    # The same share for which signals must speak: a short overrun of others leaves time to run.
    most = KNOWN_SHARE * session.start.seconds
    if total_seconds(session.taken) >= most:
        return Unbilled.TAKEN
    if not without([session.start], _excluded(session, price)):
        return Unbilled.EXCLUDED
    is_by_use = price.item.basis in OF_USE
    if not is_by_use or (session.occupied and price.item.basis is Basis.ACTUAL_OCCUPIED):
        # A booking has time of its own, unless other sessions have all of it.
        return Unbilled.ELSEWHERE
    if price.observed is not Observed.SIGNAL:
        return Unbilled.UNLOGGED
    is_known = is_spoken_of(session, session.start.end)
    return Unbilled.NOT_RUN if is_known else Unbilled.UNMEASURED


def _excluded(session: Session, price: Price) -> list[Period]:
    """Return the time of a session that its item does not bill."""
    states = price.item.excluded_states
    found = [
        part
        for run in session.runs
        if run.state.value in states and (part := run.clipped(session.reach))
    ]
    return [*found, *session.maintenance] if MAINTENANCE in states else found
