"""Bookings, their history, and who was at the machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import errors
from psycopg.rows import DictRow

from gadong.domain.attribution import CheckIn
from gadong.domain.booking import Action, Booking, BookingState
from gadong.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId, new_id
from gadong.domain.period import Period
from gadong.domain.policy import Rules
from gadong.domain.problem import Changed, Problem, SlotTaken
from gadong.store.database import Tx, many, one, run
from gadong.store.queries import statements
from gadong.store.values import from_document, to_document, to_period, to_range

SQL = statements("bookings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step in a booking's life."""

    version: int
    action: str
    actor_id: PersonId | None
    reason: str
    recorded_at: datetime


def insert(
    tx: Tx, booking: Booking, rules: Rules, *, by: PersonId, recorded_at: datetime, reason: str = ""
) -> None:
    """Hold the period; SlotTaken where another holds any of it. `reason` is why rules were passed."""
    _guarded(tx, "insert", booking, rules)
    _record(tx, booking, "request", by=by, reason=reason, recorded_at=recorded_at)


def update(
    tx: Tx,
    booking: Booking,
    rules: Rules,
    action: Action,
    *,
    by: PersonId | None,
    recorded_at: datetime,
    reason: str = "",
) -> None:
    """Keep the booking after an action; SlotTaken, or Changed where somebody else was faster."""
    if not _guarded(tx, "update", booking, rules):
        raise Changed
    _record(tx, booking, action.value, by=by, reason=reason, recorded_at=recorded_at)


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
                held=to_range(rules.held(booking.period)),
                state=booking.state.value,
                version=booking.version,
                purpose=booking.purpose,
                checked_in_at=booking.checked_in_at,
                checked_out_at=booking.checked_out_at,
                cancelled_at=booking.cancelled_at,
            )
    except errors.ExclusionViolation as trouble:
        if trouble.diag.constraint_name != "bookings_no_overlap":
            raise
        raise SlotTaken([Problem(code="booking.taken")]) from trouble


def _record(
    tx: Tx, booking: Booking, action: str, *, by: PersonId | None, reason: str, recorded_at: datetime
) -> None:
    run(
        tx,
        SQL["insert_event"],
        booking_id=booking.id,
        version=booking.version,
        centre_id=booking.centre_id,
        machine_id=booking.machine_id,
        action=action,
        actor_id=by,
        reason=reason,
        during=to_range(booking.period),
        snapshot=to_document(booking),
        recorded_at=recorded_at,
    )


def by_id(tx: Tx, booking_id: BookingId) -> Booking | None:
    """One booking."""
    row = one(tx, SQL["by_id"], id=booking_id)
    return _booking(row) if row else None


def locked(tx: Tx, booking_id: BookingId) -> Booking | None:
    """One booking, held until the transaction ends."""
    row = one(tx, SQL["lock"], id=booking_id)
    return _booking(row) if row else None


def events(tx: Tx, booking_id: BookingId) -> list[Event]:
    """The booking's history, the first step first."""
    return [Event(**row) for row in many(tx, SQL["events"], booking_id=booking_id)]


def page(
    tx: Tx,
    *,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    machine_id: MachineId | None,
    during: Period | None,
    before: UUID | None,
    most: int,
) -> list[Booking]:
    """A page of bookings, the latest made first."""
    rows = many(
        tx,
        SQL["page"],
        centre_ids=list(centre_ids),
        company_ids=list(company_ids),
        machine_id=machine_id,
        during=to_range(during) if during else None,
        before=before,
        most=most,
    )
    return [_booking(row) for row in rows]


def held(tx: Tx, machine_id: MachineId, bounds: Period, *, without: BookingId | None = None) -> list[Period]:
    """What keeps others off the machine, turn-round included."""
    rows = many(tx, SQL["held"], machine_id=machine_id, during=to_range(bounds))
    return [to_period(row["held"]) for row in rows if row["id"] != without]


def as_known(tx: Tx, machine_id: MachineId, bounds: Period, *, recorded_before: datetime) -> list[Booking]:
    """The machine's bookings that touch the bounds, as they stood before the instant."""
    rows = many(
        tx,
        SQL["as_known"],
        machine_id=machine_id,
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    found = [from_document(Booking, row["snapshot"]) for row in rows]
    return sorted((b for b in found if b.period.overlap(bounds)), key=lambda b: (b.period, str(b.id)))


def machines_of(tx: Tx, centre_id: CentreId, company_id: CompanyId, bounds: Period) -> list[MachineId]:
    """The machines on which the company can have sessions inside the bounds."""
    rows = many(tx, SQL["machines_of"], centre_id=centre_id, company_id=company_id, during=to_range(bounds))
    return [row["machine_id"] for row in rows]


def due_for_release(tx: Tx, *, before: datetime, after: datetime) -> list[BookingId]:
    """Confirmed bookings that began before the one instant and end after the other."""
    return [row["id"] for row in many(tx, SQL["due_for_release"], before=before, after=after)]


def insert_check_in(tx: Tx, booking: Booking, *, kind: str, at: datetime, recorded_at: datetime) -> None:
    """Somebody came for the booking (`in`) or left (`out`)."""
    run(
        tx,
        SQL["insert_check_in"],
        id=new_id(),
        centre_id=booking.centre_id,
        machine_id=booking.machine_id,
        company_id=booking.company_id,
        person_id=booking.person_id,
        booking_id=booking.id,
        kind=kind,
        at=at,
        recorded_at=recorded_at,
    )


def check_ins(tx: Tx, machine_id: MachineId, bounds: Period, *, recorded_before: datetime) -> list[CheckIn]:
    """Who was at the machine, each coming joined with its leaving."""
    rows = many(
        tx,
        SQL["check_ins"],
        machine_id=machine_id,
        since=bounds.start,
        until=bounds.end,
        recorded_before=recorded_before,
    )
    left = {row["booking_id"]: row["at"] for row in rows if row["kind"] == "out"}
    return [
        CheckIn(
            at=row["at"],
            company_id=row["company_id"],
            person_id=row["person_id"],
            booking_id=row["booking_id"],
            until=left.get(row["booking_id"]),
        )
        for row in rows
        if row["kind"] == "in"
    ]


def qualifications(tx: Tx, centre_id: CentreId, person_id: PersonId, *, at: datetime) -> frozenset[str]:
    """What the person may operate at the instant."""
    rows = many(tx, SQL["qualifications"], centre_id=centre_id, person_id=person_id, at=at)
    return frozenset(row["code"] for row in rows)


def grant_qualification(
    tx: Tx,
    *,
    centre_id: CentreId,
    person_id: PersonId,
    code: str,
    granted_by: PersonId,
    expires_at: datetime | None,
) -> None:
    """The person was trained."""
    run(
        tx,
        SQL["grant_qualification"],
        centre_id=centre_id,
        person_id=person_id,
        code=code,
        granted_by=granted_by,
        expires_at=expires_at,
    )


def insert_closure(
    tx: Tx, *, centre_id: CentreId, machine_id: MachineId | None, period: Period, kind: str, reason: str
) -> UUID:
    """A time in which the centre (`machine_id` None) or the machine is not to be used."""
    closure_id = new_id()
    run(
        tx,
        SQL["insert_closure"],
        id=closure_id,
        centre_id=centre_id,
        machine_id=machine_id,
        during=to_range(period),
        kind=kind,
        reason=reason,
    )
    return closure_id


def closures(
    tx: Tx, centre_id: CentreId, machine_id: MachineId, bounds: Period, *, recorded_before: datetime
) -> Sequence[tuple[Period, str]]:
    """The closures that touch the bounds, each with its kind."""
    rows = many(
        tx,
        SQL["closures"],
        centre_id=centre_id,
        machine_id=machine_id,
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    return [(to_period(row["during"]), row["kind"]) for row in rows]


def _booking(row: DictRow) -> Booking:
    during = row.pop("during")
    return Booking(**{**row, "period": to_period(during), "state": BookingState(row["state"])})
