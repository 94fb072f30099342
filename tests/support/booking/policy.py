"""Requests and facts for the rules of booking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from gadong.booking.domain.booking_request import Facts, Qualification, Wish
from gadong.booking.domain.rules.limits import Rules
from gadong.core.domain.calendar import OpeningHours, open_periods
from gadong.core.domain.ids import PersonId
from gadong.core.domain.period import Period
from tests.support.golden import KST, MACHINE, A, at, between

LOOSE: dict[str, object] = {"step": timedelta(minutes=10), "notice": timedelta(0)}


OFFICE = [
    OpeningHours(weekday=day, opens=at("09:00").time(), closes=at("18:00").time())
    for day in range(7)
]


def wish(start: str, end: str) -> Wish:
    """Somebody's wish on the example day."""
    return Wish(
        machine_id=MACHINE,
        company_id=A,
        person_id=PersonId(UUID(int=1)),
        period=between(start, end),
    )


def facts(
    *,
    held: Sequence[Period] = (),
    qualifications: Mapping[str, Qualification] | None = None,
    **rules: object,
) -> Facts:
    """A machine in a centre open from nine to six."""
    bounds = Period(at("00:00") - timedelta(days=7), at("00:00") + timedelta(days=8))
    return Facts(
        rules=Rules(**{**LOOSE, **rules}),  # type: ignore[arg-type]  # rules by name
        opened=open_periods(OFFICE, [], KST, bounds),
        held=held,
        qualifications=qualifications or {},
        zone=KST,
    )
