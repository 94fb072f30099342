"""The energy of a booking's own time: seen by its company, and entered by a manager as a priced
quantity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled
from gadong.billing.domain.tariff_terms import Measure
from gadong.billing.services.month_locks import need_chargeable
from gadong.billing.services.sales import good_of
from gadong.billing.store import sales
from gadong.booking.services.machine_ledger import open_ledger
from gadong.booking.store import bookings
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, CompanyId, EntryId, new_id
from gadong.core.domain.period import Period, total_seconds, union
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.services.archive import reading
from gadong.machines.store import machines
from gadong.metering.domain.energy import EnergyBasis, Measured, by_step, total
from gadong.metering.services import energy
from gadong.people.store import people

LAST_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingEnergy:
    """Energy of a machine in a booking's own time; None where its meter was silent in it.

    Of its own `seconds`, `covered_seconds` were measured.
    """

    machine: Machine
    company_id: CompanyId
    periods: tuple[Period, ...]
    measured: Measured
    watt_hours: float | None
    seconds: int
    covered_seconds: int


def of_booking(pool: Pool, who: Caller, booking_id: BookingId) -> BookingEnergy:
    """Measure a booking's energy; for its company, desk staff, and staff with money rights."""
    with transaction(pool, who.reach()) as tx:
        booking = bookings.by_id(tx, booking_id)
        may_see = booking is not None and (
            booking.company_id in who.companies
            or who.may(booking.centre_id, Right.DESK_SEE, Right.MONEY_SEE)
        )
        if booking is None or not may_see:
            raise NotFound
        return _measured(tx, booking_id)


def enter(
    pool: Pool, who: Caller, booking_id: BookingId, *, code: str, note: str, now: datetime
) -> SaleEntry:
    """Enter what a booking that is over drew, as one of the tariff's goods that is counted in kWh.

    once.
    """
    with transaction(pool, who.reach()) as tx:
        booking = bookings.by_id(tx, booking_id)
        if booking is None:
            raise NotFound
        who.need(booking.centre_id, Right.MONEY_WORK)
        machines.lock(tx, [booking.machine_id])
        found, centre = _measured(tx, booking_id), people.centre(tx, booking.centre_id)
        if centre is None:
            raise NotFound
        end = found.periods[-1].end if found.periods else booking.period.end
        if max(end, booking.period.end) > now:
            raise Invalid(
                "The booking is not over yet; its energy is entered afterwards", field="booking"
            )
        # A booking until midnight is of the day that ends there, and of that day's month.
        at = end - LAST_SECOND
        need_chargeable(tx, centre, booking.company_id, at)
        good = good_of(tx, centre, code, at)
        if good.measure is not Measure.KILOWATT_HOUR:
            raise Invalid(f"{code} is counted in {good.measure}, not in kWh", field="code")
        if not found.watt_hours:
            raise Invalid(
                "Nothing was measured in this booking's time; enter it by hand", field="booking"
            )
        if sales.is_metered(tx, centre.id, booking.company_id, booking_id):
            raise Conflict("The energy of this booking is entered; take that entry back first")
        entry = SaleEntry(
            id=EntryId(new_id()),
            centre_id=centre.id,
            company_id=booking.company_id,
            machine_id=booking.machine_id,
            booking_id=booking_id,
            at=at,
            code=code,
            quantity=max(1, round(found.watt_hours)),
            source=QuantitySource.METER,
            spoiled=Spoiled.NO,
            amount=None,
            tax_type=None,
            note=note.strip(),
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, centre.id),
            message_id=found.measured.message_id,
        )
        sales.insert_entry(tx, entry)
    return entry


def _measured(tx: Tx, booking_id: BookingId) -> BookingEnergy:
    """Sum the first meter's energy over the time that only this booking may be charged for."""
    booking = bookings.by_id(tx, booking_id)
    machine = machines.by_id(tx, booking.machine_id) if booking else None
    if booking is None or machine is None:
        raise NotFound
    reading.need_signals(tx, booking.centre_id, booking.period, of=machine.id)
    ledger = open_ledger(
        tx, machine, booking.period, recorded_before=END_OF_TIME, of=booking.company_id
    )
    session = next((s for s in ledger.sessions if s.booking and s.booking.id == booking_id), None)
    periods = union(session.own_time) if session else []
    # The company of a booking that nobody kept learns nothing of others' use in it.
    measured = (
        energy.measured(tx, machine, periods[0].hull(periods[-1]))
        if periods
        else Measured(basis=EnergyBasis.NONE)
    )
    seconds = sum(s.covered_seconds for s in by_step(measured, periods))
    return BookingEnergy(
        machine=machine,
        company_id=booking.company_id,
        periods=tuple(periods),
        measured=measured,
        watt_hours=sum(total(measured, period) for period in periods) if seconds else None,
        seconds=total_seconds(periods),
        covered_seconds=seconds,
    )
