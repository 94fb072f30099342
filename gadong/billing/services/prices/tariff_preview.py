"""A preview of a tariff on past months: the changes, and the companies. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.billing.domain.correction import Difference, difference
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.proof import signal_retention
from gadong.billing.services.statement_document import compute, month_ledgers, month_named
from gadong.billing.store import statements
from gadong.core.database import Pool, Tx, cutoff, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import TariffId
from gadong.core.domain.problem import Invalid, NotFound, Refused
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.store import people

# A quarter is what a price table is judged by; each month of a large centre takes seconds.
MOST_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The effect of a tariff on a company's month."""

    company: Company
    month: str
    difference: Difference


def preview(pool: Pool, who: Caller, tariff_id: TariffId, months: Sequence[str]) -> list[Effect]:
    """Price months again by a tariff, drafted or published, as if it had always been in force.

    For managers. Refused for a draft that could not be published: what contradicts itself prices
    nothing.
    """
    if not 1 <= len(months) <= MOST_MONTHS:
        raise Invalid(
            f"Look at one to {MOST_MONTHS} months at once", field="month", limit=MOST_MONTHS
        )
    with transaction(pool, who.reach()) as tx:
        version = statements.tariff(tx, tariff_id)
        if version is None or not who.may(version.centre_id, Right.RULES_SEE):
            raise NotFound
        centre = people.centre(tx, version.centre_id)
    if centre is None:
        raise NotFound
    if problems := version.tariff.problems():
        raise Refused(problems)
    found: list[Effect] = []
    for month in dict.fromkeys(months):
        before = cutoff(pool, centre.id)
        with transaction(pool, who.reach()) as tx:
            found += _of_month(tx, centre, version, month_named(month), before=before)
    return found


def _of_month(
    tx: Tx, centre: Centre, version: TariffVersion, month: Month, *, before: datetime
) -> list[Effect]:
    signal_retention.need_month(tx, centre.id, month.period(centre.zone))
    ledgers = month_ledgers(tx, centre.id, str(month), recorded_before=before)
    found: list[Effect] = []
    for company in people.companies(tx, centre.id):
        was, now = (
            compute(
                tx,
                centre.id,
                company.id,
                str(month),
                recorded_before=before,
                ledgers=ledgers,
                tariff=tariff,
            ).document
            for tariff in (None, version)
        )
        if was.lines or now.lines:
            changed = difference(was.lines, was.totals, now.lines, now.totals)
            found.append(Effect(company=company, month=str(month), difference=changed))
    return found
