"""The rule about equipment: enough units are free for all of the booking's time."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.equipment.equipment import NeededUnits
from gadong.booking.domain.staff.technician import covers
from gadong.core.domain.period import Period, union, without
from gadong.core.domain.problem import Problem


def equipped(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require enough free units of every equipment that the booking needs."""
    missing = [need for need in facts.equipment if free_units(need, wish.period) < need.units]
    if not missing:
        return None
    slugs = [slug for need in missing for slug in need.slugs]
    problem = Problem(
        code="booking.no_equipment", limit=", ".join(dict.fromkeys(slugs)), overridable_by="manager"
    )
    return problem.saying(names={s: name for need in missing for s, name in need.names.items()})


def free_units(need: NeededUnits, period: Period) -> int:
    """Return how many of the units are free for the whole period."""
    return sum(covers(windows, period) for windows in need.free)


def unequipped(facts: Facts) -> list[Period]:
    """Return the opening hours in which no unit of some needed equipment is free."""
    return [
        period
        for need in facts.equipment
        for period in without(facts.opened, union(p for windows in need.free for p in windows))
    ]


def unit_starts(facts: Facts) -> list[datetime]:
    """Return when the units' free times begin."""
    return sorted({p.start for need in facts.equipment for windows in need.free for p in windows})
