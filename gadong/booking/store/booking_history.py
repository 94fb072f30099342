"""Bookings as they stood: their events, their snapshots, and the machines they were on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.booking.domain.booking import (
    Booking,
)
from gadong.booking.domain.cost_shares import ShareRequest, fixed_parts
from gadong.booking.domain.rules.waiting_change import Approved, GivenUp
from gadong.booking.store import cost_shares
from gadong.core.database import Tx, many, one
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import by_key, to_range

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step in a booking's life."""

    version: int
    action: str
    actor_id: PersonId | None
    reason: str
    recorded_at: datetime


def events(tx: Tx, booking_id: BookingId) -> list[Event]:
    """Return the booking's history, the first step first."""
    return [Event(**row) for row in many(tx, SQL["events"], booking_id=booking_id)]


def approved(tx: Tx, booking_id: BookingId) -> Approved | None:
    """Return a booking as it last stood confirmed; None for one that never did."""
    row = one(tx, SQL["approved"], booking_id=booking_id)
    if row is None:
        return None
    late = many(tx, SQL["left_late"], booking_id=booking_id)
    return Approved(
        booking=from_document(Booking, row["snapshot"]),
        left_at=row["left_at"],
        left_late=tuple(
            GivenUp(booking=from_document(Booking, r["snapshot"]), at=r["left_at"]) for r in late
        ),
    )


def changed_at(tx: Tx, ids: Iterable[BookingId]) -> dict[BookingId, datetime]:
    """Return when each of the bookings last changed."""
    return {row["booking_id"]: row["at"] for row in many(tx, SQL["changed_at"], ids=list(ids))}


def as_known(
    tx: Tx,
    machine_id: MachineId,
    bounds: Period,
    *,
    recorded_before: datetime,
    also: Iterable[BookingId] = (),
) -> list[Booking]:
    """Return the machine's bookings that touch the bounds, as they stood before the instant, with
    the parts of their cost that were fixed.

    Those of the ids in `also` are among them wherever they lie.
    """
    ids = set(also)
    rows = many(
        tx,
        SQL["as_known"],
        machine_id=machine_id,
        during=to_range(bounds),
        also=list(ids),
        recorded_before=recorded_before,
    )
    found = (from_document(Booking, row["snapshot"]) for row in rows)
    near = [b for b in found if b.id in ids or b.period.overlap(bounds)]
    asked = cost_shares.of_bookings(tx, [b.id for b in near], recorded_before=recorded_before)
    return _in_order(near, asked)


def of_machines(
    tx: Tx, machine_ids: Iterable[MachineId], bounds: Period, *, recorded_before: datetime
) -> dict[MachineId, list[Booking]]:
    """Return each machine's bookings that touch the bounds, as they stood before the instant, with
    the parts of their cost that were fixed.
    """
    rows = many(
        tx,
        SQL["of_machines"],
        machine_ids=list(machine_ids),
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    # A booking that was moved stands on each of its machines as it stood there.
    found = [(row["machine_id"], from_document(Booking, row["snapshot"])) for row in rows]
    near = [(machine_id, b) for machine_id, b in found if b.period.overlap(bounds)]
    asked = cost_shares.of_bookings(tx, {b.id for _, b in near}, recorded_before=recorded_before)
    return {machine_id: _in_order(own, asked) for machine_id, own in by_key(near).items()}


def _in_order(
    bookings: Iterable[Booking], asked: Mapping[BookingId, Sequence[ShareRequest]]
) -> list[Booking]:
    """Return the bookings in order of time, with the parts of their cost that were fixed."""
    told = [replace(b, parts=fixed_parts(b, asked[b.id])) if b.id in asked else b for b in bookings]
    return sorted(told, key=lambda b: (b.period, str(b.id)))


def machines_of(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, bounds: Period
) -> list[MachineId]:
    """Return the company's machines with possible sessions inside the bounds."""
    rows = many(
        tx, SQL["machines_of"], centre_id=centre_id, company_id=company_id, during=to_range(bounds)
    )
    return [row["machine_id"] for row in rows]


def machines_before(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, instant: datetime
) -> list[MachineId]:
    """Return the machines that the company had booked, or was decided to have used, before an
    instant.
    """
    rows = many(
        tx, SQL["machines_before"], centre_id=centre_id, company_id=company_id, instant=instant
    )
    return [row["machine_id"] for row in rows]
