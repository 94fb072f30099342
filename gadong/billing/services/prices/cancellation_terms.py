"""Contradictions of a tariff's fees for cancelling and the rule book's free cancellation.

Between the two a booking could be moved for nothing and cancelled then, so that the fee is dodged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.billing.domain.prices.cancellation_fee import fee_begins
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.store import statements
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.domain.rules.rulebook import RuleSubject, Setting, in_force
from gadong.booking.store import rulebook
from gadong.core import database
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain import clock
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import NotFound, Problem
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.people.store import people

#: The parameter that says until when cancelling is free.
FREE = "free_cancellation_minutes"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationConflict:
    """A machine whose cancelling costs something while the rules call it free.

    `fee` is how long before a booking the fee begins, `free` until when cancelling is free. Without
    a `tier` it is so for every company.
    """

    machine: Machine
    tier: str | None
    fee: timedelta
    free: timedelta

    @property
    def problem(self) -> Problem:
        """Return the conflict as a problem of its machine alone."""
        return _problem(self.fee, self.free, self.machine.slug)


def problems(conflicts: Iterable[CancellationConflict]) -> list[Problem]:
    """Return a problem for each pair of times, with the machines that have it."""
    found: dict[tuple[timedelta, timedelta], dict[str, None]] = {}
    for one in conflicts:
        found.setdefault((one.fee, one.free), {})[one.machine.slug] = None
    return [_problem(fee, free, ", ".join(slugs)) for (fee, free), slugs in found.items()]


def of_draft(tx: Tx, version: TariffVersion) -> list[CancellationConflict]:
    """Return the conflicts of a draft with the rules of its first day.

    Of now where that is later.
    """
    if version.published_at is not None:
        return []
    centre = _centre(tx, version.centre_id)
    at = max(clock.midnight(version.tariff.effective_from, centre.zone), database.clock(tx))
    return list(_conflicts(tx, centre, version, at))


def since(tx: Tx, centre_id: CentreId, at: datetime) -> list[CancellationConflict]:
    """Return the conflicts of the rules from an instant on with all tariffs that then count."""
    centre = _centre(tx, centre_id)
    found: list[CancellationConflict] = []
    for version in statements.published(tx, centre_id):
        begins = clock.midnight(version.tariff.effective_from, centre.zone)
        found += _conflicts(tx, centre, version, max(begins, at))
        if begins <= at:
            break
    return found


def standing(
    pool: Pool, who: Caller, centre_id: CentreId, *, at: datetime
) -> Sequence[CancellationConflict]:
    """Return the conflicts of a centre's rules with its published tariffs, now and to come."""
    permit = who.need_entry(centre_id)
    with transaction(pool, permit) as tx:
        return since(tx, centre_id, at)


def _conflicts(
    tx: Tx, centre: Centre, version: TariffVersion, at: datetime
) -> Iterable[CancellationConflict]:
    settings = rulebook.settings(tx, centre.id, recorded_before=END_OF_TIME)
    tiers = sorted({s.tier for s in settings if s.tier is not None and s.parameter == FREE})
    for machine in machines.of_centres(tx, [centre.id]):
        items = [version.tariff.item_for(machine.slug, machine.kind, mode) for mode in UsageMode]
        fee = max((fee_begins(item.late_cancel) for item in items if item), default=timedelta(0))
        everybodys = _free(settings, machine, None, at)
        for tier in (None, *tiers):
            free = _free(settings, machine, tier, at)
            if free < fee and (tier is None or free != everybodys):
                yield CancellationConflict(machine=machine, tier=tier, fee=fee, free=free)


def _free(
    settings: Iterable[Setting], machine: Machine, tier: str | None, at: datetime
) -> timedelta:
    subject = RuleSubject(
        centre_id=machine.centre_id, kind=machine.kind, machine_id=machine.id, tier=tier
    )
    found: timedelta = PARAMETERS[FREE].read(in_force(settings, subject, at)[FREE].value)
    return found


def _problem(fee: timedelta, free: timedelta, named: str) -> Problem:
    is_always = fee == timedelta.max
    return Problem(
        code="tariff.fee_always" if is_always else "tariff.fee_before_free",
        limit=free // MINUTE,
        # A fee of half a minute is one of a whole one for the parameter.
        actual=None if is_always else -(-fee // MINUTE),
        details={"machines": named},
    )


def _centre(tx: Tx, centre_id: CentreId) -> Centre:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return centre
