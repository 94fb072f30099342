"""Series of bookings: one request for many occurrences, each reserved or refused by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.services.booking_steps import tell_made
from gadong.booking.services.bookings import (
    Request,
    made_before,
    named,
    need_sane,
    reserve,
)
from gadong.booking.services.evaluation import PATIENCE, lock_kinds
from gadong.booking.services.waiting import offers
from gadong.core.database import Pool, retried, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.clock import later
from gadong.core.domain.document import canonical
from gadong.core.domain.ids import new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound, Problem, Refused
from gadong.core.store import outbox
from gadong.machines.store import machines
from gadong.people.store import people

# Occurrences in one series: a year of weeks.
MOST_OCCURRENCES = 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One date of a series: its booking, or the problems and alternatives."""

    period: Period
    booking: Booking | None
    parts: Sequence[Booking] = ()
    problems: Sequence[Problem] = ()
    alternatives: Sequence[FreeSlot] = ()


@retried
def request_series(
    pool: Pool, who: Caller, wanted: Request, *, every: timedelta, count: int, now: datetime
) -> list[Occurrence]:
    """Reserve the same time again and again, on the centre's clock.

    Each date has its own answer.
    """
    need_sane(who, wanted)
    if not 1 <= count <= MOST_OCCURRENCES:
        raise Invalid(
            f"A series has 1 to {MOST_OCCURRENCES} dates", field="count", limit=MOST_OCCURRENCES
        )
    if every < timedelta(days=1) or every % timedelta(days=1):
        raise Invalid("A series repeats after whole days", field="every_days")
    with transaction(pool, who.reach()) as tx:
        hall = (wanted.machine, *wanted.also)
        machines.lock(tx, [m.id for m in hall], patience=PATIENCE)
        lock_kinds(tx, hall, now=now)
        digest = sha256(wanted.digest + canonical([every, count])).digest()
        if wanted.key and (made := made_before(tx, who, wanted.key, digest)):
            dates = sorted({b.period for b in made})
            each = [[b for b in made if b.period == date] for date in dates]
            return [
                Occurrence(period=parts[0].period, booking=parts[0], parts=parts) for parts in each
            ]
        wanted = named(tx, who, wanted)
        centre = people.centre(tx, wanted.machine.centre_id)
        if centre is None:
            raise NotFound
        for machine in hall:
            offers.bring_up_to_date(tx, machine, now=now)
        joined = new_id()
        found: list[Occurrence] = []
        made_all: list[Booking] = []
        for number in range(count):
            # Ten o'clock stays ten o'clock where the clocks change.
            start = later(wanted.period.start, number * every, centre.zone)
            period = Period(start, start + wanted.period.length)
            try:
                with tx.transaction():
                    one = replace(wanted, period=period)
                    booked = reserve(tx, who, one, joined=joined, now=now)
                found.append(Occurrence(period=period, booking=booked[0], parts=booked))
                made_all += booked
            except Refused as refused:
                others = [a for a in refused.alternatives if isinstance(a, FreeSlot)]
                found.append(
                    Occurrence(
                        period=period,
                        booking=None,
                        problems=tuple(refused.problems),
                        alternatives=others,
                    )
                )
        tell_made(tx, made_all)
        first = next((o.booking for o in found if o.booking), None)
        if wanted.key and first:
            outbox.keep_answer(tx, who.person_id, wanted.key, digest=digest, made=first.id)
    return found
