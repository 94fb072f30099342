"""Entries of the ledger of use: made, taken back, and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.booking.services.use_log.named_people import person_named
from gadong.booking.store import bookings
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Permit, Right
from gadong.core.domain.clock import day_of, write_instant
from gadong.core.domain.ids import (
    BookingId,
    CentreId,
    CompanyId,
    LoggedUseId,
    MachineId,
    PersonId,
    new_id,
)
from gadong.core.domain.period import Period, whole_second
from gadong.core.domain.problem import Invalid, NotFound, Problem, Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.store import machines, observations
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin
from gadong.metering.domain.use_table import MOST_SAMPLES
from gadong.metering.store import logged_samples, logged_uses
from gadong.people.services.customers import need_known, need_served
from gadong.people.store import people

# The same as of a decision: more is a slip of the pen.
LONGEST = timedelta(days=31)
#: An entry, and the id of the one that takes it back.
Listed = tuple[LoggedUse, LoggedUseId | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Use that somebody writes down. Without a company it is the centre's own.

    `person_name` is a name or an e-mail address where nobody chose the `person` by an id.
    `is_correction` accepts that the month is closed: the entry then leads to a correction.
    """

    machine: Machine
    period: Period
    company: CompanyId | None = None
    person: PersonId | None = None
    person_name: str = ""
    booking: BookingId | None = None
    samples: int | None = None
    reason: str
    is_correction: bool = False


@retried
def log(pool: Pool, who: Caller, written: Written, *, now: datetime) -> LoggedUse:
    """Enter a use that is over, on a machine that no signals observe."""
    permit = _need(who, written.machine.centre_id, is_correction=written.is_correction)
    with transaction(pool, permit) as tx:
        machines.lock(tx, [written.machine.id])
        return store(tx, who, written, origin=origin_of(tx, written, now), now=now)


@retried
def reverse(
    pool: Pool, who: Caller, use_id: LoggedUseId, *, reason: str, is_correction: bool = False
) -> LoggedUse:
    """Take an entry back by another one; both stay on record."""
    with transaction(pool, who.reach()) as tx:
        found = logged_uses.find(tx, use_id)
        if found is None or not who.may(found[0].centre_id, Right.DESK_WORK):
            raise NotFound("There is no such entry that you may see")
        entry, _ = found
        if entry.reverses is not None:
            raise Invalid(
                "This entry takes another back; write the use down again instead", field="entry"
            )
        _need(who, entry.centre_id, is_correction=is_correction)
        with _on_centre_clock(tx, entry.centre_id):
            return logged_uses.insert(
                tx,
                LoggedUse(
                    id=LoggedUseId(new_id()),
                    centre_id=entry.centre_id,
                    machine_id=entry.machine_id,
                    company_id=entry.company_id,
                    person_id=entry.person_id,
                    booking_id=entry.booking_id,
                    period=entry.period,
                    origin=UseOrigin.LEDGER,
                    reason=_reason(reason),
                    is_correction=is_correction,
                    reverses=entry.id,
                    recorded_by=who.person_id,
                    recorded_at=recorded_at(tx, entry.centre_id),
                ),
            )


def find(pool: Pool, who: Caller, use_id: LoggedUseId) -> Listed:
    """Return one entry, for the centre's staff and for people of its company."""
    with transaction(pool, who.reach()) as tx:
        found = logged_uses.find(tx, use_id)
    if found is None or not _may_see(who, found[0]):
        raise NotFound("There is no such entry that you may see")
    return found


def of_centre(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    period: Period,
    *,
    machine: MachineId | None = None,
    before: UUID | None = None,
    most: int = 200,
) -> Sequence[Listed]:
    """Return a centre's entries that touch a period, the latest entered first, with what was taken
    back.
    """
    permit = who.need(centre_id, Right.DESK_SEE, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        return logged_uses.page(tx, centre_id, period, machine_id=machine, before=before, most=most)


def names_of(pool: Pool, who: Caller, found: Sequence[LoggedUse]) -> Mapping[PersonId, str]:
    """Return the names of the people whom entries name; to the desk also of who wrote them."""
    ids = {entry.person_id for entry in found} | {
        entry.recorded_by for entry in found if who.may(entry.centre_id, Right.DESK_SEE)
    }
    with transaction(pool, who.reach()) as tx:
        return {i: p.name for i in ids if i and (p := people.person(tx, i))}


def samples_of(pool: Pool, who: Caller, found: Sequence[LoggedUse]) -> Mapping[LoggedUseId, int]:
    """Return the samples of entries that the caller sees, as far as somebody counted them."""
    with transaction(pool, who.reach()) as tx:
        return logged_samples.of_uses(tx, [entry.id for entry in found])


def company_name(pool: Pool, who: Caller, entry: LoggedUse) -> str:
    """Return the name of an entry's company; empty for the centre's own use."""
    if entry.company_id is None:
        return ""
    with transaction(pool, who.reach()) as tx:
        company = people.company(tx, entry.company_id)
    return company.name if company else ""


def store(tx: Tx, who: Caller, written: Written, *, origin: UseOrigin, now: datetime) -> LoggedUse:
    """Check and store an entry in the caller's transaction."""
    with _on_centre_clock(tx, written.machine.centre_id):
        return _store(tx, who, written, origin=origin, now=now)


@contextmanager
def _on_centre_clock(tx: Tx, centre_id: CentreId) -> Iterator[None]:
    """Let refusals name their instants on the centre's clock."""
    try:
        yield
    except Refused as refused:
        centre = people.centre(tx, centre_id)
        zone = centre.zone_name if centre else "UTC"
        raise Refused([problem.saying(zone=zone) for problem in refused.problems]) from refused


def _store(tx: Tx, who: Caller, written: Written, *, origin: UseOrigin, now: datetime) -> LoggedUse:
    machine = written.machine
    period = Period(whole_second(written.period.start), whole_second(written.period.end))
    if period.length > LONGEST:
        raise Refused(
            [Problem(code="logged.too_long", limit=LONGEST.days, actual=period.length.days)]
        )
    if period.end > now:
        raise Refused([Problem(code="logged.future", actual=write_instant(period.end))])
    known = observations.of_machine(tx, machine.id, recorded_before=END_OF_TIME)
    if observed_at(known, period.start) is Observed.SIGNAL:
        raise Refused([Problem(code="logged.signals", actual=machine.slug)])
    _need_theirs(tx, written)
    person = written.person or person_named(
        tx, machine.centre_id, written.company, written.person_name
    )
    if written.samples is not None and not 0 <= written.samples <= MOST_SAMPLES:
        raise Invalid(
            "Samples are a whole number from 0 to 1,000,000", field="samples", limit=MOST_SAMPLES
        )
    entry = logged_uses.insert(
        tx,
        LoggedUse(
            id=LoggedUseId(new_id()),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=written.company,
            person_id=person,
            booking_id=written.booking,
            period=period,
            origin=origin,
            reason=_reason(written.reason),
            is_correction=written.is_correction,
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, machine.centre_id),
        ),
    )
    if written.samples is not None:
        logged_samples.insert(tx, entry, written.samples)
    return entry


def origin_of(tx: Tx, written: Written, now: datetime) -> UseOrigin:
    """Return whether the use is written down on its own day, or on a later one."""
    centre = people.centre(tx, written.machine.centre_id)
    if centre is None:
        raise NotFound
    is_today = day_of(written.period.start, centre.zone) == day_of(now, centre.zone)
    return UseOrigin.LEDGER if is_today else UseOrigin.PAPER


def _need_theirs(tx: Tx, written: Written) -> None:
    centre_id = written.machine.centre_id
    if written.company:
        need_served(tx, centre_id, written.company)
    if written.person:
        need_known(tx, centre_id, written.person)
    if written.booking:
        booked = bookings.by_id(tx, written.booking)
        is_theirs = booked and (booked.machine_id, booked.company_id) == (
            written.machine.id,
            written.company,
        )
        if not is_theirs:
            raise Invalid("The booking is not this company's on this machine", field="booking")


def _need(who: Caller, centre_id: CentreId, *, is_correction: bool) -> Permit:
    permit = who.need(centre_id, Right.DESK_WORK)
    if is_correction:
        # It changes what an issued statement should have said.
        who.need(centre_id, Right.MONEY_WORK)
    return permit


def _may_see(who: Caller, entry: LoggedUse) -> bool:
    if entry.company_id is None:
        return who.may(entry.centre_id, Right.DESK_SEE, Right.MONEY_SEE)
    return who.may_see(entry.centre_id, entry.company_id, Right.DESK_SEE, Right.MONEY_SEE)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("An entry of the ledger needs its reason", field="reason")
    return reason.strip()
