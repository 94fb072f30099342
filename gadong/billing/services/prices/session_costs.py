"""The cost of one booking's session: so far while its machine runs, and once it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.rating.division import Division
from gadong.billing.domain.rating.rating import rate
from gadong.billing.domain.rating.unbilled_lines import is_spoken_of
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.prices.pricing import Buyer, buyer, price_on
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import rulings
from gadong.booking.domain.presence import BILLED
from gadong.booking.domain.session import Session
from gadong.booking.services.machine_ledger import Ledger, open_ledger
from gadong.core.database import Pool, cutoff, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.charge_component import Component
from gadong.core.domain.problem import NotFound, Problem
from gadong.machines.domain.observation import Observed
from gadong.machines.services.archive import reading
from gadong.machines.store import machines
from gadong.people.store import people

# A fee for the end of a booking falls into the time after it, and an early start lies before it.
MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCost:
    """The running and the billed seconds of a booking's session, and their price.

    `amount` is whole won with VAT, before the month's free time and caps (`may_fall`); None where
    no published tariff prices the machine. Of a shared booking it is the booker's part.
    `has_rested` is whether signals say that the machine did not run. Without any figure, `missing`
    says where the signals are that left the database.
    """

    ran_seconds: int
    billed_seconds: int
    amount: int | None
    has_rested: bool
    may_fall: bool = False
    missing: Problem | None = None


def of_booking(pool: Pool, who: Caller, booking: Booking) -> SessionCost | None:
    """Return the cost of a booking's session by what is known now; None where nobody came yet.

    The statement reckons the same session with the whole month beside it.
    """
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    before = cutoff(pool, booking.centre_id)
    if before <= booking.period.start:
        return None
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, booking.centre_id)
        machine = machines.by_id(tx, booking.machine_id)
        if centre is None or machine is None:
            raise NotFound
        missing = reading.missing_signals(
            tx, booking.centre_id, booking.period, of=booking.machine_id
        )
        if missing:
            return SessionCost(
                ran_seconds=0, billed_seconds=0, amount=None, has_rested=False, missing=missing
            )
        ledger = open_ledger(
            tx, machine, booking.period, recorded_before=before, of=booking.company_id
        )
        session = _session_of(ledger, booking)
        if session is None:
            return None
        payer = buyer(tx, centre, booking.company_id, session.reach, before)
    return _cost(session, ledger, payer, before)


def _session_of(ledger: Ledger, booking: Booking) -> Session | None:
    """Return the booking's session, if it has use of its own or somebody checked in."""
    for session in ledger.sessions:
        if session.booking and session.booking.id == booking.id:
            has_come = session.presence in BILLED and booking.checked_in_at is not None
            return session if session.usages or has_come else None
    return None


def _cost(session: Session, ledger: Ledger, payer: Buyer, before: datetime) -> SessionCost:
    ran = sum(usage.seconds for usage in session.usages)
    day = session.start.start.astimezone(payer.centre.zone).date()
    observed = ledger.observed_for(session)
    is_observed = observed is Observed.SIGNAL
    has_rested = is_observed and not ran and is_spoken_of(session, before)
    ruled = rulings(session, ledger.decisions)
    version, price = price_on(
        payer,
        ledger.machine,
        day,
        ruled.usage_mode or session.usage_mode,
        observed,
    )
    if version is None or price is None:
        return SessionCost(ran_seconds=ran, billed_seconds=0, amount=None, has_rested=has_rested)
    if session.booking and (parts := session.booking.parts):
        # A shared booking draws on nobody's free time and in no tier (ADR 50).
        numbers = tuple(part.parts for part in parts)
        booker = Division(booker=session.company_id, parts=numbers, place=0)
        item = replace(price.item, tiers=())
        price = replace(price, item=item, quotas=(), division=booker)
    alone = replace(price, rulings=ruled, quotas=(), cap=None)
    whole = session.reach.widened(before=MARGIN, after=MARGIN)
    charges = rate(session, alone, whole)
    return SessionCost(
        ran_seconds=ran,
        billed_seconds=_billed(charges),
        amount=_with_tax(payer, version, charges),
        has_rested=has_rested,
        may_fall=bool(price.quotas) or price.cap is not None,
    )


def _billed(charges: list[Charge]) -> int:
    return sum(c.trace.billed_seconds for c in charges if c.component is Component.TIME)


def _with_tax(payer: Buyer, version: TariffVersion, charges: list[Charge]) -> int:
    return payer.reckoning([version]).totals(charges).total
