"""Contracts that end soon: which of them, and how long before a centre is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gadong.core.domain.problem import Invalid
from gadong.stays.domain.days import ONE_DAY
from gadong.stays.domain.tenancy import Tenancy

# A year: a contract of a year would stand on the list from its first day.
MOST_NOTICE_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class TenancyTerms:
    """The days before a last day from which a contract ends soon; 0: nobody is told."""

    notice_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingTenancy:
    """A contract that ends soon, with its last day."""

    tenancy: Tenancy
    last_day: date


def need_notice_days(days: int) -> None:
    """Raise Invalid for a number of days that no centre has."""
    if not 0 <= days <= MOST_NOTICE_DAYS:
        raise Invalid(
            f"These are from 0 to {MOST_NOTICE_DAYS} days",
            field="notice_days",
            limit=MOST_NOTICE_DAYS,
        )


def ending(found: Iterable[Tenancy], terms: TenancyTerms, today: date) -> list[EndingTenancy]:
    """Return the contracts that end soon, the soonest first.

    A contract from which another goes on does not end; one whose last day has passed did.
    """
    every = [tenancy for tenancy in found if not tenancy.is_void]
    renewed = {tenancy.renews for tenancy in every}
    latest = today + timedelta(days=terms.notice_days)
    soon = [
        EndingTenancy(tenancy=tenancy, last_day=tenancy.until - ONE_DAY)
        for tenancy in every
        if tenancy.until is not None and tenancy.id not in renewed and terms.notice_days
    ]
    return sorted(
        (one for one in soon if today <= one.last_day <= latest),
        key=lambda one: (one.last_day, one.tenancy.unit),
    )
