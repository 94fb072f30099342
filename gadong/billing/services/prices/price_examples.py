"""Example prices of a price table: what the quote would say, for people who read no rates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from gadong.billing.domain.statement import Reckoning
from gadong.billing.services.prices.pricing import Buyer, buyer, price_on
from gadong.billing.services.prices.quotes import MARGIN, estimate, observed_before
from gadong.billing.store import statements
from gadong.booking.services.bookings import Request
from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CompanyId, TariffId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.store import people

LENGTH = timedelta(hours=2)
# When companies come after work, and when many tariffs have another price.
EVENING, AFTERNOON = time(18), time(14)
WEDNESDAY, SATURDAY = 2, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceExample:
    """A machine of each kind, and what two hours of full use cost with VAT, in whole won.

    The company has no discount, no free time and no cap.
    """

    machine: Machine
    weekday_evening: int
    saturday_afternoon: int


def of_tariff(pool: Pool, who: Caller, tariff_id: TariffId, *, now: datetime) -> list[PriceExample]:
    """Return an example for each kind of machine that the price table prices."""
    with transaction(pool, who.reach()) as tx:
        version = statements.tariff(tx, tariff_id)
        if version is None or not (
            version.published_at or who.may(version.centre_id, Right.RULES_SEE)
        ):
            raise NotFound
        centre = people.centre(tx, version.centre_id)
        if centre is None:
            raise NotFound
        first = max(now.astimezone(centre.zone).date(), version.tariff.effective_from)
        starts = [
            datetime.combine(
                first + timedelta(days=(weekday - first.weekday()) % 7), at, centre.zone
            )
            for weekday, at in ((WEDNESDAY, EVENING), (SATURDAY, AFTERNOON))
        ]
        around = Period(min(starts) - MARGIN, max(starts) + LENGTH + MARGIN)
        payer = buyer(tx, centre, CompanyId(new_id()), around, END_OF_TIME, trying=version)
        # An example is of an ordinary day.
        payer = replace(payer, holidays=frozenset())
        rule_book = book(tx, centre.id, at=min(starts))
        found: dict[str, PriceExample] = {}
        for machine in machines.of_centres(tx, [centre.id]):
            if machine.kind in found:
                continue
            prices = [_full_use(tx, who, payer, rule_book, machine, start) for start in starts]
            evening, afternoon = prices
            if evening is not None and afternoon is not None:
                found[machine.kind] = PriceExample(
                    machine=machine, weekday_evening=evening, saturday_afternoon=afternoon
                )
        return list(found.values())


def _full_use(
    tx: Tx, who: Caller, payer: Buyer, rule_book: Book, machine: Machine, start: datetime
) -> int | None:
    """Return the price of full use from an instant on; None without a price."""
    observed = observed_before(tx, machine, start)
    day = start.date()
    version, price = price_on(payer, machine, day, UsageMode.SELF, observed)
    if version is None or price is None:
        return None
    wanted = Request(
        machine=machine, company=payer.company_id, period=Period(start, start + LENGTH)
    )
    # As in a quote: free time and caps depend on the whole month.
    priced = [(machine, rule_book.limits(machine, start), replace(price, quotas=(), cap=None))]
    unit = Reckoning(unit=version.tariff.document_unit)
    return estimate(who, wanted, priced, State.RUNNING, unit).totals.total
