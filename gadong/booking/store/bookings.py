"""Bookings, their history, and who was at the machine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import errors
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gadong.booking.domain.booking import HOLDING, Action, Booking, BookingState, FirstStep, Taken
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.domain.booking_request import CountedBooking
from gadong.booking.domain.rules.limits import Rules
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Changed, Problem, SlotTaken
from gadong.core.domain.usage_mode import UsageMode
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document, to_patterns, to_period, to_range

SQL = statements(__file__)


def insert(
    tx: Tx,
    booking: Booking,
    rules: Rules,
    *,
    by: PersonId | None,
    recorded_at: datetime,
    action: FirstStep = FirstStep.REQUEST,
) -> None:
    """Hold the period; SlotTaken where another holds any of it."""
    _guarded(tx, "insert", booking, rules)
    _record(tx, booking, action, by=by, reason=booking.override, recorded_at=recorded_at)


def update(
    tx: Tx,
    booking: Booking,
    rules: Rules,
    action: Action,
    *,
    by: PersonId | None,
    recorded_at: datetime,
    reason: str = "",
    left_at: datetime | None = None,
) -> None:
    """Keep the booking after an action; SlotTaken, or Changed where somebody else was faster."""
    if not _guarded(tx, "update", booking, rules):
        raise Changed
    _record(tx, booking, action, by=by, reason=reason, recorded_at=recorded_at, left_at=left_at)


def _guarded(tx: Tx, statement: str, booking: Booking, rules: Rules) -> int:
    try:
        with tx.transaction():
            return run(
                tx,
                SQL[statement],
                id=booking.id,
                centre_id=booking.centre_id,
                machine_id=booking.machine_id,
                company_id=booking.company_id,
                person_id=booking.person_id,
                during=to_range(booking.period),
                held=to_range(_held(booking, rules)),
                state=booking.state.value,
                version=booking.version,
                purpose=booking.purpose,
                checked_in_at=booking.checked_in_at,
                checked_out_at=booking.checked_out_at,
                cancelled_at=booking.cancelled_at,
                freed_from=booking.freed_from,
                expires_at=booking.expires_at,
                joined=booking.joined,
                override=booking.override,
                answers=Jsonb(dict(booking.answers)),
                usage_mode=booking.usage_mode.value,
                equipment=list(booking.equipment),
                competes=booking.competes,
                seats=booking.seats,
                shares=booking.shares,
            )
    except errors.ExclusionViolation as trouble:
        if trouble.diag.constraint_name != "bookings_no_overlap":
            raise
        raise SlotTaken([Problem(code="booking.taken")]) from trouble


def _held(booking: Booking, rules: Rules) -> Period:
    """Return the period closed to others: the booking with its turn-round, less its freed rest."""
    finished = booking.freed_from if booking.state is BookingState.COMPLETED else None
    end = min(booking.period.end, finished or booking.period.end)
    if end <= booking.period.start:
        # Freed before it began: the shortest stretch that says so.
        return Period(
            booking.period.start - rules.setup, booking.period.start + timedelta(seconds=1)
        )
    return rules.held(Period(booking.period.start, end))


def _record(
    tx: Tx,
    booking: Booking,
    action: Action | FirstStep,
    *,
    by: PersonId | None,
    reason: str,
    recorded_at: datetime,
    left_at: datetime | None = None,
) -> None:
    run(
        tx,
        SQL["insert_event"],
        booking_id=booking.id,
        version=booking.version,
        centre_id=booking.centre_id,
        machine_id=booking.machine_id,
        action=action.value,
        actor_id=by,
        reason=reason,
        during=to_range(booking.period),
        snapshot=to_document(booking),
        recorded_at=recorded_at,
        left_at=left_at,
    )


def by_id(tx: Tx, booking_id: BookingId) -> Booking | None:
    """Return one booking."""
    row = one(tx, SQL["by_id"], id=booking_id)
    return _booking(row) if row else None


def locked(tx: Tx, booking_id: BookingId) -> Booking | None:
    """Return one booking, held until the transaction ends."""
    row = one(tx, SQL["lock"], id=booking_id)
    return _booking(row) if row else None


def page(
    tx: Tx,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    *,
    only: BookingFilter,
    before: UUID | None,
    most: int,
    shared_ids: Iterable[BookingId] = (),
) -> list[Booking]:
    """Return a page of bookings of centres or companies, and of those named, the latest made
    first.
    """
    ids = _ids(centre_ids, company_ids, shared_ids)
    return [
        _booking(r) for r in many(tx, SQL["page"], **ids, **_filter(only), before=before, most=most)
    ]


def page_by_start(
    tx: Tx,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    *,
    only: BookingFilter,
    after: tuple[datetime, UUID] | None,
    most: int,
    skipped: int = 0,
    is_latest_first: bool = False,
    shared_ids: Iterable[BookingId] = (),
) -> list[Booking]:
    """Return a page of bookings of centres or companies, and of those named, by their start.

    It goes on after the start and id of the page before, or skips so many bookings.
    """
    ids = _ids(centre_ids, company_ids, shared_ids)
    edge = dict(zip(("after", "after_id"), after or (None, None), strict=True))
    statement = SQL["page_by_latest_start" if is_latest_first else "page_by_start"]
    rows = many(tx, statement, **ids, **_filter(only), **edge, most=most, skipped=skipped)
    return [_booking(row) for row in rows]


def count(
    tx: Tx,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    *,
    only: BookingFilter,
) -> int:
    """Return how many bookings of centres or companies a filter finds."""
    ids = _ids(centre_ids, company_ids, ())
    return sum(row["bookings"] for row in many(tx, SQL["count"], **ids, **_filter(only)))


def _ids(
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    shared_ids: Iterable[BookingId],
) -> dict[str, list[Any]]:
    return {
        "centre_ids": list(centre_ids),
        "company_ids": list(company_ids),
        "shared_ids": list(shared_ids),
    }


def _filter(only: BookingFilter) -> dict[str, Any]:
    return {
        "centre_id": only.centre,
        "machine_id": only.machine,
        "company_id": only.company,
        "person_id": only.person,
        "joined": only.group,
        "states": [state.value for state in only.states] or None,
        "during": to_range(only.during) if only.during else None,
        "words": to_patterns(only.text) or None,
        "coming_at": only.coming_at,
        "past_at": only.past_at,
        "standing": sorted(HOLDING),
    }


def unsettled(
    tx: Tx, machine_id: MachineId, *, before: datetime, after: datetime
) -> list[BookingId]:
    """Return the machine's bookings that time or signals may change, by their start.

    Those that began, or whose answer is due, before the one instant and that end after the other.
    """
    rows = many(tx, SQL["unsettled"], machine_id=machine_id, before=before, after=after)
    return [row["id"] for row in rows]


def machines_unsettled(tx: Tx, *, before: datetime, after: datetime) -> list[MachineId]:
    """Return the machines with such bookings."""
    return [
        row["machine_id"] for row in many(tx, SQL["machines_unsettled"], before=before, after=after)
    ]


def is_at_risk(tx: Tx, booking_id: BookingId) -> bool:
    """Return whether its people were warned that the job before may make the booking late."""
    row = one(tx, SQL["at_risk"], id=booking_id)
    return bool(row and row["is_so"])


def remark(tx: Tx, booking: Booking, kind: str) -> bool:
    """Record a remark on the booking; return whether it is the first of its kind."""
    return (
        one(tx, SQL["remark"], centre_id=booking.centre_id, booking_id=booking.id, kind=kind)
        is not None
    )


def next_after(tx: Tx, machine_id: MachineId, at: datetime) -> Booking | None:
    """Return the next booking of the machine from the instant on."""
    row = one(tx, SQL["next_after"], machine_id=machine_id, at=at)
    return by_id(tx, row["id"]) if row else None


def is_shared(tx: Tx, machine_id: MachineId, *, at: datetime) -> bool:
    """Return whether bookings that leave seats of the room to others are not over at an instant."""
    row = one(tx, SQL["is_shared"], machine_id=machine_id, at=at)
    return bool(row and row["is_so"])


def joined(tx: Tx, group: UUID) -> list[Booking]:
    """Return the bookings of one group request."""
    return [_booking(row) for row in many(tx, SQL["joined"], joined=group)]


def counted(
    tx: Tx,
    centre_id: CentreId,
    machine_ids: Iterable[MachineId],
    *,
    company_ids: Iterable[CompanyId],
    person_ids: Iterable[PersonId],
    since: datetime,
) -> list[CountedBooking]:
    """Bookings of the machines by any of who asks since the instant, and what they missed or gave
    up anywhere.
    """
    rows = many(
        tx,
        SQL["counted"],
        centre_id=centre_id,
        machine_ids=list(machine_ids),
        company_ids=list(company_ids),
        person_ids=list(person_ids),
        since=since,
    )
    return [
        CountedBooking(
            period=Period(row.pop("starts"), row.pop("ends")),
            **{**row, "state": BookingState(row["state"])},
        )
        for row in rows
    ]


def of_centre(tx: Tx, centre_id: CentreId, bounds: Period) -> list[Taken]:
    """Return every hold on the centre's machines inside the bounds."""
    rows = many(tx, SQL["of_centre"], centre_id=centre_id, during=to_range(bounds))
    return [
        Taken(
            id=row["id"],
            machine_id=row["machine_id"],
            company_id=row["company_id"],
            period=Period(row["starts"], row["ends"]),
            held=Period(row["held_from"], row["held_until"]),
            state=BookingState(row["state"]),
            purpose=row["purpose"],
            seats=row["seats"],
            shares=row["shares"],
        )
        for row in rows
    ]


def rivals(tx: Tx, booking: Booking) -> list[Booking]:
    """Return the other requests for any of the booking's time, the first made first."""
    rows = many(tx, SQL["rivals"], id=booking.id, machine_id=booking.machine_id)
    return [_booking(row) for row in rows]


def outdone(tx: Tx, machine_ids: Iterable[MachineId]) -> list[Booking]:
    """Return the competing requests on the machines whose time somebody else has by now."""
    return [_booking(row) for row in many(tx, SQL["outdone"], machine_ids=list(machine_ids))]


def _booking(row: DictRow) -> Booking:
    period, state = to_period(row.pop("during")), BookingState(row.pop("state"))
    mode = UsageMode(row.pop("usage_mode"))
    chosen = tuple(row.pop("equipment"))
    return Booking(**row, period=period, state=state, usage_mode=mode, equipment=chosen)
