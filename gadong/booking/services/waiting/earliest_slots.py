"""The earliest time of a length: on one machine, or over all of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gadong.booking.domain import availability
from gadong.booking.domain.booking_request import FreeSlot, Wish
from gadong.booking.services.request_bounds import need_bounded
from gadong.booking.services.request_facts import facts_for_each
from gadong.booking.services.rules.company_rule_book import book
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.people.services.customers import need_customer

# As far as the longest usual horizon: past it nothing may be booked anyway.
AHEAD = timedelta(days=60)


def earliest(
    pool: Pool,
    who: Caller,
    *,
    company: CompanyId,
    wanted: Sequence[Machine],
    length: timedelta,
    not_before: datetime,
    usage_mode: UsageMode | None = None,
    seats: int = 1,
    now: datetime,
) -> list[FreeSlot]:
    """Return the earliest accepted period on each machine with so many seats, the earliest first.

    All machines are of one centre. Each is looked at as far as its horizon, 60 days at most.
    """
    wanted = [machine for machine in wanted if machine.seats >= seats]
    if not wanted:
        return []
    permit = who.need_company(wanted[0].centre_id, company, Right.DESK_SEE)
    begin = max(not_before, now)
    need_bounded(Period(begin, begin + length))
    found: list[FreeSlot] = []
    with transaction(pool, permit) as tx:
        need_customer(tx, wanted[0].centre_id, company)
        known = book(tx, wanted[0].centre_id, company, at=begin)
        wish = Wish(
            machine_id=wanted[0].id,
            company_id=company,
            person_id=who.person_id,
            period=Period(begin, begin + length),
            together=frozenset(m.slug for m in wanted),
            usage_mode=usage_mode,
            seats=seats,
        )
        each = facts_for_each(tx, known, wanted, wish, bounds=Period(begin, begin + length + AHEAD))
    for machine in wanted:
        period = availability.earliest(
            replace(wish, machine_id=machine.id), each[machine.id], now=now
        )
        if period:
            found.append(FreeSlot(machine_id=machine.id, machine=machine.slug, period=period))
    return sorted(found, key=lambda c: (c.period, c.machine))
