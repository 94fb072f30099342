"""Shares of bookings' costs, as they were asked for and answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from gadong.booking.domain.booking import Booking, Part
from gadong.booking.domain.cost_shares import (
    AskedShare,
    ShareAct,
    ShareAnswer,
    ShareRequest,
    fixed_parts,
)
from gadong.core.database import END_OF_TIME, Tx, many, one, run
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.usage_mode import UsageMode
from gadong.core.store.queries import statements
from gadong.core.store.values import to_period, to_range

SQL = statements(__file__)
# The database counts in microseconds.
NEXT_INSTANT = timedelta(microseconds=1)


def insert(tx: Tx, centre_id: CentreId, request: ShareRequest) -> None:
    """Keep a request for shares, one row for each company."""
    for place, share in enumerate(request.shares, start=1):
        run(
            tx,
            SQL["insert"],
            id=share.id,
            centre_id=centre_id,
            booking_id=request.booking_id,
            version=request.version,
            place=place,
            booker_id=request.booker_id,
            company_id=share.company_id,
            booker_parts=request.booker_parts,
            parts=share.parts,
            machine_id=request.machine_id,
            during=to_range(request.period),
            usage_mode=request.usage_mode.value,
            asked_by=request.asked_by,
            recorded_at=request.asked_at,
        )


def answer(
    tx: Tx,
    centre_id: CentreId,
    share_id: UUID,
    *,
    booker_id: CompanyId,
    company_id: CompanyId,
    answer: ShareAct,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """Keep an act on a share."""
    run(
        tx,
        SQL["answer"],
        id=new_id(),
        centre_id=centre_id,
        share_id=share_id,
        booker_id=booker_id,
        company_id=company_id,
        answer=answer.value,
        answered_by=by,
        recorded_at=recorded_at,
    )


def is_served(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> bool:
    """Return whether a centre serves a company, whoever asks."""
    row = one(tx, SQL["is_served"], centre_id=centre_id, company_id=company_id)
    return bool(row and row["is_served"])


def asked_of(tx: Tx, companies: Iterable[CompanyId], *, now: datetime) -> list[BookingId]:
    """Return the bookings to come whose cost some companies were asked to share."""
    rows = many(tx, SQL["asked_of"], companies=list(companies), now=now)
    return [row["booking_id"] for row in rows]


def consented_by(tx: Tx, companies: Iterable[CompanyId]) -> list[BookingId]:
    """Return the bookings to a part of whose cost some companies have ever consented."""
    rows = many(tx, SQL["consented_by"], companies=list(companies))
    return [row["booking_id"] for row in rows]


def fixed_of(tx: Tx, booking: Booking) -> tuple[Part, ...]:
    """Return the fixed parts of a booking's cost; empty where its booker pays it alone."""
    asked = of_bookings(tx, [booking.id], recorded_before=END_OF_TIME)
    return fixed_parts(booking, asked.get(booking.id, []))


def not_before_acts(tx: Tx, booking_id: BookingId, now: datetime) -> datetime:
    """Return the instant, or the one after the last act on a booking's shares where that is later.

    Whoever answered while a cancellation waited for the machine was promised that it counts.
    """
    row = one(tx, SQL["latest_act"], booking_id=booking_id)
    return max(now, row["at"] + NEXT_INSTANT) if row and row["at"] else now


def of_bookings(
    tx: Tx, booking_ids: Iterable[BookingId], *, recorded_before: datetime
) -> dict[BookingId, list[ShareRequest]]:
    """Return the requests for shares of some bookings as known before an instant, by booking."""
    ids = list(booking_ids)
    rows = many(tx, SQL["asked"], ids=ids, recorded_before=recorded_before) if ids else []
    if not rows:
        return {}
    answers: dict[UUID, list[ShareAnswer]] = {}
    for row in many(
        tx, SQL["answers"], ids=[r["id"] for r in rows], recorded_before=recorded_before
    ):
        answers.setdefault(row["share_id"], []).append(
            ShareAnswer(
                answer=ShareAct(row["answer"]), by=row["answered_by"], at=row["recorded_at"]
            )
        )
    found: dict[BookingId, list[ShareRequest]] = {}
    for (booking_id, version), group in groupby(rows, lambda r: (r["booking_id"], r["version"])):
        of_request = list(group)
        first = of_request[0]
        found.setdefault(booking_id, []).append(
            ShareRequest(
                booking_id=booking_id,
                version=version,
                booker_id=first["booker_id"],
                booker_parts=first["booker_parts"],
                shares=tuple(
                    AskedShare(
                        id=row["id"],
                        company_id=row["company_id"],
                        parts=row["parts"],
                        answers=tuple(answers.get(row["id"], ())),
                    )
                    for row in of_request
                ),
                machine_id=first["machine_id"],
                period=to_period(first["during"]),
                usage_mode=UsageMode(first["usage_mode"]),
                asked_by=first["asked_by"],
                asked_at=first["recorded_at"],
            )
        )
    return found
